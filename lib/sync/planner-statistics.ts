import type { Transaction } from "#lib/catalog/database/database.ts";

/** What the planner of PostgreSQL has to know before it joins very many rows. */

/** Below this it does well enough without knowing how many changes a run has: better than by looking. */
const manyRows = 2000;

/**
 * A run's changes were written just now: let PostgreSQL count them before joining them, and hash them in memory. Otherwise it may
 * choose nested loops over all of them.
 * @param isCounted PostgreSQL already knows how many there are
 */
export async function prepareForMany(sql: Transaction, run: number, { isCounted = false } = {}): Promise<void> {
	const [row] = await sql`select from changes where run_id = ${run} offset ${manyRows} limit 1`;
	if (!row) return;
	// A trigger's plan is made when it first works in a session, for as few rows as there were then: of a small sync, with nested loops.
	await sql`discard plans`;
	await sql`set local work_mem = '64MB'`;
	for (const table of ["datasets", "dataset_versions", "container_datasets"] as const)
		await expectAtLeast(sql, table, manyRows);
	if (isCounted) return;
	await analyze(sql, "changes");
}

/**
 * For the rest of the transaction: the rows of a cursor are all wanted, not the first of them soon, and may be joined by a hash in memory. Of
 * a folder of 200,000 files each dataset's version was looked for by itself, which took half as long again.
 */
export function fetchAllOfMany(sql: Transaction): void {
	// Nothing waits for it; if it fails, so does what is sent after it.
	sql`select set_config('cursor_tuple_fraction', '1', true), set_config('work_mem', '64MB', true)`.catch(() => {});
}

/**
 * PostgreSQL assumes as many rows per page as there were when it last analysed a table. If the table was empty then, it expects
 * no rows, however many have come since: 20,000 new datasets were joined by a nested loop over all of them, which
 * took three minutes. So the table is analysed again where PostgreSQL expects fewer rows than there must be.
 */
export async function expectAtLeast(
	sql: Transaction,
	table: Exclude<keyof typeof joinedBy, "changes" | "containers" | "sources">,
	atLeast: number,
): Promise<void> {
	if (atLeast < manyRows) return;
	const [row] = await sql<{ expected: number }[]>`
		select reltuples / greatest(relpages, 1) * pg_relation_size(oid) / current_setting('block_size')::int as expected
		from pg_class where oid = ${table}::regclass`;
	if ((row?.expected ?? 0) >= atLeast) return;
	await analyze(sql, table);
}

/**
 * For who writes very many containers one after another: what was prepared while there were none is planned for none, and goes through all
 * of them for each one. `configure --check` of 2,000 took a quarter of an hour.
 */
export async function countContainers(sql: Transaction): Promise<void> {
	for (const table of ["containers", "sources"] as const) await analyze(sql, table);
}

/** What tables are joined by: the other columns are nearly all of a row, and a larger sample of them takes half a second. */
const joinedBy = {
	changes: "run_id, action, outcome, storage_id, source_id, directory, path, from_path, dataset_id, eo_id, to_read",
	datasets: "id, storage_id, directory, path, eo_id, archived_at",
	dataset_versions: "id, dataset_id, run_id, footprint_key",
	container_datasets: "container_id, dataset_id, source_id",
	containers: "id, eo_id, revision, deleted_at, deleted_eo_id",
	sources: "id, container_id, storage_id, retired",
} as const;

/** Samples 9,000 rows. */
async function analyze(sql: Transaction, table: keyof typeof joinedBy): Promise<void> {
	await sql`set local default_statistics_target = 30`;
	await sql.unsafe(`analyze ${table} (${joinedBy[table]})`);
	await sql`set local default_statistics_target to default`;
}
