import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { spender } from "#lib/metadata/netcdf/hdf5/bytes.ts";
import { expectDamageIsRejected, fileWith, sparseFile } from "#lib/metadata/testing/files.ts";
import { netcdfBounds } from "./netcdf.ts";
import { netcdf4 } from "./netcdf4.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };
/** Made by the HDF5 and netCDF libraries: `fixtures/make.py`. */
const fixture = (name: string) => readFile(new URL(`../testing/fixtures/${name}`, import.meta.url));

async function read(name: string) {
	return netcdf4.read(fileWith(await fixture(name), name), options);
}

test.each([
	["superblock 0, symbol tables", "old.h5"],
	["superblock 3, links in headers", "new.h5"],
	["groups within groups, after a user block", "group.h5"],
	["big-endian numbers", "big-endian.h5"],
	["chunks by B-tree, deflated, shuffled, with checksums", "tree.h5"],
	["chunks by fixed array, deflated and shuffled", "array.h5"],
	["a single chunk", "single.h5"],
])("%s", async (_, name) => {
	expect(netcdf4.recognises(await fixture(name))).toBe(true);
	expect(await read(name)).toEqual({
		raster: {
			kind: "rectified",
			size: [12, 8],
			crs: "EPSG:4326",
			extent: [10, 46, 16, 50],
			gcps: null,
			bands: [{ name: "v0", dataType: "Int16", nodata: -5 }],
		},
		metadata: {
			eoId: null,
			begin: "2020-02-03T04:05:06Z",
			end: "2020-02-03T04:05:06Z",
			footprint: null,
			properties: { platform: "Sentinel-3A" },
		},
	});
});

test("a type that is committed, wherever its header has it", async () => {
	expect((await read("enum.h5")).raster.bands).toEqual([{ name: "class", dataType: "Byte", nodata: null }]);
});

test("many variables and attributes, which stand in heaps", async () => {
	const { raster, metadata } = await read("many.h5");
	expect(raster.bands).toHaveLength(20);
	expect(raster.bands[0]?.name).toBe("v0");
	expect(metadata.properties).toMatchObject({ attribute0: 0, attribute11: 11, platform: "Sentinel-3A" });
});

test("a series of netCDF-4: projected, times by bounds, variables as they were made", async () => {
	expect(await read("series.nc")).toEqual({
		raster: {
			kind: "rectified",
			size: [12, 8],
			crs: "EPSG:32633",
			extent: [500000, 5299920, 500120, 5300000],
			gcps: null,
			bands: [
				...["warm_1", "warm_2"].map((name) => ({ name, dataType: "Float32", nodata: 9 })),
				...["cold_1", "cold_2"].map((name) => ({ name, dataType: "Byte", nodata: 9 })),
			],
		},
		metadata: {
			eoId: null,
			begin: "2001-02-03T04:00:00Z",
			end: "2001-02-03T09:00:00Z",
			footprint: null,
			properties: { title: "A series" },
		},
	});
});

test("complex samples of NISAR, whose time is a text", async () => {
	const { raster, metadata } = await read("complex.h5");
	expect(raster).toMatchObject({ crs: "EPSG:32611", size: [12, 8], extent: [500000, 3999840, 500240, 4000000] });
	expect(raster.bands).toEqual([{ name: "HH", dataType: "CFloat32", nodata: null }]);
	expect(metadata).toMatchObject({ begin: "2024-01-05T10:12:13Z", end: "2024-01-05T10:12:48.123Z" });
});

test("what was never written along a growing dimension has its bands; times as texts", async () => {
	const { raster, metadata } = await read("growing.nc");
	expect(raster.bands.map(({ name }) => name)).toEqual(["written_1", "written_2", "unwritten_1", "unwritten_2"]);
	expect(metadata).toMatchObject({ begin: "2020-01-02T00:00:00Z", end: "2020-01-03T06:00:00Z" });
});

test("HDF-EOS5 without coordinates: packed degrees of its structure, dates of ECS", async () => {
	const { raster, metadata } = await read("eos5.h5");
	expect(raster).toMatchObject({ crs: "EPSG:4326", size: [10, 10], extent: [0, 40, 10, 50.5] });
	expect(raster.bands).toEqual([{ name: "DNB", dataType: "Float32", nodata: -5 }]);
	expect(metadata).toMatchObject({ begin: "2020-01-01T00:00:00.500Z", end: "2020-01-01T23:59:59Z" });
});

test("a swath by its longitudes and latitudes, the missing ones left out", async () => {
	const { raster } = await read("swath.nc");
	expect(raster).toMatchObject({ kind: "referenceable", size: [20, 30], crs: "EPSG:4326", extent: null });
	expect(raster.gcps).toHaveLength(7 * 13 - 1);
	const last = raster.gcps?.at(-1);
	expect(last).toMatchObject({ pixel: 19.5, line: 29.5 });
	expect(last?.x).toBeCloseTo(5.66, 5);
	expect(last?.y).toBeCloseTo(41.64, 5);
});

test("an unknown compression is named", async () => {
	await expect(read("lzf.h5")).rejects.toMatchObject({
		code: "unsupported",
		message: expect.stringMatching(/lat.*filter 32000/),
	});
});

test("something else, and a file that lost its end", async () => {
	const bytes = await fixture("old.h5");
	expect(netcdf4.recognises(bytes.subarray(1))).toBe(false);
	for (const length of [bytes.length - 1, 3000, 100]) {
		const reading = netcdf4.read(fileWith(bytes.subarray(0, length), "old.h5"), options);
		await expect(reading).rejects.toMatchObject({ code: expect.stringMatching(/cut-off|unreadable/) });
	}
});

/** The bytes between header and end are never asked for. */
test.each(["old.h5", "many.h5", "series.nc"])("%s as the beginning of 2 GB costs a few kilobytes", async (name) => {
	const source = sparseFile(2 ** 31, { 0: await fixture(name) }, name);
	await netcdf4.read(source, options);
	expect(source.bytesRead).toBeLessThanOrEqual(128 * 1024);
});

test("links that lead back are followed once", async () => {
	const bytes = await fixture("old.h5");
	const root = bytes.readUInt32LE(64);
	// Every symbol of the root group becomes the root group itself.
	const node = bytes.indexOf("SNOD");
	for (let symbol = 0; symbol < bytes.readUInt16LE(node + 6); symbol++)
		bytes.writeUInt32LE(root, node + 8 + symbol * 40 + 8);
	const source = fileWith(bytes, "loop.h5");
	await expect(netcdf4.read(source, options)).rejects.toMatchObject({ code: "no-crs" });
});

test("a group's tree whose nodes are each other's children", async () => {
	const bytes = await fixture("old.h5");
	const tree = bytes.indexOf("TREE");
	bytes.writeUInt8(1, tree + 5);
	bytes.writeUInt32LE(tree, tree + 8 + 16 + 8);
	const source = fileWith(bytes, "loop.h5");
	await expect(netcdf4.read(source, options)).rejects.toMatchObject({
		code: "unreadable",
		message: expect.stringMatching(/too many nodes/),
	});
});

test("what is looked at again and again comes to an end", () => {
	const spend = spender();
	expect(() => {
		for (let look = 0; look < 1000; look++) spend(1024 * 1024);
	}).toThrow(/endlessly/);
});

test("damaged files", async () => {
	const names = [
		"old.h5",
		"new.h5",
		"group.h5",
		"tree.h5",
		"array.h5",
		"many.h5",
		"series.nc",
		"complex.h5",
		"growing.nc",
	];
	const files = await Promise.all(names.map(fixture));
	await expectDamageIsRejected(files, {
		read: (source) => netcdf4.read(source, options),
		maxBytes: netcdfBounds.maxBytes,
		name: "scene.h5",
	});
}, 120_000);
