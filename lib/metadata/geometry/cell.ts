import type { Footprint } from "#lib/metadata/metadata.ts";

/**
 * The grid that maps of very many footprints count by: cells of one degree, numbered from the south-west corner eastwards, then
 * northwards. A footprint is counted once, in the cell of the middle of its first part; `eosync_cell` in the database says the same.
 */

export const cellColumns = 360;
const cellRows = 180;

export function cellOf({ coordinates }: Footprint): number {
	let [west, south, east, north] = [180, 90, -180, -90];
	for (const [lon, lat] of coordinates[0]?.[0] ?? []) {
		west = Math.min(west, lon);
		east = Math.max(east, lon);
		south = Math.min(south, lat);
		north = Math.max(north, lat);
	}
	const row = within(Math.floor((south + north) / 2 + 90), cellRows);
	return row * cellColumns + within(Math.floor((west + east) / 2 + 180), cellColumns);
}

const within = (index: number, count: number) => Math.min(count - 1, Math.max(0, index));

/** The south-west corner of a cell. */
export function cornerOf(cell: number): { readonly lon: number; readonly lat: number } {
	return { lon: (cell % cellColumns) - 180, lat: Math.floor(cell / cellColumns) - 90 };
}
