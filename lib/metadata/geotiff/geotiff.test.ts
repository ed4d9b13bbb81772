import { expect, test } from "vitest";
// biome-ignore-start lint/style/noRestrictedImports: only tests reach for the writer of the demonstration's files
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { memorySource } from "#lib/demo/memory-source.ts";
import type { DataType } from "#lib/metadata/metadata.ts";
// biome-ignore-end lint/style/noRestrictedImports: see above
import { geotiff } from "./geotiff.ts";
import { tiffTags } from "./tags.ts";

const scene: GeoTiffOptions = {
	size: [64, 48],
	crs: 4326,
	georeference: { origin: [10, 50], pixelSize: [0.03, 0.02] },
	pixel: (x, y) => (x + y) % 100,
};
const options = { timeZone: "UTC", signal: new AbortController().signal };

function read(changes: Partial<GeoTiffOptions> = {}) {
	return geotiff.read(memorySource(writeGeoTiff({ ...scene, ...changes })), options);
}

const variants = (["little", "big"] as const).flatMap((byteOrder) =>
	[false, true].flatMap((big) =>
		(["first", "last"] as const).flatMap((directory) =>
			[48, 7, [16, 16] as const, [32, 16] as const].flatMap((segment) =>
				(["none", "deflate"] as const).map((compression) => ({ byteOrder, big, directory, segment, compression })),
			),
		),
	),
);

test.each(variants)(
	"$byteOrder endian, BigTIFF $big, directory $directory, segments $segment, $compression",
	async (variant) => {
		for (const interleave of ["pixel", "band"] as const) {
			const { raster, metadata } = await read({ ...variant, interleave, bands: 3 });
			expect(raster).toEqual({
				kind: "rectified",
				size: [64, 48],
				crs: "EPSG:4326",
				extent: [10, 49.04, 11.92, 50],
				gcps: null,
				bands: ["red", "green", "blue"].map((name) => ({ name, dataType: "Byte", nodata: null })),
			});
			expect(metadata).toEqual({ eoId: null, begin: null, end: null, footprint: null, properties: {} });
		}
	},
);

test("a small file is read at once, wherever its directory stands", async () => {
	for (const directory of ["first", "last"] as const) {
		const source = memorySource(writeGeoTiff({ ...scene, directory }));
		await geotiff.read(source, options);
		expect(source.reads).toBe(1);
	}
});

test("of a large file only the header is read", async () => {
	for (const directory of ["first", "last"] as const) {
		const source = memorySource(writeGeoTiff({ ...scene, size: [2000, 1000], segment: 8, directory }));
		await geotiff.read(source, options);
		expect(source.bytesRead).toBeLessThanOrEqual(128 * 1024);
	}
});

test.each([
	"Byte",
	"Int8",
	"UInt16",
	"Int16",
	"UInt32",
	"Int32",
	"UInt64",
	"Int64",
	"Float32",
	"Float64",
	"CInt16",
	"CInt32",
	"CFloat32",
	"CFloat64",
] as const)("data type %s", async (dataType) => {
	const { raster } = await read({ dataType, bands: 2 });
	expect(raster.bands.map((band) => band.dataType)).toEqual([dataType, dataType]);
});

test.each<[number, number, DataType | null]>([
	[1, 1, "Byte"],
	[7, 1, "Byte"],
	[12, 1, "UInt16"],
	[24, 1, "UInt32"],
	[48, 1, null],
	[4, 2, null],
	[16, 3, "Float16"],
	[24, 3, "Float32"],
	[8, 4, "Byte"],
	[128, 5, null],
	[8, 99, null],
])("%i bits in sample format %i are %s", async (bits, format, dataType) => {
	const reading = read({
		extraTags: [
			{ tag: tiffTags.bitsPerSample, type: "short", values: [bits] },
			{ tag: tiffTags.sampleFormat, type: "short", values: [format] },
		],
	});
	if (dataType === null) await expect(reading).rejects.toMatchObject({ code: "unsupported" });
	else expect((await reading).raster.bands[0]?.dataType).toBe(dataType);
});

const point = { pixelIsPoint: true };
test.each<[string, Partial<GeoTiffOptions>, readonly number[]]>([
	["a scale and a tie point", {}, [10, 49.04, 11.92, 50]],
	["pixel is point: half a pixel further out", point, [9.985, 49.05, 11.905, 50.01]],
	[
		"sums that are not better than 15 digits",
		{ georeference: { origin: [0.1, 50], pixelSize: [0.003125, 0.02] } },
		[0.1, 49.04, 0.3, 50],
	],
	[
		"a scale of the wrong sign",
		{ georeference: { origin: [10, 50], pixelSize: [0.03, -0.02] } },
		[10, 49.04, 11.92, 50],
	],
	["a transformation", { georeference: { affine: [0.03, 0, 10, 0, -0.02, 50] } }, [10, 49.04, 11.92, 50]],
	[
		"a transformation, pixel is point",
		{ ...point, georeference: { affine: [0.03, 0, 10, 0, -0.02, 50] } },
		[9.985, 49.05, 11.905, 50.01],
	],
	["a transformation, south up", { georeference: { affine: [0.03, 0, 10, 0, 0.02, 50] } }, [10, 50, 11.92, 50.96]],
	[
		"rotation that is rounding noise",
		{ georeference: { affine: [0.03, 1e-12, 10, 1e-12, -0.02, 50] } },
		[10, 49.04, 11.92, 50],
	],
])("extent by %s", async (_, changes, extent) => {
	const { raster } = await read(changes);
	expect(raster).toMatchObject({ kind: "rectified", extent, gcps: null });
});

test("the corners of a rotated raster are its GCPs", async () => {
	const { raster } = await read({ georeference: { affine: [2, 1, 100, 1, -2, 200] } });
	expect(raster).toMatchObject({ kind: "referenceable", extent: null });
	expect(raster.gcps).toEqual([
		{ pixel: 0, line: 0, x: 100, y: 200, z: 0 },
		{ pixel: 64, line: 0, x: 228, y: 264, z: 0 },
		{ pixel: 64, line: 48, x: 276, y: 168, z: 0 },
		{ pixel: 0, line: 48, x: 148, y: 104, z: 0 },
	]);
});

const gcps = [
	{ pixel: 0, line: 0, x: 10, y: 50, z: 0 },
	{ pixel: 64, line: 0, x: 12, y: 50.5, z: 100 },
	{ pixel: 32.5, line: 48, x: 11, y: 49, z: -5 },
];

test("GCPs are kept; those of pixel centres are moved to the corner's count", async () => {
	const { raster } = await read({ georeference: { gcps } });
	expect(raster).toMatchObject({ kind: "referenceable", extent: null, gcps });
	const shifted = gcps.map((gcp) => ({ ...gcp, pixel: gcp.pixel + 0.5, line: gcp.line + 0.5 }));
	expect((await read({ georeference: { gcps }, pixelIsPoint: true })).raster.gcps).toEqual(shifted);
});

test.each([4326, 4258, 3857, 3035, 32633, 32733, 2154, 20099])("CRS EPSG:%i", async (crs) => {
	expect((await read({ crs })).raster.crs).toBe(`EPSG:${crs}`);
});

test("a user-defined CRS becomes a PROJ string", async () => {
	const laea = {
		1024: 1,
		2048: 4326,
		3072: 32767,
		3074: 32767,
		3075: 10,
		3076: 9001,
		3088: 10.5,
		3089: 52,
		3082: 1000,
		3083: 2000,
	};
	const sinusoidal = {
		1024: 1,
		2048: 32767,
		2057: 6371007.181,
		2058: 6371007.181,
		3072: 32767,
		3074: 32767,
		3075: 24,
		3088: 0,
	};
	expect((await read({ crs: laea })).raster.crs).toMatch(/^\+proj=laea \+lat_0=52 \+lon_0=10.5 \+x_0=1000 \+y_0=2000 /);
	expect((await read({ crs: sinusoidal })).raster.crs).toMatch(/^\+proj=sinu .*\+a=6371007.181 \+b=6371007.181/);
});

test.each<[string, DataType & GeoTiffOptions["dataType"], number | string | null]>([
	["0", "Byte", 0],
	[" -9999 ", "Int16", -9999],
	["1.5e3", "Float64", 1500],
	["nan", "Float32", "NaN"],
	["-inf", "Float64", "-Infinity"],
	["inf", "Float64", "Infinity"],
	["1e999", "Float64", "Infinity"],
	["-3.40282347e+38", "Float32", -3.4028234663852886e38],
	["18446744073709551615", "UInt64", "18446744073709551615"],
	["-9223372036854775808", "Int64", "-9223372036854775808"],
	["9007199254740991", "Int64", 9007199254740991],
	["none", "Byte", null],
	["", "Byte", null],
	["1.#QNAN", "Float32", "NaN"],
	["-1.#INF", "Float64", "-Infinity"],
	["5,5", "Float32", 5.5],
	["255abc", "Byte", 255],
	["abc", "Byte", null],
	["0x10", "Byte", null],
	["-1", "UInt64", "18446744073709551615"],
])("nodata %s of %s", async (nodata, dataType, expected) => {
	expect((await read({ nodata, dataType })).raster.bands[0]?.nodata).toBe(expected);
});

test.each([
	["II*\0", true],
	["MM\0*", true],
	["II+\0", true],
	["MM\0+", true],
	["II*", false],
	["<?xml", false],
	["", false],
])("recognises %j: %s", (head, expected) => {
	expect(geotiff.recognises(new TextEncoder().encode(head))).toBe(expected);
});

test("an abort ends the reading with its reason", async () => {
	const reason = new Error("enough");
	const reading = geotiff.read(memorySource(writeGeoTiff(scene)), { ...options, signal: AbortSignal.abort(reason) });
	await expect(reading).rejects.toBe(reason);
});
