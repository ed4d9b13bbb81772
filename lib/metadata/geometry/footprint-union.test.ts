import { expect, test } from "vitest";
import type { Footprint, Ring } from "#lib/metadata/metadata.ts";
import { areaOf, box } from "#lib/metadata/testing/footprints.ts";
import { isExact } from "./clipping.ts";
import { footprintBounds, footprintOfPolygons, unionFootprints } from "./footprint.ts";

const footprintOf = (...rings: readonly Ring[]) => footprintOfPolygons(rings.map((ring) => [ring])) as Footprint;

test("the union of nothing is nothing, of equals one of them", () => {
	expect(unionFootprints([])).toBeNull();
	expect(unionFootprints([footprintOf(box(0, 0, 1, 1)), footprintOf(box(0, 0, 1, 1))])).toEqual(
		footprintOf(box(0, 0, 1, 1)),
	);
});

test("the order of the parts does not matter", () => {
	const parts = [box(0, 0, 2, 2), box(1, 1, 3, 3), box(10, 0, 11, 1), box(175, 0, 185, 2)].map((ring) =>
		footprintOf(ring),
	);
	expect(unionFootprints([...parts].reverse())).toEqual(unionFootprints(parts));
});

test("parts on both sides of the antimeridian stay cut there, and the bounds go across", () => {
	const union = unionFootprints([footprintOf(box(170, 0, 185, 2)), footprintOf(box(-178, 1, -160, 3))]) as Footprint;
	expect(union.coordinates).toHaveLength(2);
	expect(footprintBounds(union)).toEqual([170, 0, -160, 3]);
});

test("parts near the antimeridian that do not reach it have plain bounds", () => {
	expect(footprintBounds(footprintOf(box(170, 0, 179, 2), box(-178, 1, -160, 3)))).toEqual([-178, 0, 179, 3]);
});

/** Tilted squares all over an area, the same every time. */
function scenes(count: number): readonly Footprint[] {
	return Array.from({ length: count }, (_, i) => {
		const [x, y] = [((i * 7919) % 1000) / 10, ((i * 104_729) % 997) / 20];
		return footprintOf([
			[x, y],
			[x + 2, y + 0.4],
			[x + 1.6, y + 2.4],
			[x - 0.4, y + 2],
			[x, y],
		]);
	});
}

test("very many: made of cells, covering each part with little more", () => {
	const many = scenes(1500);
	const halves = [many.slice(0, 750), many.slice(750)].map((half) => unionFootprints(half) as Footprint);
	const exact = unionFootprints(halves) as Footprint;
	const cells = unionFootprints(many) as Footprint;
	const onCells = (footprint: Footprint) =>
		footprint.coordinates.flat(2).every(([x, y]) => Number.isInteger(x * 1024) && Number.isInteger(y * 1024));
	expect(halves.some(onCells)).toBe(false);
	expect(onCells(cells)).toBe(true);
	expect(areaOf(cells)).toBeGreaterThan(areaOf(exact));
	expect(areaOf(cells)).toBeLessThan(areaOf(exact) * 1.15);
	expect(areaOf(unionFootprints([exact, cells]))).toBeCloseTo(areaOf(cells), 3);
});

test("adding what is covered already to a union of cells changes nothing", () => {
	const many = scenes(2000);
	const union = unionFootprints(many) as Footprint;
	expect(areaOf(unionFootprints([union, ...many]))).toBeCloseTo(areaOf(union), 6);
});

test("an outline that crosses itself thousands of times is bounded as well", () => {
	const tangle = Array.from({ length: 1000 }, (_, i) => [(i * 7919) % 101, ((i * 104_729) % 8900) / 100] as const);
	const footprint = footprintOf(tangle);
	expect(areaOf(footprint)).toBeGreaterThan(7000);
	expect(areaOf(footprint)).toBeLessThan(101 * 89);
});

test("what is exact is bounded in positions and in crossings", () => {
	const boxes = (count: number) =>
		Array.from({ length: count }, (_, i) => [
			box(i % 40, Math.floor(i / 40), (i % 40) + 0.5, Math.floor(i / 40) + 0.5),
		]);
	expect(isExact(boxes(1200))).toBe(true);
	expect(isExact(boxes(1201))).toBe(false);
	const bars = Array.from({ length: 70 }, (_, i) => [[box(i, 0, i + 0.5, 70)], [box(0, i, 70, i + 0.5)]]).flat();
	expect(isExact(bars.slice(0, 60))).toBe(true);
	expect(isExact(bars)).toBe(false);
});
