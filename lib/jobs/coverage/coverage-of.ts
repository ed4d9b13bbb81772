import { coverageView, sourcesAbout } from "#lib/catalog/coverage/coverage.ts";
import type {
	CoverageView,
	FileSource,
	FileSources,
	MendingSource,
	PatternReach,
} from "#lib/catalog/coverage/coverage-views.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { coverageRules } from "#lib/sync/coverage/covering-sources.ts";
import { patternFor } from "#lib/sync/coverage/pattern-for.ts";

/** What was found in a storage, and whether its sources have changed since. @throws UsageError when there is no such storage. */
export function coverageOf(database: Database, storage: string): Promise<CoverageView> {
	return coverageView(database, storage, (id) => coverageRules(database, id));
}

/** The sources in whose forms a pattern for a file belongs, and that pattern. */
export async function mendingSources(
	database: Pick<Database, "sql">,
	storage: string,
	path: string,
): Promise<FileSources<MendingSource>> {
	const { matching, around } = await sourcesAbout(database, storage, path);
	const withPatterns = (source: FileSource): readonly MendingSource[] => {
		const pattern = (reach: PatternReach) => patternFor(path, source.path, reach);
		const [file, folder, below] = [pattern("file"), pattern("folder"), pattern("below")];
		return file === null || folder === null || below === null ? [] : [{ ...source, patterns: { file, folder, below } }];
	};
	return { matching: matching.flatMap(withPatterns), around: around.flatMap(withPatterns) };
}
