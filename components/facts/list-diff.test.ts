import { expect, test } from "vitest";
import type { Band } from "#lib/metadata/metadata.ts";
import { diffBands, diffProperties, diffTexts } from "./list-diff.ts";

const band = (name: string, nodata: number | null = null): Band => ({ name, dataType: "Byte", nodata });
const marks = (lines: readonly { readonly key: string; readonly mark: string }[]) =>
	lines.map(({ key, mark }) => `${key} ${mark}`);

test.each([
	{ case: "the same", before: ["a", "b"], after: ["a", "b"], lines: ["a same", "b same"] },
	{ case: "one more", before: ["a"], after: ["a", "b"], lines: ["a same", "b added"] },
	{
		case: "one less, in its place",
		before: ["a", "b", "c"],
		after: ["a", "c"],
		lines: ["a same", "b removed", "c same"],
	},
	{ case: "the first is gone", before: ["a", "b"], after: ["b"], lines: ["a removed", "b same"] },
	{ case: "two gone together", before: ["a", "b", "c"], after: ["c"], lines: ["a removed", "b removed", "c same"] },
	{ case: "all others", before: ["a"], after: ["b"], lines: ["a removed", "b added"] },
	{ case: "equal names", before: ["a", "a"], after: ["a"], lines: ["a same", "a (2) removed"] },
])("texts: $case", ({ before, after, lines }) => {
	expect(marks(diffTexts(before, after))).toEqual(lines);
});

test("a band that differs is updated", () => {
	expect(marks(diffBands([band("red"), band("green")], [band("red", 0), band("green")]))).toEqual([
		"red updated",
		"green same",
	]);
});

test("of the properties only those that differ, by name", () => {
	expect(diffProperties({ b: 1, a: "x", c: 2 }, { a: "y", c: 2, d: 4 })).toEqual([
		{ key: "a", mark: "updated", before: "x", after: "y" },
		{ key: "b", mark: "removed", before: 1, after: null },
		{ key: "d", mark: "added", before: null, after: 4 },
	]);
});
