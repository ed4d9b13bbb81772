import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { UsageError } from "#lib/errors.ts";
import { parseFileName } from "#lib/patterns/file-name.ts";
import { parseGlob } from "#lib/patterns/glob.ts";
import type { ContainerInput, SourceInput } from "./inputs.ts";

/** Patterns that were stored before each had to be matched in linear time go on; new ones of that kind are refused. */

export interface BeyondPattern {
	readonly pattern: string;
	/** What of it cannot be matched in linear time. */
	readonly why: string;
}

type Patterns = Pick<SourceInput, "include" | "exclude" | "fileName">;

/** Returns the patterns that cannot be matched in linear time. @throws UsageError for what is no pattern at all. */
export function patternsBeyond({ include, exclude, fileName }: Patterns): readonly BeyondPattern[] {
	const globs = [...include, ...exclude].flatMap((pattern) => {
		const glob = parseGlob(pattern);
		return "beyond" in glob ? [{ pattern, why: glob.beyond }] : [];
	});
	if (!fileName) return globs;
	const expression = parseFileName(fileName);
	return "beyond" in expression ? [...globs, { pattern: fileName, why: expression.beyond }] : globs;
}

/** @throws UsageError that names each pattern which is none, or cannot be matched in linear time. */
export function requireLinearPatterns(patterns: Patterns): void {
	const beyond = patternsBeyond(patterns);
	if (beyond.length === 0) return;
	const problems = beyond.map(
		({ pattern, why }) =>
			`The pattern ${JSON.stringify(pattern)} cannot be used, because some names would take for ever: ${why}.`,
	);
	throw new UsageError(problems.join("\n"));
}

/** The same for the sources of a container, but for patterns that it has already. */
export async function requirePatterns(
	{ sql }: { readonly sql: Sql | Transaction },
	{ id, sources }: Pick<ContainerInput, "id" | "sources">,
): Promise<void> {
	const rows = await sql<{ globs: string[]; fileName: string | null }[]>`
		select s.include || s.exclude as globs, s.file_name as "fileName" from sources s join containers c on c.id = s.container_id
		where c.eo_id = ${id} and not s.retired`;
	const globs = new Set(rows.flatMap((row) => row.globs));
	const fileNames = new Set(rows.map((row) => row.fileName));
	const isNew = (pattern: string) => !globs.has(pattern);
	for (const { include, exclude, fileName } of sources)
		requireLinearPatterns({
			include: include.filter(isNew),
			exclude: exclude.filter(isNew),
			fileName: fileNames.has(fileName) ? null : fileName,
		});
}
