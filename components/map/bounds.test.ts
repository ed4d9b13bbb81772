import { expect, test } from "vitest";
import type { Footprint } from "#lib/metadata/metadata.ts";
import { boundsOf, padBounds } from "./bounds.ts";

const boxes = (...corners: readonly (readonly [number, number, number, number])[]): Footprint => ({
	type: "MultiPolygon",
	coordinates: corners.map(([w, s, e, n]) => [
		[
			[w, s],
			[e, s],
			[e, n],
			[w, n],
			[w, s],
		],
	]),
});

test.each([
	{ case: "none", footprints: [], expected: null },
	{ case: "one", footprints: [boxes([10, 40, 20, 50])], expected: [10, 40, 20, 50] },
	{ case: "two apart", footprints: [boxes([10, 40, 20, 50]), boxes([-30, -5, -20, 0])], expected: [-30, -5, 20, 50] },
	{
		case: "split at the antimeridian",
		footprints: [boxes([175, -20, 180, -10], [-180, -20, -178, -10])],
		expected: [175, -20, 182, -10],
	},
	{
		case: "both sides of the Pacific",
		footprints: [boxes([140, 30, 150, 40]), boxes([-130, 30, -120, 45])],
		expected: [140, 30, 240, 45],
	},
	{
		case: "three apart, cut at the widest gap",
		footprints: [boxes([-170, 0, -160, 1]), boxes([0, 0, 10, 1]), boxes([160, 0, 170, 1])],
		expected: [0, 0, 200, 1],
	},
	{ case: "around the world", footprints: [boxes([-180, -90, 180, 90])], expected: [-180, -90, 180, 90] },
	{
		case: "one inside another",
		footprints: [boxes([0, 0, 50, 10]), boxes([10, 2, 20, 5]), boxes([60, 0, 70, 1])],
		expected: [0, 0, 70, 10],
	},
])("the box around $case", ({ footprints, expected }) => {
	const bounds = boundsOf(footprints);
	expect(bounds && [bounds.west, bounds.south, bounds.east, bounds.north]).toEqual(expected);
});

test("padding stays within the poles and widens a point", () => {
	expect(padBounds({ west: 5, south: 89.999, east: 5, north: 90 }, 0.1)).toEqual({
		west: 4.99,
		south: 89.99 - 0.001 + 0,
		east: 5.01,
		north: 90,
	});
});
