import type { Problem } from "#lib/storage/storage.ts";
import type { RunContext } from "#lib/sync/run-context.ts";
import type { WorkClaim, WorkSource } from "#lib/sync/work-claim.ts";
import type { ToRead } from "./read.ts";

/** What is needed for reading, by the leader or a helper. */
export interface ReadContext extends Omit<RunContext, "lease" | "loaded"> {
	readonly claim: WorkClaim;
}

export interface ReadRow extends ToRead {
	readonly sourceId: number;
	readonly homeSourceId: number | null;
}

export interface ChangePortion {
	readonly rows: readonly ReadRow[];
	/** The part of the run that it is, where a helper claimed it. */
	readonly part?: number;
}

/** A change whose files could not be examined; null: they vanished since they were listed. */
export interface ReadFailure {
	readonly row: ReadRow;
	readonly problem: Problem | null;
}

/** Changes that are still to be read. */
export type ChangeSource = WorkSource<ChangePortion, ReadFailure>;
