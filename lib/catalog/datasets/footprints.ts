import type { ChangesQuery } from "#lib/catalog/changes/changes-query.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { containing } from "#lib/catalog/database/like.ts";
import type { ChangeAction } from "#lib/catalog/inputs.ts";
import { isRolledUp, placedChanges } from "#lib/catalog/runs/placed-changes.ts";
import type { Footprint, Instant } from "#lib/metadata/metadata.ts";
import { changeVersions, currentVersion, datasetCell, datasetFootprint } from "./dataset-state.ts";
import { type DensityView, densityOfDays, densityOfTimes, type PlacesView, placesOf } from "./density.ts";

/** What maps and timelines draw: where and when many datasets are, and nothing else. */

export interface FootprintView {
	/** The dataset's EO ID, or the change's `key`. */
	readonly key: string | number;
	/** EO ID, or the path of a file that has none. */
	readonly label: string;
	/** null: a dataset as it stands. */
	readonly action: ChangeAction | null;
	/** Its number among the rows of the table beside the map, from 0. */
	readonly row: number;
	readonly footprint: Footprint;
}

export interface FootprintsView {
	/** All of them in the order of the table; none where they are more than `maxFootprints`. */
	readonly rows: readonly FootprintView[];
	/** Footprints that match. */
	readonly total: number;
	/** Where they are instead, if they are too many. */
	readonly places: PlacesView | null;
}

/** More than that no screen shows apart. */
export const maxFootprints = 5000;

export interface DatasetsFilter {
	readonly search: string;
	readonly begin?: Instant | undefined;
	readonly end?: Instant | undefined;
}

export type ChangesFilter = Pick<ChangesQuery, "action" | "search" | "begin" | "end"> &
	Partial<Pick<ChangesQuery, "folder" | "other" | "side">>;

export async function datasetFootprints(
	{ sql }: Database,
	container: string,
	filter: DatasetsFilter,
): Promise<FootprintsView> {
	const matching: Fragment = sql`
		from datasets d join container_datasets cd on cd.dataset_id = d.id join containers c on c.id = cd.container_id ${currentVersion(sql)}
		where c.eo_id = ${container} and d.archived_at is null and ${datasetMatches({ sql }, filter)}`;
	if (await isMoreThanShown({ sql }, sql`select ${matching}`)) {
		const isWhole = filter.search === "" && filter.begin === undefined && filter.end === undefined;
		const cells: Fragment =
			isWhole && (await isContainerRolledUp({ sql }, container))
				? sql`select null::change_action as action, cell, datasets as changes from container_cells k join containers c on c.id = k.container_id where c.eo_id = ${container}`
				: sql`select null::change_action as action, ${datasetCell(sql)} as cell, count(*) as changes ${matching} group by 2`;
		return dense(await placesOf({ sql }, cells));
	}
	const rows = await sql<FootprintView[]>`
		select d.eo_id as key, d.eo_id as label, null as action, ${datasetFootprint(sql)} as footprint, row_number() over (order by d.eo_id) - 1 as row
		${matching} order by d.eo_id`;
	return { rows, total: rows.length, places: null };
}

export async function changeFootprints({ sql }: Database, run: number, filter: ChangesFilter): Promise<FootprintsView> {
	const which: Fragment = sql`c.run_id = ${run} and ${changeMatches({ sql }, filter)}`;
	const placed = sql`(coalesce(c.after_version, c.before_version) is not null or coalesce(c.after, c.before) is not null or c.action <> 'rejected' and c.dataset_id is not null)`;
	const rolledUp = await isRunRolledUp({ sql }, run, filter);
	const cells: Fragment = rolledUp
		? sql`select action, cell, changes from run_cells where run_id = ${run} and (${filter.action}::change_action is null or action = ${filter.action})`
		: sql`select action, cell, count(*) as changes from (${placedChanges(sql, which)}) placed where cell is not null group by action, cell`;
	const isMany = rolledUp
		? await isSummedUp({ sql }, run, cells)
		: await isMoreThanShown({ sql }, sql`select from changes c where ${which} and ${placed}`);
	if (isMany) return dense(await placesOf({ sql }, cells));
	const rows = await sql<FootprintView[]>`
		with matching as (
			select c.id, row_number() over (order by c.directory, c.path, c.id) - 1 as row, ${placed} as placed
			from changes c where ${which}
		)
		select c.id as key, coalesce(c.eo_id, d.eo_id, c.path) as label, c.action, m.row,
			coalesce((coalesce(av.state, bv.state)->'footprint')::jsonb, coalesce(c.after, c.before)->'footprint', ${datasetFootprint(sql)}) as footprint
		from matching m join changes c on c.id = m.id ${changeVersions(sql)} left join datasets d on d.id = c.dataset_id ${currentVersion(sql)}
		where m.placed order by m.row`;
	return { rows, total: rows.length, places: null };
}

export async function datasetDensity(
	{ sql }: Database,
	container: string,
	search: string,
): Promise<DensityView | null> {
	const from: Fragment = sql`
		from datasets d join container_datasets cd on cd.dataset_id = d.id join containers c on c.id = cd.container_id
		where c.eo_id = ${container} and d.archived_at is null and ${datasetMatches({ sql }, { search })}`;
	if (
		search === "" &&
		(await isContainerRolledUp({ sql }, container)) &&
		(await isMoreThanShown({ sql }, sql`select ${from}`))
	)
		return densityOfDays(
			{ sql },
			sql`select day, datasets as changes from container_days k join containers c on c.id = k.container_id where c.eo_id = ${container}`,
		);
	return densityOfTimes({ sql }, sql`select d.begin_time as time ${from}`);
}

export async function changeDensity(
	{ sql }: Database,
	run: number,
	filter: Pick<ChangesFilter, "action" | "search" | "folder" | "other" | "side">,
): Promise<DensityView | null> {
	if (await isRunRolledUp({ sql }, run, filter)) {
		const days: Fragment = sql`select day, changes from run_days where run_id = ${run} and (${filter.action}::change_action is null or action = ${filter.action})`;
		if (await isSummedUp({ sql }, run, days)) return densityOfDays({ sql }, days);
	}
	return densityOfTimes(
		{ sql },
		sql`
		select ${timeOfChange({ sql }, "begin")} as time from changes c where c.run_id = ${run} and ${changeMatches({ sql }, filter)}`,
	);
}

type Queries = Pick<Database, "sql">;
type Fragment = ReturnType<Database["sql"]>;

function dense(places: PlacesView): FootprintsView {
	const total = places.cells.reduce((sum, { counts }) => Object.values(counts).reduce((all, n) => all + n, sum), 0);
	return { rows: [], total, places };
}

/** Whether more rows match than are drawn one by one; it looks no further than that. */
async function isMoreThanShown({ sql }: Queries, matching: Fragment): Promise<boolean> {
	const rows = await sql`${matching} offset ${maxFootprints} limit 1`;
	return rows.length > 0;
}

/** Of a run whose changes are gone all that is known are the sums. */
async function isSummedUp({ sql }: Queries, run: number, sums: Fragment): Promise<boolean> {
	const [row] = await sql<{ more: boolean }[]>`
		select coalesce(sum(changes), 0) > ${maxFootprints} or not exists (select from changes c where c.run_id = ${run}) as more from (${sums}) sums`;
	return row?.more ?? false;
}

/** Places and days are of the whole run. */
async function isRunRolledUp(
	{ sql }: Queries,
	run: number,
	filter: Pick<ChangesFilter, "search"> & Partial<ChangesFilter>,
): Promise<boolean> {
	if (!isRolledUp(filter) || (filter.folder ?? "") !== "") return false;
	return (await sql`select from run_roll_ups where run_id = ${run}`).length > 0;
}

async function isContainerRolledUp({ sql }: Queries, container: string): Promise<boolean> {
	const rows = await sql`
		select from container_totals t join containers c on c.id = t.container_id where c.eo_id = ${container}`;
	return rows.length > 0;
}

export function datasetMatches({ sql }: Queries, { search, begin, end }: DatasetsFilter): Fragment {
	return sql`(${search} = '' or d.eo_id ilike ${containing(search)} or d.path ilike ${containing(search)})
		and d.end_time >= ${begin ?? "-infinity"}::timestamptz and d.begin_time <= ${end ?? "infinity"}::timestamptz`;
}

/** For `changes c`. */
export function changeMatches({ sql }: Queries, filter: ChangesFilter): Fragment {
	const { action, search, folder = "", other, side = "only", begin, end } = filter;
	const times =
		begin === undefined && end === undefined
			? sql`true`
			: sql`${timeOfChange({ sql }, "end")} >= ${begin ?? "-infinity"}::timestamptz and ${timeOfChange({ sql }, "begin")} <= ${end ?? "infinity"}::timestamptz`;
	return sql`c.action <> 'refreshed' and (${action}::change_action is null or c.action = ${action})
		and (${search} = '' or c.path ilike ${containing(search)} or c.eo_id ilike ${containing(search)} or c.from_path ilike ${containing(search)})
		and ${isWithin({ sql }, folder)} and ${times} and ${other === undefined ? sql`true` : isOfOther({ sql }, other, side)}`;
}

/** Whether the other run has the same change, or (`only`) has not. */
function isOfOther({ sql }: Queries, other: number, side: ChangesQuery["side"]): Fragment {
	const has: Fragment = sql`exists (select from changes o where o.run_id = ${other} and o.directory = c.directory and o.path = c.path
		and o.storage_id = c.storage_id and o.action = c.action)`;
	return side === "both" ? has : sql`not ${has}`;
}

/** Whether `c.directory` is the folder or below it; everything is below the root. */
export function isWithin({ sql }: Queries, folder: string): Fragment {
	// In every collation a text stands before those that it begins: so the index knows where to start.
	return folder === ""
		? sql`true`
		: sql`(c.directory >= ${folder} and (c.directory = ${folder} or starts_with(c.directory, ${`${folder}/`})))`;
}

/** Selects the time of the dataset as the change leaves it, or as it was; what a change does not write is in the catalogue. */
function timeOfChange({ sql }: Queries, end: "begin" | "end"): Fragment {
	const column = end === "begin" ? sql`begin_time` : sql`end_time`;
	return sql`coalesce((select ${column} from dataset_versions v where v.id = coalesce(c.after_version, c.before_version)),
		(coalesce(c.after, c.before)->>${end})::timestamptz,
		(select ${column} from datasets d where d.id = c.dataset_id and c.action <> 'rejected'))`;
}
