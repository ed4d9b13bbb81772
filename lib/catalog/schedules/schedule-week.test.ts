import { expect, test } from "vitest";
import type { Schedule } from "./schedule.ts";
import { delayOf } from "./schedule.ts";
import { type Scheduled, type Week, weekOf } from "./schedule-week.ts";

const at = (id: string, cron: string, more: Partial<Schedule> = {}): Scheduled => ({
	id,
	schedule: { cron, zone: "UTC", kind: "sync", jitter: 0, ...more },
});
/** `day.hour` of each hour in which something begins. */
const filled = ({ hours }: Week) =>
	hours.flatMap((cell, index) => (cell === null ? [] : [`${Math.floor(index / 24)}.${index % 24} ${cell.count}`]));
const monday = "2026-03-23T00:00:00Z";

test.each<[string, readonly Scheduled[], readonly string[]]>([
	["nothing", [{ id: "A", schedule: null }], []],
	["once a week", [at("A", "30 5 * * 3")], ["2.5 1"]],
	["the first and the last minute", [at("A", "0 0 * * 1"), at("B", "59 23 * * 0")], ["0.0 1", "6.23 1"]],
	["several in one hour count once each", [at("A", "*/5 7 * * 2"), at("B", "59 7 * * 2")], ["1.7 2"]],
	[
		"by other clocks: summer time begins on Sunday",
		[at("A", "0 3 * * 6,0", { zone: "Europe/Vienna" })],
		["5.2 1", "6.1 1"],
	],
])("%s", (_, containers, expected) => {
	expect(filled(weekOf(containers, monday, 10))).toEqual(expected);
});

test("every minute fills each hour", () => {
	expect(filled(weekOf([at("A", "* * * * *")], monday, 10))).toHaveLength(168);
});

test("who is delayed stands in the hour it begins", () => {
	const ids = Array.from({ length: 50 }, (_, i) => `C${i}`);
	const week = weekOf(
		ids.map((id) => at(id, "30 23 * * 0", { jitter: 60 })),
		"2026-03-22T00:00:00Z",
		100,
	);
	const late = ids.filter((id) => delayOf(id, 60) >= 1800);
	expect(week.hours[23]?.containers).toEqual(ids.filter((id) => !late.includes(id)));
	expect(week.hours[24]?.containers).toEqual(late);
});

test("names so many and counts all", () => {
	const week = weekOf(
		Array.from({ length: 37 }, (_, i) => at(`C${i}`, "0 3 * * 1")),
		monday,
		2,
	);
	expect(week.hours[3]).toEqual({ count: 37, containers: ["C0", "C1"] });
});
