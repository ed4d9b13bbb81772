import { deflateSync, inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { StorageError } from "#lib/errors.ts";
import { NoPicture, type RenderOptions, renderTiff } from "./render.ts";
import { renderInThread, renderLimits } from "./render-in-thread.ts";

const options: RenderOptions & { readonly further: readonly number[] } = {
	longest: 64,
	samples: [0],
	nodata: null,
	further: [16],
};

function render(written: GeoTiffOptions, rendering: Partial<typeof options> = {}) {
	const bytes = writeGeoTiff({ crs: 4326, georeference: { origin: [0, 0], pixelSize: [1, 1] }, ...written });
	return renderTiff((ranges) => ranges.map(({ offset, length }) => bytes.slice(offset, offset + length)), {
		...options,
		...rendering,
	});
}

const shades = (rgba: Uint8Array, part = 0) => Array.from({ length: rgba.length / 4 }, (_, i) => rgba[i * 4 + part]);

test("one band is shades of grey from its 2nd to its 98th percentile, and no value is transparent", async () => {
	const { width, height, rgba } = await render(
		{ size: [64, 32], dataType: "UInt16", pixel: (x) => (x === 0 ? 9999 : 1000 + x) },
		{ nodata: 9999 },
	);
	expect([width, height]).toEqual([64, 32]);
	const row = shades(rgba).slice(0, 64);
	expect(row.at(-1)).toBe(255);
	expect(row[1]).toBe(0);
	expect(row.slice(1).every((shade, i, all) => i === 0 || (shade ?? 0) >= (all[i - 1] ?? 0))).toBe(true);
	expect(shades(rgba, 3).slice(0, 3)).toEqual([0, 255, 255]);
});

test.each(["pixel", "band"] as const)("colours stay as they are, interleaved by %s", async (interleave) => {
	const pixel = (x: number, y: number, band: number) => [10, 20, 30][band] ?? x + y;
	const { rgba } = await render(
		{ size: [8, 8], bands: 3, interleave, compression: "deflate", pixel },
		{ samples: [0, 1, 2] },
	);
	expect([...rgba.slice(0, 4)]).toEqual([10, 20, 30, 255]);
});

test("alpha makes pixels transparent, and what is transparent does not count for the contrast", async () => {
	const opaque = (x: number) => (x < 4 ? 0 : x === 4 ? 128 : 255);
	const { rgba } = await render(
		{ size: [8, 1], bands: 2, alpha: true, pixel: (x, _, band) => (band === 1 ? opaque(x) : x < 4 ? 255 : 10 * x) },
		{ samples: [0] },
	);
	expect(shades(rgba, 3)).toEqual([0, 0, 0, 0, 128, 255, 255, 255]);
	expect(shades(rgba).slice(4)).toEqual([0, 85, 170, 255]);
	const coloured = await render({
		size: [8, 1],
		bands: 4,
		alpha: true,
		pixel: (x, _, band) => (band === 3 ? opaque(x) : 9),
	});
	expect([...coloured.rgba.slice(-4)]).toEqual([9, 9, 9, 255]);
	expect(coloured.rgba[3]).toBe(0);
});

test("where the least value is white it is so; 16 bits of red, green and blue are colours; further bands are no alpha", async () => {
	const white = { extraTags: [{ tag: 262, type: "short", values: [0] }] } as const;
	expect(shades((await render({ size: [3, 1], pixel: (x) => x, ...white })).rgba)).toEqual(
		[255, 128, 0].map(() => expect.any(Number)),
	);
	expect(shades((await render({ size: [3, 1], pixel: (x) => x, ...white })).rgba)[0]).toBe(255);
	const pixel = (x: number, _: number, band: number) => [x * 100, 300 - x * 100, 0, 0][band] ?? 0;
	const colours = await render({ size: [4, 1], bands: 3, dataType: "UInt16", photometric: "rgb", pixel });
	expect([...colours.rgba.slice(0, 2)]).toEqual([0, 255]);
	const named = await render({ size: [4, 1], bands: 4, dataType: "UInt16", pixel }, { samples: [2, 1, 0] });
	expect([named.rgba[0], named.rgba[3], ...named.rgba.slice(-3, -1)]).toEqual([128, 255, 0, 255]);
});

test("of large images without overviews every n-th row is read, and of large tiled ones nothing", async () => {
	const read: number[] = [];
	const bytes = writeGeoTiff({ size: [6000, 6000], segment: 1, crs: 4326, pixel: (_, y) => y / 24 });
	const { width, height } = await renderTiff(
		(ranges) =>
			ranges.map(({ offset, length }) => {
				read.push(length);
				return bytes.slice(offset, offset + length);
			}),
		options,
	);
	expect([width, height]).toEqual([64, 64]);
	expect(read.reduce((sum, length) => sum + length)).toBeLessThan(bytes.length / 4);
	await expect(render({ size: [64, 64], segment: [64, 64], extraTags: sizeTags(6016) })).rejects.toThrow(
		new NoPicture("it has 6016 × 6016 pixels and no overviews: gdaladdo makes them", { wantsOverviews: true }),
	);
});

const sizeTags = (pixels: number) => [256, 257].map((tag) => ({ tag, type: "long", values: [pixels] }) as const);

test("big-endian files are shown as little-endian ones, strip by strip", async () => {
	const pixel = (x: number, y: number) => x * 100 + y;
	const written = { size: [32, 32], dataType: "UInt16", segment: 4, pixel } as const;
	const [little, big] = await Promise.all([render(written), render({ ...written, byteOrder: "big" })]);
	expect(big).toEqual(little);
	const differences = render({ ...written, byteOrder: "big", extraTags: [{ tag: 317, type: "short", values: [2] }] });
	await expect(differences).rejects.toThrow("kept as differences");
});

test.each([
	[34_712, "JPEG 2000"],
	[34_925, "LZMA"],
	[50_002, "JPEG XL"],
])("pixels in compression %i have no picture, and it is called %s", async (code, name) => {
	const made = render({ size: [8, 8], extraTags: [{ tag: 259, type: "short", values: [code] }] });
	await expect(made).rejects.toThrow(
		`its pixels are compressed by ${name}, which nothing that comes with eosync unpacks`,
	);
});

test("a thread makes the picture in several sizes, and reads the file by its process", async () => {
	const bytes = writeGeoTiff({ size: [200, 100], crs: 4326, pixel: (x) => x });
	const made = await renderInThread(fileOf(bytes), options);
	if ("none" in made) throw new Error(made.none);
	expect(made.pictures.map((png) => new DataView(png.buffer, png.byteOffset).getUint32(16))).toEqual([64, 16]);
	const [large] = made.pictures;
	expect(() => inflateSync(large?.subarray(41) ?? new Uint8Array())).not.toThrow();
});

test.each<{
	readonly what: string;
	readonly bytes: Uint8Array;
	readonly limits?: Partial<typeof renderLimits>;
	readonly none: RegExp;
}>([
	{ what: "no TIFF", bytes: new TextEncoder().encode("hello, world, this is no TIFF"), none: /^it cannot be shown/ },
	{
		what: "a file that is cut off",
		bytes: writeGeoTiff({ size: [64, 64], crs: 4326 }).slice(0, 300),
		none: /^it cannot be shown/,
	},
	{
		what: "bytes beyond the limit",
		bytes: writeGeoTiff({ size: [640, 640], crs: 4326 }),
		limits: { bytes: 1000 },
		none: /more than 0 MB would have to be read/,
	},
	{
		what: "more time than the limit",
		bytes: writeGeoTiff({ size: [2000, 2000], crs: 4326 }),
		limits: { milliseconds: 0 },
		none: /^it takes longer than 0 s$/,
	},
	{
		what: "a strip that unpacks to more than it should",
		bytes: bomb(),
		none: /^it cannot be shown/,
	},
])("$what has no picture, and harms nobody", async ({ bytes, limits, none }) => {
	const made = await renderInThread(fileOf(bytes), options, { ...renderLimits, ...limits });
	expect(made).toMatchObject({ none: expect.stringMatching(none) });
});

test("what takes too long may be shown another time, what cannot be read never", async () => {
	const bytes = writeGeoTiff({ size: [2000, 2000], crs: 4326 });
	const late = await renderInThread(fileOf(bytes), options, { ...renderLimits, milliseconds: 0 });
	expect(late).toMatchObject({ isForNow: true });
	const no = await renderInThread(fileOf(new TextEncoder().encode("this is no TIFF")), options);
	expect(no).not.toHaveProperty("isForNow");
});

test("a file that cannot be read now is no file without a picture", async () => {
	const read = () => Promise.reject(new StorageError("unreachable", "a.tif", "alpha does not answer"));
	await expect(renderInThread({ size: 5000, read }, options)).rejects.toThrow("alpha does not answer");
});

/** A strip of 64 × 64 pixels that is 200 MB of zeros. */
function bomb(): Uint8Array {
	const strip = deflateSync(new Uint8Array(200_000_000));
	const header = (offset: number) =>
		writeGeoTiff({
			size: [64, 64],
			crs: 4326,
			compression: "deflate",
			extraTags: [
				{ tag: 273, type: "long", values: [offset] },
				{ tag: 279, type: "long", values: [strip.length] },
			],
		});
	return new Uint8Array(Buffer.concat([header(header(0).length), strip]));
}

function fileOf(bytes: Uint8Array) {
	return { size: bytes.length, read: async (offset: number, length: number) => bytes.slice(offset, offset + length) };
}
