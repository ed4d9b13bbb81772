import fc from "fast-check";
import { expect, it } from "vitest";
import type { Footprint, Ring } from "#lib/metadata/metadata.ts";
import type { Geometry } from "./expression.ts";
import { intersects, shapeOf } from "./intersects.ts";

const square = (west: number, south: number, east: number, north: number): Ring => [
	[west, south],
	[east, south],
	[east, north],
	[west, north],
	[west, south],
];
const withHole: Footprint = { type: "MultiPolygon", coordinates: [[square(0, 0, 10, 10), square(2, 2, 8, 8)]] };
const acrossAntimeridian: Footprint = {
	type: "MultiPolygon",
	coordinates: [[square(170, -5, 180, 5)], [square(-180, -5, -175, 5)]],
};
const aroundPole: Footprint = { type: "MultiPolygon", coordinates: [[square(-180, 80, 180, 90)]] };

it.each<[string, Geometry, Footprint, boolean]>([
	["a point inside", { type: "Point", coordinates: [1, 1] }, withHole, true],
	["a point in a hole", { type: "Point", coordinates: [5, 5] }, withHole, false],
	["a point on the edge of a hole", { type: "Point", coordinates: [2, 5] }, withHole, true],
	["a point on a corner", { type: "Point", coordinates: [10, 10] }, withHole, true],
	["a point beside", { type: "Point", coordinates: [10.0000001, 10] }, withHole, false],
	["a box within a hole", { bbox: [3, 3, 7, 7] }, withHole, false],
	["a box that touches an edge", { bbox: [10, 3, 12, 7] }, withHole, true],
	["a box around everything", { bbox: [-180, -90, 180, 90] }, withHole, true],
	["a box that is a line", { bbox: [5, -5, 5, 20] }, withHole, true],
	[
		"a line through a hole's middle only",
		{
			type: "LineString",
			coordinates: [
				[3, 5],
				[7, 5],
			],
		},
		withHole,
		false,
	],
	[
		"a line across",
		{
			type: "LineString",
			coordinates: [
				[-5, 5],
				[20, 6],
			],
		},
		withHole,
		true,
	],
	[
		"a polygon with a hole around it",
		{ type: "Polygon", coordinates: [square(-20, -20, 20, 20), square(-1, -1, 11, 11)] },
		withHole,
		false,
	],
	["a box across the antimeridian", { bbox: [175, -1, -179, 1] }, acrossAntimeridian, true],
	["the other way round", { bbox: [-174, -1, 169, 1] }, acrossAntimeridian, false],
	["a box with heights", { bbox: [175, -1, 0, -179, 1, 100] }, acrossAntimeridian, true],
	["a pole", { type: "Point", coordinates: [12, 90] }, aroundPole, true],
	[
		"a collection, by its last part",
		{
			type: "GeometryCollection",
			geometries: [
				{ type: "Point", coordinates: [50, 50] },
				{
					type: "MultiPoint",
					coordinates: [
						[60, 60],
						[1, 1],
					],
				},
			],
		},
		withHole,
		true,
	],
])("%s", (_, geometry, footprint, expected) => {
	expect(intersects(shapeOf(geometry), footprint)).toBe(expected);
});

it("agrees on triangles with their separating axes", () => {
	const position = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 }));
	const triangle = fc.tuple(position, position, position);
	fc.assert(
		fc.property(triangle, triangle, (a, b) => {
			const shape = shapeOf({ type: "Polygon", coordinates: [[...a, a[0]]] });
			expect(intersects(shape, { type: "MultiPolygon", coordinates: [[[...b, b[0]]]] })).toBe(!areApart(a, b));
		}),
		{ numRuns: 2000 },
	);
});

type Corner = readonly [number, number];

/** Convex shapes are apart if they are on one of these axes. */
function areApart(a: readonly Corner[], b: readonly Corner[]): boolean {
	const edges = [a, b].flatMap((corners) =>
		corners.map(([x, y], i) => {
			const [nextX, nextY] = corners[(i + 1) % corners.length] as Corner;
			return [nextX - x, nextY - y] as const;
		}),
	);
	const axes = [...edges.map(([x, y]) => [y, -x] as const), ...edges, [1, 0] as const, [0, 1] as const];
	return axes.some(([x, y]) => {
		const along = (corners: readonly Corner[]) => corners.map(([cx, cy]) => cx * x + cy * y);
		const [ofA, ofB] = [along(a), along(b)];
		return Math.max(...ofA) < Math.min(...ofB) || Math.max(...ofB) < Math.min(...ofA);
	});
}
