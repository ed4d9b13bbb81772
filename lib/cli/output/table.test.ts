import { expect, it } from "vitest";
import { instantCell, tableLines } from "./table.ts";

it("aligns columns and leaves the last one as it is", () => {
	expect(
		tableLines([
			["a", "long cell", "x"],
			["äöü", "", "y"],
			["b", "c", ""],
		]),
	).toEqual(["a    long cell  x", "äöü             y", "b    c"]);
	expect(tableLines([])).toEqual([]);
});

it("a cell as long as an EO ID may be moves what follows it, and no other row", () => {
	const long = "x".repeat(251);
	expect(
		tableLines([
			["a", "1"],
			[long, "2"],
			["bcd", "3"],
		]),
	).toEqual(["a    1", `${long}  2`, "bcd  3"]);
});

it("lets no name write to the terminal", () => {
	expect(tableLines([["a\x1b[31m", "b\nc\u202e"]])).toEqual(["a?[31m  b?c?"]);
});

it("shows instants without their zone, and nothing for none", () => {
	expect([instantCell("2006-08-16T09:09:29.250Z"), instantCell(null)]).toEqual(["2006-08-16 09:09:29", ""]);
});
