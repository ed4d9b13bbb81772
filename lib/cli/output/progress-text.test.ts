import { expect, it } from "vitest";
import type { RunProgress } from "#lib/catalog/json-columns.ts";
import type { RunState, RunView } from "#lib/catalog/read-models/run-view.ts";
import { progressBar, progressText } from "./progress-text.ts";

const since = "2026-01-01T00:00:00.000Z";
const view = (progress: RunProgress, state: RunState = "reading") => ({ container: "MER", state, progress }) as RunView;

it.each<readonly [RunProgress, RunState, string]>([
	[{ phase: "queued", done: 0, total: null }, "queued", "MER  waiting for a worker"],
	[{ phase: "queued", done: 0, total: null }, "scanning", "MER  starting"],
	[{ phase: "reading", done: 7, total: 9 }, "interrupted", "MER  waiting for a worker"],
	[
		{ phase: "scanning", done: 1200, total: null, files: 24_000 },
		"scanning",
		"MER  scanning 1,200 folders, 24,000 files",
	],
	[{ phase: "reading", done: 120, total: 4000, files: 4000 }, "reading", "MER  reading 120 of 4,000 files"],
	[{ phase: "applying", done: 50, total: 58 }, "applying", "MER  applying 50 of 58 changes"],
	[{ phase: "planning", done: 0, total: null }, "reading", "MER  planning"],
])("%j in state %s", (progress, state, text) => {
	expect(progressText(view(progress, state))).toBe(text);
});

const bar = (progress: RunProgress, columns = 200) =>
	progressBar(view({ since, ...progress }), { now: Date.parse(since) + 10_000, columns });

it("shows the share, the rate and the time that is left where the total is known", () => {
	expect(bar({ phase: "reading", done: 1000, total: 4000, current: "archive:a\x1b[2Jb.tif" })).toBe(
		"MER  reading 1,000 of 4,000 files  █████░░░░░░░░░░░░░░░ 25 %  100/s  30 s left  archive:a?[2Jb.tif",
	);
	expect(bar({ phase: "scanning", done: 30, total: null })).toBe("MER  scanning 30 folders  3/s");
	expect(bar({ phase: "reading", done: 9, total: 9 })).toBe(
		"MER  reading 9 of 9 files  ████████████████████ 100 %  0.9/s",
	);
});

it.each([80, 40, 10, 2])("fits a terminal of %i columns", (columns) => {
	const text = bar({ phase: "reading", done: 1000, total: 4000, current: "x".repeat(500) }, columns);
	expect([...text].length).toBeLessThan(columns);
});
