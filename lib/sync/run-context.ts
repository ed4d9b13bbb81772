import type { Database } from "#lib/catalog/database/database.ts";
import type { StoragePolicy } from "#lib/storage/security/storage-policy.ts";
import type { Storage } from "#lib/storage/storage.ts";
import type { LoadedRun, SourceRules } from "./loaded-run.ts";
import type { RunLease } from "./run-lease.ts";

/** What the phases of a run are given by `sync`. */
export interface RunContext {
	readonly database: Database;
	readonly lease: RunLease;
	readonly loaded: LoadedRun;
	/** Rules of datasets' home sources, by id; those of other containers are loaded when they are met. */
	readonly rulesById: Map<number, SourceRules>;
	/** The opened storage of a source. */
	readonly storageOf: (source: SourceRules) => Promise<Storage>;
	readonly policy: StoragePolicy;
}
