import type { Instant } from "#lib/metadata/metadata.ts";

/** What is shown of duplicates. Client-safe. */

export interface DuplicatesView {
	readonly state: "idle" | "queued" | "running";
	readonly outcome: "complete" | "partial" | "cancelled" | "failed" | null;
	readonly phase: "collecting" | "ends" | "contents" | "scenes" | null;
	readonly requestedBy: string | null;
	readonly requestedAt: Instant | null;
	readonly startedAt: Instant | null;
	readonly endedAt: Instant | null;
	/** When a search came to its end last. */
	readonly completedAt: Instant | null;
	/** Bytes that the search may read, and has read. */
	readonly budgetBytes: number;
	readonly usedBytes: number;
	readonly filesRead: number;
	/** Why it failed, or did not come to its end. */
	readonly message: string | null;
	readonly cancelling: boolean;
	/** Contents that lie there several times, and how much less the archive would be without. */
	readonly groups: number;
	readonly wasted: number;
	/** Scenes that are registered several times. */
	readonly scenes: number;
	/** Files that have the size of another one; those that could not be read. */
	readonly candidates: number;
	readonly unread: number;
	/** The first of those, each with the reason. */
	readonly unreadExamples: readonly string[];
}

/** The same contents under several names. */
export interface ContentGroup {
	readonly checksum: string;
	/** Bytes of each. */
	readonly size: number;
	readonly names: number;
	/** Hard links are one copy. */
	readonly copies: number;
	/** Bytes that all copies but one take. */
	readonly wasted: number;
	/** The first of them. */
	readonly files: readonly {
		readonly storage: string;
		readonly path: string;
		/** EO ID; null: it is not registered. */
		readonly dataset: string | null;
		/** The same for hard links of one file; null: it is none. */
		readonly link: string | null;
	}[];
}

/** The same scene under several EO IDs. */
export interface SceneGroup {
	readonly scene: number;
	/** `source-id`: their names are of one scene; `acquisition`: platform, product, times and outline are the same. */
	readonly reason: "source-id" | "acquisition";
	readonly names: number;
	/** Bytes of all but the largest. */
	readonly wasted: number;
	readonly datasets: readonly {
		readonly id: number;
		/** EO ID. */
		readonly dataset: string;
		readonly storage: string;
		readonly path: string;
		readonly begin: Instant;
		readonly bytes: number;
	}[];
}
