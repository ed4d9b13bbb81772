import { describe, expect, test } from "vitest";
import { readHead } from "#lib/metadata/head-source.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { fileWith } from "#lib/metadata/testing/files.ts";
import type { ProductFiles } from "#lib/metadata/testing/products.ts";
import * as products from "#lib/metadata/testing/products.ts";
import { writeZip } from "#lib/metadata/testing/zip.ts";

const { signal } = new AbortController();

async function readSource(file: ByteSource) {
	const { head, source } = await readHead(file, { signal });
	const reader = await rasterReaderOf(head, source, { signal });
	return { format: reader.format, ...(await reader.read(source, { timeZone: "UTC", signal })) };
}

function inFolder(files: ProductFiles, folder?: string) {
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

const safe = "S1A_IW_GRDH_1SDV_20141003T053304_20141003T053329_002669_002F9B_1234.SAFE";
const utm = { kind: "rectified", crs: "EPSG:32632", size: [60, 40], extent: [600_000, 5_198_800, 601_800, 5_200_000] };

describe.each([
	["in a folder", inFolder],
	["in a ZIP archive", inZip],
] as const)("%s", (_, read) => {
	test("Landsat: grid and samples of the first reflective band, one band per file", async () => {
		const { raster, metadata } = await read(products.landsatFiles, "scene");
		expect(raster).toMatchObject(utm);
		expect(raster.bands).toEqual(["B1", "B2", "B8"].map((name) => ({ name, dataType: "UInt16", nodata: 0 })));
		expect(metadata).toMatchObject({
			eoId: "LC08_L1TP_224064_20200518_20200820_02_T1",
			begin: "2020-05-18T13:34:29.368Z",
		});
	});

	test("Sentinel-1: referenceable, a band per polarisation, called like its folder", async () => {
		const { raster, metadata } = await read(products.sentinel1Files, safe);
		expect(raster).toMatchObject({ kind: "referenceable", crs: "EPSG:4326", size: [60, 40], extent: null });
		expect(raster.gcps).toHaveLength(4);
		expect(raster.bands.map(({ name }) => name)).toEqual(["VV", "VH"]);
		expect(metadata).toMatchObject({ eoId: safe.replace(".SAFE", ""), begin: "2014-10-03T05:33:04.164Z" });
	});

	test("Sentinel-2: the 10 m grid of its granule", async () => {
		const { raster, metadata } = await read(products.sentinel2Files, "S2A.SAFE");
		expect(raster).toEqual({
			kind: "rectified",
			crs: "EPSG:32632",
			size: [10_980, 10_980],
			extent: [600_000, 5_090_220, 709_800, 5_200_020],
			gcps: null,
			bands: ["B01", "B02"].map((name) => ({ name, dataType: "UInt16", nodata: 0 })),
		});
		expect(metadata.eoId).toBe("S2A_MSIL1C_20200804T101031_N0209_R022_T32TPS_20200804T121212");
	});

	test("Sentinel-2 until 2016: images and granules by their IDs", async () => {
		const { format, raster } = await read(products.oldSentinel2Files, "S2A_OPER_PRD.SAFE");
		expect(format).toMatch(/Sentinel-2|ZIP/);
		expect(raster).toMatchObject({ crs: "EPSG:32632", size: [10_980, 10_980] });
		expect(raster.bands.map(({ name }) => name)).toEqual(["B01", "B02"]);
	});

	test("DIMAP 1.1: an image without georeferencing lies where its vertices say", async () => {
		const { raster, metadata } = await read(products.dimap1Files, "SCENE01");
		expect(raster).toMatchObject({ kind: "referenceable", crs: "EPSG:4326", size: [60, 40] });
		expect(raster.gcps).toContainEqual({ pixel: 59.5, line: 39.5, x: 43.605659, y: -12.003823, z: 0 });
		expect(raster.bands).toEqual([{ name: "PAN", dataType: "Byte", nodata: null }]);
		expect(metadata.begin).toBe("2005-12-08T07:23:52Z");
	});

	test("DIMAP 2: the image's own grid, the document's value for no data", async () => {
		const { raster } = await read(products.dimap2Files, "IMG_PHR1A_MS_001");
		expect(raster).toMatchObject(utm);
		expect(raster.bands.map(({ nodata }) => nodata)).toEqual([0, 0]);
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

test("a measurement that is shorter than the manifest says is cut off", async () => {
	const [path = ""] = Object.keys(products.sentinel1Files).filter((name) => name.includes("-vh-"));
	const files = { ...products.sentinel1Files, [path]: products.sentinel1Files[path]?.slice(0, -1) ?? new Uint8Array() };
	await expect(inFolder(files)).rejects.toThrow(/-vh-.*bytes where the manifest says/);
});

test("Sentinel-2 by its manifest.safe is read by its own metadata", async () => {
	const manifest = new TextEncoder().encode(
		'<x:XFDU xmlns:x="urn:ccsds:schema:xfdu:1"><dataObjectSection><dataObject><byteStream><fileLocation href="./MTD_MSIL1C.xml"/></byteStream></dataObject></dataObjectSection></x:XFDU>',
	);
	const { raster } = await inFolder({ "manifest.safe": manifest, ...products.sentinel2Files });
	expect(raster.size).toEqual([10_980, 10_980]);
	// Beside it in an archive, the product's own metadata are what is read.
	expect((await inZip({ "manifest.safe": manifest, ...products.sentinel2Files }, "S2.SAFE")).raster.size).toEqual([
		10_980, 10_980,
	]);
});

const replaced = (files: ProductFiles, from: string | RegExp, to: string): ProductFiles => {
	const [[name, manifest] = ["", new Uint8Array()], ...members] = Object.entries(files);
	return {
		[name]: new TextEncoder().encode(new TextDecoder().decode(manifest).replaceAll(from as string, to)),
		...Object.fromEntries(members),
	};
};

test("Landsat of before 2012: bands by their old keys", async () => {
	const old = replaced(products.landsatFiles, /FILE_NAME_BAND_(\d)/g, "BAND$1_FILE_NAME");
	const { raster } = await inFolder(old, "scene");
	expect(raster.bands.map(({ name }) => name)).toEqual(["B1", "B2", "B8"]);
});

test.each([
	[
		"no measurements",
		replaced(products.sentinel1Files, "./measurement/", "./other/"),
		/no reader for a SAFE product of SENTINEL-1/,
	],
	[
		"a SAFE of another mission",
		{ "manifest.safe": new TextEncoder().encode("<x:XFDU xmlns:x='urn:ccsds:schema:xfdu:1'/>") },
		/no reader for a SAFE/,
	],
	[
		"no images of a known layout",
		replaced(products.sentinel2Files, /IMAGE_FILE>/g, "IMAGE_NAME>"),
		/no reader for this layout/,
	],
	["no bands", replaced(products.landsatFiles, /FILE_NAME_BAND/g, "FILE_NAME"), /names no bands/],
	["no images", replaced(products.dimap2Files, /DATA_FILE_PATH/g, "OTHER"), /names 0 image files/],
])("%s: rejected", async (_, files, message) => {
	await expect(inFolder(files, "f")).rejects.toThrow(message);
});

test("SAFE: previews and support files may be missing, measurements and annotations not", async () => {
	const more =
		'<dataObject><byteStream size="7"><fileLocation href="./preview/quick-look.png"/></byteStream></dataObject></dataObjectSection>';
	const manifest = new TextDecoder()
		.decode(products.sentinel1Files["manifest.safe"])
		.replace("</dataObjectSection>", more);
	const files: ProductFiles = { ...products.sentinel1Files, "manifest.safe": new TextEncoder().encode(manifest) };
	expect((await inFolder(files, safe)).raster.bands).toHaveLength(2);
	const { "annotation/s1a-iw-grd-vv-001.xml": _, ...incomplete } = files;
	await expect(inFolder(incomplete, safe)).rejects.toThrow(/annotation\/s1a-iw-grd-vv-001\.xml is missing/);
});

test("DIMAP: several groups of files are bands, not tiles", async () => {
	const text = new TextDecoder().decode(products.dimap2Files["DIM_PHR1A_MS_001.XML"]);
	const second =
		'</Data_Files><Data_Files><Data_File tile_C="1" tile_R="1"><DATA_FILE_PATH href="IMG_NED.TIF"/></Data_File></Data_Files>';
	const files = {
		"DIM_PHR1A_MS_001.XML": new TextEncoder().encode(text.replace("</Data_Files>", second)),
		"IMG_PHR1A_MS_001_R1C1.TIF": products.dimap2Files["IMG_PHR1A_MS_001_R1C1.TIF"] as Uint8Array,
		"IMG_NED.TIF": products.dimap2Files["IMG_PHR1A_MS_001_R1C1.TIF"] as Uint8Array,
	};
	const { raster } = await inFolder(files);
	expect(raster.size).toEqual([60, 40]);
	expect(raster.bands.map(({ name }) => name)).toHaveLength(4);
	expect(new Set(raster.bands.map(({ name }) => name)).size).toBe(4);
	const { "IMG_NED.TIF": _, ...incomplete } = files;
	await expect(inFolder(incomplete)).rejects.toThrow(/IMG_NED\.TIF is missing/);
});
