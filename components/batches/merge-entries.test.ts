import { expect, test } from "vitest";
import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { mergeEntries } from "./merge-entries.ts";

const run = (number: number, batch: number | null = null) => ({ run: number, batch }) as RunView;
const batch = (number: number, afterRun: number) => ({ batch: number, afterRun }) as BatchView;
const all = <Row>(rows: readonly Row[]) => ({ rows, isComplete: true });
const some = <Row>(rows: readonly Row[]) => ({ rows, isComplete: false });
const keys = (lists: Parameters<typeof mergeEntries>[0]) => mergeEntries(lists).map(({ key }) => key);

test("a batch stands above the run that was the newest when it was asked for", () => {
	expect(
		keys({ runs: all([run(9), run(4), run(3)]), batches: all([batch(3, 8), batch(2, 3), batch(1, 0)]), opened: null }),
	).toEqual(["run 9", "batch 3", "run 4", "batch 2", "run 3", "batch 1"]);
});

test("the newer of two batches stands above, and one that is opened has its runs below it", () => {
	const opened = { batch: 1, runs: [run(6, 1), run(5, 1), run(7, 2)] };
	expect(keys({ runs: all([run(4), run(8, 1)]), batches: all([batch(2, 4), batch(1, 4)]), opened })).toEqual([
		"batch 2",
		"batch 1",
		"run 6",
		"run 5",
		"run 4",
	]);
});

test("what may have more above it is left out until that is loaded", () => {
	expect(keys({ runs: some([run(9), run(7)]), batches: all([batch(2, 8), batch(1, 3)]), opened: null })).toEqual([
		"run 9",
		"batch 2",
		"run 7",
	]);
	expect(
		keys({ runs: all([run(9), run(5), run(2)]), batches: some([batch(2, 6), batch(1, 4)]), opened: null }),
	).toEqual(["run 9", "batch 2", "run 5", "batch 1"]);
	expect(keys({ runs: some([]), batches: all([batch(1, 4)]), opened: null })).toEqual([]);
});
