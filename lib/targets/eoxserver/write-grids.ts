import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { definitionOf } from "#lib/metadata/crs/definition.ts";
import type { TargetGrid } from "#lib/targets/compare/target-object.ts";

/** Grids of an EOxServer: without a name, one for all coverages with the same CRS and steps. */

export interface GridRow {
	readonly crs: string;
	readonly axes: readonly [string, string];
	readonly offsets: readonly [string | null, string | null];
	/** Whole metres per pixel, where pixels are square. */
	readonly resolution: number | null;
}

export function gridKey({ crs, offsets }: TargetGrid): string {
	return JSON.stringify([crs, offsets[0] ?? null, offsets[1] ?? null]);
}

export function gridRowOf({ crs, offsets }: TargetGrid): GridRow {
	const definition = definitionOf(crs);
	const isGeographic = definition !== null && /\+proj=(longlat|latlong)\b/.test(definition.proj);
	const [x = null, y = null] = offsets;
	const step = x === null ? Number.NaN : Number(x);
	const isMetre = !isGeographic && definition !== null && Math.abs(definition.axes.unit[0]) === 1;
	const isSquare = isMetre && y !== null && -Number(y) === step && Number.isInteger(step) && step > 0;
	return {
		crs,
		axes: isGeographic ? ["long", "lat"] : ["x", "y"],
		offsets: [x, y],
		resolution: isSquare ? step : null,
	};
}

/** Returns their numbers, by `gridKey`. */
export async function ensureGrids(tx: Transaction, grids: readonly GridRow[]): Promise<ReadonlyMap<string, number>> {
	if (grids.length === 0) return new Map();
	const data = json(
		tx,
		grids.map(({ crs, axes: [name1, name2], offsets: [x, y], resolution }) => ({
			crs,
			name1,
			name2,
			x,
			y,
			resolution,
		})),
	);
	const wanted = tx`jsonb_to_recordset(${data}) as w(crs text, name1 text, name2 text, x text, y text, resolution int)`;
	const isSame = tx`g.name is null and g.coordinate_reference_system = w.crs and (g.axis_1_offset, g.axis_2_offset) is not distinct from (w.x, w.y)
		and (g.axis_1_type, g.axis_2_type) = (0, 0) and (g.axis_3_name, g.axis_3_offset) is not distinct from (null, null)`;
	await tx`
		insert into coverages_grid (coordinate_reference_system, axis_1_name, axis_2_name, axis_1_type, axis_2_type, axis_1_offset, axis_2_offset, resolution)
		select crs, name1, name2, 0, 0, x, y, resolution from ${wanted} where not exists (select from coverages_grid g where ${isSame})`;
	const rows = await tx<{ id: number; crs: string; x: string | null; y: string | null }[]>`
		select min(g.id) as id, w.crs, w.x, w.y from ${wanted} join coverages_grid g on ${isSame} group by w.crs, w.x, w.y`;
	return new Map(rows.map(({ id, crs, x, y }) => [gridKey({ crs, offsets: [x, y] }), id]));
}

/** Those of the grids that have no name and no user any more go. */
export async function removeUnusedGrids(tx: Transaction, ids: readonly number[]): Promise<void> {
	if (ids.length === 0) return;
	await tx`
		delete from coverages_grid g where g.id = any(${[...new Set(ids)]}::bigint[]) and g.name is null
			and not exists (select from coverages_coverage c where c.grid_id = g.id)
			and not exists (select from coverages_mosaic m where m.grid_id = g.id)
			and not exists (select from coverages_collection s where s.grid_id = g.id)`;
}
