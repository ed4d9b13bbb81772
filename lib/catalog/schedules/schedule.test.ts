import { describe, expect, it } from "vitest";
import { delayOf, nextRun, nextTime, nextTimes, scheduleProblem } from "./schedule.ts";

describe("nextTime", () => {
	it.each([
		["0 3 * * *", "2026-11-22T02:59:59Z", "2026-11-22T03:00:00Z"],
		["0 3 * * *", "2026-11-22T03:00:00Z", "2026-11-23T03:00:00Z"],
		["*/15 * * * *", "2026-11-22T23:46:10.250Z", "2026-11-23T00:00:00Z"],
		["0 3 * * 0", "2026-11-22T03:00:00Z", "2026-11-29T03:00:00Z"],
		["30 2 29 2 *", "2026-11-22T03:00:00Z", "2028-02-29T02:30:00Z"],
	])("%s after %s is %s", (expression, since, expected) => {
		expect(nextTime(expression, since)).toBe(expected);
	});

	it("answers the same whatever was asked before", () => {
		const days = ["2026-05-03", "2026-05-01", "2026-05-02", "2026-05-01"];
		expect(days.map((day) => nextTime("0 12 * * *", `${day}T13:00:00Z`))).toEqual([
			"2026-05-04T12:00:00Z",
			"2026-05-02T12:00:00Z",
			"2026-05-03T12:00:00Z",
			"2026-05-02T12:00:00Z",
		]);
		expect(nextTime("0 12 * * *", "2026-05-01T11:59:59Z")).toBe("2026-05-01T12:00:00Z");
		expect(nextTime("0 12 * * *", "2026-05-01T12:00:00Z")).toBe("2026-05-02T12:00:00Z");
	});
});

describe("in a zone with summer time", () => {
	const times = (cron: string, zone: string, since: string, count: number) => nextTimes({ cron, zone }, since, count);

	it.each([
		["the same hour of the day before and after", "0 3 * * *", "2026-03-27T12:00:00Z", ["28T02", "29T01", "30T01"]],
		[
			"left out in spring: as soon as it is over, once",
			"30 2 * * *",
			"2026-03-27T12:00:00Z",
			["28T01:30", "29T01", "30T00:30"],
		],
		["every half an hour goes on in spring", "*/30 * * * *", "2026-03-29T00:10:00Z", ["29T00:30", "29T01", "29T01:30"]],
	])("%s", (_, cron, since, expected) => {
		const full = expected.map((time) => `2026-03-${time}${time.includes(":") ? "" : ":00"}:00Z`);
		expect(times(cron, "Europe/Vienna", since, 3)).toEqual(full);
	});

	it.each([
		["twice in autumn: the first time", "30 2 * * *", "2026-10-23T12:00:00Z", ["24T00:30", "25T00:30", "26T01:30"]],
		[
			"and not again when the first one was late",
			"30 2 * * *",
			"2026-10-25T00:45:00Z",
			["26T01:30", "27T01:30", "28T01:30"],
		],
		["every hour goes on in autumn", "0 * * * *", "2026-10-24T23:50:00Z", ["25T00:00", "25T01:00", "25T02:00"]],
	])("%s", (_, cron, since, expected) => {
		expect(times(cron, "Europe/Vienna", since, 3)).toEqual(expected.map((time) => `2026-10-${time}:00Z`));
	});

	it("knows zones whose clocks move at midnight, or by half an hour", () => {
		expect(times("30 0 * * *", "Africa/Cairo", "2026-04-22T23:00:00Z", 2)).toEqual([
			"2026-04-23T22:00:00Z",
			"2026-04-24T21:30:00Z",
		]);
		expect(times("0 3 * * *", "Australia/Lord_Howe", "2026-04-03T20:00:00Z", 2)).toEqual([
			"2026-04-04T16:30:00Z",
			"2026-04-05T16:30:00Z",
		]);
	});
});

describe("jitter", () => {
	const schedule = { cron: "0 3 * * *", zone: "UTC", kind: "sync", jitter: 60 } as const;
	const ids = Array.from({ length: 2000 }, (_, i) => `S2_L1C_${i}`);

	it("is the same for a container each time, and within its bounds", () => {
		for (const id of ids) {
			const delay = delayOf(id, 60);
			expect(delay).toBe(delayOf(id, 60));
			expect(delay).toBeGreaterThanOrEqual(0);
			expect(delay).toBeLessThanOrEqual(3600);
			expect(delayOf(id, 0)).toBe(0);
		}
	});

	it("spreads many containers evenly", () => {
		const tenths = ids.map((id) => Math.min(9, Math.floor(delayOf(id, 60) / 360)));
		for (let tenth = 0; tenth < 10; tenth++)
			expect(tenths.filter((each) => each === tenth).length).toBeGreaterThan(150);
	});

	it("moves each run of a container by as much, and leaves none out", () => {
		const id = ids.find((each) => delayOf(each, 60) > 1800) ?? "";
		const delay = delayOf(id, 60) * 1000;
		const at = (day: string) =>
			new Date(Date.parse(`2026-05-${day}T03:00:00Z`) + delay).toISOString().replace(".000", "");
		expect(nextRun(schedule, id, "2026-05-01T03:10:00Z")).toBe(at("01"));
		expect(nextRun(schedule, id, at("01"))).toBe(at("02"));
	});
});

describe("scheduleProblem", () => {
	it.each(["0 3 * * *", "*/5 0-6 1,15 * 1-5"])("accepts %s", (expression) =>
		expect(scheduleProblem(expression)).toBeNull(),
	);
	it.each(["", "daily", "* * * *", "0 0 3 * * *", "61 3 * * *", "0 0 30 2 *"])("refuses %j", (expression) =>
		expect(scheduleProblem(expression)).toEqual(expect.any(String)),
	);
	it.each([
		["61 3 * * *", "The minute is not valid: enter 0 to 59"],
		["0 24 * * *", "The hour is not valid: enter 0 to 23"],
		["0 0 0 3 *", "The day of the month is not valid: enter 1 to 31"],
		["0 0 1 13 *", "The month is not valid: enter 1 to 12, or JAN to DEC"],
		["0 0 * * 8", "The weekday is not valid: enter 0 to 7"],
		["0 3 * *", "Enter five fields"],
		["0 0 30 2 *", "This time never comes"],
	])("says what to write instead of %j: %s", (expression, sentence) =>
		expect(scheduleProblem(expression)).toMatch(new RegExp(`^${sentence}`)),
	);
	it("answers odd fields in every combination with a sentence, or null", () => {
		const odd = [
			"*",
			"0",
			"00",
			"-1",
			"99",
			"1-",
			"5-1",
			"1/0",
			"*/0",
			"L",
			"LW",
			"15W",
			"5#6",
			"SUN",
			"?",
			"x",
			"1,,2",
		];
		const expressions = odd.flatMap((day) => odd.map((weekday) => `${day} 0 ${day} * ${weekday}`));
		for (const expression of expressions)
			expect(scheduleProblem(expression) ?? "The expression is valid").toMatch(/^(The|This|Enter)\b/);
	});
});
