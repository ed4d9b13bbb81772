import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { ChangeAction } from "#lib/catalog/inputs.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { instantText } from "./dataset-state.ts";

/** How many there are, by place and by time: what maps and timelines draw of more than can be drawn one by one. */

/** What is counted: changes by action, or datasets as they stand. */
export type Counted = ChangeAction | "dataset";

export interface PlaceView {
	/** The south-west corner, degrees. */
	readonly lon: number;
	readonly lat: number;
	readonly counts: Readonly<Partial<Record<Counted, number>>>;
}

/** Each is counted in the cell of its footprint's middle, so that the counts of all cells add up. */
export interface PlacesView {
	/** Of a cell, degrees: 1, or more where that many cells could not be told apart. */
	readonly size: number;
	readonly cells: readonly PlaceView[];
}

/** How many begin in each of equally long stretches of time. */
export interface DensityView {
	readonly begin: Instant;
	readonly end: Instant;
	readonly counts: readonly number[];
}

const mostCells = 4000;
const stretches = 120;

type Queries = { readonly sql: Sql | Transaction };
type Fragment = ReturnType<Database["sql"]>;

/** Selects the smallest `size` of cells, in degrees, at which those of `sums` are at most so many; at 10 degrees there may be more. */
export const sizeOfCells = (sql: Sql | Transaction, most: number): Fragment => sql`
	select size from unnest(array[1, 2, 5, 10]) size
	where size = 10 or (select count(distinct (cell % 360 / size, cell / 360 / size)) from sums) <= ${most} order by size limit 1`;

/** The south-west corner of a cell of that `size`. */
export const cornerOfCell = (sql: Sql | Transaction): Fragment => sql`
	cell % 360 / size * size - 180 as lon, cell / 360 / size * size - 90 as lat`;

/** @param sums selects `action` (null: datasets), `cell` and `changes` */
export async function placesOf({ sql }: Queries, sums: Fragment): Promise<PlacesView> {
	const rows = await sql<{ size: number; lon: number; lat: number; action: ChangeAction | null; count: number }[]>`
		with sums as materialized (${sums}), sized as (${sizeOfCells(sql, mostCells)})
		select size, ${cornerOfCell(sql)}, action, sum(changes)::bigint as count
		from sums, sized where cell is not null group by 1, 2, 3, 4 order by 3, 2`;
	const cells = Map.groupBy(rows, ({ lon, lat }) => `${lon} ${lat}`).values();
	return {
		size: rows[0]?.size ?? 1,
		cells: [...cells].map((own) => ({
			lon: own[0]?.lon ?? 0,
			lat: own[0]?.lat ?? 0,
			counts: Object.fromEntries(own.map(({ action, count }) => [action ?? "dataset", count])),
		})),
	};
}

/** @param sums selects `day` and `changes` */
export async function densityOfDays({ sql }: Queries, sums: Fragment): Promise<DensityView | null> {
	const rows = await sql<{ begin: Instant; end: Instant; days: number; at: number; count: number }[]>`
		with sums as (${sums}), ends as (select min(day) as first, max(day) as last from sums)
		select first || 'T00:00:00Z' as begin, last || 'T23:59:59Z' as end, last - first + 1 as days, day - first as at, sum(changes)::bigint as count
		from sums, ends where day is not null group by 1, 2, 3, 4`;
	const [first] = rows;
	if (first === undefined) return null;
	const { begin, end, days } = first;
	const bars = Math.min(days, stretches);
	const counts = Array.from({ length: bars }, () => 0);
	for (const { at, count } of rows) {
		const bar = Math.floor((at / days) * bars);
		counts[bar] = (counts[bar] ?? 0) + count;
	}
	return { begin, end, counts };
}

/** @param times selects `time` */
export async function densityOfTimes({ sql }: Queries, times: Fragment): Promise<DensityView | null> {
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
