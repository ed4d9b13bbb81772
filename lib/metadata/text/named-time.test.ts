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
	expect(parseNamedTime(text, "UTC")).toEqual({ first, last, isDay: true });
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
	expect(parseNamedTime(text, "UTC")).toEqual({ first: instant, last: instant, isDay: false });
});

test("a day is that of the source's time zone", () => {
	expect(parseNamedTime("20060816", "Europe/Vienna")).toEqual({
		first: "2006-08-15T22:00:00Z",
		last: "2006-08-16T21:59:59.999Z",
		isDay: true,
	});
});

test.each(["", "scene", "20061316", "20060231", "2006000", "2006367", "16XYZ2006", "200608", "1".repeat(500)])(
	"%j is no time",
	(text) => {
		expect(parseNamedTime(text, "UTC")).toBeNull();
	},
);
