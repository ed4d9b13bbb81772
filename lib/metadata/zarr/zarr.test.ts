import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { RejectedError } from "#lib/errors.ts";
import { readHead } from "#lib/metadata/head-source.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { fileWith, randomNumbers } from "#lib/metadata/testing/files.ts";
import * as zarrStores from "#lib/metadata/testing/zarr.ts";

const { signal } = new AbortController();
type Files = Readonly<Record<string, string | Uint8Array>>;

/** A store by its files; its metadata is listed with it, as a scan does. */
async function read(files: Files, manifest = ".zmetadata") {
	const asked: string[] = [];
	const content = files[manifest] ?? "";
	const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
	const file = fileWith(bytes, "sst.zarr", files);
	const listedWith = Object.keys(files).filter((path) => path !== manifest && /(\.z\w+|zarr\.json)$/.test(path));
	const sibling = (path: string) => {
		asked.push(path);
		return file.sibling(path);
	};
	const { head, source } = await readHead({ ...file, sibling, listedWith }, { signal });
	const reader = await rasterReaderOf(head, source, { signal });
	return { format: reader.format, asked, ...(await reader.read(source, { timeZone: "UTC", signal })) };
}

const { lon, lat, time, units, array2, version2, chunks2, consolidated, asFiles, doubles } = zarrStores;

const node3 = (shape: readonly number[], dimension_names: readonly string[], more: object = {}) => ({
	zarr_format: 3,
	node_type: "array",
	shape,
	data_type: "float64",
	chunk_grid: { name: "regular", configuration: { chunk_shape: shape } },
	chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
	fill_value: "NaN",
	codecs: [{ name: "bytes", configuration: { endian: "little" } }, { name: "zstd" }],
	dimension_names,
	attributes: (units as Readonly<Record<string, object>>)[dimension_names.join()] ?? {},
	...more,
});
const index = { index_codecs: [{ name: "bytes" }, { name: "crc32c" }], index_location: "end" };
/** Two chunks of two longitudes in one shard, the second one first. */
const sharded = node3([4], ["lon"], {
	codecs: [
		{
			name: "sharding_indexed",
			configuration: { chunk_shape: [2], codecs: [{ name: "bytes" }, { name: "gzip" }], ...index },
		},
	],
});
function shard(parts: readonly (readonly number[])[]): Uint8Array {
	const bodies = parts.map((values) => gzipSync(doubles(values)));
	const view = new DataView(new ArrayBuffer(16 * parts.length + 4));
	let offset = 0;
	for (const [i, body] of [...bodies.entries()].toReversed()) {
		view.setBigUint64(16 * i, BigInt(offset), true);
		view.setBigUint64(16 * i + 8, BigInt(body.length), true);
		offset += body.length;
	}
	return Buffer.concat([...bodies.toReversed(), new Uint8Array(view.buffer)]);
}
const nodes3: Readonly<Record<string, object>> = {
	lon: sharded,
	lat: node3([3], ["lat"]),
	time: node3([2], ["time"]),
	sst: node3([2, 3, 4], ["time", "lat", "lon"], { data_type: "int16", fill_value: -99 }),
};
const chunks3: Files = {
	"lon/c/0": shard([lon.slice(0, 2), lon.slice(2)]),
	"lat/c/0": zstdCompressSync(doubles(lat)),
	"time/c/0": zstdCompressSync(doubles(time)),
};
const group3 = { zarr_format: 3, node_type: "group", attributes: {} };

const expected = {
	size: [4, 3],
	crs: "EPSG:4326",
	extent: [9.75, 47.5, 11.75, 50.5],
	bands: [
		{ name: "sst_1", dataType: "Int16", nodata: -99 },
		{ name: "sst_2", dataType: "Int16", nodata: -99 },
	],
};

describe("a store is one raster, by its metadata and the chunks of its coordinates", () => {
	test.each<[string, Files, string]>([
		["version 2, consolidated", consolidated(version2), ".zmetadata"],
		["version 2, not consolidated", { ...chunks2, ...asFiles(version2) }, ".zgroup"],
		[
			"version 3, consolidated",
			{
				...chunks3,
				"zarr.json": JSON.stringify({
					...group3,
					consolidated_metadata: { kind: "inline", must_understand: false, metadata: nodes3 },
				}),
			},
			"zarr.json",
		],
		[
			"version 3, not consolidated",
			{
				...chunks3,
				...asFiles({ "zarr.json": group3 }),
				...asFiles(Object.fromEntries(Object.entries(nodes3).map(([name, node]) => [`${name}/zarr.json`, node]))),
			},
			"zarr.json",
		],
	])("%s", async (_, files, manifest) => {
		const { format, raster, metadata, asked } = await read(files, manifest);
		expect(format).toBe("Zarr");
		expect(raster).toMatchObject(expected);
		expect(metadata).toMatchObject({ begin: "2006-08-16T12:00:00Z", end: "2006-08-17T12:00:00Z" });
		expect(asked.filter((path) => path.startsWith("sst/") && !/\.z|zarr\.json/.test(path))).toEqual([]);
	});
});

test("a chunk that was never written is of the fill value", async () => {
	const { "lon/1": _, ...chunks } = chunks2;
	const filled = { ...version2, "lon/.zarray": array2([4], [3], { fill_value: 11.5, compressor: { id: "gzip" } }) };
	expect((await read({ ...consolidated(filled), ...chunks })).raster.extent).toEqual(expected.extent);
});

test("GDAL's _CRS, arrays in groups, and longitudes of every pixel in Fortran's order", async () => {
	const wkt = 'PROJCS["x",AUTHORITY["EPSG","32633"]]';
	const gdal = await read({
		...chunks2,
		"a/X/0": doubles([500_000, 500_010, 500_020, 500_030]),
		"a/Y/0": doubles([30, 20, 10]),
		".zmetadata": JSON.stringify({
			metadata: {
				".zgroup": { zarr_format: 2 },
				"a/.zgroup": { zarr_format: 2 },
				"a/X/.zarray": array2([4], [4]),
				"a/X/.zattrs": { _ARRAY_DIMENSIONS: ["X"], standard_name: "projection_x_coordinate", units: "m" },
				"a/Y/.zarray": array2([3], [3]),
				"a/Y/.zattrs": { _ARRAY_DIMENSIONS: ["Y"], standard_name: "projection_y_coordinate", units: "m" },
				"a/b/.zarray": array2([3, 4], [3, 4], { dtype: "|u1" }),
				"a/b/.zattrs": { _ARRAY_DIMENSIONS: ["Y", "X"], _CRS: { wkt } },
			},
			zarr_consolidated_format: 1,
		}),
	});
	expect(gdal.raster).toMatchObject({
		crs: "EPSG:32633",
		extent: [499_995, 5, 500_035, 35],
		bands: [{ name: "b", dataType: "Byte", nodata: null }],
	});
	const places = (value: (x: number, y: number) => number) =>
		doubles([0, 1, 2, 3].flatMap((x) => [0, 1, 2].map((y) => value(x, y))));
	const swath = await read(
		{
			"lon/0.0": places((x, y) => 10 + x + y / 10),
			"lat/0.0": places((x, y) => 50 - y + x / 10),
			...asFiles({
				".zgroup": { zarr_format: 2 },
				"lon/.zarray": array2([3, 4], [3, 4], { order: "F" }),
				"lon/.zattrs": { _ARRAY_DIMENSIONS: ["y", "x"], ...units.lon },
				"lat/.zarray": array2([3, 4], [3, 4], { order: "F" }),
				"lat/.zattrs": { _ARRAY_DIMENSIONS: ["y", "x"], ...units.lat },
				"sst/.zarray": array2([3, 4], [3, 4]),
				"sst/.zattrs": { _ARRAY_DIMENSIONS: ["y", "x"], coordinates: "lon lat" },
			}),
		},
		".zgroup",
	);
	expect(swath.raster.gcps).toContainEqual({ pixel: 3.5, line: 2.5, x: 13.2, y: 48.3, z: 0 });
});

test.each<[string, Files, string, RegExp]>([
	["no arrays", asFiles({ "zarr.json": group3 }), "zarr.json", /names no array; consolidate it/],
	["another version", asFiles({ "zarr.json": { zarr_format: 4 } }), "zarr.json", /version 4 of Zarr; 2 and 3 are read/],
	[
		"a codec that is not known",
		consolidated({ ...version2, "lon/.zarray": array2([4], [3], { compressor: { id: "lzma" } }) }),
		".zmetadata",
		/codec "lzma".*store them by gzip, zstd or blosc/,
	],
	[
		"chunks of gigabytes",
		consolidated({ ...version2, "lon/.zarray": array2([2 ** 30], [2 ** 30]) }),
		".zmetadata",
		/too much to read|has no coordinates along/,
	],
	[
		"a chunk that is short",
		{ ...consolidated(version2), "lat/0": zstdCompressSync(new Uint8Array(8)) },
		".zmetadata",
		/8 bytes instead of 24/,
	],
	["no coordinates", { ".zarray": JSON.stringify(array2([3, 4], [3, 4])) }, ".zarray", /does not say where it lies/],
])("%s is rejected", async (_, files, manifest, reason) => {
	await expect(read(files, manifest)).rejects.toThrow(reason);
});

test("damaged stores are read or rejected", async () => {
	const random = randomNumbers(11);
	const whole = consolidated(version2);
	for (let i = 0; i < 300; i++) {
		const files = { ...whole };
		const [path, content] = Object.entries(whole)[random(Object.keys(whole).length)] ?? ["", ""];
		const bytes = Uint8Array.from(typeof content === "string" ? new TextEncoder().encode(content) : content);
		for (let change = 0; change <= random(3); change++) bytes[random(bytes.length)] = 32 + random(96);
		files[path] = bytes;
		await read(files).catch((error: unknown) => {
			if (!(error instanceof RejectedError)) throw error;
		});
	}
});
