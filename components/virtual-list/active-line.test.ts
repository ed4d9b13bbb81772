import { expect, test } from "vitest";
import { activeNow } from "./active-line.ts";

const now = (line: { readonly index: number; readonly key: string }, lines: readonly string[]) =>
	activeNow(line, lines.length, (index) => lines[index] ?? "none");

test.each([
	["nothing changed", 1, ["a", "b", "c"], { index: 1, key: "b" }],
	["lines came above it", 1, ["x", "y", "z", "a", "b", "c"], { index: 4, key: "b" }],
	["lines above it went", 2, ["b"], { index: 0, key: "b" }],
	["it went: the line in its place", 1, ["a", "c"], { index: 1, key: "c" }],
	["it was the last one", 2, ["a", "c"], { index: 1, key: "c" }],
	["all went", 1, [], { index: 1, key: "b" }],
	["it is far beyond the end", 900, ["b", "c"], { index: 0, key: "b" }],
])("%s", (_, index, lines, expected) => {
	expect(now({ index, key: "b" }, lines)).toEqual(expected);
});
