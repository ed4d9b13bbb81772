import { expect, test } from "vitest";
// biome-ignore-start lint/style/noRestrictedImports: only tests reach for the writer of the demonstration's files
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { memorySource } from "#lib/demo/memory-source.ts";
import type { TiffTag } from "#lib/demo/tiff-file.ts";
// biome-ignore-end lint/style/noRestrictedImports: see above
import { RejectedError } from "#lib/errors.ts";
import { geotiff } from "./geotiff.ts";
import { tiffTags } from "./tags.ts";
import { maxBytesRead } from "./tiff-bytes.ts";

const scene: GeoTiffOptions = {
	size: [64, 48],
	crs: 4326,
	georeference: { origin: [10, 50], pixelSize: [0.03, 0.02] },
	segment: [16, 16],
	bands: 2,
	nodata: "0",
	dateTime: "2006:08:16 09:09:29",
	gdalMetadata: '<GDALMetadata><Item name="DESCRIPTION" sample="0" role="description">red</Item></GDALMetadata>',
};
const options = { timeZone: "UTC", signal: new AbortController().signal };

function readBytes(bytes: Uint8Array) {
	return geotiff.read(memorySource(bytes), options);
}

const long = (tag: number, ...values: number[]): TiffTag => ({ tag, type: "long", values });
const double = (tag: number, ...values: number[]): TiffTag => ({ tag, type: "double", values });

test.each<[string, TiffTag, string, RegExp]>([
	["no width", long(tiffTags.imageWidth, 0), "unreadable", /0 × 48 pixels/],
	["no height", long(tiffTags.imageLength, 0), "unreadable", /64 × 0 pixels/],
	["an absurd size", long(tiffTags.imageWidth, 0xffffffff), "unreadable", /4294967295 × 48 pixels/],
	["65535 bands", long(tiffTags.samplesPerPixel, 65535), "unreadable", /65535 bands/],
	[
		"bands of different depths",
		{ tag: tiffTags.bitsPerSample, type: "short", values: [8, 16] },
		"unreadable",
		/different bits/,
	],
	["tiles without width", long(tiffTags.tileWidth, 0), "unreadable", /0 × 16 pixels/],
	["tiles of one pixel", long(tiffTags.tileWidth, 1), "unreadable", /lists 12 of 192 tiles/],
	["lengths of fewer tiles", long(tiffTags.tileByteCounts, 1, 2, 3), "unreadable", /lengths of 3 of 12/],
	[
		"a tile beyond the end",
		long(tiffTags.tileOffsets, ...Array<number>(11).fill(8), 0xfffffff0),
		"cut-off",
		/tile 11 needs the bytes 4294967280–/,
	],
	[
		"a scale that is not a number",
		double(tiffTags.modelPixelScale, Number.NaN, 1, 0),
		"unreadable",
		/numbers that are not finite/,
	],
	[
		"an infinite tie point",
		double(tiffTags.modelTiepoint, 0, 0, 0, Number.POSITIVE_INFINITY, 0, 0),
		"unreadable",
		/numbers that are not finite/,
	],
	[
		"a scale that leaves the numbers",
		double(tiffTags.modelPixelScale, 1e308, 1e308, 0),
		"unreadable",
		/extent is not finite/,
	],
	[
		"a geo key that is not a number",
		double(tiffTags.geoDoubleParams, Number.NaN),
		"unreadable",
		/geo keys have numbers/,
	],
	["no tie point", double(tiffTags.modelTiepoint), "no-crs", /where it lies/],
	[
		"broken XML",
		{ tag: tiffTags.gdalMetadata, type: "ascii", values: "<GDALMetadata><Item" },
		"invalid-metadata",
		/XML/,
	],
	[
		"entities in its XML",
		{ tag: tiffTags.gdalMetadata, type: "ascii", values: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' },
		"invalid-metadata",
		/DOCTYPE/,
	],
])("%s", async (_, tag, code, message) => {
	const reading = readBytes(writeGeoTiff({ ...scene, extraTags: [tag] }));
	await expect(reading).rejects.toMatchObject({ name: "RejectedError", code, message: expect.stringMatching(message) });
});

test("a transformation that squeezes every pixel to a line", async () => {
	const reading = readBytes(writeGeoTiff({ ...scene, georeference: { affine: [1, 1, 0, 1, 1, 0] } }));
	await expect(reading).rejects.toMatchObject({ code: "unreadable" });
});

test("a GCP that is not a number", async () => {
	const gcps = [0, 1, 2, Number.NaN].map((n) => ({ pixel: n, line: n * n, x: n, y: n, z: 0 }));
	const reading = readBytes(writeGeoTiff({ ...scene, georeference: { gcps } }));
	await expect(reading).rejects.toMatchObject({ code: "unreadable", message: expect.stringMatching(/not finite/) });
});

test("too few GCPs, and none at all", async () => {
	const gcps = [{ pixel: 0, line: 0, x: 1, y: 2, z: 0 }];
	await expect(readBytes(writeGeoTiff({ ...scene, georeference: { gcps } }))).rejects.toMatchObject({ code: "no-crs" });
	const { georeference: _, ...nowhere } = scene;
	await expect(readBytes(writeGeoTiff(nowhere))).rejects.toMatchObject({ code: "no-crs" });
});

test("no CRS", async () => {
	const { crs: _, ...unknown } = scene;
	await expect(readBytes(writeGeoTiff(unknown))).rejects.toMatchObject({ code: "no-crs" });
});

test("a CRS that only ArcGIS' citation gives", async () => {
	const wkt =
		'ESRI PE String = PROJCS["WGS_1984_UTM_Zone_33N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",15.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]';
	const bytes = writeGeoTiff({
		...scene,
		extraTags: [
			{
				tag: tiffTags.geoKeyDirectory,
				type: "short",
				values: [1, 1, 0, 2, 1024, 0, 1, 1, 3073, 34737, wkt.length + 1, 0],
			},
			{ tag: tiffTags.geoAsciiParams, type: "ascii", values: `${wkt}|` },
		],
	});
	expect((await readBytes(bytes)).raster.crs).toBe("EPSG:32633");
});

test("a file that lost its end is cut off, wherever its directory stands", async () => {
	for (const directory of ["first", "last"] as const) {
		for (const segment of [5, [16, 16] as const]) {
			const whole = writeGeoTiff({ ...scene, directory, segment });
			for (const length of [whole.length - 40, whole.length / 2, 200]) {
				await expect(readBytes(whole.subarray(0, length))).rejects.toMatchObject({ code: "cut-off" });
			}
		}
	}
});

test("sparse tiles, without offset or without length, are not cut off", async () => {
	const none = Array<number>(12).fill(0);
	const many = Array<number>(12).fill(0xffffff);
	for (const [offsets, lengths] of [
		[none, many],
		[many, none],
	] as const) {
		const extraTags = [long(tiffTags.tileOffsets, ...offsets), long(tiffTags.tileByteCounts, ...lengths)];
		await expect(readBytes(writeGeoTiff({ ...scene, extraTags }))).resolves.toBeDefined();
	}
});

test("something else than a TIFF", async () => {
	const reading = readBytes(new TextEncoder().encode("<?xml version='1.0'?>"));
	await expect(reading).rejects.toMatchObject({
		code: "unreadable",
		message: expect.stringMatching(/does not begin like a TIFF/),
	});
});

test("uncompressed strips without lengths must at least begin within the file", async () => {
	const lengths = long(tiffTags.stripByteCounts);
	const sound = writeGeoTiff({ ...scene, segment: 48, extraTags: [lengths] });
	await expect(readBytes(sound)).resolves.toBeDefined();
	const offsets = long(tiffTags.stripOffsets, 0xffffff);
	const bytes = writeGeoTiff({ ...scene, segment: 48, extraTags: [lengths, offsets] });
	await expect(readBytes(bytes)).rejects.toMatchObject({ code: "cut-off", message: expect.stringMatching(/strip 0/) });
});

test("a BigTIFF with offsets of other than 8 bytes", async () => {
	const bytes = writeGeoTiff({ ...scene, big: true });
	bytes[4] = 16;
	await expect(readBytes(bytes)).rejects.toMatchObject({
		code: "unreadable",
		message: expect.stringMatching(/8 bytes/),
	});
});

/** Where the classic little-endian file's first directory points on. */
function nextPointer(bytes: Uint8Array): { readonly view: DataView; readonly at: number } {
	const view = new DataView(bytes.buffer);
	const first = view.getUint32(4, true);
	return { view, at: first + 2 + view.getUint16(first, true) * 12 };
}

test("directories in a loop", async () => {
	const bytes = writeGeoTiff(scene);
	const { view, at } = nextPointer(bytes);
	view.setUint32(at, view.getUint32(4, true), true);
	await expect(readBytes(bytes)).rejects.toMatchObject({ code: "unreadable", message: expect.stringMatching(/loop/) });
});

test("an overview beyond the end", async () => {
	const bytes = writeGeoTiff(scene);
	const { view, at } = nextPointer(bytes);
	view.setUint32(at, bytes.length + 1000, true);
	await expect(readBytes(bytes)).rejects.toMatchObject({ code: "cut-off" });
});

test("an overview whose tiles were cut off", async () => {
	const whole = writeGeoTiff(scene);
	const bytes = new Uint8Array(whole.length * 2);
	bytes.set(whole);
	bytes.set(whole, whole.length);
	const { view, at } = nextPointer(bytes);
	view.setUint32(at, whole.length + 8, true);
	await expect(readBytes(bytes)).resolves.toBeDefined();
	const offsets = findEntry(view, whole.length + 8, tiffTags.tileOffsets);
	view.setUint32(view.getUint32(offsets + 8, true), bytes.length, true);
	await expect(readBytes(bytes)).rejects.toMatchObject({ code: "cut-off", message: expect.stringMatching(/tile 0/) });
});

function findEntry(view: DataView, directory: number, tag: number): number {
	const count = view.getUint16(directory, true);
	const entries = Array.from({ length: count }, (_, index) => directory + 2 + index * 12);
	return entries.find((entry) => view.getUint16(entry, true) === tag) ?? Number.NaN;
}

test.each([
	tiffTags.stripOffsets,
	tiffTags.modelTiepoint,
	tiffTags.gdalMetadata,
	tiffTags.geoKeyDirectory,
	tiffTags.bitsPerSample,
	tiffTags.dateTime,
])("tag %i with four thousand million values", async (tag) => {
	const bytes = writeGeoTiff({ ...scene, segment: 48 });
	const view = new DataView(bytes.buffer);
	view.setUint32(findEntry(view, view.getUint32(4, true), tag) + 4, 0xffffffff, true);
	const source = memorySource(bytes);
	await expect(geotiff.read(source, options)).rejects.toBeInstanceOf(RejectedError);
	expect(source.bytesRead).toBeLessThanOrEqual(2 * bytes.length);
});

const huge = 2 ** 45;

/** Answers every read of a huge file: with the `contents` that overlap the range, zeros elsewhere. */
function hugeSource(contents: (from: number, to: number) => readonly (readonly [at: number, bytes: Uint8Array])[]) {
	const source = {
		name: "huge.tif",
		size: huge,
		bytesRead: 0,
		async read(offset: number, length: number) {
			source.bytesRead += length;
			const block = new Uint8Array(length);
			for (const [at, bytes] of contents(offset, offset + length)) {
				const inside = bytes.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at));
				block.set(inside, Math.max(0, at - offset));
			}
			return block;
		},
	};
	return source;
}

/** The entry of a tag in a big-endian BigTIFF's directory that begins at `directory`. */
function bigEntry(view: DataView, directory: number, tag: number): number {
	const count = Number(view.getBigUint64(directory));
	const entries = Array.from({ length: count }, (_, index) => directory + 8 + index * 20);
	return entries.find((entry) => view.getUint16(entry) === tag) ?? Number.NaN;
}

test.each([
	[tiffTags.tileOffsets, 2n ** 63n],
	[tiffTags.tileByteCounts, 2n ** 63n],
	[tiffTags.gdalMetadata, 10_000_000n],
	[tiffTags.gdalMetadata, 2n ** 40n],
	[tiffTags.modelTiepoint, 100_000n],
	[tiffTags.modelTiepoint, 2n ** 40n],
	[tiffTags.geoKeyDirectory, 100_000n],
	[tiffTags.bitsPerSample, 100_000n],
])("tag %i of a huge file with %i values", async (tag, count) => {
	const bytes = writeGeoTiff({ ...scene, big: true, byteOrder: "big" });
	const view = new DataView(bytes.buffer);
	view.setBigUint64(bigEntry(view, 16, tag) + 4, count);
	const source = hugeSource(() => [[0, bytes]]);
	await expect(geotiff.read(source, options)).rejects.toMatchObject({ name: "RejectedError" });
	expect(source.bytesRead).toBeLessThanOrEqual(128 * 1024);
});

test("a huge file of overviews without end, each with millions of tiles", async () => {
	const bytes = writeGeoTiff({ ...scene, big: true, byteOrder: "big" });
	const view = new DataView(bytes.buffer);
	const step = 2 ** 20;
	view.setBigUint64(8, BigInt(step));
	for (const tag of [tiffTags.tileOffsets, tiffTags.tileByteCounts]) {
		const entry = bigEntry(view, 16, tag);
		view.setBigUint64(entry + 4, 10_000_000n);
		view.setBigUint64(entry + 12, BigInt(huge / 2));
	}
	const end = 16 + 8 + Number(view.getBigUint64(16)) * 20;
	const source = hugeSource((from, to) => {
		const first = Math.max(1, Math.floor(from / step));
		const directories = Array.from({ length: Math.floor(to / step) - first + 1 }, (_, index) => {
			const directory = bytes.slice(16, end + 8);
			new DataView(directory.buffer).setBigUint64(end - 16, BigInt((first + index + 1) * step));
			return [(first + index) * step, directory] as const;
		});
		return [[0, bytes], ...directories.filter(([at]) => at < to)];
	});
	await expect(geotiff.read(source, options)).rejects.toMatchObject({
		code: "unreadable",
		message: expect.stringMatching(/spread over more/),
	});
	expect(source.bytesRead).toBeLessThanOrEqual(maxBytesRead);
});
