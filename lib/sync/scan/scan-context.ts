import type { Database } from "#lib/catalog/database/database.ts";
import type { LoadedRun, SourceRules } from "#lib/sync/loaded-run.ts";
import type { WorkClaim } from "#lib/sync/work-claim.ts";

/** What scanning and comparing one source is given, by the leader or a helper. */
export interface ScanContext {
	readonly database: Database;
	readonly claim: WorkClaim;
	readonly loaded: LoadedRun;
	readonly source: SourceRules;
	/** Rules of datasets' home sources, by id; those of other containers are loaded when met. */
	readonly rulesById: Map<number, SourceRules>;
	/** Whether folders may have been staged before: what was staged of them is replaced, or left where it is the same. */
	readonly mayBeStaged: () => boolean;
}

/** Everything is read again (`--full`, or a source that compares contents). */
export function rereads({ loaded, source }: ScanContext): boolean {
	return loaded.run.full || source.checksum;
}
