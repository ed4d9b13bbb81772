import type { Database } from "#lib/catalog/database/database.ts";
import type { ContainerState } from "#lib/catalog/read-models/container-view.ts";
import type { Instant, NamedPeriod } from "#lib/metadata/metadata.ts";
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
	/** What reading a source would give; null: only a storage was looked at, or nothing was found out. */
	readonly reading: DryReading | null;
}

/** *Test*, for pages and the API, which cannot look at storages themselves. */
export interface StorageTests {
	readonly testStorage: (
		database: Database,
		name: string,
		options: { readonly signal: AbortSignal },
	) => Promise<StorageTest>;
}

/** What a sync would make of a source, found out on a part of it. Nothing of it is kept. */
export interface DryReading {
	readonly counts: SourceCounts;
	/** Matches from all over the source, as they would be read. */
	readonly samples: readonly ReadSample[];
	/** Why not all of it was looked at, a sentence; null: all was. */
	readonly cut: string | null;
	/** The first of what could not be examined, sentences. */
	readonly problems: readonly string[];
}

/** What became of the names below a source, as far as they were looked at. */
export interface SourceCounts {
	/** Data files. */
	readonly matched: number;
	/** Files that are included by one pattern and excluded by another. */
	readonly excluded: number;
	/** Metadata, sidecars and members of products: they belong to a data file. */
	readonly belonging: number;
	readonly others: number;
	/** Names that begin with `.`, where the storage sees them. */
	readonly hidden: number;
	/** Symbolic links that are not followed. */
	readonly links: number;
	/** Sockets, devices, links to nowhere. */
	readonly special: number;
	/** Folders and names that could not be examined. */
	readonly unreadable: number;
}

/** One data file, read as a sync would; exactly one of `dataset` and `rejection` is not null. */
export interface ReadSample {
	readonly path: string;
	/** Names of its metadata files. */
	readonly metadata: readonly string[];
	/** Bytes. */
	readonly size: number;
	/** As its reader calls it; null: no reader knows it. */
	readonly format: string | null;
	readonly dataset: SampleDataset | null;
	/** `code`: of the rejection, or of the storage's error. */
	readonly rejection: { readonly code: string; readonly reason: string } | null;
}

export interface SampleDataset {
	readonly eoId: string;
	readonly begin: Instant;
	readonly end: Instant;
	/** A name gave a day, month or year alone, which ends with its last millisecond; null: it gave more, or did not tell the end. */
	readonly wholePeriod: NamedPeriod | null;
	/** It gave a day alone. */
	readonly isWholeDay: boolean;
	/** West, south, east, north in degrees; west is more than east across the antimeridian. */
	readonly place: readonly [number, number, number, number];
	/** What told each of them, for people: `scene.xml (EO-O&M)`, `the file name`. */
	readonly told: { readonly eoId: string; readonly begin: string; readonly end: string; readonly footprint: string };
}
