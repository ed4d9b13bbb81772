import { expect, test } from "vitest";
import { odlLimits, parseOdl } from "./odl.ts";

const parse = (...lines: readonly string[]) => parseOdl(new TextEncoder().encode(lines.join("\r\n")));

test("groups, texts, lists over several lines, comments; the first of a name holds; nothing after END", () => {
	const root = parse(
		"/* ODL */",
		"",
		"GROUP = A",
		'  NAME = "x = y"',
		'  NAME = "second"',
		"  LIST = (1,",
		"    2)",
		'  TEXT = "two',
		'    lines"',
		"  OBJECT = B",
		"    N = -1.5",
		"  END_OBJECT = B",
		"END_GROUP = A",
		"constructor = 1",
		"END",
		"what ever",
	);
	expect(root).toEqual({
		A: { NAME: "x = y", LIST: "(1, 2)", TEXT: "two lines", B: { N: "-1.5" } },
		constructor: "1",
	});
	expect(root.toString).toBeUndefined();
});

test.each([
	["groups inside each other", Array<string>(odlLimits.depth + 2).fill("GROUP = A"), /more than 16 groups/],
	["a group that does not end", ["GROUP = A", "B = 1"], /the group A does not end/],
	["a text that does not end", ['A = "x', "B = 1"], /value of A does not end/],
	["a text without end", ['A = "x', ...Array<string>(2000).fill("x".repeat(100))], /value of A does not end/],
	["lines", Array<string>(odlLimits.lines + 1).fill("A = 1"), /more than 100000 lines/],
	["a line without a key", ["=1"], /is not KEY = VALUE/],
])("%s: rejected", (_, lines, message) => {
	expect(() => parse(...lines)).toThrow(message);
});

test("bytes that are not UTF-8 are rejected", () => {
	expect(() => parseOdl(new Uint8Array([0x41, 0x3d, 0xff]))).toThrow(/not UTF-8/);
});
