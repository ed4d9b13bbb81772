import { describe, expect, test } from "vitest";
import { folderLayout, pagesOf } from "./folder-layout.ts";

const folders = [
	{ directory: "a", rows: 2 },
	{ directory: "a/b", rows: 3 },
	{ directory: "c", rows: 1 },
];
const lines = (closed: readonly string[]) => {
	const layout = folderLayout(folders, new Set(closed));
	return Array.from({ length: layout.length }, (_, index) => {
		const item = layout.at(index);
		return item?.kind === "row" ? item.row : item?.folder.directory;
	});
};

describe("lines", () => {
	test.each([
		{ closed: [], expected: ["a", 0, 1, "a/b", 2, 3, 4, "c", 5] },
		{ closed: ["a/b"], expected: ["a", 0, 1, "a/b", "c", 5] },
		{ closed: ["a", "c"], expected: ["a", "a/b", 2, 3, 4, "c"] },
		{ closed: ["a", "a/b", "c"], expected: ["a", "a/b", "c"] },
	])("with $closed closed", ({ closed, expected }) => {
		expect(lines(closed)).toEqual(expected);
	});
});

test("where a row stands", () => {
	const open = folderLayout(folders, new Set());
	expect([0, 1, 2, 4, 5].map(open.indexOfRow)).toEqual([1, 2, 4, 6, 8]);
	const closed = folderLayout(folders, new Set(["a/b"]));
	expect([1, 2, 4, 5].map(closed.indexOfRow)).toEqual([2, 3, 3, 5]);
});

test("closed folders count, out of range is nothing, no folders are none", () => {
	expect(folderLayout(folders, new Set(["a"])).rows).toBe(6);
	expect(folderLayout(folders, new Set()).at(9)).toBeNull();
	expect(folderLayout(folders, new Set()).at(-1)).toBeNull();
	expect(folderLayout([], new Set())).toMatchObject({ length: 0, rows: 0 });
});

test("a hundred thousand folders are found at once", () => {
	const many = Array.from({ length: 100_000 }, (_, index) => ({ directory: `d${index}`, rows: 1 }));
	const layout = folderLayout(many, new Set());
	expect(layout.at(199_999)).toEqual({ kind: "row", folder: many[99_999], row: 99_999 });
});

test("pages", () => {
	expect(pagesOf([499, 500, 501, 1700, 3], 500)).toEqual([0, 1, 3]);
	expect(pagesOf([], 500)).toEqual([]);
});
