import fc from "fast-check";
import { expect, test } from "vitest";
import { type CellGrid, coverCells } from "./cell-grid.ts";
import { outlineOfCells } from "./cell-outline.ts";
import { isSimple, type Polygon, signedArea } from "./ring.ts";

/** Rows from the north, `#` covered; cells of half a degree from 10 E, 20 N. */
function gridOf(...picture: readonly string[]): CellGrid {
	const rows = [...picture].reverse();
	const columns = rows[0]?.length ?? 0;
	const covered = Uint8Array.from(rows.flatMap((row) => [...row].map((cell) => (cell === "#" ? 1 : 0))));
	return { size: 0.5, west: 20, south: 40, columns, rows: rows.length, covered };
}

const areaOf = (polygons: readonly Polygon[]) => polygons.flat().reduce((sum, ring) => sum + signedArea(ring), 0);

test("one cell", () => {
	expect(outlineOfCells(gridOf("#"))).toEqual([
		[
			[
				[10, 20],
				[10.5, 20],
				[10.5, 20.5],
				[10, 20.5],
				[10, 20],
			],
		],
	]);
});

test.each<[string, readonly string[], readonly number[]]>([
	["nothing", ["..", ".."], []],
	["a bar", ["###"], [5]],
	["apart", ["#.#"], [5, 5]],
	["by a corner only", ["#.", ".#"], [5, 5]],
	["a hole", ["###", "#.#", "###"], [5, 5]],
	["an island in a hole", ["#####", "#...#", "#.#.#", "#...#", "#####"], [5, 5, 5]],
	["two holes that touch by a corner", ["####", "#.##", "##.#", "####"], [5, 5, 5]],
	["a ring that closes by a corner", ["##.", "#.#", "###"], [7, 5]],
])("%s", (_, picture, positions) => {
	const polygons = outlineOfCells(gridOf(...picture));
	expect(polygons.flat().map((ring) => ring.length)).toEqual(positions);
	expect(areaOf(polygons)).toBe((picture.join("").split("#").length - 1) / 4);
});

test("any cells: simple rings, outer ones first, of just their area", () => {
	const cells = fc.array(fc.array(fc.constantFrom("#", "."), { minLength: 7, maxLength: 7 }), {
		minLength: 1,
		maxLength: 7,
	});
	fc.assert(
		fc.property(cells, (rows) => {
			const grid = gridOf(...rows.map((row) => row.join("")));
			const polygons = outlineOfCells(grid);
			expect(areaOf(polygons)).toBe(grid.covered.reduce((sum, cell) => sum + cell, 0) / 4);
			for (const polygon of polygons) {
				for (const [i, ring] of polygon.entries()) {
					expect(Math.sign(signedArea(ring))).toBe(i === 0 ? 1 : -1);
					expect(isSimple(ring)).toBe(true);
				}
			}
		}),
		{ numRuns: 500 },
	);
});

test("a box on the cells' borders covers just them, others all they touch", () => {
	const covered = (...rings: Polygon) => {
		const { size, covered: cells } = coverCells([rings], 8);
		return [size, cells.join("")];
	};
	const box = (west: number, south: number, east: number, north: number) =>
		[
			[west, south],
			[east, south],
			[east, north],
			[west, north],
			[west, south],
		] as const;
	expect(covered(box(0, 0, 8, 2))).toEqual([1, "1111111111111111"]);
	expect(covered(box(0, 0, 8, 1.5))).toEqual([1, "1111111111111111"]);
	expect(covered(box(0.9, 0.9, 8, 1.1))).toEqual([1, "1111111111111111"]);
	expect(
		covered([
			[0, 0],
			[8, 0],
			[8, 1],
			[0, 0],
		]),
	).toEqual([1, "11111111"]);
	expect(covered(box(0, 0, 8, 3), [...box(1, 1, 7, 2)].reverse())).toEqual([1, "111111111000000111111111"]);
});
