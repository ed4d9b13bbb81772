import type { Footprint, Instant } from "#lib/metadata/metadata.ts";
import type { Database } from "./database.ts";
import { instantSql } from "./dataset-state.ts";
import type { ChangeAction, ChangesQuery } from "./inputs.ts";

/** What maps and timelines draw: of many datasets only where and when they are. */

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
	/** At most `maxFootprints`, in the order of the table. */
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

type ChangesFilter = Pick<ChangesQuery, "action" | "search" | "begin" | "end">;

export async function datasetFootprints(
	{ sql }: Database,
	container: string,
	filter: DatasetsFilter,
): Promise<FootprintsView> {
	return page(
		await sql<Counted[]>`
		select d.eo_id as key, d.eo_id as label, null as action, d.footprint,
			row_number() over (order by d.eo_id) - 1 as row, count(*) over () as total
		from datasets d join container_datasets cd on cd.dataset_id = d.id join containers c on c.id = cd.container_id
		where c.eo_id = ${container} and d.archived_at is null and ${datasetMatches({ sql }, filter)}
		order by d.eo_id limit ${maxFootprints}`,
	);
}

export async function changeFootprints({ sql }: Database, run: number, filter: ChangesFilter): Promise<FootprintsView> {
	return page(
		await sql<Counted[]>`
		select * from (
			select id as key, coalesce(eo_id, path) as label, action, coalesce(after, before)->'footprint' as footprint,
				row_number() over (order by directory, path, id) - 1 as row, count(coalesce(after, before)->'footprint') over () as total
			from changes where run_id = ${run} and ${changeMatches({ sql }, filter)}) matching
		where footprint is not null order by row limit ${maxFootprints}`,
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
	filter: Pick<ChangesFilter, "action" | "search">,
): Promise<DensityView | null> {
	return density(
		{ sql },
		sql`
		select (coalesce(after, before)->>'begin')::timestamptz as time from changes where run_id = ${run} and ${changeMatches({ sql }, filter)}`,
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
		select ${sql.unsafe(instantSql("first"))} as begin, ${sql.unsafe(instantSql("last"))} as end, count(*) as count,
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

export function changeMatches({ sql }: Queries, { action, search, begin, end }: ChangesFilter): Fragment {
	const times =
		begin === undefined && end === undefined
			? sql`true`
			: sql`(coalesce(after, before)->>'end')::timestamptz >= ${begin ?? "-infinity"}::timestamptz
			and (coalesce(after, before)->>'begin')::timestamptz <= ${end ?? "infinity"}::timestamptz`;
	return sql`action <> 'refreshed' and (${action}::change_action is null or action = ${action})
		and (${search} = '' or path ilike ${like(search)} or eo_id ilike ${like(search)} or from_path ilike ${like(search)}) and ${times}`;
}

const like = (search: string): string => `%${search.replace(/[\\%_]/g, "\\$&")}%`;
