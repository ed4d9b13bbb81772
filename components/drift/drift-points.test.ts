import { expect, test } from "vitest";
import { driftPoints, pointInWords } from "./drift-points.ts";

const look = {
	run: 7,
	kind: "check",
	state: "planned",
	at: "2026-11-20T03:00:00Z",
	found: 1200,
	applied: false,
	datasets: 5000,
	rejected: 2,
} as const;
const mark = { at: "2026-11-20T04:00:00Z", what: "approval", run: 7, by: "Ada" } as const;

test("looks and marks in the order of time, in words", () => {
	const later = { ...look, run: 8, at: "2026-11-20T05:00:00Z", kind: "sync", state: "succeeded", found: 1 } as const;
	const points = driftPoints({
		looks: [look, { ...later, applied: true, datasets: null, rejected: null }],
		marks: [mark, { ...mark, at: "2026-11-20T04:30:00Z", what: "configuration", run: null, by: null }],
	});
	expect(points.map(pointInWords)).toEqual([
		"2026-11-20 03:00:00 UTC: run 7, check planned; 1,200 files differ; 5,000 datasets; 2 rejected",
		"2026-11-20 04:00:00 UTC: plan of run 7 applied by Ada",
		"2026-11-20 04:30:00 UTC: configuration changed",
		"2026-11-20 05:00:00 UTC: run 8, sync succeeded; 1 file differs, applied",
	]);
});
