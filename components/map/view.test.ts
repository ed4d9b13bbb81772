import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitView, panView, pixelOf, positionAt, worldCopies, wrapLongitude, zoomView } from "./view.ts";

const size = { width: 800, height: 400 };

describe("fitting", () => {
	test.each([
		{
			case: "the world",
			bounds: null,
			inside: [
				[-179.9, 89.9],
				[179.9, -89.9],
			],
		},
		{
			case: "the Alps",
			bounds: { west: 5, south: 44, east: 17, north: 48 },
			inside: [
				[5, 44],
				[17, 48],
			],
		},
		{
			case: "a box over the antimeridian",
			bounds: { west: 175, south: -20, east: 185, north: -10 },
			inside: [
				[175, -20],
				[-175, -10],
			],
		},
		{
			case: "a polar cap",
			bounds: { west: -180, south: 70, east: 180, north: 90 },
			inside: [
				[-179.9, 70],
				[179, 90],
			],
		},
		{ case: "one point", bounds: { west: 11, south: 47, east: 11, north: 47 }, inside: [[11, 47]] },
	] as const)("$case lies inside the picture", ({ bounds, inside }) => {
		const view = fitView(bounds, size);
		for (const position of inside) {
			const { x, y } = pixelOf(view, size, position);
			expect(x).toBeGreaterThanOrEqual(0);
			expect(x).toBeLessThanOrEqual(size.width);
			expect(y).toBeGreaterThanOrEqual(0);
			expect(y).toBeLessThanOrEqual(size.height);
		}
	});

	test("shapes are true around the middle: a degree east is shorter than a degree north", () => {
		const view = fitView({ west: 0, south: 59, east: 2, north: 61 }, size);
		expect(view.stretch).toBeCloseTo(0.5, 3);
	});
});

const views = fc.record({
	lon: fc.double({ min: -180, max: 179, noNaN: true }),
	lat: fc.double({ min: -60, max: 60, noNaN: true }),
	scale: fc.double({ min: 7, max: 500, noNaN: true }),
	stretch: fc.constantFrom(1, 0.5),
});
const pixels = fc.record({ x: fc.integer({ min: 0, max: 800 }), y: fc.integer({ min: 0, max: 400 }) });

test("pixels and positions are each other's inverse", () => {
	fc.assert(
		fc.property(views, pixels, (view, at) => {
			const back = pixelOf(view, size, positionAt(view, size, at));
			const turn = 360 * view.scale * view.stretch;
			expect(Math.abs(((((back.x - at.x) % turn) + turn * 1.5) % turn) - turn / 2)).toBeLessThan(1e-6 * turn);
			expect(back.y).toBeCloseTo(at.y, 5);
		}),
	);
});

test("zooming keeps the place under the pointer", () => {
	const view = { lon: 170, lat: 10, scale: 40, stretch: 1 };
	const at = { x: 700, y: 120 };
	const before = positionAt(view, size, at);
	const after = positionAt(zoomView(view, size, 3, at), size, at);
	expect(after[0]).toBeCloseTo(before[0], 9);
	expect(after[1]).toBeCloseTo(before[1], 9);
});

test("zooming out ends with the whole world, panning ends at the poles and goes round the equator", () => {
	const world = zoomView({ lon: 10, lat: 40, scale: 100, stretch: 1 }, size, 1e-9, { x: 0, y: 0 });
	expect(world.scale).toBeCloseTo(400 / 180, 9);
	expect(world.lat).toBeCloseTo(0, 9);
	const north = panView({ lon: 175, lat: 80, scale: 40, stretch: 1 }, size, { x: -400, y: 1e6 });
	expect(north.lat).toBeCloseTo(85, 9);
	expect(north.lon).toBeCloseTo(-175, 9);
});

test.each([
	{ view: { lon: 0, lat: 0, scale: 2, stretch: 1 }, copies: [0] },
	{ view: { lon: 178, lat: 0, scale: 40, stretch: 1 }, copies: [0, 360] },
	{ view: { lon: -178, lat: 0, scale: 40, stretch: 1 }, copies: [-360, 0] },
	{ view: { lon: 90, lat: 0, scale: 2, stretch: 1 }, copies: [0, 360] },
])("copies of the world around $view.lon", ({ view, copies }) => {
	expect(worldCopies(view, size)).toEqual(copies);
});

test.each([
	[190, -170],
	[-190, 170],
	[180, -180],
	[0, 0],
	[540, -180],
])("longitude %d is %d", (lon, wrapped) => {
	expect(wrapLongitude(lon)).toBe(wrapped);
});
