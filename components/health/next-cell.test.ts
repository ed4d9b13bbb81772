import { expect, test } from "vitest";
import { nextCell } from "./next-cell.ts";

/** Two groups: three cells and two, then two; the second begins to the right. */
const cells = [
	[0, 0],
	[20, 0],
	[40, 0],
	[0, 20],
	[20, 20],
	[10, 60],
	[30, 60],
].map(([left = 0, top = 0], index) => ({ index, getBoundingClientRect: () => ({ left, top }) }));

test.each([
	[0, "ArrowRight", 1],
	[2, "ArrowRight", 3],
	[6, "ArrowRight", undefined],
	[0, "ArrowLeft", undefined],
	[3, "ArrowLeft", 2],
	[4, "Home", 0],
	[1, "End", 6],
	[1, "ArrowDown", 4],
	[2, "ArrowDown", 4],
	[4, "ArrowDown", 5],
	[6, "ArrowDown", undefined],
	[6, "ArrowUp", 4],
	[4, "ArrowUp", 1],
	[0, "ArrowUp", undefined],
	[0, "a", undefined],
])("from cell %i by %s", (from, key, to) => {
	const cell = cells[from];
	if (cell === undefined) throw new Error("no such cell");
	expect(nextCell(cells, cell, key)?.index).toBe(to);
});
