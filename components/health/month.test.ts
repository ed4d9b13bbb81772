import { expect, test } from "vitest";
import type { HealthDay } from "#lib/catalog/health/health-days.ts";
import { ageAtDay, beforeToday, monthOf } from "./month.ts";

const day = (name: string, over: Partial<HealthDay> = {}): HealthDay => ({
	day: name,
	containers: 1,
	untrue: 0,
	differences: 0,
	rejected: 0,
	waiting: 0,
	oldestAsOf: null,
	writtenAt: `${name}T23:55:00Z`,
	...over,
});
const month = (history: readonly HealthDay[]) =>
	monthOf(history, { today: "2026-03-02", now: 7, of: ({ differences }) => differences });

test("thirty days over the end of a month, gaps unknown, today as it is now", () => {
	const points = month([
		day("2026-02-01", { differences: 2 }),
		day("2026-02-28", { differences: 5 }),
		day("2026-03-02", { differences: 6 }),
	]);
	expect(points).toHaveLength(30);
	expect([points[0], points[1], points.at(-3), points.at(-2), points.at(-1)]).toEqual([
		{ day: "2026-02-01", value: 2 },
		{ day: "2026-02-02", value: null },
		{ day: "2026-02-28", value: 5 },
		{ day: "2026-03-01", value: null },
		{ day: "2026-03-02", value: 7 },
	]);
	expect(beforeToday(points)).toEqual({
		first: { day: "2026-02-01", value: 2 },
		last: { day: "2026-02-28", value: 5 },
	});
});

test("without a day before today there is no history yet", () => {
	expect(beforeToday(month([day("2026-03-02")]))).toBeNull();
});

test("the age of the oldest look at the end of its day, or when that was written last", () => {
	expect(ageAtDay(day("2026-02-28"))).toBeNull();
	const oldestAsOf = "2026-02-28T23:54:00Z";
	expect(ageAtDay(day("2026-02-28", { oldestAsOf }))).toBe(60);
	expect(ageAtDay(day("2026-02-28", { oldestAsOf, writtenAt: "2026-03-01T00:10:00Z" }))).toBe(360);
});
