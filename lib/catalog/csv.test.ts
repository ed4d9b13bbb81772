import { expect, test } from "vitest";
import { csvCell, csvLine } from "./csv.ts";

test.each([
	['=HYPERLINK("http://evil")', '"\'=HYPERLINK(""http://evil"")"'],
	["+1", "'+1"],
	["-1", "'-1"],
	["@SUM(A1)", "'@SUM(A1)"],
	["\t=1", "'\t=1"],
	["  =1", "'  =1"],
	["\r=1", '"\'\r=1"'],
	["a,b", '"a,b"'],
	["a\nb", '"a\nb"'],
	["plain", "plain"],
	["", ""],
	[null, ""],
	[-7, "-7"],
	[{ a: '"' }, '"{""a"":""\\""""}"'],
])("writes %j so that no spreadsheet calculates it", (value, cell) => expect(csvCell(value)).toBe(cell));

test("a line", () => expect(csvLine(["a", null, 7, "b,c"])).toBe('a,,7,"b,c"\r\n'));
