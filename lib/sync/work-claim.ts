import type { Transaction } from "#lib/catalog/database/database.ts";

/**
 * What entitles a process to work on a run: the lease of the whole (`RunLease`), or a claim to parts of it (`Helper`).
 * Everything that is staged is written under its fence.
 */
export interface WorkClaim {
	readonly run: number;
	/** Aborts when there is nothing to work on any more. */
	readonly signal: AbortSignal;
	/** No other process gets the claim until the transaction ends. @throws LeaseLostError when one has it. */
	fence(sql: Transaction): Promise<void>;
	/** Adds to what is done. */
	advance(more: { readonly done?: number; readonly files?: number; readonly current?: string }): void;
}

/**
 * Where a process gets the work of a phase from. The leader of a run begins with all of it, and gives portions away when
 * helpers are there; what is left then is claimed by whichever process has time.
 */
export interface WorkSource<Portion, Failed> {
	/** Portion by portion; for the leader the phase is over after the last. */
	portions(): AsyncGenerator<Portion, void>;
	/** Ends a portion, in the transaction that writes the last of its results. Left out: nothing is to be written. */
	finish?(sql: Transaction, portion: Portion): Promise<void>;
	/** Takes what could not be examined. A helper leaves it to the leader; what the leader cannot examine is unknown (rule 11). */
	giveBack(sql: Transaction, failed: readonly Failed[]): Promise<void>;
}
