import type { Database } from "#lib/catalog/database/database.ts";
import { instantText } from "#lib/catalog/datasets/dataset-state.ts";
import { cornerOfCell, sizeOfCells } from "#lib/catalog/datasets/density.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** Where the catalogue grew and where it shrank, by one run or by a container's last ones: from their roll-ups, by folder, day and place. */

export interface Heat {
	/** Datasets that came in: added, linked. */
	readonly grew: number;
	/** Datasets that left: removed, unlinked. */
	readonly shrank: number;
	/** Updated, moved. */
	readonly altered: number;
}

export interface HeatView extends Heat {
	/** Runs that it is made of: those that were applied and changed something. */
	readonly runs: number;
	/** When the first and the last of them were applied. */
	readonly from: Instant | null;
	readonly until: Instant | null;
	/** By path, at a depth at which they are few; those with the most changes if they are still too many. */
	readonly folders: readonly (Heat & { readonly path: string })[];
	/** Folders that are not shown, with their sums. */
	readonly otherFolders: (Heat & { readonly count: number }) | null;
	/** By the day (UTC) on which the datasets begin, in stretches of so many days from `begin`. */
	readonly days: {
		readonly begin: string;
		readonly step: number;
		readonly bars: readonly (Heat & { readonly at: number })[];
	} | null;
	/** Cells of so many degrees, by their south-west corner. */
	readonly places: {
		readonly size: number;
		readonly cells: readonly (Heat & { readonly lon: number; readonly lat: number })[];
	};
}

export interface HeatOf {
	readonly run: number;
}
export interface HeatOfContainer {
	/** EO ID. */
	readonly container: string;
	/** How many of its last runs. */
	readonly last: number;
}

type Queries = Pick<Database, "sql">;
type Fragment = ReturnType<Database["sql"]>;

/** Folders that a list shows at once. */
const mostFolders = 24;
/** Levels that are tried. */
const deepest = 8;
const mostCells = 2000;
const mostBars = 120;

/** null: there is no such run, or nothing is known of it any more. */
export async function changeHeat({ sql }: Queries, of: HeatOf | HeatOfContainer): Promise<HeatView | null> {
	const runs = await sql<{ id: number; at: Instant | null }[]>`
		select r.id, ${instantText(sql, sql`coalesce(r.applied_at, r.planned_at)`)} as at from runs r join run_roll_ups u on u.run_id = r.id
		${
			"run" in of
				? sql`where r.id = ${of.run}`
				: sql`join containers c on c.id = r.container_id where c.eo_id = ${of.container} and r.applied_at is not null order by r.id desc nulls last limit ${of.last}`
		}`;
	if (runs.length === 0) return null;
	const ids = runs.map(({ id }) => id);
	const [folders, days, places] = [
		await foldersOf({ sql }, ids),
		await daysOf({ sql }, ids),
		await placesOf({ sql }, ids),
	];
	return {
		runs: runs.length,
		from: runs.at(-1)?.at ?? null,
		until: runs[0]?.at ?? null,
		...sumOf([...folders.shown, ...(folders.others === null ? [] : [folders.others])]),
		folders: folders.shown,
		otherFolders: folders.others,
		days,
		places,
	};
}

async function foldersOf({ sql }: Queries, runs: readonly number[]) {
	const rows = await sql<(Heat & { path: string })[]>`
		with recursive sums as materialized (
			select string_to_array(directory, '/') as parts, ${heat(sql)} from run_folders where run_id = any(${runs as number[]}) group by directory
		), levels as (
			select 1 as depth, (select count(distinct parts[1]) from sums) as folders
			union all
			select depth + 1, (select count(distinct parts[1:depth + 1]) from sums) from levels where folders <= ${mostFolders} and depth < ${deepest}
		), depths as (
			select coalesce(max(depth) filter (where folders <= ${mostFolders}), 1) as depth from levels
		)
		select array_to_string(parts[1:depth], '/') as path, sum(grew)::bigint as grew, sum(shrank)::bigint as shrank, sum(altered)::bigint as altered
		from sums, depths group by 1 having sum(grew + shrank + altered) > 0 order by 1`;
	const most = rows.toSorted((a, b) => total(b) - total(a));
	const shown = new Set(most.slice(0, mostFolders));
	const others = most.slice(mostFolders);
	return {
		shown: rows.filter((row) => shown.has(row)),
		others: others.length === 0 ? null : { count: others.length, ...sumOf(others) },
	};
}

async function daysOf({ sql }: Queries, runs: readonly number[]): Promise<HeatView["days"]> {
	const rows = await sql<(Heat & { begin: string; step: number; at: number })[]>`
		with sums as (
			select day, ${heat(sql)} from run_days where run_id = any(${runs as number[]}) group by day
		), ends as (
			select min(day) as first, greatest(1, ceil((max(day) - min(day) + 1) / ${mostBars}::numeric))::int as step from sums where grew + shrank + altered > 0
		)
		select first::text as begin, step, (day - first) / step as at, sum(grew)::bigint as grew, sum(shrank)::bigint as shrank, sum(altered)::bigint as altered
		from sums, ends where grew + shrank + altered > 0 group by 1, 2, 3 order by 3`;
	const [first] = rows;
	if (first === undefined) return null;
	return {
		begin: first.begin,
		step: first.step,
		bars: rows.map(({ at, grew, shrank, altered }) => ({ at, grew, shrank, altered })),
	};
}

async function placesOf({ sql }: Queries, runs: readonly number[]): Promise<HeatView["places"]> {
	const rows = await sql<(Heat & { size: number; lon: number; lat: number })[]>`
		with sums as materialized (
			select cell, ${heat(sql)} from run_cells where run_id = any(${runs as number[]}) group by cell
		), sized as (${sizeOfCells(sql, mostCells)})
		select size, ${cornerOfCell(sql)},
			sum(grew)::bigint as grew, sum(shrank)::bigint as shrank, sum(altered)::bigint as altered
		from sums, sized group by 1, 2, 3 having sum(grew + shrank + altered) > 0 order by 3, 2`;
	return { size: rows[0]?.size ?? 1, cells: rows.map(({ size: _, ...cell }) => cell) };
}

/** What was left out changed nothing. */
const heat = (sql: Database["sql"]): Fragment => sql`
	coalesce(sum(changes - left_out) filter (where action in ('added', 'linked')), 0)::bigint as grew,
	coalesce(sum(changes - left_out) filter (where action in ('removed', 'unlinked')), 0)::bigint as shrank,
	coalesce(sum(changes - left_out) filter (where action in ('updated', 'moved')), 0)::bigint as altered`;

const total = ({ grew, shrank, altered }: Heat): number => grew + shrank + altered;

function sumOf(rows: readonly Heat[]): Heat {
	const sum = (key: keyof Heat) => rows.reduce((all, row) => all + row[key], 0);
	return { grew: sum("grew"), shrank: sum("shrank"), altered: sum("altered") };
}
