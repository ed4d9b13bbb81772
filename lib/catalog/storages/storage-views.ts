import type { ContainerState } from "#lib/catalog/read-models.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import type { StorageFacts } from "#lib/storage/storage.ts";

/** What is shown of storages. No code but lists of words, client-safe. */

export interface StorageView {
	readonly id: number;
	readonly name: string;
	/** Without its secrets. */
	readonly config: StorageConfig;
	/** Which secrets are set, by field. */
	readonly secrets: readonly string[];
	/** EO IDs of the containers that use it. */
	readonly containers: readonly string[];
	/** A run could not reach it, and none has since; null: it was reached, or never tried. */
	readonly unreachable: { readonly since: Instant; readonly reason: string } | null;
	/** What was found when it was last asked whether it answers; null: it was not asked yet. */
	readonly probe: {
		readonly at: Instant;
		readonly reached: boolean;
		/** Of the last answer. */
		readonly milliseconds: number;
		/** Its log-in was refused: it is not asked again by itself. */
		readonly refused: boolean;
	} | null;
	/** A person paused it; null: nobody did, or it is over. */
	readonly pause: { readonly until: Instant; readonly by: string; readonly note: string } | null;
	/** It is not used now, for the pause or its hours; null: it may be. */
	readonly closed: { readonly until: Instant; readonly reason: "paused" | "hours" } | null;
	/** The version of its configuration and secrets; an edit hands it back (`edit-version.ts`). */
	readonly version: string;
	readonly createdAt: Instant;
}

/** A storage with how its containers are. */
export interface StorageOverview extends StorageView {
	/** How many of its containers are in each state; those without any are left out. */
	readonly states: Readonly<Partial<Record<ContainerState, number>>>;
	/** When one of its containers was looked at completely last. */
	readonly listedAt: Instant | null;
}

/** What *Test* found out. */
export interface StorageTest {
	readonly ok: boolean;
	/** What was reached, or what went wrong and what to do. */
	readonly message: string;
	/** The number of folders in the root (or the source's path). */
	readonly folders: number;
	readonly files: number;
	/** The first names; for a source, the first data files that match with their sidecars. */
	readonly matches: readonly { readonly path: string; readonly metadata: readonly string[]; readonly size: number }[];
	/** How long that listing took. */
	readonly milliseconds: number;
	/** What the storage turned out to be; null: it was not reached, or only a source was looked at. */
	readonly facts: StorageFacts | null;
}
