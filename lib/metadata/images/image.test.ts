import { expect, test } from "vitest";
import type { ByteSource, Raster } from "#lib/metadata/metadata.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { expectDamageIsRejected, fileWith, sparseFile, wgs84Wkt, writePng } from "#lib/metadata/testing/files.ts";
import { jpeg } from "./jpeg.ts";
import { worldFileNames } from "./place-beside.ts";
import { png } from "./png.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };
const world = "0.01\n0\n0\n-0.01\n10.005\n49.995\n";
const beside = { "scene.pgw": world, "scene.jgw": world, "scene.prj": wgs84Wkt };

/** A JPEG's markers; its scan is empty. */
function writeJpeg(
	size: readonly [number, number],
	{ precision = 8, components = 3, marker = 0xc0, comment = 0 } = {},
) {
	const frame = [precision, size[1] >> 8, size[1] & 255, size[0] >> 8, size[0] & 255, components];
	const rest = Array.from({ length: components }, (_, index) => [index + 1, 0x11, 0]).flat();
	const text = [0xff, 0xfe, (comment + 2) >> 8, (comment + 2) & 255, ...Array<number>(comment).fill(65)];
	const all = [0xff, 0xd8, ...text, 0xff, 0xff, marker, 0, 8 + rest.length, ...frame, ...rest, 0xff, 0xda, 0, 2, 1, 2];
	return Uint8Array.from([...all, 0xff, 0xd9]);
}

async function read(source: ByteSource) {
	const head = await source.read(0, 64, options);
	return (await rasterReaderOf(head, source, options)).read(source, options);
}

const extent: Raster["extent"] = [10, 49.53, 10.61, 50];

test.each([
	[0, 8, ["B1"], "Byte"],
	[0, 1, ["B1"], "Byte"],
	[0, 16, ["B1"], "UInt16"],
	[2, 8, ["red", "green", "blue"], "Byte"],
	[2, 16, ["red", "green", "blue"], "UInt16"],
	[3, 4, ["B1"], "Byte"],
	[4, 8, ["B1", "alpha"], "Byte"],
	[6, 16, ["red", "green", "blue", "alpha"], "UInt16"],
])("PNG of colour type %i and %i bits", async (colour, depth, names, dataType) => {
	const { raster } = await read(fileWith(writePng([61, 47], { colour, depth }), "scene.png", beside));
	const bands = names.map((name) => ({ name, dataType, nodata: null }));
	expect(raster).toEqual({ kind: "rectified", size: [61, 47], crs: "EPSG:4326", extent, gcps: null, bands });
});

test.each([
	["a gray value", 0, [0, 7], 7],
	["one palette entry", 3, [255, 0, 255], 1],
	["two palette entries", 3, [0, 0], null],
	["a half transparent one", 3, [0, 127], null],
	["a colour", 2, [0, 1, 0, 2, 0, 3], null],
])("PNG: nodata of %s", async (_, colour, values, nodata) => {
	const bytes = writePng([61, 47], { colour, depth: 8, chunks: [["tRNS", Uint8Array.from(values)]] });
	expect((await read(fileWith(bytes, "scene.png", beside))).raster.bands[0]?.nodata).toBe(nodata);
});

test.each([
	[{ components: 1 }, ["B1"], "Byte"],
	[{ components: 3, comment: 5000 }, ["red", "green", "blue"], "Byte"],
	[{ components: 4, marker: 0xc2 }, ["red", "green", "blue"], "Byte"],
	[{ components: 1, precision: 12, marker: 0xc1 }, ["B1"], "UInt16"],
])("JPEG %j", async (shape, names, dataType) => {
	const { raster } = await read(fileWith(writeJpeg([61, 47], shape), "scene.jpg", beside));
	const bands = names.map((name) => ({ name, dataType, nodata: null }));
	expect(raster).toEqual({ kind: "rectified", size: [61, 47], crs: "EPSG:4326", extent, gcps: null, bands });
});

const image = writePng([61, 47], { colour: 0, depth: 8 });

test.each<[string, Record<string, string>, string, RegExp]>([
	["nothing beside it", {}, "no-crs", /nothing says where it lies: put scene\.pgw beside it, or assign/],
	["no CRS", { "scene.pgw": world }, "no-crs", /in which CRS it is: put scene\.prj beside it/],
	["a world file of words", { ...beside, "scene.pgw": "a b c d e f" }, "unreadable", /six numbers/],
	["a world file of five lines", { ...beside, "scene.pgw": "1 2 3 4 5" }, "unreadable", /six numbers/],
	["a huge world file", { ...beside, "scene.pgw": " ".repeat(5000) }, "unreadable", /5000 bytes/],
	["a world file without area", { ...beside, "scene.pgw": "0 0 0 0 1 1" }, "unreadable", /no area/],
	["a strange .prj", { ...beside, "scene.prj": "what?" }, "invalid-metadata", /well-known text/],
	["a local .prj", { ...beside, "scene.prj": 'LOCAL_CS["x"]' }, "no-crs", /not supported/],
])("%s", async (_, siblings, code, message) => {
	const reading = read(fileWith(image, "scene.png", siblings));
	await expect(reading).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test("a rotated world file makes corners", async () => {
	const siblings = { ...beside, "scene.pgw": "0.01 0.002 0.002 -0.01 10 50" };
	const { raster } = await read(fileWith(image, "scene.png", siblings));
	expect(raster).toMatchObject({ kind: "referenceable", extent: null, gcps: { length: 4 } });
});

test("what stands in .aux.xml serves where there is no world file or .prj", async () => {
	const georeference = { crs: "EPSG:32633", geoTransform: [500000, 10, 0, 5300000, 0, -10], gcps: [] } as const;
	const placed = { ...options, georeference };
	expect((await png.read(fileWith(image, "scene.png"), placed)).raster).toMatchObject({
		crs: "EPSG:32633",
		extent: [500000, 5299530, 500610, 5300000],
	});
	expect((await png.read(fileWith(image, "scene.png", beside), placed)).raster).toMatchObject({ extent });
	// GDAL has it the other way round for JPEG.
	const photo = fileWith(writeJpeg([61, 47]), "scene.jpg", beside);
	expect((await jpeg.read(photo, placed)).raster.extent).toEqual([500000, 5299530, 500610, 5300000]);
});

test("names of world files", () => {
	expect(worldFileNames("a.b.png").slice(0, 3)).toEqual(["a.b.pgw", "a.b.PGW", "a.b.pngw"]);
	expect(worldFileNames("noextension")).toEqual(["noextension.wld", "noextension.WLD"]);
});

test("cut off", async () => {
	const whole = writeJpeg([61, 47], { comment: 5000 });
	for (const length of [whole.length - 1, 3000, 4]) {
		const reading = read(fileWith(whole.subarray(0, length), "scene.jpg", beside));
		await expect(reading).rejects.toMatchObject({ code: "cut-off" });
	}
	for (const length of [image.length - 9, 40, 20]) {
		const reading = read(fileWith(image.subarray(0, length), "scene.png", beside));
		await expect(reading).rejects.toMatchObject({ code: "cut-off" });
	}
});

test("of a huge image the header and the end are read", async () => {
	const size = 2 ** 31;
	const source = {
		...sparseFile(size, { 0: image, [size - 12]: image.subarray(-12) }),
		sibling: fileWith(image, "x", beside).sibling,
	};
	await png.read(Object.assign(source, { name: "scene.png" }), options);
	expect(source.bytesRead).toBeLessThanOrEqual(32 * 1024);
});

test("damaged PNGs and JPEGs", async () => {
	const text = ["tEXt", new Uint8Array(500).fill(65)] as const;
	const transparent = ["tRNS", Uint8Array.from([1, 2])] as const;
	const pngs = [0, 3].map((colour) => writePng([9, 9], { colour, depth: 8, chunks: [text, transparent] }));
	await expectDamageIsRejected(pngs, {
		read: (source) => png.read(source, options),
		maxBytes: 5e6,
		name: "scene.png",
		siblings: beside,
	});
	const jpegs = [200, 500].map((comment) => writeJpeg([61, 47], { comment }));
	await expectDamageIsRejected(jpegs, {
		read: (source) => jpeg.read(source, options),
		maxBytes: 5e6,
		name: "scene.jpg",
		siblings: beside,
	});
}, 60_000);
