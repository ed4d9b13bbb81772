import { expect, test } from "vitest";
import type { TargetOutcome } from "#lib/targets/follow/after-sync.ts";
import { countsText, differenceLines, outcomeText } from "./target-text.ts";

const outcome = (more: Partial<TargetOutcome>): TargetOutcome => ({
	name: "eox",
	pushed: 0,
	lag: 0,
	lagSeconds: 0,
	error: null,
	paused: false,
	held: null,
	...more,
});

test.each<[string, Partial<TargetOutcome>, string, boolean]>([
	["that has all of it", { pushed: 1200 }, "Target eox: 1,200 objects pushed; in step.", false],
	["with nothing to do", {}, "Target eox: in step.", false],
	["that is down", { error: "connection refused.", lag: 1 }, "Target eox: connection refused; 1 change waits.", true],
	["that has some of it", { pushed: 1, lag: 40 }, "Target eox: 1 object pushed; 40 changes wait.", true],
	["that is paused", { paused: true, lag: 40 }, "Target eox: it is paused; 40 changes wait.", false],
	[
		"with a push that is held",
		{ held: { push: 7, hold: "removals", reason: "12 of 40 datasets of A would be removed.", others: 0 }, lag: 12 },
		'Target eox: push 7 is held: 12 of 40 datasets of A would be removed; all else goes on; look at it with "eosync targets differences eox", approve it with "eosync targets approve eox REASON".',
		true,
	],
	[
		"with several",
		{ held: { push: 7, hold: "removals", reason: "12 of 40 datasets of A would be removed.", others: 1 }, lag: 12 },
		'Target eox: push 7 is held: 12 of 40 datasets of A would be removed. 1 other push waits as well; all else goes on; look at it with "eosync targets differences eox --push 7", approve it with "eosync targets approve eox --push 7 REASON".',
		true,
	],
	["whose server says odd things", { error: "a\u001b[2Jb\nc" }, "Target eox: a?[2Jb?c.", true],
])("a target %s", (_, more, text, isTrouble) => {
	expect(outcomeText(outcome(more))).toEqual({ text, isTrouble });
});

test("counts are in the order of what was done and found", () => {
	expect(countsText({ same: 40, removed: 0, created: 3, "changed there": 1 })).toBe(
		"3 created, 40 same, 1 changed there",
	);
});

test("a difference is the object, and a line for each field", () => {
	const lines = differenceLines({
		number: 1,
		class: "differs",
		kind: "coverage",
		identifier: "THEIRS",
		eoId: "OURS",
		dataset: 1,
		container: "A",
		fields: [
			{ field: "beginTime", before: null, after: "2006-08-16T09:09:29Z" },
			{ field: "footprint", before: { coordinates: "x".repeat(500) }, after: { corners: 3 } },
		],
		message: null,
	});
	expect(lines.slice(0, 2)).toEqual(["differs  coverage THEIRS (OURS)", "  beginTime: nothing → 2006-08-16T09:09:29Z"]);
	expect(lines[2]).toMatch(/^ {2}footprint: \{"coordinates":"x+… → \{"corners":3\}$/);
});
