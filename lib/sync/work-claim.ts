import type { Transaction } from "#lib/catalog/database/database.ts";

/**
 * What entitles a process to work on a run: the lease of the whole (`RunLease`), or parts of it (`Helper`). All that is
 * staged is written under its fence.
 */
export interface WorkClaim {
	readonly run: number;
	/** Aborts when there is nothing to work on any more. */
	readonly signal: AbortSignal;
	/** No other process gets it until the transaction ends. @throws LeaseLostError when one has. */
	fence(sql: Transaction): Promise<void>;
	/** So much more is done. */
	advance(more: { readonly done?: number; readonly files?: number; readonly current?: string }): void;
}
