import { describe, expect, it } from "vitest";
import { nextTime, scheduleFault } from "./schedule.ts";

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
});

describe("scheduleFault", () => {
	it.each(["0 3 * * *", "*/5 0-6 1,15 * 1-5"])("accepts %s", (expression) =>
		expect(scheduleFault(expression)).toBeNull(),
	);
	it.each(["", "daily", "* * * *", "0 0 3 * * *", "61 3 * * *", "0 0 30 2 *"])("refuses %j", (expression) =>
		expect(scheduleFault(expression)).toEqual(expect.any(String)),
	);
	it("says what is wrong, not where in the code", () =>
		expect(scheduleFault("61 3 * * *")).toBe("Invalid value for minute: 61"));
});
