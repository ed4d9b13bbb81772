import type { Transaction } from "#lib/catalog/database/database.ts";

/**
 * What entitles a process to work on a run: the lease of the whole (`Session`), or parts of it (`Helper`). All that is
 * staged is written under its fence.
 */
export interface WorkClaim {
	readonly run: number;
	/** Aborts when there is nothing to work on any more. */
	readonly signal: AbortSignal;
	/** Nobody else gets the hold until the transaction ends. @throws LeaseLostError when somebody has. */
	fence(sql: Transaction): Promise<void>;
	/** So much more is done. */
	advance(more: { readonly done?: number; readonly files?: number; readonly current?: string }): void;
}
