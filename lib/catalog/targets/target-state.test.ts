import { expect, test } from "vitest";
import { type TargetFindings, targetState } from "./target-state.ts";

const at = "2026-11-30T00:00:00Z";
const inStep: TargetFindings = {
	active: null,
	pause: null,
	failingSince: null,
	held: null,
	lag: { changes: 0, seconds: 0 },
	comparesAll: false,
	pushedAt: at,
	isQueued: false,
	isOpen: false,
};

test.each([
	["in step", {}],
	["differs", { isOpen: true }],
	["behind", { lag: { changes: 1, seconds: 2 }, isOpen: true }],
	["behind", { comparesAll: true }],
	["never pushed", { pushedAt: null, comparesAll: true }],
	["waiting", { isQueued: true, pushedAt: null }],
	["held", { held: { push: 1, hold: "removals", reason: "", since: at, others: 0 }, isQueued: true }],
	["failed", { failingSince: at, held: { push: 1, hold: "removals", reason: "", since: at, others: 0 } }],
	["paused", { pause: { until: null, at, by: "Ada", note: "" }, failingSince: at }],
	["at work", { active: { push: 1, kind: "push", progress: null }, pause: { until: null, at, by: "Ada", note: "" } }],
] as const)("%s", (state, over) => {
	expect(targetState({ ...inStep, ...over })).toBe(state);
});
