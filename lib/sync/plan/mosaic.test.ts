import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { fitDataset, type Mosaic } from "./mosaic.ts";

/** A dataset of 4 × 3 pixels of a quarter degree. */
const dataset = (x: number, y: number, more: Partial<DatasetState> = {}): DatasetState => ({
	eoId: "A",
	kind: "rectified",
	begin: "2006-08-16T09:09:29Z",
	end: "2006-08-16T09:09:29Z",
	footprint: { type: "MultiPolygon", coordinates: [] },
	crs: "EPSG:4326",
	size: [4, 3],
	extent: [x, y - 0.75, x + 1, y],
	gcps: null,
	rangeType: "RGB",
	bands: [{ name: "red", dataType: "Byte", nodata: null }],
	properties: {},
	...more,
});
const empty: Mosaic = { grid: null, rangeType: null, bands: null };
const first = fitDataset(empty, dataset(10, 50));
const mosaic = first.fits ? first.mosaic : empty;

describe("fitDataset", () => {
	test("the first dataset sets grid, range type and bands", () => {
		expect(mosaic).toEqual({
			grid: { crs: "EPSG:4326", origin: [10, 50], resolution: [0.25, 0.25], size: [4, 3] },
			rangeType: "RGB",
			bands: dataset(0, 0).bands,
		});
	});

	test.each([
		["within", 10, 50, [10, 50], [4, 3]],
		["to the right and below", 12, 49, [10, 50], [12, 7]],
		["to the left and above", 8, 51, [8, 51], [12, 7]],
		["off by a millionth of a pixel", 12 + 0.2e-6, 50, [10, 50], [12, 3]],
	])("a dataset %s fits and lets it grow", (_, x, y, origin, size) => {
		const result = fitDataset(mosaic, dataset(x, y));
		expect(result).toMatchObject({ fits: true, mosaic: { grid: { origin, size } } });
	});

	test.each([
		["CRS", dataset(10, 50, { crs: "EPSG:3857" }), "its CRS is EPSG:3857, the mosaic's is EPSG:4326"],
		["resolution", dataset(10, 50, { size: [8, 6] }), "its resolution is 0.125 × 0.125, the mosaic's is 0.25 × 0.25"],
		["alignment in x", dataset(10.1, 50), "its grid is off the mosaic's by 0.4 of a pixel in x"],
		["alignment in y", dataset(10, 50.1), "its grid is off the mosaic's by 0.4 of a pixel in y"],
		["alignment beyond the tolerance", dataset(12 + 1e-6, 50), /off the mosaic's by 0\.000004\d* of a pixel in x/],
		["range type", dataset(10, 50, { rangeType: "GRAY" }), "its range type is GRAY, the mosaic's is RGB"],
		[
			"data type",
			dataset(10, 50, { bands: [{ name: "red", dataType: "Int16", nodata: null }] }),
			"its bands are Int16, the mosaic's are Byte",
		],
		["number of bands", dataset(10, 50, { bands: [] }), /its bands are/],
		[
			"no grid",
			dataset(10, 50, { kind: "referenceable", extent: null, gcps: [] }),
			/a referenceable dataset has no grid/,
		],
	])("another %s does not", (_, state, reason) => {
		const result = fitDataset(mosaic, state);
		if (result.fits) throw new Error("it fits");
		if (typeof reason === "string") expect(result.reason).toBe(`does not fit the mosaic: ${reason}`);
		else expect(result.reason).toMatch(reason);
	});

	test("a configured grid holds from the beginning", () => {
		const grid = { crs: "EPSG:4326", origin: [0.125, 0], resolution: [0.25, 0.25], size: [1, 1] } as const;
		expect(fitDataset({ ...empty, grid }, dataset(10, 50)).fits).toBe(false);
		expect(fitDataset({ ...empty, grid }, dataset(10.125, 50)).fits).toBe(true);
	});

	test("in whatever order datasets come, the grid covers them all and keeps its resolution", () => {
		const place = fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -40, max: 40 }));
		fc.assert(
			fc.property(fc.array(place, { minLength: 1, maxLength: 6 }), (places) => {
				let grown = mosaic;
				for (const [column, row] of places) {
					const result = fitDataset(grown, dataset(10 + column / 4, 50 + row / 4));
					if (!result.fits) throw new Error(result.reason);
					grown = result.mosaic;
				}
				const columns = [0, ...places.map(([column]) => column)];
				const rows = [0, ...places.map(([, row]) => row)];
				expect(grown.grid).toEqual({
					crs: "EPSG:4326",
					resolution: [0.25, 0.25],
					origin: [10 + Math.min(...columns) / 4, 50 + Math.max(...rows) / 4],
					size: [Math.max(...columns) - Math.min(...columns) + 4, Math.max(...rows) - Math.min(...rows) + 3],
				});
			}),
		);
	});
});
