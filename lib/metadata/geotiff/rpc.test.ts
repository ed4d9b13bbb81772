import { expect, test } from "vitest";
// biome-ignore-start lint/style/noRestrictedImports: only tests reach for the writer of the demonstration's files
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { memorySource } from "#lib/demo/memory-source.ts";
// biome-ignore-end lint/style/noRestrictedImports: see above
import { geotiff } from "./geotiff.ts";
import { tiffTags } from "./tags.ts";

const polynomial = (terms: Readonly<Record<number, number>>) =>
	Array.from({ length: 20 }, (_, index) => terms[index] ?? 0);

const places = [20, 30, 48, 15, 300, 20, 30, 0.02, 0.03, 500];
const coefficients = [
	...polynomial({ 0: 0.01, 1: -0.2, 2: -0.98, 3: 0.05, 4: 0.002, 15: 0.001 }),
	...polynomial({ 0: 1, 2: 0.001 }),
	...polynomial({ 1: 0.97, 2: -0.2, 3: 0.1, 7: 0.003, 14: -0.001 }),
	...polynomial({ 0: 1, 1: -0.002 }),
];

function read(values: readonly number[], changes: Partial<GeoTiffOptions> = {}) {
	const rpcs = { tag: tiffTags.rpcCoefficients, type: "double", values } as const;
	const file = memorySource(writeGeoTiff({ size: [60, 40], extraTags: [rpcs], ...changes }));
	return geotiff.read(file, { timeZone: "UTC", signal: new AbortController().signal });
}

/** By `gdaltransform -rpc -to RPC_HEIGHT=300` of GDAL 3.6. */
const corners = [
	[0, 0, 14.97602, 48.024408],
	[60, 0, 15.035315, 48.016385],
	[0, 40, 14.963759, 47.98528],
	[60, 40, 15.023208, 47.977105],
] as const;

test("an image with RPCs alone lies where they say at the height of their offset", async () => {
	const { raster } = await read([-1, -1, ...places, ...coefficients]);
	expect(raster).toMatchObject({ kind: "referenceable", crs: "EPSG:4326", extent: null });
	expect(raster.gcps).toHaveLength(25);
	for (const [pixel, line, x, y] of corners) {
		const gcp = raster.gcps?.find((one) => one.pixel === pixel && one.line === line);
		expect(gcp?.x).toBeCloseTo(x, 5);
		expect(gcp?.y).toBeCloseTo(y, 5);
		expect(gcp?.z).toBe(300);
	}
});

test("a grid counts before RPCs, which may have been left in when the image was warped", async () => {
	const place = { crs: 4326, georeference: { origin: [10, 50], pixelSize: [0.1, 0.1] } } as const;
	const { raster } = await read([-1, -1, ...places, ...coefficients], place);
	expect(raster.extent).toEqual([10, 46, 16, 50]);
});

test.each([
	["zeros", Array<number>(92).fill(0)],
	["a number that is none", [-1, -1, ...places, ...coefficients.with(3, Number.NaN)]],
	["too few of them", places],
	["no slope", [-1, -1, ...places, ...coefficients.map((_, index) => (index % 20 === 0 ? 1 : 0))]],
	["a place far beyond what they were fitted to", [-1, -1, ...places.with(0, 1e6), ...coefficients]],
])("RPCs that give no place: %s", async (_, values) => {
	await expect(read(values)).rejects.toMatchObject({
		code: "no-crs",
		message: expect.stringMatching(/has RPCs.*that give no place.*no grid/),
	});
});
