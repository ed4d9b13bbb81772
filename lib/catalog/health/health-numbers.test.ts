import { expect, test } from "vitest";
import { healthNumbers, untrueCount } from "./health-numbers.ts";

const container = (id: string, over: object = {}) => ({
	id,
	state: "in sync" as const,
	differences: 0,
	rejected: 0,
	ignored: 0,
	asOf: "2026-11-29T07:05:00Z",
	verifiedAt: null,
	unreachable: [],
	...over,
});

test("sums over all containers, and the one that was looked at longest ago", () => {
	const numbers = healthNumbers([
		container("A", {
			rejected: 2,
			verifiedAt: "2026-01-01T00:00:00Z",
			unreachable: [{ storage: "web", since: "2026-11-29T08:00:00Z", reason: "no answer" }],
		}),
		container("B", { state: "held", differences: 300, asOf: "2026-11-20T00:00:00.250Z" }),
		container("C", { state: "out of sync", differences: 4, rejected: 1, asOf: "2026-11-20T00:00:00Z" }),
		container("D", { state: "syncing" }),
		container("E", { state: "never synced", asOf: null }),
	]);
	expect(numbers).toEqual({
		containers: 5,
		byState: new Map([
			["in sync", 1],
			["held", 1],
			["out of sync", 1],
			["syncing", 1],
			["never synced", 1],
		]),
		differences: 304,
		rejected: 3,
		waiting: 1,
		oldest: { id: "C", asOf: "2026-11-20T00:00:00Z" },
		oldestReading: { id: "A", at: "2026-01-01T00:00:00Z" },
		neverSeen: 1,
		unreachable: 1,
	});
	expect(untrueCount(numbers)).toBe(3);
});

test("nothing at all", () => {
	expect(healthNumbers([])).toMatchObject({ containers: 0, differences: 0, waiting: 0, oldest: null });
});
