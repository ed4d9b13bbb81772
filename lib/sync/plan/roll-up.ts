import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { placedChanges } from "#lib/catalog/runs/placed-changes.ts";
import { prepareForMany } from "#lib/sync/planner-statistics.ts";

/** Folders of a run that are counted one by one. */
export const mostFolders = 100_000;
/** The same once its changes are purged: what stays is for the history. */
export const mostFoldersKept = 1000;
/** Cutting deep trees off is tried down to here. */
const deepestCut = 16;

/**
 * Rolls up a run whose plan is complete, or whose plan turned out otherwise when it was applied: its changes by action and folder,
 * day, and cell of the map, each with how many of them were left out.
 */
export async function rollUpRun(sql: Transaction, run: number, most = mostFolders): Promise<void> {
	await prepareForMany(sql, run, { isCounted: true });
	await sql`delete from run_roll_ups where run_id = ${run}`;
	const [made] = await sql<{ folders: number }[]>`
		with placed as (${placedChanges(sql, sql`c.run_id = ${run} and c.action <> 'refreshed'`)}),
		sums as materialized (
			select action, directory, day, cell, grouping(directory, day, cell) as of, count(*) as changes,
				count(*) filter (where is_left_out) as left_out
			from placed group by grouping sets ((action, directory), (action, day), (action, cell))
		), marked as (
			insert into run_roll_ups (run_id) values (${run})
		), folders as (
			insert into run_folders (run_id, action, directory, changes, left_out)
			select ${run}, action, directory, changes, left_out from sums where of = 3
		), days as (
			insert into run_days (run_id, action, day, changes, left_out)
			select ${run}, action, day, changes, left_out from sums where of = 5 and day is not null
		), cells as (
			insert into run_cells (run_id, action, cell, changes, left_out)
			select ${run}, action, cell, changes, left_out from sums where of = 6 and cell is not null order by cell
		)
		select count(distinct directory) as folders from sums where of = 3`;
	if ((made?.folders ?? 0) > most) await coarsenFolders(sql, run, most);
}

/** Counts what lies deep in the folders above it, at the greatest depth that has no more than so many folders. */
export async function coarsenFolders(sql: Transaction, run: number, most = mostFoldersKept): Promise<void> {
	const [cut] = await sql<{ depth: number }[]>`
		with paths as materialized (
			select string_to_array(directory, '/') as parts from run_folders where run_id = ${run} group by directory
		), cuts as (
			select depth, count(distinct parts[1:depth]) as folders from paths, generate_series(1, ${deepestCut}) depth group by depth
		)
		select coalesce(max(depth), 0) as depth from cuts where folders <= ${most}`;
	const depth = cut?.depth ?? 0;
	await sql`
		insert into run_folders as f (run_id, action, directory, changes, left_out)
		select ${run}, action, array_to_string(parts[1:${depth}::int], '/'), sum(changes), sum(left_out)
		from (select *, string_to_array(directory, '/') as parts from run_folders where run_id = ${run}) deep
		where cardinality(parts) > ${depth} group by 2, 3
		on conflict (run_id, directory, action) do update set changes = f.changes + excluded.changes, left_out = f.left_out + excluded.left_out`;
	await sql`delete from run_folders where run_id = ${run} and cardinality(string_to_array(directory, '/')) > ${depth}`;
	await sql`update run_roll_ups set folder_depth = ${depth} where run_id = ${run}`;
}

/** Whether a run is rolled up and has more folders than are kept once its changes are gone. */
export async function hasManyFolders(sql: Sql | Transaction, run: number): Promise<boolean> {
	const rows = await sql`
		select from (select distinct directory from run_folders where run_id = ${run}) f offset ${mostFoldersKept} limit 1`;
	return rows.length > 0;
}
