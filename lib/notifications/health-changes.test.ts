import { expect, test } from "vitest";
import { type Health, healthAfter, noticeOf, type ReportedHealth } from "./health-changes.ts";

const at = "2026-05-02T03:00:05Z";
const reported = (health: Health, run: number | null, reportedAt: string | null = null): ReportedHealth => ({
	health,
	run,
	reportedAt,
});

test.each<[string, ReportedHealth, Health, number | null, string | null]>([
	["stays in order", reported("in order", 1), "in order", 2, null],
	["fails", reported("in order", 1), "failed", 2, "failed"],
	["fails again within the day", reported("failed", 1, "2026-05-02T02:00:00Z"), "failed", 2, null],
	[
		"fails again the next night, seconds earlier",
		reported("failed", 1, "2026-05-01T03:00:40Z"),
		"failed",
		2,
		"failed again",
	],
	["nothing new however long ago", reported("failed", 1, "2026-01-01T00:00:00Z"), "failed", 1, null],
	["is held", reported("in order", 1), "held", 2, "held"],
	["held after it failed", reported("failed", 1, at), "held", 2, "held"],
	["recovers from a failure", reported("failed", 1, at), "in order", 2, "recovered"],
	["recovers from being held", reported("held", 1, at), "in order", 1, "recovered"],
	["is overdue", reported("in order", 1), "overdue", null, "overdue"],
	["stays overdue", reported("overdue", null, at), "overdue", null, null],
	["recovers from being overdue", reported("overdue", null, at), "in order", 2, "recovered"],
])("%s", (_, before, health, run, expected) => {
	const notice = noticeOf(before, { health, run }, at);
	expect(notice && `${notice.event}${notice.repeated ? " again" : ""}`).toBe(expected);
});

test.each([
	[null, "in order"],
	["succeeded", "in order"],
	["planned", "in order"],
	["partial", "failed"],
	["failed", "failed"],
	["held", "held"],
] as const)("after a run that is %s a container is %s", (state, health) => {
	expect(healthAfter(state)).toBe(health);
});
