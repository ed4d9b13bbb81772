import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { positionOf } from "#lib/metadata/geometry/direction.ts";
import { footprintOfRaster } from "#lib/metadata/geometry/raster-footprint.ts";
import { expectDamageIsRejected, fileWith, sparseFile } from "#lib/metadata/testing/files.ts";
import { hdf4, hdf4Bounds } from "./hdf4.ts";
import { geolocationBounds } from "./swath-place.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };
/** Made by the HDF-EOS2 library (`fixtures/make-hdfeos2.c`); GDAL 3.6 says the same of their grids. */
const fixture = async (name: string) =>
	gunzipSync(await readFile(new URL(`../testing/fixtures/${name}.gz`, import.meta.url)));

test("the larger of two grids, in MODIS' sinusoidal projection", async () => {
	const bytes = await fixture("hdfeos2.hdf");
	expect(hdf4.recognises(bytes)).toBe(true);
	expect(await hdf4.read(fileWith(bytes, "MOD11A1.hdf"), options)).toEqual({
		raster: {
			kind: "rectified",
			size: [12, 10],
			crs: "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +a=6371007.181 +b=6371007.181 +units=m +no_defs",
			extent: [0, 4447802.078667, 1111950.519667, 5559752.598333],
			gcps: null,
			bands: [
				{ name: "LST_Day", dataType: "UInt16", nodata: null },
				...["Emis_1", "Emis_2"].map((name) => ({ name, dataType: "Float32", nodata: -9.5 })),
			],
		},
		metadata: {
			eoId: "MOD11A1.A2017001.h18v04.061",
			begin: "2017-01-01T00:00:00Z",
			end: "2017-01-01T23:59:59Z",
			footprint: null,
			properties: { platform: "Terra" },
		},
	});
});

/** Like files of HLS 1.5, of which GDAL 3.6 says the same. */
test("HLS: axes with the name of the grid, a fill value as a text, the time as an attribute", async () => {
	expect(await hdf4.read(fileWith(await fixture("hls.hdf"), "hls.hdf"), options)).toEqual({
		raster: {
			kind: "rectified",
			size: [12, 8],
			crs: "EPSG:32648",
			extent: [600_000, 6_099_780, 600_360, 6_100_020],
			gcps: null,
			bands: ["B01", "B02"].map((name) => ({ name, dataType: "Int16", nodata: -9999 })),
		},
		metadata: {
			eoId: null,
			begin: "2020-09-30T04:22:57.764Z",
			end: "2020-09-30T04:22:57.764Z",
			footprint: null,
			properties: { platform: "Sentinel-2A" },
		},
	});
});

test("a swath lies in the ring of its metadata, whose times are ASTER's", async () => {
	const { raster, metadata } = await hdf4.read(fileWith(await fixture("swath.hdf"), "swath.hdf"), options);
	expect(raster).toMatchObject({ kind: "referenceable", size: [20, 30], gcps: [] });
	expect(raster.bands.map(({ name }) => name)).toEqual(["EV_1", "EV_2", "EV_3"]);
	expect(metadata).toMatchObject({ begin: "2003-07-25T18:23:01.389Z", end: "2003-07-25T18:23:01.389Z" });
	expect(metadata.footprint?.coordinates[0]?.[0]).toContainEqual([12, 48]);
});

test("near a pole more of a swath is looked at, where its outline bends", async () => {
	const bytes = Buffer.from(await fixture("swath-plain.hdf"));
	const values = (of: (track: number, cross: number) => number) => {
		const written = Buffer.alloc(8 * 5 * 4);
		for (let i = 0; i < 40; i++) written.writeFloatBE(of(Math.floor(i / 5), i % 5), i * 4);
		return written;
	};
	const east = (lon: number) => (lon > 180 ? lon - 360 : lon);
	const places = [
		[values((i, j) => 50 - 0.5 * i - 0.1 * j), values((i, j) => positionOf(polar(i, j))[1])],
		[values((i, j) => east(178 + j + 0.2 * i)), values((i, j) => positionOf(polar(i, j))[0])],
	] as const;
	for (const [before, after] of places) {
		const at = nearest(bytes, before);
		after.copy(bytes, at);
	}
	const { raster } = await hdf4.read(fileWith(bytes, "swath.hdf"), options);
	expect(raster.gcps?.length).toBeGreaterThan(91);
	expect(Math.max(...(raster.gcps ?? []).map(({ y }) => y))).toBeGreaterThan(87);
});

/** Across the pole, four degrees a line and three a column. */
function polar(track: number, cross: number): readonly number[] {
	const [along, beside] = [((track - 3.5) * 4 * Math.PI) / 180, ((cross - 2) * 3 * Math.PI) / 180];
	return [Math.sin(along) * Math.cos(beside), Math.sin(beside), Math.cos(along) * Math.cos(beside)];
}

/** Where the values stand, which the library's writer rounded its own way. */
function nearest(bytes: Buffer, values: Buffer): number {
	for (let at = 0; at + values.length <= bytes.length; at++) {
		let index = 0;
		while (index < values.length && Math.abs(bytes.readFloatBE(at + index) - values.readFloatBE(index)) < 1e-4)
			index += 4;
		if (index >= values.length) return at;
	}
	throw new Error("the values are not there");
}

/** GDAL 3.6 has the longitude 178 and the latitude 50 at (2.5, 2.5), -176.6 and 46.1 at (22.5, 37.5). */
test.each(["swath-plain.hdf", "swath-deflated.hdf", "swath-tiled.hdf"])(
	"%s lies where every fifth of its longitudes and latitudes says, not in the ring of its metadata",
	async (name) => {
		const source = sparseFile(1e9, { 0: await fixture(name) });
		const { raster, metadata } = await hdf4.read(source, options);
		expect(raster).toMatchObject({ kind: "referenceable", size: [27, 40], crs: "EPSG:4326" });
		expect(metadata).toMatchObject({ begin: "2017-01-01T12:30:00Z", footprint: null });
		expect(raster.gcps).toHaveLength(91);
		const near = (pixel: number, line: number) =>
			raster.gcps?.find((gcp) => Math.abs(gcp.pixel - pixel) < 2 && Math.abs(gcp.line - line) < 2);
		const [middle, last] = [near(13.5, 20.5), raster.gcps?.at(-1)];
		expect([middle?.pixel, middle?.line]).toEqual([13.5, 20.5]);
		expect(middle?.x).toBeCloseTo(-179.08, 1);
		expect(middle?.y).toBeCloseTo(47.98, 1);
		expect(last?.x).toBeCloseTo(-175.72, 1);
		expect(last?.y).toBeCloseTo(45.81, 1);
		expect(footprintOfRaster(raster)?.coordinates).toHaveLength(2);
		expect(source.bytesRead).toBeLessThanOrEqual(400 * 1024);
	},
);

test("of a file of 1 GB only its descriptors and metadata are read", async () => {
	const source = sparseFile(1e9, { 0: await fixture("hdfeos2.hdf") });
	await hdf4.read(source, options);
	expect(source.bytesRead).toBeLessThanOrEqual(96 * 1024);
});

test("cut off, and HDF4 of another kind", async () => {
	const bytes = await fixture("hdfeos2.hdf");
	const cut = fileWith(bytes.subarray(0, 40_000), "cut.hdf");
	await expect(hdf4.read(cut, options)).rejects.toMatchObject({ code: "cut-off" });
	const renamed = Buffer.from(bytes.toString("latin1").replaceAll("StructMetadata", "OtherrMetadata"), "latin1");
	await expect(hdf4.read(fileWith(renamed, "plain.hdf"), options)).rejects.toThrow(
		/HDF4 without the structure of HDF-EOS/,
	);
});

test("damaged files", async () => {
	const files = await Promise.all(["hdfeos2.hdf", "swath-deflated.hdf", "swath-tiled.hdf"].map(fixture));
	await expectDamageIsRejected(files, {
		read: (source) => hdf4.read(source, options),
		maxBytes: hdf4Bounds.maxBytes + geolocationBounds.maxBytes,
		name: "scene.hdf",
	});
}, 60_000);
