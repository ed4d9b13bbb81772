import { describe, expect, test } from "vitest";
import type { RunProgress } from "#lib/catalog/json-columns.ts";
import type { RunTick, RunView } from "#lib/catalog/read-models/run-view.ts";
import { applyWords, revertWords } from "./action-words.ts";
import { datasetCounts } from "./dataset-counts.ts";
import { paceOf, rateText, runSteps } from "./run-steps.ts";

const none = { added: 0, removed: 0, updated: 0, moved: 0, linked: 0, unlinked: 0, rejected: 0 };
const steps = (state: RunView["state"], progress: RunProgress) =>
	runSteps({ ...none, state, progress, startedAt: state === "queued" ? null : "2026-11-22T03:00:00Z" } as RunView).map(
		({ phase, status, counted, took }) => [phase, status, counted, took].filter(Boolean).join(" · "),
	);
const scanned = { phase: "scanning", done: 1204, seconds: 4.2 } as const;
const read = { phase: "reading", done: 17, seconds: 12 } as const;

describe("steps", () => {
	test.each<{
		readonly case: string;
		readonly state: RunView["state"];
		readonly progress: RunProgress;
		readonly says: readonly string[];
	}>([
		{
			case: "waiting",
			state: "queued",
			progress: { phase: "queued", done: 0, total: null },
			says: [
				"queued · current",
				"scanning · ahead",
				"reading · ahead",
				"planning · ahead",
				"applying · ahead",
				"finished · ahead",
			],
		},
		{
			case: "scanning",
			state: "scanning",
			progress: { phase: "scanning", done: 1, total: null, files: 12_408 },
			says: [
				"queued · done",
				"scanning · current · 1 folder, 12,408 files",
				"reading · ahead",
				"planning · ahead",
				"applying · ahead",
				"finished · ahead",
			],
		},
		{
			case: "failed before it said where it was",
			state: "failed",
			progress: { phase: "queued", done: 0, total: null },
			says: [
				"queued · done",
				"scanning · stopped",
				"reading · unreached",
				"planning · unreached",
				"applying · unreached",
				"finished · unreached",
			],
		},
		{
			case: "reading",
			state: "reading",
			progress: { phase: "reading", done: 5, total: 17, steps: [scanned] },
			says: [
				"queued · done",
				"scanning · done · 1,204 folders · 4.2 s",
				"reading · current · 5 files",
				"planning · ahead",
				"applying · ahead",
				"finished · ahead",
			],
		},
		{
			case: "a plan",
			state: "planned",
			progress: { phase: "planning", done: 0, total: 0, steps: [scanned, read] },
			says: [
				"queued · done",
				"scanning · done · 1,204 folders · 4.2 s",
				"reading · done · 17 files · 12 s",
				"planning · done",
				"applying · ahead",
				"finished · ahead",
			],
		},
		{
			case: "nothing differed",
			state: "succeeded",
			progress: { phase: "finished", done: 0, total: 0, steps: [scanned] },
			says: [
				"queued · done",
				"scanning · done · 1,204 folders · 4.2 s",
				"reading · skipped",
				"planning · skipped",
				"applying · skipped",
				"finished · done",
			],
		},
		{
			case: "failed while reading",
			state: "failed",
			progress: { phase: "reading", done: 5, total: 17, steps: [scanned] },
			says: [
				"queued · done",
				"scanning · done · 1,204 folders · 4.2 s",
				"reading · stopped · 5 files",
				"planning · unreached",
				"applying · unreached",
				"finished · unreached",
			],
		},
		{
			case: "interrupted",
			state: "interrupted",
			progress: { phase: "scanning", done: 9, total: null },
			says: [
				"queued · done",
				"scanning · stopped · 9 folders",
				"reading · ahead",
				"planning · ahead",
				"applying · ahead",
				"finished · ahead",
			],
		},
	])("$case", ({ state, progress, says }) => {
		expect(steps(state, progress)).toEqual(says);
	});
});

describe("pace", () => {
	const since = "2026-11-22T03:00:00Z";
	const after = (seconds: number) => Date.parse(since) + seconds * 1000;
	test.each([
		{ progress: { done: 50, total: 200, since }, seconds: 10, pace: { rate: 5, remaining: 30 } },
		{ progress: { done: 50, total: null, since }, seconds: 10, pace: { rate: 5, remaining: null } },
		{ progress: { done: 0, total: 200, since }, seconds: 10, pace: { rate: null, remaining: null } },
		{ progress: { done: 5, total: 200, since }, seconds: 0.5, pace: { rate: null, remaining: null } },
		{ progress: { done: 210, total: 200, since }, seconds: 10, pace: { rate: 21, remaining: 0 } },
	])("$progress.done of $progress.total after $seconds s", ({ progress, seconds, pace }) => {
		expect(paceOf({ phase: "reading", ...progress }, after(seconds))).toEqual(pace);
	});
	test("in words", () => {
		expect([rateText("scanning", 1204.4), rateText("reading", 0.42)]).toEqual(["1,204 folders/s", "0.4 files/s"]);
	});
});

test("dataset counts, reckoned back over what was applied", () => {
	const tick = (run: number, more: Partial<RunTick>): RunTick => ({
		...none,
		run,
		state: "succeeded",
		kind: "sync",
		at: "2026-11-22T03:00:00Z",
		...more,
	});
	const history = [
		tick(1, { added: 100 }),
		tick(2, { removed: 10, linked: 3 }),
		tick(3, { kind: "check", state: "planned", removed: 50 }),
		tick(4, { state: "failed" }),
		tick(5, { added: 7 }),
	];
	expect(datasetCounts(history, { datasets: 100, left: 20 })).toEqual([
		{ run: 1, datasets: 100 },
		{ run: 2, datasets: 93 },
		{ run: 5, datasets: 100 },
		{ run: null, datasets: 20 },
	]);
});

test.each([
	{ counts: { removed: 214 }, words: { dangerous: true, confirm: "Remove 214 datasets" } },
	{ counts: { removed: 1, unlinked: 3 }, words: { dangerous: true, confirm: "Remove 1 dataset, unlink 3 datasets" } },
	{
		counts: { added: 2, removed: 1, updated: 1, moved: 1 },
		words: { dangerous: true, confirm: "Apply 5 changes, remove 1 dataset" },
	},
	{ counts: { unlinked: 1200 }, words: { dangerous: true, confirm: "Unlink 1,200 datasets" } },
	{ counts: { added: 3 }, words: { dangerous: false, confirm: "Apply" } },
])("applying $counts", ({ counts, words }) => {
	expect(applyWords({ ...none, ...counts })).toEqual(words);
});

test("reverting says the opposite of each change", () => {
	expect(revertWords({ ...none, added: 3, removed: 1, rejected: 5 })).toEqual([
		"3 datasets that it added: removed from the catalogue again",
		"1 dataset that it removed: restored",
	]);
});
