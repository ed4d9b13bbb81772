import type { Position, Ring } from "#lib/metadata/metadata.ts";
import type { CellGrid } from "./cell-grid.ts";
import { type Polygon, signedArea } from "./ring.ts";

/** The covered cells as polygons with holes: one polygon for cells that hang together by their sides. */
export function outlineOfCells(grid: CellGrid): readonly Polygon[] {
	const labels = labelRegions(grid);
	const exteriorsByLabel = new Map<number, Ring>();
	const holesByLabel = new Map<number, Ring[]>();
	for (const { corners, label } of traceLoops(grid, labels)) {
		const ring = toDegrees(corners, grid);
		if (signedArea(ring) > 0) exteriorsByLabel.set(label, ring);
		else holesByLabel.set(label, [...(holesByLabel.get(label) ?? []), ring]);
	}
	return [...exteriorsByLabel].map(([label, exterior]) => [exterior, ...(holesByLabel.get(label) ?? [])]);
}

/** For each covered cell the number of its region, from 1. */
function labelRegions({ covered, columns }: CellGrid): Int32Array {
	const labels = new Int32Array(covered.length);
	let label = 0;
	for (let seed = 0; seed < covered.length; seed++) {
		if (covered[seed] === 0 || labels[seed] !== 0) continue;
		label += 1;
		const waiting = [seed];
		labels[seed] = label;
		for (let cell = waiting.pop(); cell !== undefined; cell = waiting.pop()) {
			const column = cell % columns;
			const sides = [column > 0 ? cell - 1 : -1, column < columns - 1 ? cell + 1 : -1, cell - columns, cell + columns];
			for (const next of sides) {
				if (next < 0 || next >= covered.length || covered[next] === 0 || labels[next] !== 0) continue;
				labels[next] = label;
				waiting.push(next);
			}
		}
	}
	return labels;
}

interface Loop {
	/** Numbers of grid corners, row by row from the south. */
	readonly corners: readonly number[];
	readonly label: number;
}

/** East, north, west, south, in this order to the left. */
const directions: readonly number[] = [0, 1, 2, 3];

/**
 * Borders with the covered cells on their left. At a corner where two regions meet the way turns left, so it stays with
 * its region; a loop that comes to one of its corners again is cut there, so every loop is simple.
 */
function* traceLoops(grid: CellGrid, labels: Int32Array): Generator<Loop> {
	const width = grid.columns + 1;
	const steps = [1, width, -1, -width];
	const borders = bordersOf(grid);
	for (let start = 0; start < borders.length; start++) {
		while (borders[start] !== 0) {
			const way: number[] = [];
			const placeByCorner = new Map<number, number>();
			let corner = start;
			let direction = directions.find((d) => ((borders[start] as number) >> d) & 1) ?? 0;
			const label = labels[cellLeftOf(corner, direction, width)] as number;
			do {
				borders[corner] = (borders[corner] as number) & ~(1 << direction);
				placeByCorner.set(corner, way.length);
				way.push(corner);
				corner += steps[direction] as number;
				direction =
					[direction + 1, direction, direction + 3]
						.map((d) => d % 4)
						.find((d) => ((borders[corner] as number) >> d) & 1) ?? direction;
				const place = placeByCorner.get(corner);
				if (place !== undefined) {
					const corners = way.splice(place);
					for (const passed of corners) placeByCorner.delete(passed);
					yield { corners, label };
				}
			} while (way.length > 0);
		}
	}
}

/** For each grid corner, a bit for each direction in which a border begins there. */
function bordersOf({ covered, columns, rows }: CellGrid): Uint8Array {
	const width = columns + 1;
	const borders = new Uint8Array(width * (rows + 1));
	const isCovered = (column: number, row: number) =>
		column >= 0 && column < columns && row >= 0 && row < rows && covered[row * columns + column] === 1;
	const begin = (column: number, row: number, direction: number) => {
		borders[row * width + column] = (borders[row * width + column] as number) | (1 << direction);
	};
	for (let row = 0; row < rows; row++) {
		for (let column = 0; column < columns; column++) {
			if (!isCovered(column, row)) continue;
			if (!isCovered(column, row - 1)) begin(column, row, 0);
			if (!isCovered(column + 1, row)) begin(column + 1, row, 1);
			if (!isCovered(column, row + 1)) begin(column + 1, row + 1, 2);
			if (!isCovered(column - 1, row)) begin(column, row + 1, 3);
		}
	}
	return borders;
}

function cellLeftOf(corner: number, direction: number, width: number): number {
	const column = (corner % width) - (direction === 1 || direction === 2 ? 1 : 0);
	const row = Math.floor(corner / width) - (direction === 2 || direction === 3 ? 1 : 0);
	return row * (width - 1) + column;
}

/** Closed, corners on straight lines left out. */
function toDegrees(corners: readonly number[], { size, west, south, columns }: CellGrid): Ring {
	const width = columns + 1;
	const bends = corners.filter((corner, i) => {
		const [before, after] = [corners.at(i - 1) as number, corners[(i + 1) % corners.length] as number];
		return after - corner !== corner - before;
	});
	const positions = bends.map(
		(corner): Position => [((corner % width) + west) * size, (Math.floor(corner / width) + south) * size],
	);
	return positions[0] === undefined ? [] : [...positions, positions[0]];
}
