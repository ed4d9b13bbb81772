import { expect, test } from "vitest";
import { UsageError } from "#lib/errors.ts";
import { compileFileNamePattern } from "./file-name-matcher.ts";

const name = "MER_FRS_20060816T090929_20060816T091246.tif";

test.each([
	[
		String.raw`_(?<begin>\d{8}T\d{6})_(?<end>\d{8}T\d{6})\.`,
		name,
		{ id: null, begin: "20060816T090929", end: "20060816T091246" },
	],
	[String.raw`^(?<id>.+)_(?<begin>\d{8}T\d{6})_`, name, { id: "MER_FRS", begin: "20060816T090929", end: null }],
	[String.raw`^(?<id>(?:[A-Z]+_)+)(?<begin>\d{8})`, name, { id: "MER_FRS_", begin: "20060816", end: null }],
	[String.raw`(?<begin>\d{8})(?<end>x)?`, name, { id: null, begin: "20060816", end: null }],
	[String.raw`^(?<begin>\d{8})`, name, null],
])("%s", (pattern, text, parts) => {
	expect(compileFileNamePattern(pattern)(text)).toEqual(parts);
});

test.each([
	["(?<begin>", /not a regular expression/],
	["(?P<begin>\\d{8})(?=_v)", /RE2 does not look ahead or behind/],
	["(?P<begin>\\d{8})_(?P=begin)", /RE2 has no back references/],
	[String.raw`(\d{8})`, /none of the groups/],
	[`(?<id>${"a".repeat(1000)})`, /at most 1000 are allowed/],
])("%j is the caller's error", (pattern, message) => {
	expect(() => compileFileNamePattern(pattern)).toThrow(UsageError);
	expect(() => compileFileNamePattern(pattern)).toThrow(message);
});

test.each([
	"^(?<id>(a+)+)$",
	"^(?<id>(a|a)*)$",
	"^(?<id>(a|a){250})$",
	"^(?<id>a*a*a*a*a*a*a*a*a*a*a*a*)$",
	`${"(?:a|a)".repeat(60)}(?<id>x)`,
])("%s takes no longer than others", (pattern) => {
	expect(compileFileNamePattern(pattern)(`${"a".repeat(200)}!`)).toBeNull();
});

test("groups as Python writes them are understood", () => {
	expect(compileFileNamePattern(String.raw`_(?P<begin>\d{8})_(?P<end>\d{8})`)("a_20060816_20060817.tif")).toEqual({
		id: null,
		begin: "20060816",
		end: "20060817",
	});
});

test("what RE2 does not have goes on as JavaScript has it, and is stopped", () => {
	expect(compileFileNamePattern("(?<=x_)(?<id>[ab]+)")("x_ab_")?.id).toBe("ab");
	const slow = compileFileNamePattern(`(?=a)${"(?:a|a)".repeat(60)}(?<id>x)`);
	expect(() => slow(`${"a".repeat(200)}!`)).toThrow(/takes too long/);
	expect(slow("b")).toBeNull();
});

test("escapes that are not needed do no harm", () => {
	expect(compileFileNamePattern(String.raw`\_(?<begin>\d{4}\-\d\d\-\d\d)`)("a_2006-08-16")?.begin).toBe("2006-08-16");
});

test("long names are cut", () => {
	const parts = compileFileNamePattern("^(?<id>a+)")("a".repeat(10_000));
	expect(parts?.id).toHaveLength(255);
});
