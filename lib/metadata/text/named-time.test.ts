import { expect, test } from "vitest";
import { parseNamedTime } from "./named-time.ts";

test.each([
	["20060816", "2006-08-16T00:00:00Z", "2006-08-16T23:59:59.999Z"],
	["2006-08-16", "2006-08-16T00:00:00Z", "2006-08-16T23:59:59.999Z"],
	["2006_08_16", "2006-08-16T00:00:00Z", "2006-08-16T23:59:59.999Z"],
	["2006228", "2006-08-16T00:00:00Z", "2006-08-16T23:59:59.999Z"],
	["2006-228", "2006-08-16T00:00:00Z", "2006-08-16T23:59:59.999Z"],
	["16AUG2006", "2006-08-16T00:00:00Z", "2006-08-16T23:59:59.999Z"],
	["2006-Aug-16", "2006-08-16T00:00:00Z", "2006-08-16T23:59:59.999Z"],
])("%s, a date alone, is the whole day", (text, first, last) => {
	expect(parseNamedTime(text, "UTC")).toEqual({ first, last, period: "day" });
});

test.each([
	["20060816T090929", "2006-08-16T09:09:29Z"],
	["20060816_090929", "2006-08-16T09:09:29Z"],
	["20060816-0909", "2006-08-16T09:09:00Z"],
	["20060816090929", "2006-08-16T09:09:29Z"],
	["2006-08-16T09-09-29", "2006-08-16T09:09:29Z"],
	["2006-08-16 09:09:29.25Z", "2006-08-16T09:09:29.250Z"],
	["2006228090929", "2006-08-16T09:09:29Z"],
	["2006228.0909", "2006-08-16T09:09:00Z"],
	["16AUG2006_090929", "2006-08-16T09:09:29Z"],
	["2006-08-16T09:09:29+02:00", "2006-08-16T07:09:29Z"],
])("%s is an instant", (text, instant) => {
	expect(parseNamedTime(text, "UTC")).toEqual({ first: instant, last: instant, period: null });
});

test.each([
	["2006", "2006-01-01T00:00:00Z", "2006-12-31T23:59:59.999Z", "year"],
	["1850", "1850-01-01T00:00:00Z", "1850-12-31T23:59:59.999Z", "year"],
	["200608", "2006-08-01T00:00:00Z", "2006-08-31T23:59:59.999Z", "month"],
	["2006-02", "2006-02-01T00:00:00Z", "2006-02-28T23:59:59.999Z", "month"],
	["2004_02", "2004-02-01T00:00:00Z", "2004-02-29T23:59:59.999Z", "month"],
	["Aug2006", "2006-08-01T00:00:00Z", "2006-08-31T23:59:59.999Z", "month"],
	["2006-AUG", "2006-08-01T00:00:00Z", "2006-08-31T23:59:59.999Z", "month"],
])("%s, a month or year alone, is all of it", (text, first, last, period) => {
	expect(parseNamedTime(text, "UTC")).toEqual({ first, last, period });
});

test("a year is that of the source's time zone", () => {
	expect(parseNamedTime("2006", "Europe/Vienna")).toEqual({
		first: "2005-12-31T23:00:00Z",
		last: "2006-12-31T22:59:59.999Z",
		period: "year",
	});
});

test("a day is that of the source's time zone", () => {
	expect(parseNamedTime("20060816", "Europe/Vienna")).toEqual({
		first: "2006-08-15T22:00:00Z",
		last: "2006-08-16T21:59:59.999Z",
		period: "day",
	});
});

test.each([
	...["", "scene", "20061316", "20060231", "2006000", "2006367", "16XYZ2006", "1".repeat(500)],
	// A month that is none, a day of 2006 in August, numbers that are no years.
	...["200613", "200600", "060816", "0816", "1849", "2200", "9999", "XYZ2006", "2006Z", "20061"],
])("%j is no time", (text) => {
	expect(parseNamedTime(text, "UTC")).toBeNull();
});
