import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import type { StoragePolicy } from "#lib/storage/security/storage-policy.ts";
import type { Problem, Storage } from "#lib/storage/storage.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import type { WorkClaim } from "#lib/sync/work-claim.ts";
import type { ToRead } from "./read.ts";

/** What is needed for reading, whoever does it. */
export interface ReadContext {
	readonly database: Database;
	readonly claim: WorkClaim;
	readonly rulesById: Map<number, SourceRules>;
	/** The opened storage of a source. */
	readonly storageOf: (source: SourceRules) => Promise<Storage>;
	readonly bounds: StoragePolicy;
}

export interface ReadRow extends ToRead {
	readonly sourceId: number;
	readonly homeSourceId: number | null;
}

export interface Portion {
	readonly rows: readonly ReadRow[];
	/** The part of the run that it is, where it is one of a helper's. */
	readonly part?: number;
}

/** A change whose files could not be examined; null: they vanished since they were listed. */
export interface Unknown {
	readonly row: ReadRow;
	readonly problem: Problem | null;
}

/** Which changes are read next, and what becomes of those that could not be. */
export interface Portions {
	/** null: there is nothing left to be read. */
	next(): Promise<Portion | null>;
	/** In the transaction that writes what the others say. */
	end(sql: Transaction, portion: Portion, unknown: readonly Unknown[]): Promise<void>;
}

export interface LeadersPortions extends Portions {
	/** Whether something was given away so far. */
	readonly wasShared: () => boolean;
}
