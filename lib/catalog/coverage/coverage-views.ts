import type { Instant } from "#lib/metadata/metadata.ts";
import type { ClassTotal, CoverageClass } from "./coverage-classes.ts";

/** What is shown of coverage. Client-safe. */

/** What was found in a storage, and how far the look at it has come. */
export interface CoverageView {
	readonly storage: string;
	/** `idle`: nobody looks at it. */
	readonly state: "idle" | "queued" | "running";
	/** How the last look ended; null: none has. */
	readonly outcome: "complete" | "partial" | "cancelled" | "failed" | null;
	/** Why it failed. */
	readonly message: string | null;
	readonly requestedBy: string | null;
	readonly requestedAt: Instant | null;
	readonly startedAt: Instant | null;
	readonly endedAt: Instant | null;
	/** When all of it was looked at last. */
	readonly completedAt: Instant | null;
	/** The storage must not be used before then. */
	readonly waitsUntil: Instant | null;
	readonly cancelling: boolean;
	/** Of this look, with the looks that it goes on from. */
	readonly folders: number;
	readonly entries: number;
	/** Folders that are known of and were not looked at yet; the next look goes on there. */
	readonly notLookedAt: number;
	/** Folders that could not be listed. */
	readonly problems: number;
	/** Sources of the storage were added, edited or removed since. */
	readonly rulesChanged: boolean;
	/** When a worker looks by itself next; null: never. */
	readonly nextAt: Instant | null;
	/** Every class that has entries, in the order of the classes. */
	readonly totals: readonly ClassTotal[];
}

export interface CoverageFolder {
	readonly path: string;
	readonly name: string;
	/** null: not looked at yet. */
	readonly at: Instant | null;
	/** The last listing of a source was taken. */
	readonly taken: boolean;
	/** It is still to be looked at again, or for the first time. */
	readonly waits: boolean;
	/** Why it could not be listed. */
	readonly problem: string | null;
	readonly isLeaf: boolean;
	/** Over it and all below. */
	readonly totals: readonly ClassTotal[];
}

/** The sources whose patterns decide about a file. */
export interface FileSources<S = FileSource> {
	/** Those that match it, or exclude it. */
	readonly matching: readonly S[];
	/** Those that look into its folder, the nearest first; some of them. */
	readonly around: readonly S[];
}

export interface FileSource {
	readonly id: number;
	/** EO ID of its container. */
	readonly container: string;
	/** Its root. */
	readonly path: string;
}

/** Which files a pattern is about: one alone, those of its kind in its folder, or also those below it. */
export type PatternReach = "file" | "folder" | "below";

/** With the patterns of that source for the file, and for those around it. */
export interface MendingSource extends FileSource {
	readonly patterns: Readonly<Record<PatternReach, string>>;
}

export interface CoverageFile {
	readonly path: string;
	readonly class: CoverageClass;
	readonly size: number;
	/** EO IDs of the containers whose sources match or exclude it. */
	readonly containers: readonly string[];
	/** The one that excludes it. */
	readonly pattern: string | null;
}
