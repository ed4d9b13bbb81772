import type { Database, Sql } from "#lib/catalog/database/database.ts";
import { changeVersions, currentVersion, datasetFootprint } from "#lib/catalog/datasets/dataset-state.ts";
import { changeMatches } from "#lib/catalog/datasets/footprints.ts";
import { changeActions } from "#lib/catalog/inputs.ts";
import { numberKey, pagingBy, textKey } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { ChangeCounts, ChangeView } from "#lib/catalog/read-models/change-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { actionSums, folderSums } from "#lib/catalog/runs/folder-tree.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";
import { actionsThat, outcomeOf } from "./change-outcomes.ts";
import type { ChangesQuery } from "./changes-query.ts";

/** A run's changes, in the order of their folders and paths. */

export type ChangeRow = Omit<ChangeView, "fields" | "footprint"> & {
	readonly fields: ChangeView["fields"] | null;
	readonly footprintBefore: Footprint | null;
	readonly footprintAfter: Footprint | null;
};

/** Columns of changes `c` with `changeTables`, as `ChangeRow`. */
export const changeColumns = (sql: Sql) => sql`
	c.id as key, c.action, c.path, c.from_path as "fromPath", st.name as storage, coalesce(c.eo_id, d.eo_id) as dataset, c.fields, c.code,
	coalesce(c.left_out, c.reason) as reason, c.exception_id as exception, ${outcomeOf(sql)} as outcome,
	coalesce((bv.state->'footprint')::jsonb, c.before->'footprint', case when c.action in ${actionsThat.leave(sql)} then ${datasetFootprint(sql)} end) as "footprintBefore",
	coalesce((av.state->'footprint')::jsonb, c.after->'footprint', case when c.action in ${actionsThat.stay(sql)} then ${datasetFootprint(sql)} end) as "footprintAfter"`;

/** Joins to changes `c` their runs (`r`), storages (`st`), versions and datasets (`d`). */
export const changeTables = (sql: Sql) => sql`
	join runs r on r.id = c.run_id join storages st on st.id = c.storage_id ${changeVersions(sql)}
	left join datasets d on d.id = c.dataset_id ${currentVersion(sql)}`;

export function changeViewOf<Row extends ChangeRow>({ fields, footprintBefore, footprintAfter, ...row }: Row) {
	return { ...row, fields: fields ?? {}, footprint: { before: footprintBefore, after: footprintAfter } };
}

const byFolderAndPath = pagingBy(textKey, textKey, numberKey);

/** `total` counts what matches the query, over all pages; it is counted for the first page only, then -1. */
export async function listChanges({ sql }: Database, run: number, query: ChangesQuery): Promise<Page<ChangeView>> {
	const { after, limit, offset = 0 } = query;
	const [directory, path, id] = byFolderAndPath.keyOf(after);
	const matches = changeMatches({ sql }, query);
	const position =
		directory === undefined ? sql`` : sql`and (c.directory, c.path, c.id) > (${directory}, ${path ?? ""}, ${id ?? 0})`;
	const rows = await sql<(ChangeRow & { directory: string })[]>`
		with page as (
			select * from changes c where c.run_id = ${run} and ${matches} ${position} order by c.directory, c.path, c.id
			limit ${limit + 1} offset ${offset}
		)
		select c.directory, ${changeColumns(sql)} from page c ${changeTables(sql)} order by c.directory, c.path, c.id`;
	const page = byFolderAndPath.pageOf(rows, limit, ({ directory, path, key }) => [directory, path, key]);
	const isFirst = !after && offset === 0;
	// The run's counts outlive its changes.
	const total = isFirst ? (rows.length === 0 ? 0 : await countMatching({ sql }, run, query)) : -1;
	return { rows: page.rows.map(({ directory: _, ...row }) => changeViewOf(row)), next: page.next, total };
}

/** Returns the finished runs whose changes were purged: of these only counts and sums by folder are left. */
export async function runsWithoutTheirChanges<R extends Pick<RunView, "run" | "sameAs" | "finishedAt"> & ChangeCounts>(
	{ sql }: Database,
	runs: readonly R[],
): Promise<readonly R[]> {
	const ended = runs.filter((run) => run.finishedAt !== null && changeActions.some((action) => run[action] > 0));
	const rows = await sql<{ run: number }[]>`
		select run from unnest(${ended.map(({ run, sameAs }) => sameAs ?? run)}::bigint[]) as r(run)
		where not exists (select from changes c where c.run_id = r.run)`;
	const forgotten = new Set(rows.map(({ run }) => run));
	return ended.filter(({ run, sameAs }) => forgotten.has(sameAs ?? run));
}

/** The number of a change's row among all that match; null: it is none of them. */
export async function changePlace(
	{ sql }: Database,
	run: number,
	key: number,
	query: ChangesQuery,
): Promise<number | null> {
	const matches = changeMatches({ sql }, query);
	const [place] = await sql<{ row: number }[]>`
		with wanted as (select c.directory, c.path, c.id from changes c where c.id = ${key} and c.run_id = ${run} and ${matches})
		select (select count(*) from changes c
			where c.run_id = ${run} and (c.directory, c.path, c.id) < (wanted.directory, wanted.path, wanted.id) and ${matches}) as row
		from wanted`;
	return place?.row ?? null;
}

/** Counts the matching changes; without a filter the run's own counts suffice. */
async function countMatching({ sql }: Pick<Database, "sql">, run: number, query: ChangesQuery): Promise<number> {
	const { action, search, folder, other, begin, end } = query;
	if (search === "" && folder === "" && other === undefined && begin === undefined && end === undefined) {
		const [counts] = await sql<ChangeCounts[]>`
			select added, removed, updated, moved, linked, unlinked, rejected from runs where id = ${run} and skipped = 0 and planned_at is not null`;
		if (counts) return action === null ? Object.values(counts).reduce((sum, count) => sum + count, 0) : counts[action];
	}
	const [row] = await sql<
		{ total: number }[]
	>`select count(*) as total from changes c where c.run_id = ${run} and ${changeMatches({ sql }, query)}`;
	return row?.total ?? 0;
}

/** Counts the changes of each kind per folder, in the order of the list. */
export async function folderCounts(
	{ sql }: Database,
	run: number,
	query: ChangesQuery,
): Promise<readonly { readonly directory: string; readonly counts: ChangeCounts }[]> {
	const { select } = await folderSums({ sql }, run, query, null);
	const rows = await sql<(ChangeCounts & { directory: string })[]>`
		select directory, ${actionSums(sql)} from (${select}) sums group by directory order by directory limit 100000`;
	return rows.map(({ directory, ...counts }) => ({ directory, counts }));
}
