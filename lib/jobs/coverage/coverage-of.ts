import { coverageView } from "#lib/catalog/coverage/coverage.ts";
import type { CoverageView } from "#lib/catalog/coverage/coverage-views.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { coverageRules } from "#lib/sync/coverage/covering-sources.ts";

/** What was found in a storage, and whether its sources have changed since. @throws UsageError when there is no such storage. */
export function coverageOf(database: Database, storage: string): Promise<CoverageView> {
	return coverageView(database, storage, (id) => coverageRules(database, id));
}
