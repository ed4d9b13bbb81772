import type { Database } from "#lib/catalog/database/database.ts";
import { patternsBeyond } from "#lib/catalog/source-patterns.ts";
import { messageOf } from "#lib/errors.ts";
import { type Finding, ok, warning } from "./finding.ts";

interface StoredPatterns {
	readonly container: string;
	readonly include: string[];
	readonly exclude: string[];
	readonly fileName: string | null;
}

/** Finds old patterns that cannot be matched in linear time: a long name may stop the runs of their container. */
export async function* examinePatterns({ sql }: Database): AsyncGenerator<Finding> {
	const rows = await sql<StoredPatterns[]>`
		select c.eo_id as container, s.include, s.exclude, s.file_name as "fileName" from sources s join containers c on c.id = s.container_id
		where not s.retired order by c.eo_id, s.position`;
	const problems = rows.flatMap(problemsOf);
	if (problems.length === 0)
		return yield ok("patterns", "The patterns of all sources can be matched quickly, whatever the names of files.");
	for (const problem of problems) yield warning("patterns", problem, "Rewrite the pattern without it.");
}

function problemsOf({ container, ...patterns }: StoredPatterns): readonly string[] {
	try {
		return patternsBeyond(patterns).map(
			({ pattern, why }) =>
				`${container}: ${JSON.stringify(pattern)} may take too long on some name, which then stops its runs: ${why}.`,
		);
	} catch (error) {
		return [`${container}: ${messageOf(error)}`];
	}
}
