import fc from "fast-check";
import { expect, test } from "vitest";
import { UsageError } from "#lib/errors.ts";
import { parseInstant } from "./time.ts";

test.each([
	["2006-08-16T09:09:29Z", "2006-08-16T09:09:29Z"],
	["  2006-08-16T09:09:29Z\n", "2006-08-16T09:09:29Z"],
	["2006-08-16t09:09:29z", "2006-08-16T09:09:29Z"],
	["2006-08-16 09:09:29 UTC", "2006-08-16T09:09:29Z"],
	["2006-08-16T09:09:29.250Z", "2006-08-16T09:09:29.250Z"],
	["2006-08-16T09:09:29,25Z", "2006-08-16T09:09:29.250Z"],
	["2006-08-16T09:09:29.000Z", "2006-08-16T09:09:29Z"],
	["2006-08-16T09:09:29.1239999Z", "2006-08-16T09:09:29.123Z"],
	["2006-08-16T09:09:29+02:00", "2006-08-16T07:09:29Z"],
	["2006-08-16T09:09:29-0530", "2006-08-16T14:39:29Z"],
	["2006-08-16T09:09:29+02", "2006-08-16T07:09:29Z"],
	["2006-08-16T09:09", "2006-08-16T09:09:00Z"],
	["2006-08-16T09", "2006-08-16T09:00:00Z"],
	["2006-08-16", "2006-08-16T00:00:00Z"],
	["2006-08-16Z", "2006-08-16T00:00:00Z"],
	["20060816", "2006-08-16T00:00:00Z"],
	["20060816T090929Z", "2006-08-16T09:09:29Z"],
	["20060816_090929", "2006-08-16T09:09:29Z"],
	["20060816090929", "2006-08-16T09:09:29Z"],
	["20060816T090929.5Z", "2006-08-16T09:09:29.500Z"],
	["2006:08:16 09:09:29", "2006-08-16T09:09:29Z"],
	["2006-228", "2006-08-16T00:00:00Z"],
	["2006228T090929", "2006-08-16T09:09:29Z"],
	["2004-366", "2004-12-31T00:00:00Z"],
	["2004-02-29", "2004-02-29T00:00:00Z"],
	["2006-08-16T24:00:00Z", "2006-08-17T00:00:00Z"],
	["2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"],
	["0001-01-01", "0001-01-01T00:00:00Z"],
])("%j in UTC is %s", (text, instant) => {
	expect(parseInstant(text, "UTC")).toBe(instant);
});

test.each([
	"",
	"now",
	"2006",
	"2006-08",
	"2006-13-01",
	"2006-02-29",
	"2006-00-10",
	"2006-01-00",
	"2006-366",
	"2006-000",
	"2006-08-16T25:00",
	"2006-08-16T24:00:01",
	"2006-08-16T09:60",
	"2006-08-16T09:09:60",
	"2006-08-16T09:09:61",
	"2006-08-16T09:09:29+15:00",
	"2006-08-16T09:09:29+01:60",
	"2006-0816",
	"2006-08-16T",
	"2006-08-16T09:0929",
	"2006-08-16T09:09:29.Z",
	"2006-08-16T09:09:29Zulu",
	"0000-01-01",
	"0001-01-01T00:00+01:00",
	"9999-12-31T23:30-01:00",
	"+2006-08-16",
	"2006/08/16",
	`2006-08-16T09:09:29.${"0".repeat(80)}Z`,
	"0000:00:00 00:00:00",
])("%j is no time", (text) => {
	expect(parseInstant(text, "UTC")).toBeNull();
});

test.each([
	["Europe/Vienna", "2006-08-16T09:09:29", "2006-08-16T07:09:29Z"],
	["Europe/Vienna", "2006-01-16 09:09:29", "2006-01-16T08:09:29Z"],
	["Europe/Vienna", "2006-08-16T09:09:29Z", "2006-08-16T09:09:29Z"],
	["Europe/Vienna", "2006-08-16T09:09:29.125", "2006-08-16T07:09:29.125Z"],
	// the clocks go from 02:00 to 03:00, and back from 03:00 to 02:00
	["Europe/Vienna", "2006-03-26T01:59:59", "2006-03-26T00:59:59Z"],
	["Europe/Vienna", "2006-03-26T02:30:00", "2006-03-26T01:30:00Z"],
	["Europe/Vienna", "2006-03-26T03:00:00", "2006-03-26T01:00:00Z"],
	["Europe/Vienna", "2006-10-29T02:30:00", "2006-10-29T00:30:00Z"],
	["Europe/Vienna", "2006-10-29T03:00:00", "2006-10-29T02:00:00Z"],
	["America/New_York", "2007-11-04T01:30:00", "2007-11-04T05:30:00Z"],
	["Asia/Kathmandu", "2006-08-16", "2006-08-15T18:15:00Z"],
	// Samoa had no 30 December 2011
	["Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00Z"],
])("in %s %s is %s", (timeZone, text, instant) => {
	expect(parseInstant(text, timeZone)).toBe(instant);
});

test("an unknown zone is the caller's error", () => {
	expect(() => parseInstant("2006-08-16", "Mars/Olympus")).toThrow(UsageError);
	expect(parseInstant("2006-08-16T00:00:00Z", "Mars/Olympus")).toBe("2006-08-16T00:00:00Z");
});

test("the normal form is read as itself, in whatever zone", () => {
	const years = { min: new Date("0001-01-02T00:00:00Z"), max: new Date("9999-12-30T00:00:00Z"), noInvalidDate: true };
	fc.assert(
		fc.property(fc.date(years), fc.constantFrom("UTC", "Europe/Vienna", "America/St_Johns"), (date, timeZone) => {
			const instant = parseInstant(date.toISOString(), timeZone);
			expect(instant).not.toBeNull();
			expect(Date.parse(instant ?? "")).toBe(date.getTime());
			expect(parseInstant(instant ?? "", timeZone)).toBe(instant);
		}),
	);
});

test("whatever the text, an instant or null", () => {
	fc.assert(
		fc.property(fc.string(), (text) => {
			const instant = parseInstant(text, "UTC");
			if (instant !== null) expect(instant).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
		}),
	);
});

test.each([
	["18-JUL-2017 10:10:29.026999", "2017-07-18T10:10:29.026Z"],
	["18-Jul-2017T10:10:29Z", "2017-07-18T10:10:29Z"],
	["Jan 1, 2000", "2000-01-01T00:00:00Z"],
	["January 15, 2000 06:30:00", "2000-01-15T06:30:00Z"],
	["2000-01-01 00:00:00.0 0:00", "2000-01-01T00:00:00Z"],
	["2000-01-01 00:00:00 -6:30", "2000-01-01T06:30:00Z"],
])("%s is %s", (text, instant) => {
	expect(parseInstant(text, "UTC")).toBe(instant);
});

test.each(["32-JUL-2017", "18-JLY-2017", "Jan 1 200", "1-2-2000", "Foo 1, 2000", "Feb 30, 2001"])(
	"%s is no time",
	(text) => {
		expect(parseInstant(text, "UTC")).toBeNull();
	},
);
