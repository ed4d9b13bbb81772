import { expect, test } from "vitest";
import { readNames } from "#lib/metadata/read-names.ts";
import { type Mark, type MarkField, patternsOfMarks } from "./marked-name.ts";

/** `S2_<id:…>`: marks written into a name. */
function marked(text: string): { readonly name: string; readonly marks: readonly Mark[] } {
	const marks: Mark[] = [];
	const open: { readonly field: MarkField; readonly from: number }[] = [];
	let name = "";
	for (const piece of text.split(/(<(?:begin|end|id):|>)/)) {
		if (piece === ">") {
			const mark = open.pop();
			if (mark) marks.push({ ...mark, to: name.length });
		} else if (/^<\w+:$/.test(piece)) open.push({ field: piece.slice(1, -1) as MarkField, from: name.length });
		else name += piece;
	}
	return { name, marks };
}

test.each([
	["NDVI_<begin:20210315>_T14.tif", "NDVI_20220101_T9.tif", null, "2022-01-01T00:00:00Z", "2022-01-01T23:59:59.999Z"],
	[
		"MOD09.A<begin:2019100>.h18.tif",
		"MYD11.A2020001.h19.tif",
		null,
		"2020-01-01T00:00:00Z",
		"2020-01-01T23:59:59.999Z",
	],
	[
		"<id:S2A_X>_<begin:20210101T101010>_<end:20210101T101020>.tif",
		"S2B_Y_20220101T101010_20220101T101020.tif",
		"S2B_Y",
		"2022-01-01T10:10:10Z",
		"2022-01-01T10:10:20Z",
	],
	[
		"<id:scene_<begin:16AUG2006>>.tif",
		"other_17SEP2007.tif",
		"other_17SEP2007",
		"2007-09-17T00:00:00Z",
		"2007-09-17T23:59:59.999Z",
	],
	[
		"Übersicht 0 <begin:2022-01-15>.tif",
		"Käse (1) 2022-02-15.tif",
		null,
		"2022-02-15T00:00:00Z",
		"2022-02-15T23:59:59.999Z",
	],
])("what is marked in %s is read from %s", (text, other, id, begin, end) => {
	const { name, marks } = marked(text);
	const { readings, unread } = readNames(patternsOfMarks(name, marks), [name, other], "UTC");
	expect(unread).toBe(0);
	expect(readings[1]).toMatchObject({ name: other, id, begin, end });
});

test("of patterns that read as many the most exact one is taken", () => {
	const { name, marks } = marked("A_<begin:20210315>.tif");
	expect(readNames(patternsOfMarks(name, marks), [name], "UTC").pattern).toBe("^A_(?<begin>\\d{8})(?:[^0-9]|$)");
});

test.each([
	["nothing", []],
	["an empty mark", [{ field: "begin", from: 2, to: 2 }]],
	[
		"marks that overlap in part",
		[
			{ field: "begin", from: 0, to: 5 },
			{ field: "end", from: 3, to: 8 },
		],
	],
	["a mark beyond the name", [{ field: "id", from: 0, to: 50 }]],
] as const)("%s is refused", (_, marks) => {
	expect(() => patternsOfMarks("A_20210315.tif", marks)).toThrow();
});

test("a name that is not read says why, and hostile names harm nothing", () => {
	const names = ["a_20219999.tif", "b.tif", `${"_".repeat(5000)}`, "x\n\0\ud800.tif"];
	const { readings, unread } = readNames(["_(?P<begin>\\d{8})"], names, "UTC");
	expect(unread).toBe(4);
	expect(readings.map(({ problem }) => problem)).toEqual([
		"“20219999” is not a time.",
		...Array.from({ length: 3 }, () => "The pattern does not fit this name."),
	]);
});
