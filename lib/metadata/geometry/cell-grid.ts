import type { Ring } from "#lib/metadata/metadata.ts";
import { type Polygon, ringBounds } from "./ring.ts";

/**
 * Square cells over an area; the size is a power of two in degrees, so cells end at ±180 and ±90, a coarser grid's edges
 * are edges of the finer one, and what consists of cells already stays as it is.
 */
export interface CellGrid {
	/** Degrees. */
	readonly size: number;
	/** Column and row of the lower left cell, counted from longitude and latitude 0. */
	readonly west: number;
	readonly south: number;
	readonly columns: number;
	readonly rows: number;
	/** Row by row from the south: 1 where a polygon touches the cell's inside. */
	readonly covered: Uint8Array;
}

/** The cells that the polygons touch; at most `cells` (and one) in the longer direction of their bounds. */
export function coverCells(polygons: readonly Polygon[], cells: number): CellGrid {
	const [minx, miny, maxx, maxy] = boundsOfAll(polygons);
	const size = 2 ** Math.ceil(Math.log2(Math.max(maxx - minx, maxy - miny) / cells));
	const [west, south] = [Math.floor(minx / size), Math.floor(miny / size)];
	const columns = Math.max(1, Math.ceil(maxx / size) - west);
	const rows = Math.max(1, Math.ceil(maxy / size) - south);
	const grid = { size, west, south, columns, rows, covered: new Uint8Array(columns * rows) };
	for (const polygon of polygons) {
		const inCells = polygon.map((ring) => ring.map(([x, y]) => [x / size - west, y / size - south] as const));
		fill(grid, inCells);
		for (const ring of inCells) coverEdges(grid, ring);
	}
	return grid;
}

function boundsOfAll(polygons: readonly Polygon[]): readonly [number, number, number, number] {
	let west = Infinity;
	let south = Infinity;
	let east = -Infinity;
	let north = -Infinity;
	for (const [exterior = []] of polygons) {
		const bounds = ringBounds(exterior);
		west = Math.min(west, bounds[0]);
		south = Math.min(south, bounds[1]);
		east = Math.max(east, bounds[2]);
		north = Math.max(north, bounds[3]);
	}
	return [west, south, east, north];
}

/** Between each two crossings of the middle line of a row. */
function fill(grid: CellGrid, rings: readonly Ring[]): void {
	const crossingsByRow = new Map<number, number[]>();
	forEachEdge(rings, (x1, y1, x2, y2) => {
		for (let row = Math.ceil(Math.min(y1, y2) - 0.5); row + 0.5 < Math.max(y1, y2); row++) {
			const crossings = crossingsByRow.get(row) ?? [];
			crossings.push(x1 + ((row + 0.5 - y1) * (x2 - x1)) / (y2 - y1));
			crossingsByRow.set(row, crossings);
		}
	});
	for (const [row, crossings] of crossingsByRow) {
		crossings.sort((a, b) => a - b);
		for (let i = 1; i < crossings.length; i += 2)
			coverRow(grid, row, crossings[i - 1] as number, crossings[i] as number);
	}
}

/** Every cell that an edge passes through; an edge along the border of cells passes through none. */
function coverEdges(grid: CellGrid, ring: Ring): void {
	forEachEdge([ring], (x1, y1, x2, y2) => {
		const xAt = (y: number) => x1 + ((y - y1) * (x2 - x1)) / (y2 - y1);
		const [low, high] = [Math.min(y1, y2), Math.max(y1, y2)];
		for (let row = Math.floor(low); row < high; row++) {
			const [from, to] = [xAt(Math.max(low, row)), xAt(Math.min(high, row + 1))];
			coverRow(grid, row, Math.min(from, to), Math.max(from, to));
		}
		if (low === high && low !== Math.floor(low)) coverRow(grid, Math.floor(low), Math.min(x1, x2), Math.max(x1, x2));
	});
}

function coverRow({ covered, columns, rows }: CellGrid, row: number, from: number, to: number): void {
	const [first, last] = [Math.max(0, Math.floor(from)), Math.min(columns, Math.ceil(to))];
	if (row >= 0 && row < rows && first < last) covered.fill(1, row * columns + first, row * columns + last);
}

function forEachEdge(rings: readonly Ring[], visit: (x1: number, y1: number, x2: number, y2: number) => void): void {
	for (const ring of rings) {
		for (let i = 1; i < ring.length; i++) {
			const [[x1, y1] = [0, 0], [x2, y2] = [0, 0]] = [ring[i - 1], ring[i]];
			visit(x1, y1, x2, y2);
		}
	}
}
