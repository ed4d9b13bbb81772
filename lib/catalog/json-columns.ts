import type { DatasetState, Instant } from "#lib/metadata/metadata.ts";
import type { ChangeAction, ExceptionEnd, StacAccess } from "./inputs.ts";

/** The shapes of the catalogue's JSON columns. No code, so that any room may import it. */

/** A dataset's file as it was when it was compared; `Entry` of `lib/storage` with the part it plays. */
export interface FileFingerprint {
	/** Relative to the data file's folder: a base name, of members of a product also a path (`measurement/hh.tiff`). */
	readonly name: string;
	/** `member`: a further file of a product whose data file is its manifest, and whatever a reader looked into besides. */
	readonly role: "data" | "metadata" | "conf" | "other" | "member";
	/** Bytes. */
	readonly size: number;
	/** Microseconds since 1970-01-01T00:00:00Z. */
	readonly mtime: number | null;
	readonly etag: string | null;
	readonly inode: string | null;
	/** Microseconds since 1970 (`Entry.ctime`); left out where the storage has none, or where none was taken over yet. */
	readonly ctime?: number;
	/** It was listed so shortly after it was written that it may be written again and look the same: look into it once more. */
	readonly recent?: true;
	/** For a rejected file: it could not be read because it is archived (`Entry.archived`). */
	readonly archived?: true;
	/** SHA-256 of the content; only where the source asks for `checksum`. */
	readonly checksum?: string;
}

/** A mosaic's grid: `origin` is the outer corner of the upper left pixel; `resolution` x, y > 0 in CRS units per pixel. */
export interface MosaicGrid {
	readonly crs: string;
	readonly origin: readonly [number, number];
	readonly resolution: readonly [number, number];
	/** Pixels; grows with the datasets that fit. */
	readonly size: readonly [number, number];
}

export type DatasetField = keyof DatasetState | "path" | "metadataPaths" | "members" | "checksum";

/** The fields that differ, by name. */
export type FieldDiffs = { readonly [field in DatasetField]?: { readonly before: unknown; readonly after: unknown } };

export const runPhases = ["queued", "scanning", "reading", "planning", "applying", "finished"] as const;
export type RunPhase = (typeof runPhases)[number];

/** Where a run is. Counts are of the phase's own unit: folders listed, files read, changes applied. */
export interface RunProgress {
	readonly phase: RunPhase;
	readonly done: number;
	/** null while it is not known. */
	readonly total: number | null;
	/** What is being looked at now. */
	readonly current?: string;
	/** Files seen so far by the scan. */
	readonly files?: number;
	/** When this phase began. */
	readonly since?: Instant;
	/** The finished phases, in order. */
	readonly steps?: readonly RunStep[];
}

export interface RunStep {
	readonly phase: RunPhase;
	readonly done: number;
	/** How much of that other workers did than the one that led the run. */
	readonly helped?: number;
	readonly seconds: number;
}

/** How much a run may do without an approval: a count, a share (`"20%"`, `"5‰"`) or null, no limit. Left out: the default. */
export type GuardLimit = string | null;

/** What a container states of its guard (rule 12). */
export interface GuardRules {
	readonly maxRemovals?: GuardLimit | undefined;
	readonly maxUpdates?: GuardLimit | undefined;
	readonly maxRejections?: GuardLimit | undefined;
	/** Whether a run that finds a source empty is held. Left out: it is. */
	readonly emptied?: "hold" | "allow" | undefined;
}

/** What the guard saw, and why it holds the run (rule 12). */
export interface GuardVerdict {
	/** Datasets that would be removed or unlinked. */
	readonly removals: number;
	/** Datasets whose files changed and whose fields differ. */
	readonly updates?: number;
	/** Registered datasets that would be rejected. */
	readonly rejections?: number;
	/** The container's datasets before the run. */
	readonly datasets: number;
	/** The limit of removals in force, for people. */
	readonly maxRemovals: string;
	/** Sources of which no data file is found any more. */
	readonly emptied: readonly string[];
	/** For people: one sentence per reason. */
	readonly reasons: readonly string[];
}

export interface RunError {
	readonly code: string;
	readonly message: string;
}

/** The run that follows one which was joined although its look at the archive was of before (`createRun`). */
export interface LookAgain {
	readonly kind: "sync" | "check";
	readonly trigger: "dashboard" | "command-line" | "schedule" | "watch" | "api";
	readonly actor: string;
	readonly full: boolean;
	readonly removesNow: boolean;
	readonly approval: string | null;
}

/** What of a plan a person chose to apply. */
export interface RunSelection {
	readonly by: string;
	/** Changes of the plan before, and of those that are applied. */
	readonly planned: number;
	readonly chosen: number;
	/** Left out as well, because something else was: how many, and the first of them. */
	readonly together: number;
	readonly examples: readonly LeftOutTogether[];
	/** What was left out is kept out; null: it is left for later. */
	readonly keepOut: { readonly until: ExceptionEnd; readonly note: string } | null;
}

export interface LeftOutTogether {
	readonly action: ChangeAction;
	readonly path: string;
	/** A sentence without its full stop. */
	readonly why: string;
}

/** Of an item of which two STAC APIs say different things: what each says, by field. */
export type PublishedDifferenceFields = Readonly<Record<string, { readonly ours: unknown; readonly theirs: unknown }>>;

/** A source of a container that is split or merged. */
export interface ReshapedSource {
	/** The source that it is, or that it becomes a copy of. */
	readonly id: number;
	readonly path: string;
	readonly include: readonly string[];
	readonly exclude: readonly string[];
	readonly rangeType: string | null;
}

/** How a split or merge leaves a container. */
export interface ReshapedPlan {
	readonly title: string;
	readonly rangeType: string | null;
	readonly retentionDays: number;
	/** In their order. */
	readonly sources: readonly ReshapedSource[];
}

/** How it was before. */
export interface ReshapedBefore extends ReshapedPlan {
	readonly eoId: string;
	/** Who could read it by STAC when the plan was made; a plan of an earlier version does not say. */
	readonly publishStac?: StacAccess;
	/** Of one that is merged: the former IDs that it had. */
	readonly formerIds: readonly string[];
	/** How it came to those former IDs: their rows as they were before the merge. */
	readonly former?: readonly {
		readonly eo_id: string;
		readonly how: string;
		readonly since: string;
		readonly actor: string;
		readonly run_id: number | null;
	}[];
	/** Of one that is merged: the exceptions that went over with its files. */
	readonly exceptions?: readonly number[];
	/** Of one that is merged: those that ended with it, as the other container has the same. */
	readonly sameExceptions?: readonly number[];
	/** Those of moves whose two ends went to two containers. */
	readonly movedApart?: readonly MovedApart[];
}

/** An exception of a move that became two: of the file that comes, which it is now, and of the one that goes. */
export interface MovedApart {
	readonly exception: number;
	readonly fromPath: string;
	/** null: there was an exception of that already. */
	readonly removal: number | null;
}
