import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { writeTar } from "#lib/metadata/products/write-tar.ts";
import { fileWith } from "#lib/metadata/testing/files.ts";
import { writeByGdal } from "#lib/metadata/testing/gdal-files.ts";
import { landsatFiles } from "#lib/metadata/testing/products.ts";
import { writeZip } from "#lib/metadata/testing/zip.ts";
import { archivePictures } from "./archive-pictures.ts";
import { isTiff, pixelDriver, pixelsByGdal } from "./gdal-pixels.ts";
import { pngOf } from "./png.ts";
import { renderInThread } from "./render-in-thread.ts";

/** What GDAL shows of files that the package geotiff does not, and archives. */

const { signal } = new AbortController();
const colours = writeGeoTiff({
	size: [40, 30],
	bands: 3,
	crs: 4326,
	georeference: { origin: [5, 50], pixelSize: [0.1, 0.1] },
	pixel: (x, y, band) => [x * 6, y * 8, 9][band] ?? 0,
});
const fileOf = (bytes: Uint8Array) => ({
	size: bytes.length,
	read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
});
const shown = async (bytes: Uint8Array) =>
	renderInThread(fileOf(bytes), { longest: 64, further: [16], samples: [0, 1, 2], nodata: null }).then((made) =>
		"none" in made ? made.none : made.pictures.length,
	);

test.each([
	["NITF", "NITF", 3],
	["ERDAS Imagine", "HFA", 3],
	["PNG", "PNG", 3],
	["JPEG", "JPEG", 3],
	["GRIB", "GRIB", 1],
] as const)("%s is shown by GDAL", async (_, driver, bands) => {
	const more = driver === "GRIB" ? ["-b", "1", "-ot", "Float64"] : driver === "NITF" ? ["-co", "ICORDS=G"] : [];
	const bytes = await writeByGdal(colours, driver, more);
	expect([isTiff(bytes), pixelDriver(bytes)]).toEqual([false, driver]);
	const wanted = { longest: 20, samples: [0, 1, 2].slice(0, bands) };
	const tiff = await pixelsByGdal(fileWith(bytes, "a"), driver, wanted, signal);
	expect(isTiff(tiff)).toBe(true);
	expect(await shown(tiff)).toBe(2);
});

test.each(["CCITTRLE", "CCITTFAX3", "CCITTFAX4"])(
	"a TIFF with %s is shown by GDAL, the geotiff package says that it may",
	async (compression) => {
		const bits = writeGeoTiff({ size: [64, 8], pixel: (x) => Number(x >= 32) });
		const bytes = await writeByGdal(bits, "GTiff", ["-co", `COMPRESS=${compression}`, "-co", "NBITS=1"]);
		const options = { longest: 64, further: [], samples: [0], nodata: null };
		expect(await renderInThread(fileOf(bytes), options)).toMatchObject({ wantsGdal: true });
		const tiff = await pixelsByGdal(fileWith(bytes, "a"), "GTiff", { longest: 64, samples: [0] }, signal);
		expect(await shown(tiff)).toBe(2);
	},
);

test("GDAL is given no more than a picture may cost, and what it refuses is told", async () => {
	const damaged = fileWith(Buffer.from("NITF02.10 and nothing else".padEnd(500)), "a.ntf");
	await expect(pixelsByGdal(damaged, "NITF", { longest: 9, samples: [0] }, signal)).rejects.toThrow(
		"GDAL cannot read it",
	);
});

/** A TIFF of one strip, as little as there may be. */
function tiffOf(block: Uint8Array, [width, height, samples]: readonly [number, number, number], compression: number) {
	const entries = [
		[256, 4, 1, width],
		[257, 4, 1, height],
		[258, 3, samples, 16],
		[259, 3, 1, compression],
		[262, 3, 1, 2],
		[273, 4, 1, 24],
		[277, 3, 1, samples],
		[278, 4, 1, height],
		[279, 4, 1, block.length],
	] as const;
	const directory = Buffer.alloc(2 + entries.length * 12 + 4);
	directory.writeUInt16LE(entries.length);
	for (const [i, [tag, type, count, value]] of entries.entries()) {
		directory.writeUInt16LE(tag, 2 + i * 12);
		directory.writeUInt16LE(type, 4 + i * 12);
		directory.writeUInt32LE(count, 6 + i * 12);
		directory.writeUInt32LE(value, 10 + i * 12);
	}
	// Bits of each sample stand behind the header.
	const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 8, 0, 8, 0, 8, 0]);
	header.writeUInt32LE(header.length + block.length, 4);
	return Buffer.concat([header, block, directory]);
}

describe("WebP within TIFF", () => {
	/** 16 × 12 pixels of three colours, without loss. */
	const webp = Buffer.from("UklGRioAAABXRUJQVlA4TB4AAAAvD8ACAJmM6H9sIqL/ASEBYYT/dzV5ICYhJgCpyi4=", "base64");

	test("is shown, also without the transparency that the TIFF has", async () => {
		expect(await shown(tiffOf(webp, [16, 12, 3], 50_001))).toBe(2);
		expect(await shown(tiffOf(webp, [16, 12, 4], 50_001))).toBe(2);
	});

	test("of another size, or damaged, is told", async () => {
		expect(await shown(tiffOf(webp, [17, 12, 3], 50_001))).toMatch("16 × 12 pixels where 17 × 12 are expected");
		expect(await shown(tiffOf(Buffer.from(webp).fill(7, 30), [16, 12, 3], 50_001))).toMatch("cannot be shown");
	});
});

describe("archives", () => {
	const thumb = pngOf({ width: 3, height: 2, rgba: new Uint8Array(24) });
	const [manifest = ""] = Object.keys(landsatFiles).filter((path) => path.endsWith("_MTL.txt"));
	const files = { ...landsatFiles, [manifest.replace("_MTL.txt", "_thumb_large.jpeg")]: thumb };
	test.each<[string, (all: typeof files) => Uint8Array]>([
		["ZIP", (all) => writeZip(all)],
		["tar", (all) => writeTar(all)],
		["tar.gz", (all) => gzipSync(writeTar(all))],
	])("%s: the picture that the product brings, and a raster", async (_, packed) => {
		const bytes = packed(files);
		const pictures = await archivePictures(fileWith(bytes, "p"), bytes, { signal });
		expect(pictures?.own).toMatchObject({
			type: "image/png",
			bytes: expect.objectContaining({ length: thumb.length }),
		});
		pictures?.close();
		const without = packed(landsatFiles);
		const rasters = await archivePictures(fileWith(without, "p"), without, { signal });
		expect(rasters?.own).toBeNull();
		expect(rasters?.raster?.name).toMatch(/_B\d+\.TIF$/i);
		rasters?.close();
	});

	test("what is none is not opened, and a malformed one is told", async () => {
		expect(await archivePictures(fileWith(colours, "p"), colours, { signal })).toBeNull();
		const cut = gzipSync(writeTar(files)).subarray(0, 300);
		await expect(archivePictures(fileWith(cut, "p"), cut, { signal })).rejects.toMatchObject({ code: "cut-off" });
	});
});
