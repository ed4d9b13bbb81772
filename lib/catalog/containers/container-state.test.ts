import { expect, test } from "vitest";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import type { EffectiveSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import { type ContainerFacts, differencesOf, type OpenMatters, stateOf } from "./container-state.ts";

const run = (state: RunView["state"], more: Partial<RunView> = {}) =>
	({
		state,
		kind: "sync",
		startedAt: "2026-01-01T10:00:00Z",
		createdAt: "2026-01-01T09:59:00Z",
		guard: null,
		reverts: null,
		...more,
	}) as RunView;
const open: OpenMatters = {
	datasets: 5,
	rejected: 0,
	ignored: 0,
	waiting: 0,
	suspect: 0,
	allRejected: false,
	exceptions: 0,
	exceptionEndedAt: null,
	unreachable: [],
};
const unreachable = [{ storage: "web", since: "2026-01-01T10:30:00Z", reason: "no answer" }];
const facts = (stateRun: RunView | null, more: Partial<ContainerFacts> = {}): ContainerFacts => ({
	container: "C",
	configuredAt: "2026-01-01T09:00:00Z",
	schedule: null,
	stateRun,
	lastAsked: stateRun?.createdAt ?? null,
	now: "2026-01-01T11:00:00Z",
	open,
	opening: { paused: null, openSince: null },
	...more,
});
const guard = { removals: 1, datasets: 1, maxRemovals: "0", emptied: [], reasons: ["One.", "Two."] };
const schedule: EffectiveSchedule = {
	cron: "0 3 * * *",
	zone: "UTC",
	kind: "sync",
	jitter: 0,
	isDefault: false,
	since: "2026-01-01T09:00:00Z",
};
const daily = { schedule, now: "2026-01-03T12:00:00Z" };

test.each<[string, ContainerFacts, string, string]>([
	[
		"some rejected",
		facts(run("succeeded"), { open: { ...open, rejected: 1200 } }),
		"in sync",
		"sentence. 1,200 files are rejected",
	],
	[
		"all rejected",
		facts(run("succeeded"), { open: { ...open, rejected: 4, allRejected: true } }),
		"out of sync",
		"sentence. All files are rejected (4)",
	],
	[
		"some waiting",
		facts(run("succeeded"), { open: { ...open, waiting: 1 } }),
		"in sync",
		"sentence. 1 file is waiting to become stable",
	],
	[
		"all waiting",
		facts(run("succeeded"), { open: { ...open, datasets: 0, waiting: 2 } }),
		"out of sync",
		"sentence. 2 files are waiting to become stable",
	],
	[
		"suspects",
		facts(run("succeeded"), { open: { ...open, suspect: 2 } }),
		"out of sync",
		"sentence. 2 files are missing, and their datasets are suspects until their removal is ripe",
	],
	[
		"a storage that cannot be reached",
		facts(run("succeeded"), { open: { ...open, unreachable } }),
		"in sync",
		"sentence. The storage web could not be reached at 2026-01-01T10:30:00Z, nor since",
	],
	["no run", facts(null), "never synced", "No run has finished yet"],
	["queued", facts(run("queued")), "syncing", "sentence"],
	["scanning", facts(run("scanning")), "syncing", "sentence"],
	["reading", facts(run("reading")), "syncing", "sentence"],
	["applying", facts(run("applying")), "syncing", "sentence"],
	["interrupted", facts(run("interrupted")), "syncing", "sentence"],
	["held", facts(run("held", { guard })), "held", "One. Two."],
	["planned", facts(run("planned")), "out of sync", "sentence"],
	["failed", facts(run("failed")), "failed", "sentence"],
	["partial", facts(run("partial")), "failed", "Partial: sentence"],
	["succeeded", facts(run("succeeded")), "in sync", "sentence"],
	["a check found nothing", facts(run("succeeded", { kind: "check" })), "in sync", "sentence"],
	[
		"reverted",
		facts(run("succeeded", { kind: "revert", reverts: 3 })),
		"out of sync",
		"Run 3 was reverted; the archive is unchanged",
	],
	[
		"configured while it ran",
		facts(run("succeeded"), { configuredAt: "2026-01-01T10:00:01Z" }),
		"out of sync",
		"The configuration changed since the last run",
	],
	[
		"not run when due",
		facts(run("succeeded"), daily),
		"overdue",
		"A run was due at 2026-01-02T03:00:00Z and did not start: is a worker running?",
	],
	["failed, and not run when due", facts(run("failed"), daily), "failed", "sentence"],
	[
		"never run when due",
		facts(null, daily),
		"overdue",
		"A run was due at 2026-01-02T03:00:00Z and did not start: is a worker running?",
	],
	[
		"in sync but for exceptions",
		facts(run("succeeded"), { open: { ...open, exceptions: 3 } }),
		"in sync",
		"sentence. 3 exceptions",
	],
	["left for later", facts(run("succeeded", { leftOut: 2 })), "out of sync", "sentence"],
	[
		"an exception ended since",
		facts(run("succeeded"), { open: { ...open, exceptionEndedAt: "2026-01-01T10:00:01Z" } }),
		"out of sync",
		"An exception was ended since the last run",
	],
	[
		"an exception ended before",
		facts(run("succeeded"), { open: { ...open, exceptionEndedAt: "2026-01-01T09:59:59Z" } }),
		"in sync",
		"sentence",
	],
	["asked for since", facts(run("succeeded"), { ...daily, lastAsked: "2026-01-03T03:00:05Z" }), "in sync", "sentence"],
])("%s", (_, of, state, stateReason) => {
	expect(stateOf(of, () => "sentence")).toEqual({ state, stateReason });
});

const counts = {
	added: 3,
	removed: 2,
	updated: 1,
	moved: 1,
	linked: 1,
	unlinked: 1,
	rejected: 7,
	skipped: 4,
	excepted: 0,
};
const applied = { appliedAt: "2026-01-01T10:01:00Z" };

test.each<[string, RunView | null, number]>([
	["no run", null, 0],
	["a plan that waits", run("planned", { ...counts, appliedAt: null }), 9],
	["a run that failed after it found some", run("failed", { ...counts, appliedAt: null }), 9],
	["an applied plan leaves out what it left out", run("succeeded", { ...counts, ...applied }), 4],
	["what exceptions keep out is in step", run("succeeded", { ...counts, ...applied, excepted: 3 }), 1],
	["a revert takes back what the archive still has", run("succeeded", { ...counts, ...applied, kind: "revert" }), 9],
	["a revert that is not over", run("scanning", { ...counts, appliedAt: null, kind: "revert" }), 0],
])("files out of step: %s", (_, of, differences) => {
	expect(differencesOf(of)).toBe(differences);
});
