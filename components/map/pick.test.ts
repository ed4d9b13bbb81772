import { expect, test } from "vitest";
import type { MapFeature } from "./feature.ts";
import { featurePicker } from "./pick.ts";

const box = (w: number, s: number, e: number, n: number) =>
	[
		[w, s],
		[e, s],
		[e, n],
		[w, n],
		[w, s],
	] as const;
const feature = (key: string, ...polygons: MapFeature["footprint"]["coordinates"]): MapFeature => ({
	key,
	label: key,
	style: "added",
	footprint: { type: "MultiPolygon", coordinates: polygons },
});

const pick = featurePicker([
	feature("big", [box(0, 0, 20, 20)]),
	feature("small", [box(5, 5, 8, 8)]),
	feature("front", [box(55, 5, 58, 8)]),
	feature("behind", [box(50, 0, 70, 20)]),
	feature("ring", [box(30, 0, 40, 10), box(33, 3, 37, 7)]),
	feature("split", [box(175, 0, 180, 5)], [box(-180, 0, -175, 5)]),
]);

test.each([
	{ at: [1, 1], found: "big" },
	{ at: [6, 6], found: "small" },
	{ at: [56, 6], found: "front" },
	{ at: [31, 1], found: "ring" },
	{ at: [35, 5], found: null },
	{ at: [179, 1], found: "split" },
	{ at: [-179, 1], found: "split" },
	{ at: [100, 1], found: null },
] as const)("at $at lies $found", ({ at, found }) => {
	expect(pick(at)?.key ?? null).toBe(found);
});
