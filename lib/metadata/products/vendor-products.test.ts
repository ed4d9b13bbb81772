import { describe, expect, test } from "vitest";
import { footprintOfRaster } from "#lib/metadata/geometry/raster-footprint.ts";
import { readHead } from "#lib/metadata/head-source.ts";
import type { ByteSource, Footprint } from "#lib/metadata/metadata.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { expectDamageIsRejected, fileWith } from "#lib/metadata/testing/files.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";
import type { ProductFiles } from "#lib/metadata/testing/products.ts";
import * as vendors from "#lib/metadata/testing/vendor-products.ts";
import { writeZip } from "#lib/metadata/testing/zip.ts";

const { signal } = new AbortController();
const { planetText, ...products } = vendors;

async function readSource(file: ByteSource) {
	const { head, source } = await readHead(file, { signal });
	const reader = await rasterReaderOf(head, source, { signal });
	return { format: reader.format, ...(await reader.read(source, { timeZone: "UTC", signal })) };
}

function inFolder(files: ProductFiles, folder: string) {
	const [[name, manifest] = ["", new Uint8Array()], ...members] = Object.entries(files);
	return readSource(Object.assign(fileWith(manifest, name, Object.fromEntries(members)), { folder }));
}

const inZip = (files: ProductFiles, folder: string) =>
	readSource(
		fileWith(
			writeZip(Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${folder}/${path}`, bytes]))),
			"p.zip",
		),
	);

const boxOf = (footprint: Footprint | null) => {
	const positions = (footprint?.coordinates ?? []).flat(2) as unknown as readonly (readonly [number, number])[];
	const [lons, lats] = [positions.map(([lon]) => lon), positions.map(([, lat]) => lat)];
	return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
};

const utm = { kind: "rectified", crs: "EPSG:32633" };
const folder = "RS2_OK1_PK2_DK3_FQ12_20081215_142917_HH_HV_SLC";

describe.each([
	["in a folder", inFolder],
	["in a ZIP archive", inZip],
] as const)("%s", (_, read) => {
	test("Maxar, on a map in two tiles: as large as the product says, its times those of what it shows", async () => {
		const { raster, metadata } = await read(products.maxarOrtho, "f");
		expect(raster).toMatchObject({ ...utm, size: [60, 80], extent: [516_000, 6_506_200, 516_600, 6_507_000] });
		expect(raster.bands.map(({ name }) => name)).toEqual(["R", "G"]);
		expect(metadata).toMatchObject({
			eoId: "_16AUG31104614-S3DS-056956784010_01_P001",
			begin: "2016-08-31T10:46:14.025Z",
			end: "2016-08-31T10:46:15.125Z",
			properties: { platform: "WV02", cloudCover: 1.8, orbitNumber: 42671, illuminationElevationAngle: 39.9 },
		});
		expect(boxOf(metadata.footprint)).toEqual([15.27, 58.69, 15.29, 58.7]);
	});

	test.each([
		["TIL", products.maxarBasic, "2016-08-31T10:46:08.484Z"],
		["XML", products.maxarXmlFiles, "2018-10-01T02:26:04.585Z"],
	] as const)("Maxar's basic image by its %s: placed by its corners", async (_, files, begin) => {
		const { raster, metadata } = await read(files, "f");
		expect(raster).toMatchObject({ kind: "referenceable", crs: "EPSG:4326", size: [60, 40] });
		expect(raster.gcps).toContainEqual({ pixel: 60, line: 40, x: 15.29, y: 58.69, z: 0 });
		expect(metadata.begin).toBe(begin);
		expect(metadata.properties.cloudCover).not.toBe(-99_900);
	});

	test("TerraSAR-X, on a map: its own grid, a band per polarisation", async () => {
		const { raster, metadata } = await read(products.terraSarMap, "f");
		expect(raster).toMatchObject({ ...utm, size: [60, 40] });
		expect(raster.bands.map(({ name }) => name)).toEqual(["HH", "VV"]);
		expect(metadata).toMatchObject({
			eoId: "TSX1_SAR__EEC_RE___SM_D_SRA_20210922T205440_20210922T205448",
			begin: "2021-09-22T20:54:40.512Z",
			end: "2021-09-22T20:54:48.512Z",
			properties: { platform: "TSX-1", orbitNumber: 79054, operationalMode: "SM", resolution: 1.25 },
		});
		expect(boxOf(metadata.footprint)).toEqual([11, 48, 11.6, 48.6]);
	});

	test("TerraSAR-X, complex: COSAR in the size of the annotation, where the corners are", async () => {
		const { raster } = await read(products.terraSarComplex, "f");
		expect(raster).toMatchObject({ kind: "referenceable", size: [60, 40], crs: "EPSG:4326" });
		expect(raster.bands[0]).toEqual({ name: "HH", dataType: "CInt16", nodata: null });
		expect(boxOf(footprintOfRaster(raster))).toEqual([11, 48, 11.6, 48.6]);
	});

	test("TerraSAR-X in ground range: as large as the annotation says, the footprint around the scene's corners", async () => {
		const { raster, metadata } = await read(products.terraSarGround, "f");
		expect(raster).toMatchObject({ kind: "referenceable", size: [60, 40], gcps: [] });
		expect(raster.bands.map(({ name, dataType }) => [name, dataType])).toEqual([
			["HH", "UInt16"],
			["VV", "UInt16"],
		]);
		expect(metadata.footprint?.coordinates[0]?.[0]).toHaveLength(5);
		expect(boxOf(metadata.footprint)).toEqual([11, 48, 11.6, 48.6]);
	});

	test("RADARSAT-2: called like its folder, two samples are one complex band, lines in either direction", async () => {
		const { raster, metadata } = await read(products.radarsat2Files, folder);
		expect(raster).toMatchObject({ kind: "referenceable", size: [60, 40], crs: "EPSG:4326" });
		expect(raster.bands.map(({ name, dataType }) => [name, dataType])).toEqual([
			["HH", "CInt16"],
			["HV", "CInt16"],
		]);
		expect(raster.gcps?.[3]).toEqual({ pixel: 59.5, line: 39.5, x: 6.5, y: 51.9, z: 10 });
		expect(metadata).toMatchObject({
			eoId: folder,
			begin: "2008-12-15T14:29:18.900Z",
			end: "2008-12-15T14:29:22.100Z",
			properties: { platform: "RADARSAT-2", operationalMode: "FQ12", orbitDirection: "Ascending" },
		});
	});

	test("ALOS, CEOS: the size of the summary, where the corners are", async () => {
		const { raster, metadata } = await read(products.alosCeos, "f");
		expect(raster).toMatchObject({ kind: "referenceable", size: [60, 40], crs: "EPSG:4326" });
		expect(raster.bands.map(({ name, dataType }) => [name, dataType])).toEqual([
			["HH", "UInt16"],
			["HV", "UInt16"],
		]);
		expect(metadata).toMatchObject({
			eoId: "ALPSRP066490900-P1.5GUA",
			begin: "2007-04-24T21:21:55.200Z",
			end: "2007-04-24T21:22:04.748Z",
			properties: { platform: "ALOS", instrument: "PALSAR", incidenceAngle: 21.5 },
		});
		expect(boxOf(metadata.footprint)).toEqual([11.973, 45.048, 12.587, 45.683]);
	});

	test("ALOS, GeoTIFF: its own grid; a day alone is all of it", async () => {
		const { raster, metadata } = await read(products.alosTiffFiles, "f");
		expect(raster).toMatchObject({ ...utm, size: [60, 40] });
		expect(metadata).toMatchObject({ begin: "2007-04-24T00:00:00Z", end: "2007-04-24T23:59:59.999Z" });
	});
});

test.each(Object.entries(products))("%s: each file that its manifest names must be there", async (name, files) => {
	for (const path of Object.keys(files).slice(1)) {
		const { [path]: _, ...others } = files;
		await expect(inFolder(others, "f"), `${name} without ${path}`).rejects.toMatchObject({
			code: "cut-off",
			message: expect.stringContaining(path),
		});
	}
});

test.each([
	["COSAR", products.terraSarComplex, "IMAGEDATA/IMAGE_VV_SRA_strip.cos"],
	["CEOS", products.alosCeos, "IMG-HV-ALPSRP066490900-P1.5GUA"],
	["a TIFF", products.radarsat2Files, "imagery_HH.tif"],
] as const)("%s that is shorter than its image is cut off", async (_, files, path) => {
	const short = { ...files, [path]: (files as ProductFiles)[path]?.slice(0, 4000) ?? new Uint8Array() };
	await expect(inFolder(short, "f")).rejects.toMatchObject({ code: "cut-off" });
});

test("echoes of ALOS are told to be no image", async () => {
	const text = new TextDecoder().decode(products.alosCeos["summary.txt"]).replace('Level="1.5"', 'Level="1.0"');
	await expect(inFolder({ ...products.alosCeos, "summary.txt": new TextEncoder().encode(text) }, "f")).rejects.toThrow(
		/Level 1\.0, echoes that are no image/,
	);
});

test("Planet's XML: longitude before latitude, whatever its srsName says", async () => {
	const metadata = await readText(planetText);
	expect(boxOf(metadata.footprint)).toEqual([-121.45, 37.95, -121.25, 38.13]);
	expect(metadata).toMatchObject({
		eoId: "_20160831_212705_0c43_3B_AnalyticMS",
		begin: "2016-08-31T21:27:05Z",
		end: "2016-08-31T21:27:06Z",
		properties: { platform: "PlanetScope", productType: "L3B", illuminationElevationAngle: 54.95 },
	});
	const swapped = planetText.replace(/(-121\.\d+),(\d+\.\d+)/g, "$2,$1");
	expect(boxOf((await readText(swapped)).footprint)).toEqual([-121.45, 37.95, -121.25, 38.13]);
});

test.each([
	["Maxar's IMD", products.maxarOrtho, 0, "2016-08-31T10:46:14.025Z"],
	["Maxar's XML", products.maxarXmlFiles, 0, "2018-10-01T02:26:04.585Z"],
	["TerraSAR-X", products.terraSarMap, 0, "2021-09-22T20:54:40.512Z"],
	["RADARSAT-2", products.radarsat2Files, 0, "2008-12-15T14:29:18.900Z"],
	["ALOS", products.alosCeos, 0, "2007-04-24T21:21:55.200Z"],
] as const)("%s describes a raster beside it, too", async (_, files, index, begin) => {
	expect((await readText(new TextDecoder().decode(Object.values(files)[index]))).begin).toBe(begin);
});

test("damaged manifests are read or rejected", async () => {
	const all = Object.values(products);
	await expectDamageIsRejected(
		all.flatMap((files) => Object.values(files)[0] ?? []),
		{
			read: readSource,
			maxBytes: 256 * 1024,
			name: Object.keys(products.maxarBasic)[0] ?? "",
			siblings: Object.assign({}, ...all) as ProductFiles,
		},
	);
}, 60_000);
