import { expect, test } from "vitest";
// biome-ignore-start lint/style/noRestrictedImports: only tests reach for the writer of the demonstration's files
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { memorySource } from "#lib/demo/memory-source.ts";
// biome-ignore-end lint/style/noRestrictedImports: see above
import { RejectedError } from "#lib/errors.ts";
import { damagedFiles } from "#lib/metadata/testing/files.ts";
import { geotiff } from "./geotiff.ts";
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

/** mulberry32: the same files in every run. */
function randomNumbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}

const originals = [
	scene,
	{ ...scene, big: true, byteOrder: "big" },
	{ ...scene, directory: "last", segment: 7, interleave: "band" },
	{
		...scene,
		crs: { 1024: 1, 2048: 4326, 3072: 32767, 3074: 32767, 3075: 15, 3076: 9001, 3081: 71.5, 3095: 10.25 },
		pixelIsPoint: true,
	},
	{ ...scene, georeference: { affine: [0.03, 0.001, 10, 0.002, -0.02, 50] }, compression: "deflate" },
	{
		...scene,
		big: true,
		georeference: { gcps: Array.from({ length: 9 }, (_, n) => ({ pixel: n, line: n * n, x: n, y: 50 - n, z: 0 })) },
	},
] satisfies readonly GeoTiffOptions[];

function mutate(files: readonly Uint8Array[], random: (below: number) => number): Uint8Array {
	const bytes = (files[random(files.length)] ?? new Uint8Array()).slice();
	const kind = random(4);
	if (kind === 0) return bytes.subarray(0, random(bytes.length));
	if (kind === 1) {
		const other = files[random(files.length)] ?? bytes;
		const from = random(other.length);
		bytes.set(other.subarray(from, from + random(200)).subarray(0, 100), random(bytes.length - 100));
		return bytes;
	}
	// The header and the directory, where a changed byte matters, are at either end.
	const extremes = [0, 1, 0x7f, 0x80, 0xff];
	for (let change = 0; change <= random(8); change++) {
		const at = random(2) === 0 ? random(800) : bytes.length - 1 - random(800);
		bytes[at] = kind === 2 ? random(256) : (extremes[random(extremes.length)] ?? 0);
	}
	return bytes;
}

test("damaged files: each is a raster or rejected, nothing else", async () => {
	const files = originals.map((original) => writeGeoTiff(original));
	const random = randomNumbers(20060816);
	const outcomes = { read: 0, rejected: 0 };
	for (let round = 0; round < damagedFiles; round++) {
		const source = memorySource(mutate(files, random));
		try {
			const { raster } = await geotiff.read(source, options);
			expect(raster.extent ?? raster.gcps?.flatMap(({ x, y }) => [x, y])).toSatisfy((numbers: readonly number[]) =>
				numbers.every(Number.isFinite),
			);
			outcomes.read += 1;
		} catch (error) {
			if (!(error instanceof RejectedError)) throw new Error(`round ${round}`, { cause: error });
			outcomes.rejected += 1;
		}
		expect(source.bytesRead).toBeLessThanOrEqual(maxBytesRead);
	}
	expect(outcomes.read).toBeGreaterThan(damagedFiles / 10);
	expect(outcomes.rejected).toBeGreaterThan(damagedFiles / 10);
}, 60_000);
