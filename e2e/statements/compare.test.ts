import { expect, it } from "vitest";
import { compareRows } from "./compare.ts";
import type { DeclaredColumn, DeclaredStatement } from "./declared.ts";
import type { DescribedColumn } from "./described.ts";

const declared = (name: string, changes: Partial<DeclaredColumn> = {}): DeclaredColumn => ({
	name,
	kinds: ["number"],
	literals: null,
	isNullable: false,
	isOptional: false,
	...changes,
});

const described = (name: string, changes: Partial<DescribedColumn> = {}): DescribedColumn => ({
	name,
	type: "int8",
	kind: "number",
	labels: null,
	nullBecause: null,
	...changes,
});

const run = described("state", { type: "run_state", kind: "string", labels: ["queued", "held"] });
const state = (literals: readonly string[]) => declared("state", { kinds: ["string"], literals });

it.each<[string, DeclaredStatement["rows"], readonly DescribedColumn[], readonly string[]]>([
	["the same", [declared("id")], [described("id")], []],
	[
		"a column that was renamed, or misspelt",
		[declared("id")],
		[described("ident")],
		["id is in the row type, but not selected", "ident is selected, but not in the row type"],
	],
	["one that may be left out", [declared("id", { isOptional: true })], [], []],
	[
		"text as a number",
		[declared("id")],
		[described("id", { type: "numeric", kind: "string" })],
		["id is numeric, which is no number"],
	],
	["a number as text", [declared("id", { kinds: ["string"] })], [described("id")], ["id is int8, which is no string"]],
	[
		"JSON as anything",
		[declared("id", { kinds: ["object"] })],
		[described("id", { type: "jsonb", kind: "anything" })],
		[],
	],
	["JSON as a list", [declared("id", { kinds: ["anything array"] })], [described("id", { kind: "anything" })], []],
	["the same list", [declared("id", { kinds: ["number array"] })], [described("id", { kind: "number array" })], []],
	[
		"a list of other elements",
		[declared("id", { kinds: ["string array"] })],
		[described("id", { type: "_int8", kind: "number array" })],
		["id is _int8, which is no string array"],
	],
	[
		"a list where one is said",
		[declared("id")],
		[described("id", { type: "_int8", kind: "number array" })],
		["id is _int8, which is no number"],
	],
	[
		"a type that is not known",
		[declared("id")],
		[described("id", { type: "box", kind: null })],
		["id is box, which is no number"],
	],
	[
		"rows of anything",
		"untyped",
		[described("id"), described("locked", { type: "void" })],
		["id: selected without a row type"],
	],
	["no rows", "untyped", [described("locked", { type: "void" })], []],
	["rows that callers know", "generic", [described("id")], []],
	[
		"null where something is promised",
		[declared("id")],
		[described("id", { nullBecause: "it was in a test" })],
		["id may be null: it was in a test"],
	],
	[
		"null where it may be",
		[declared("id", { isNullable: true })],
		[described("id", { nullBecause: "it was in a test" })],
		[],
	],
	["some values of an enumeration", [state(["held"])], [run], []],
	["a value that is none of it", [state(["held", "hold"])], [run], ["state is run_state, which has no value hold"]],
])("%s", (_, row, columns, faults) => {
	expect(compareRows(row, columns)).toEqual(faults);
});
