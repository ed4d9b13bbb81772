import { expect, test } from "vitest";
import type { ReadRow } from "./portion.ts";
import { type Outcome, WaitingPortions } from "./write-outcomes.ts";

/** A portion of so many files, each of which says so much. */
function portion(files: number, { characters = 100, isProblem = false } = {}) {
	const row: ReadRow = {
		...{ id: 1, action: "added", path: "a.tif", files: [], before: null, versionBefore: null, filesBefore: null },
		...{ sourceId: 1, homeSourceId: null },
	};
	const read = { update: "x".repeat(characters), hasMembers: false, isAsStaged: true };
	const outcomes = Array.from(
		{ length: files },
		(): Outcome => ({ row, outcome: isProblem ? { problem: null } : read }),
	);
	return { portion: { rows: outcomes.map((one) => one.row) }, outcomes };
}

test("what was read first is written at once, and what is read then together", () => {
	const first = new WaitingPortions({ isFirst: true });
	expect(first.isDue()).toBe(false);
	first.add(portion(16));
	expect(first.isDue()).toBe(true);
	const waiting = new WaitingPortions();
	for (let portions = 1; portions <= 15; portions++) waiting.add(portion(96));
	expect(waiting.isDue()).toBe(false);
	waiting.add(portion(96));
	expect(waiting.isDue()).toBe(true);
	expect(waiting.portions).toHaveLength(16);
});

test("long texts, and files that could not be examined, do not wait", () => {
	const long = new WaitingPortions();
	long.add(portion(4, { characters: 1_000_000 }));
	expect(long.isDue()).toBe(true);
	const failed = new WaitingPortions();
	failed.add(portion(1, { isProblem: true }));
	expect(failed.isDue()).toBe(true);
});
