import { expect, test } from "vitest";
import { batchSentence, batchTitle } from "./batch-sentence.ts";
import type { BatchView } from "./batch-views.ts";

const batch: BatchView = {
	batch: 7,
	kind: "sync",
	trigger: "dashboard",
	actor: "olga",
	ofAll: true,
	state: "running",
	total: 2033,
	done: 412,
	waiting: 1619,
	running: 2,
	leftOut: 0,
	gone: 0,
	succeeded: 400,
	partial: 1,
	failed: 8,
	held: 3,
	planned: 0,
	runsCancelled: 0,
	superseded: 0,
	perMinute: 400,
	secondsLeft: 243,
	createdAt: "2026-11-29T12:00:00Z",
	finishedAt: null,
	pausedBy: null,
	cancelledBy: null,
	onConsole: false,
	retries: null,
	afterRun: 0,
	readAt: 0,
};

test.each([
	[{}, "Sync all by olga"],
	[{ ofAll: false, total: 31, kind: "check" }, "Check of 31 containers by olga"],
	[{ ofAll: false, total: 12, trigger: "schedule", actor: "schedule" }, "Scheduled sync of 12 containers"],
	[{ ofAll: false, total: 1, retries: 6 }, "Sync of 1 container that failed in batch 6, by olga"],
] as const)("%j is called", (change, title) => {
	expect(batchTitle({ ...batch, ...change })).toBe(title);
});

test.each([
	[{}, "412 of 2,033, 9 failed, 3 held, 5 min left"],
	[{ secondsLeft: 42, failed: 0, partial: 0, held: 0 }, "412 of 2,033, 42 s left"],
	[{ secondsLeft: 7500, failed: 0, partial: 0, held: 0 }, "412 of 2,033, 2 h 5 min left"],
	[{ state: "paused", pausedBy: "paul", secondsLeft: null }, "412 of 2,033, 9 failed, 3 held, paused by paul"],
	[
		{ state: "cancelled", leftOut: 1621, cancelledBy: "carla", secondsLeft: null, failed: 0, partial: 0, held: 0 },
		"412 of 2,033, 1,621 left out by carla",
	],
	[
		{ gone: 2, runsCancelled: 1, secondsLeft: null, failed: 0, partial: 0, held: 0 },
		"412 of 2,033, 1 cancelled, 2 forgotten since",
	],
	[
		{ runsCancelled: 31, superseded: 30, secondsLeft: null, failed: 0, partial: 0, held: 0 },
		"412 of 2,033, 1 cancelled, 30 superseded by later runs",
	],
] as const)("%j is told", (change, sentence) => {
	expect(batchSentence({ ...batch, ...change })).toBe(sentence);
});
