import { expect, test } from "vitest";
// biome-ignore-start lint/style/noRestrictedImports: only tests reach for the writer of the demonstration's files
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { memorySource } from "#lib/demo/memory-source.ts";
// biome-ignore-end lint/style/noRestrictedImports: see above
import { footprintBounds } from "#lib/metadata/geometry/footprint.ts";
import { writeClassic } from "#lib/metadata/testing/netcdf.ts";
import { readDataset } from "./read.ts";

const { signal } = new AbortController();
const rule = { rangeType: null, mosaicRangeType: null, fileName: "_(?<begin>\\d{8})\\.", timeZone: "UTC" };

async function placeOf(bytes: Uint8Array, name: string) {
	const data = memorySource(bytes, name);
	const { crs, footprint } = await readDataset({ data, metadata: [], conf: [] }, rule, { signal });
	return { crs, bounds: footprintBounds(footprint), parts: footprint.coordinates.length };
}

function at(x: number, y: number, pixel: number) {
	return { origin: [x, y], pixelSize: [pixel, pixel] } as const;
}

/** Of ten pixels square; bounds by GDAL 3.6 and PROJ 9.1 where these have any. */
const rasters: readonly [what: string, Partial<GeoTiffOptions>, bounds: readonly number[]][] = [
	[
		"UTM in kilometres",
		{ crs: { 1024: 1, 3072: 32633, 3076: 9036 }, georeference: at(500, 5300, 1) },
		[15, 47.7633, 15.1337, 47.8533],
	],
	[
		"North Carolina in feet, by the code of metres",
		{ crs: { 1024: 1, 3072: 32119, 3076: 9003 }, georeference: at(2e6, 6e5, 1000) },
		[-79, 35.3711, -78.9664, 35.3986],
	],
	[
		"degrees from Paris without a datum",
		{ crs: { 1024: 2, 2048: 32767, 2050: 32767, 2051: 8903, 2054: 9102, 2056: 7030 }, georeference: at(0, 50, 0.1) },
		[2.3372, 49, 3.3372, 50],
	],
	[
		"two central meridians, of which that from the pole counts",
		{
			crs: {
				1024: 1,
				2048: 4326,
				3072: 32767,
				3074: 32767,
				3075: 15,
				3076: 9001,
				3080: 0,
				3081: 90,
				3092: 1,
				3095: 90,
			},
			georeference: at(0, 1e6, 1e4),
		},
		[-96.3402, 81.02, -90, 81.955],
	],
	[
		"axes to the south and west",
		{ crs: { 1024: 1, 3072: 8044 }, georeference: at(15_000, 5000, 1000) },
		[14.0706, 47.8135, 14.2044, 47.9035],
	],
	[
		"cells of 2.5° around the poles",
		{ size: [144, 73], crs: 4326, georeference: at(-181.25, 91.25, 2.5) },
		[-180, -90, 180, 90],
	],
	[
		"0.15° around the Earth",
		{ size: [2400, 1201], crs: 4326, georeference: at(-180.075, 90.075, 0.15) },
		[-180, -90, 180, 90],
	],
];

test.each(rasters)("%s", async (_, options, bounds) => {
	const place = await placeOf(writeGeoTiff({ size: [10, 10], ...options }), "scene_20200102.tif");
	for (const [i, degrees] of place.bounds.entries()) expect(degrees).toBeCloseTo(bounds[i] ?? Number.NaN, 3);
	expect(place.parts).toBe(1);
});

const steps = (count: number, first: number, step: number) =>
	Array.from({ length: count }, (_, index) => first + index * step);
const axis = (name: string, units: string, values: readonly number[], standard?: string) => ({
	type: "double" as const,
	dimensions: [name],
	attributes: { units, ...(standard === undefined ? {} : { standard_name: standard }) },
	values,
});

test("polar stereographic by its scale factor", async () => {
	const metres = (name: string) => axis(name, "m", steps(8, -1e6, 25_000), `projection_${name}_coordinate`);
	const attributes = {
		grid_mapping_name: "polar_stereographic",
		latitude_of_projection_origin: [90],
		straight_vertical_longitude_from_pole: [-45],
		scale_factor_at_projection_origin: [0.97],
	};
	const bytes = writeClassic({
		dimensions: { y: 8, x: 8 },
		variables: {
			y: metres("y"),
			x: metres("x"),
			crs: { type: "int", dimensions: [], attributes },
			ice: { type: "float", dimensions: ["y", "x"], attributes: { grid_mapping: "crs" } },
		},
	});
	const { bounds } = await placeOf(bytes, "ice_20200102.nc");
	expect(bounds[1]).toBeCloseTo(76.83957, 4);
	expect(bounds[3]).toBeCloseTo(79.42328, 4);
});

test("longitudes from 359.55 over 0 to 0.55: no pixel is lost", async () => {
	const lon = steps(11, 359.55, 0.1).map((degrees) => Number((degrees % 360).toFixed(2)));
	const bytes = writeClassic({
		dimensions: { lat: 4, lon: 11 },
		variables: {
			lat: axis("lat", "degrees_north", steps(4, 50, -0.1)),
			lon: axis("lon", "degrees_east", lon),
			sst: { type: "float", dimensions: ["lat", "lon"] },
		},
	});
	const { bounds } = await placeOf(bytes, "sst_20200102.nc");
	expect(bounds.map((degrees) => Number(degrees.toFixed(6)))).toEqual([-0.5, 49.65, 0.6, 50.05]);
});
