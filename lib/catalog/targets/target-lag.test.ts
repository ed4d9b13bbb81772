import { describe, expect, test } from "vitest";
import { isBehind, standingText, type TargetStanding } from "./target-lag.ts";

const now = Date.parse("2026-05-02T12:00:00Z");
const standing = (more: Partial<TargetStanding> = {}): TargetStanding => ({
	id: 1,
	name: "eox",
	type: "eoxserver",
	lag: { changes: 0, seconds: 0 },
	isDue: (more.lag?.changes ?? 0) > 0,
	comparesAll: false,
	pause: null,
	resumedAt: null,
	pushedAt: "2026-05-02T11:00:00Z",
	failingSince: null,
	failures: 0,
	error: null,
	retryAt: null,
	held: null,
	active: null,
	...more,
});
const waits = { lag: { changes: 1200, seconds: 7300 } };
const pause = { until: null, at: null, by: "Ada", note: "moves to another host" };
const held = {
	push: 12,
	hold: "removals",
	reason: "12 of 40 datasets of MERIS would be removed.",
	since: "2026-05-02T11:00:00Z",
	others: 0,
} as const;
const active = { push: 13, kind: "push", progress: { done: 5000, total: 10_000 } } as const;
const failed = (since: string) => ({ failingSince: since, failures: 3, error: "connection refused" });

describe("a target", () => {
	test.each<[string, Partial<TargetStanding>, string, boolean]>([
		["with nothing to do", {}, "in step", false],
		["of which nothing is known yet", { comparesAll: true }, "all of it is to be compared", false],
		["that waits for seconds", { lag: { changes: 1, seconds: 3.2 } }, "1 change behind, 3 s", false],
		["that waits for hours, while nothing is tried", waits, "1,200 changes behind, 2 h", true],
		["that is caught up with", { ...waits, active }, "pushing 5,000 of 10,000; 1,200 changes behind, 2 h", false],
		["that is checked", { active: { ...active, kind: "check", progress: null } }, "checking", false],
		["that was resumed just now", { ...waits, resumedAt: "2026-05-02T11:59:00Z" }, "1,200 changes behind, 2 h", false],
		[
			"that is paused for good",
			{ ...waits, pause },
			"paused by Ada until it is resumed: moves to another host; 1,200 changes behind, 2 h",
			false,
		],
		[
			"that is paused",
			{ pause: { ...pause, note: "", until: "2026-05-03T00:00:00Z" } },
			"paused by Ada until 2026-05-03 00:00 UTC",
			false,
		],
		[
			"that has failed for five minutes",
			failed("2026-05-02T11:55:00Z"),
			"failing since 2026-05-02 11:55 UTC: connection refused",
			false,
		],
		[
			"that has failed for days",
			{ ...failed("2026-04-29T11:55:00Z"), error: "connection refused.", lag: { changes: 7, seconds: 259_200 } },
			"failing since 2026-04-29 11:55 UTC: connection refused; 7 changes behind, 3 days",
			true,
		],
		[
			"with a push that is held",
			{ ...waits, held, isDue: false },
			"push 12 waits for approval: 12 of 40 datasets of MERIS would be removed; 1,200 changes behind, 2 h",
			false,
		],
	])("%s", (_, more, text, behind) => {
		expect([standingText(standing(more)), isBehind(standing(more), now)]).toEqual([text, behind]);
	});
});
