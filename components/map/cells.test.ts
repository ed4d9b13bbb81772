import { describe, expect, test } from "vitest";
import { cellFeatures, weightOf } from "./cells.ts";
import { countByStyle, describeFeatures } from "./describe.ts";

const places = {
	size: 2,
	cells: [
		{ lon: 10, lat: 46, counts: { added: 1204, removed: 3 } },
		{ lon: -60, lat: -10, counts: { removed: 1 } },
	],
};

describe("cells of a density map", () => {
	test("look like what they have most of, and say how many there are of each", () => {
		const features = cellFeatures(places);
		expect(features.map(({ style, label, cell }) => [style, label, cell?.weight])).toEqual([
			["added", "1,204 added, 3 removed", 5],
			["removed", "1 removed", 1],
		]);
		expect(features[0]?.footprint.coordinates[0]?.[0]?.slice(0, 3)).toEqual([
			[10, 46],
			[12, 46],
			[12, 48],
		]);
		expect(cellFeatures({ size: 1, cells: [{ lon: 0, lat: 0, counts: { dataset: 2 } }] })[0]?.label).toBe("2 datasets");
	});

	test("are described with true counts", () => {
		const features = cellFeatures(places);
		expect(countByStyle(features)).toEqual({ added: 1204, removed: 4 });
		expect(describeFeatures(features)).toBe(
			"1,208 (1,204 added, 4 removed) in 2 cells of 2°, 60° W to 12° E, 10° S to 48° N; most of them at 10° E to 12° E, 46° N to 48° N: 1,204 added, 3 removed.",
		);
	});

	test.each([
		[1, 1, 5],
		[1, 1_000_000, 1],
		[1000, 1_000_000, 3],
		[1_000_000, 1_000_000, 5],
	])("%d of at most %d have shade %d", (count, most, weight) => {
		expect(weightOf(count, most)).toBe(weight);
	});
});
