import type { Database } from "#lib/catalog/database/database.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** Which containers get worse: their last looks found ever more that differs, and nothing is done about it. */

/** What a run left to be done. */
export interface DriftPoint {
	readonly run: number;
	readonly at: Instant;
	/** Files that the archive had otherwise than the catalogue after it. */
	readonly differences: number;
	/** Files that were standing rejected after it; null: not known of runs before that was kept. */
	readonly rejected: number | null;
}

export interface WorseningContainer {
	/** EO ID. */
	readonly id: string;
	readonly title: string;
	/** Oldest first. */
	readonly points: readonly DriftPoint[];
	/** Files by which it has grown from the first of them to the last. */
	readonly growth: number;
}

/** So many of the last looks count. */
const looks = 5;
const most = 8;

/** Worst first. */
export async function listWorsening({ sql }: Database): Promise<readonly WorseningContainer[]> {
	const rows = await sql<{ id: string; title: string; points: readonly PointArray[] }[]>`
		select c.eo_id as id, c.title, h.points from containers c cross join lateral (
			select json_agg(json_build_array(r.id, to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), r.drift, r.rejected_then) order by r.id) as points,
				(array_agg(r.drift + coalesce(r.rejected_then, 0) order by r.id desc))[1] as last
			from (
				select id, started_at, rejected_then, suspect + case when applied_at is null then added + removed + updated + moved + linked + unlinked else skipped - excepted end as drift
				from runs where container_id = c.id and kind in ('sync', 'check') and scanned_at is not null and error is null
					and state not in ${statesIn(sql, "active")}
				order by id desc nulls last limit ${looks}
			) r
		) h where c.deleted_at is null and h.last > 0`;
	return rows
		.flatMap(({ id, title, points: arrays }) => {
			const points = arrays.map(([run, at, differences, rejected]) => ({ run, at, differences, rejected }));
			const growth = growthOf(points);
			return growth > 0 ? [{ id, title, points, growth }] : [];
		})
		.sort((a, b) => b.growth - a.growth || (a.id < b.id ? -1 : 1))
		.slice(0, most);
}

type PointArray = readonly [number, Instant, number, number | null];

/** By how many files it grew over the looks, oldest first, if it never shrank meanwhile; else 0. */
export function growthOf(points: readonly Pick<DriftPoint, "differences" | "rejected">[]): number {
	const isKnown = points.every(({ rejected }) => rejected !== null);
	const sizes = points.map(({ differences, rejected }) => differences + (isKnown ? (rejected ?? 0) : 0));
	const grows = sizes.every((size, index) => index === 0 || size >= (sizes[index - 1] ?? 0));
	return grows ? (sizes.at(-1) ?? 0) - (sizes[0] ?? 0) : 0;
}
