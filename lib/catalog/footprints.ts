import type { Database } from "#lib/catalog/database/database.ts";
import type { Footprint, Instant } from "#lib/metadata/metadata.ts";
import { changeVersions, currentVersion, datasetFootprint, instantText } from "./dataset-state.ts";
import type { ChangeAction, ChangesQuery } from "./inputs.ts";

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
	/** All, or evenly chosen ones, at most `maxFootprints`; in the order of the table. */
	readonly rows: readonly FootprintView[];
	/** Footprints that match. */
	readonly total: number;
}

/** How many begin in each of equally long stretches of time. */
export interface DensityView {
	readonly begin: Instant;
	readonly end: Instant;
	readonly counts: readonly number[];
}

/** More than that no screen shows apart and no browser draws smoothly. */
export const maxFootprints = 10_000;
const stretches = 120;

export interface DatasetsFilter {
	readonly search: string;
	readonly begin?: Instant | undefined;
	readonly end?: Instant | undefined;
}

type ChangesFilter = Pick<ChangesQuery, "action" | "search" | "begin" | "end"> &
	Partial<Pick<ChangesQuery, "folder" | "other" | "side">>;

export async function datasetFootprints(
	{ sql }: Database,
	container: string,
	filter: DatasetsFilter,
): Promise<FootprintsView> {
	return page(
		await sql<Counted[]>`
		with matching as (
			select d.id, row_number() over (order by d.eo_id) as number, count(*) over () as total
			from datasets d join container_datasets cd on cd.dataset_id = d.id join containers c on c.id = cd.container_id
			where c.eo_id = ${container} and d.archived_at is null and ${datasetMatches({ sql }, filter)}
		)
		select d.eo_id as key, d.eo_id as label, null as action, ${datasetFootprint(sql)} as footprint, m.number - 1 as row, m.total
		from matching m join datasets d on d.id = m.id ${currentVersion(sql)}
		where m.number % ceil(m.total / ${maxFootprints}::numeric)::bigint = 0
		order by m.number`,
	);
}

export async function changeFootprints({ sql }: Database, run: number, filter: ChangesFilter): Promise<FootprintsView> {
	return page(
		await sql<Counted[]>`
		with matching as (
			select c.id, row_number() over (order by c.directory, c.path, c.id) - 1 as row,
				coalesce(c.after_version, c.before_version) is not null or coalesce(c.after, c.before) is not null or c.action <> 'rejected' and c.dataset_id is not null as placed
			from changes c where c.run_id = ${run} and ${changeMatches({ sql }, filter)}
		), drawn as (
			select id, row, row_number() over (order by row) as number, count(*) over () as total from matching where placed
		)
		select c.id as key, coalesce(c.eo_id, d.eo_id, c.path) as label, c.action, drawn.row, drawn.total,
			coalesce((coalesce(av.state, bv.state)->'footprint')::jsonb, coalesce(c.after, c.before)->'footprint', ${datasetFootprint(sql)}) as footprint
		from drawn join changes c on c.id = drawn.id ${changeVersions(sql)} left join datasets d on d.id = c.dataset_id ${currentVersion(sql)}
		where drawn.number % ceil(drawn.total / ${maxFootprints}::numeric)::bigint = 0
		order by drawn.row`,
	);
}

export async function datasetDensity(
	{ sql }: Database,
	container: string,
	search: string,
): Promise<DensityView | null> {
	return density(
		{ sql },
		sql`
		select d.begin_time as time from datasets d join container_datasets cd on cd.dataset_id = d.id join containers c on c.id = cd.container_id
		where c.eo_id = ${container} and d.archived_at is null and ${datasetMatches({ sql }, { search })}`,
	);
}

export async function changeDensity(
	{ sql }: Database,
	run: number,
	filter: Pick<ChangesFilter, "action" | "search" | "folder" | "other" | "side">,
): Promise<DensityView | null> {
	return density(
		{ sql },
		sql`
		select ${timeOfChange({ sql }, "begin")} as time from changes c where c.run_id = ${run} and ${changeMatches({ sql }, filter)}`,
	);
}

type Counted = FootprintView & { readonly total: number };
type Queries = Pick<Database, "sql">;
type Fragment = ReturnType<Database["sql"]>;

function page(counted: readonly Counted[]): FootprintsView {
	return { rows: counted.map(({ total: _, ...row }) => row), total: counted[0]?.total ?? 0 };
}

async function density({ sql }: Queries, times: Fragment): Promise<DensityView | null> {
	const rows = await sql<{ begin: Instant; end: Instant; stretch: number; count: number }[]>`
		with times as (${times}), ends as (select min(time) as first, max(time) as last from times)
		select ${instantText(sql, sql`first`)} as begin, ${instantText(sql, sql`last`)} as end, count(*) as count,
			case when first = last then 0 else least(${stretches - 1}, floor(extract(epoch from time - first) / extract(epoch from last - first) * ${stretches}))::int end as stretch
		from times, ends where time is not null group by 1, 2, 4`;
	const [first] = rows;
	if (first === undefined) return null;
	const counts = Array.from({ length: first.begin === first.end ? 1 : stretches }, () => 0);
	for (const { stretch, count } of rows) counts[stretch] = count;
	return { begin: first.begin, end: first.end, counts };
}

export function datasetMatches({ sql }: Queries, { search, begin, end }: DatasetsFilter): Fragment {
	return sql`(${search} = '' or d.eo_id ilike ${like(search)} or d.path ilike ${like(search)})
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
		and (${search} = '' or c.path ilike ${like(search)} or c.eo_id ilike ${like(search)} or c.from_path ilike ${like(search)})
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

const like = (search: string): string => `%${search.replace(/[\\%_]/g, "\\$&")}%`;
