import { describe, expect, test } from "vitest";
import { closedAt, isWithinHours, lastChange, nextChange, openSince } from "./hours.ts";

const at = (text: string) => Date.parse(text);
const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString().replace(":00.000Z", "Z"));
const vienna = (hours: string) => ({ hours, timeZone: "Europe/Vienna" });
const utc = (hours: string) => ({ hours, timeZone: "UTC" });

describe("hours", () => {
	test.each<[string, ReturnType<typeof utc>, string, boolean, string, string]>([
		["in the day", utc("08:00-17:00"), "2026-06-01T12:00:30Z", true, "2026-06-01T08:00Z", "2026-06-01T17:00Z"],
		["at their beginning", utc("08:00-17:00"), "2026-06-01T08:00:00Z", true, "2026-06-01T08:00Z", "2026-06-01T17:00Z"],
		["at their end", utc("08:00-17:00"), "2026-06-01T17:00:00Z", false, "2026-06-01T17:00Z", "2026-06-02T08:00Z"],
		["before midnight", utc("20:00-06:00"), "2026-06-01T23:59:59Z", true, "2026-06-01T20:00Z", "2026-06-02T06:00Z"],
		["after midnight", utc("20:00-06:00"), "2026-06-02T00:00:00Z", true, "2026-06-01T20:00Z", "2026-06-02T06:00Z"],
		["between", utc("20:00-06:00"), "2026-06-02T12:00:00Z", false, "2026-06-02T06:00Z", "2026-06-02T20:00Z"],
		["of five minutes", utc("12:07-12:12"), "2026-06-02T12:12:00Z", false, "2026-06-02T12:12Z", "2026-06-03T12:07Z"],
		["but for one minute", utc("12:08-12:07"), "2026-06-02T12:07:59Z", false, "2026-06-02T12:07Z", "2026-06-02T12:08Z"],
		["in summer time", vienna("20:00-06:00"), "2026-07-01T17:59:00Z", false, "2026-07-01T04:00Z", "2026-07-01T18:00Z"],
		["in winter time", vienna("20:00-06:00"), "2026-12-01T18:30:00Z", false, "2026-12-01T05:00Z", "2026-12-01T19:00Z"],
		// 2026-03-29: 02:00 becomes 03:00.
		[
			"over a night that is an hour shorter",
			vienna("20:00-06:00"),
			"2026-03-29T00:30:00Z",
			true,
			"2026-03-28T19:00Z",
			"2026-03-29T04:00Z",
		],
		[
			"that begin in the hour left out",
			vienna("02:30-04:00"),
			"2026-03-29T00:59:00Z",
			false,
			"2026-03-28T03:00Z",
			"2026-03-29T01:00Z",
		],
		[
			"that end in the hour left out",
			vienna("01:00-02:30"),
			"2026-03-29T00:30:00Z",
			true,
			"2026-03-29T00:00Z",
			"2026-03-29T01:00Z",
		],
		// 2026-10-25: 03:00 becomes 02:00, and the hour from 02:00 comes twice.
		[
			"over a night that is an hour longer",
			vienna("20:00-06:00"),
			"2026-10-25T01:30:00Z",
			true,
			"2026-10-24T18:00Z",
			"2026-10-25T05:00Z",
		],
		[
			"that end in the hour that comes twice, the first time",
			vienna("01:00-02:30"),
			"2026-10-25T00:00:00Z",
			true,
			"2026-10-24T23:00Z",
			"2026-10-25T00:30Z",
		],
		[
			"and that hour again",
			vienna("01:00-02:30"),
			"2026-10-25T01:10:00Z",
			true,
			"2026-10-25T01:00Z",
			"2026-10-25T01:30Z",
		],
		[
			"where clocks are put by half an hour",
			{ hours: "01:45-05:00", timeZone: "Australia/Lord_Howe" },
			"2026-04-04T14:50:00Z",
			true,
			"2026-04-04T14:45Z",
			"2026-04-04T15:00Z",
		],
	])("%s", (_, hours, now, isOn, last, next) => {
		expect([isWithinHours(hours, at(now)), iso(lastChange(hours, at(now))), iso(nextChange(hours, at(now)))]).toEqual([
			isOn,
			last,
			next,
		]);
	});

	test("of all day never change", () => {
		expect([isWithinHours(utc("00:00-00:00"), at("2026-01-01T00:00:00Z")), nextChange(utc("06:00-06:00"), 0)]).toEqual([
			true,
			null,
		]);
	});
});

describe("a storage", () => {
	const never = { hours: null, timeZone: null, pausedUntil: null };
	const night = { ...never, hours: "20:00-06:00", timeZone: "UTC" };
	test.each([
		["without hours", never, null, null],
		["in its hours", { ...night, hours: "06:00-20:00" }, null, "2026-06-01T06:00:00Z"],
		["outside them", night, { until: "2026-06-01T20:00:00Z", reason: "hours" }, undefined],
		[
			"paused",
			{ ...never, pausedUntil: "2026-06-03T09:30:00Z" },
			{ until: "2026-06-03T09:30:00Z", reason: "paused" },
			undefined,
		],
		[
			"paused until its hours are over",
			{ ...night, pausedUntil: "2026-06-03T09:30:00Z" },
			{ until: "2026-06-03T20:00:00Z", reason: "paused" },
			undefined,
		],
		[
			"paused until its hours are on",
			{ ...night, pausedUntil: "2026-06-03T22:00:00Z" },
			{ until: "2026-06-03T22:00:00Z", reason: "paused" },
			undefined,
		],
		["that was paused", { ...never, pausedUntil: "2026-05-30T00:00:00Z" }, null, "2026-05-30T00:00:00Z"],
	] as const)("%s", (_, opening, closed, since) => {
		const now = at("2026-06-01T12:00:00Z");
		expect(closedAt(opening, now)).toEqual(closed);
		if (since !== undefined) expect(openSince(opening, now)).toBe(since);
	});
});
