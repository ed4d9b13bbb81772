import { expect, test } from "vitest";
// biome-ignore-start lint/style/noRestrictedImports: only tests reach for the writer of the demonstration's files
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { memorySource } from "#lib/demo/memory-source.ts";
// biome-ignore-end lint/style/noRestrictedImports: see above
import { fileWith } from "#lib/metadata/testing/files.ts";
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

const quantities = ["line", "samp", "lat", "long", "height"];
const named = ["lineNumCoef", "lineDenCoef", "sampNumCoef", "sampDenCoef"].map(
	(name, index) => [name, coefficients.slice(20 * index, 20 * index + 20)] as const,
);
const rpb = [
	'satId = "WV02";\nbandId = "P";\nSpecId = "RPC00B";\nBEGIN_GROUP = IMAGE\n\terrBias = 0.5;',
	...quantities.flatMap((name, i) => [`\t${name}Offset = ${places[i]};`, `\t${name}Scale = ${places[i + 5]};`]),
	...named.map(([name, values]) => `\t${name} = (\n\t\t\t${values.join(",\n\t\t\t")});`),
	"END_GROUP = IMAGE\nEND;\n",
].join("\n");
const text = [
	...quantities.flatMap((name, i) => [
		`${name.toUpperCase()}_OFF: ${places[i]} units`,
		`${name.toUpperCase()}_SCALE: +${places[i + 5]} units`,
	]),
	...named.flatMap(([name, values]) =>
		values.map((value, i) => `${name.replace(/(Num|Den)Coef/, "_$1_COEFF").toUpperCase()}_${i + 1}: ${value}`),
	),
].join("\r\n");

const readBeside = (siblings: Readonly<Record<string, string>>, changes: Partial<GeoTiffOptions> = {}) =>
	geotiff.read(fileWith(writeGeoTiff({ size: [60, 40], ...changes }), "scene.tif", siblings), {
		timeZone: "UTC",
		signal: new AbortController().signal,
	});

test.each([
	["scene.RPB", rpb],
	["scene_RPC.TXT", text],
	["scene_rpc.txt", text],
])("RPCs in %s beside the image are as good as its own", async (name, content) => {
	const own = await read([-1, -1, ...places, ...coefficients]);
	expect((await readBeside({ [name]: content })).raster).toEqual(own.raster);
});

test.each([
	["of another order", rpb.replace("RPC00B", "RPC00A")],
	["with a coefficient less", rpb.replace(/,\s*[^,]*\);/, ");")],
	["empty", ""],
])("a .RPB %s is named", async (_, content) => {
	await expect(readBeside({ "scene.RPB": content })).rejects.toThrow(/scene\.RPB does not hold RPCs/);
});

const world = "0.1\n0\n0\n-0.1\n10.05\n49.95\n";
const wgs84 =
	'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]';

test("a TIFF without a grid lies where the world file beside it says, in the CRS of its keys or of the .prj", async () => {
	const extent = [10, 46, 16, 50];
	expect((await readBeside({ "scene.tfw": world }, { crs: 4326 })).raster).toMatchObject({ crs: "EPSG:4326", extent });
	const beside = await readBeside({ "scene.tfw": world, "scene.prj": wgs84, "scene.RPB": rpb });
	expect(beside.raster).toMatchObject({ crs: "EPSG:4326", extent });
	await expect(readBeside({ "scene.tfw": world })).rejects.toThrow(/world file.*put scene\.prj beside it/);
	const own = { crs: 4326, georeference: { origin: [0, 50], pixelSize: [0.1, 0.1] } } as const;
	expect((await readBeside({ "scene.tfw": world }, own)).raster.extent).toEqual([0, 46, 6, 50]);
});

test("the GCPs of an .aux.xml count before the TIFF's own grid, as in GDAL", async () => {
	const corners = [
		[0, 0, 20, 50],
		[60, 0, 26, 50],
		[0, 40, 20, 46],
	] as const;
	const gcps = corners.map(([pixel, line, x, y]) => ({ pixel, line, x, y, z: 0 }));
	const own = { crs: 4326, georeference: { origin: [10, 50], pixelSize: [0.1, 0.1] } } as const;
	const { raster } = await geotiff.read(memorySource(writeGeoTiff({ size: [60, 40], ...own })), {
		timeZone: "UTC",
		signal: new AbortController().signal,
		georeference: { crs: null, geoTransform: null, gcps, isFirst: true },
	});
	expect(raster).toMatchObject({ kind: "referenceable", gcps });
});
