import type { Transaction } from "#lib/catalog/database/database.ts";

export interface StagedPlace {
	/** The source's id; null: it is of none, and nothing looks there. */
	readonly source: number | null;
	readonly directory: string;
}

/**
 * Makes the next run compare folders again from which the plan leaves something out, even if they look the same. This also holds
 * when this run is a check, whose folders are never written.
 */
export async function lookAgainAt(sql: Transaction, run: number, places: readonly StagedPlace[]): Promise<void> {
	if (places.length === 0) return;
	const folders = sql`(select distinct * from unnest(${places.map(({ source }) => source)}::bigint[],
		${places.map(({ directory }) => directory)}::text[]) as f(source_id, path))`;
	await sql`
		update run_directories d set digest = '', listing = null from ${folders} f
		where d.run_id = ${run} and d.source_id = f.source_id and d.path = f.path and d.digest is not null`;
	await sql`update directories d set digest = null from ${folders} f where d.source_id = f.source_id and d.path = f.path`;
}
