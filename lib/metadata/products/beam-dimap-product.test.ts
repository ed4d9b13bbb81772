import { expect, test } from "vitest";
import { readHead } from "#lib/metadata/head-source.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { expectDamageIsRejected, fileWith, wgs84Wkt } from "#lib/metadata/testing/files.ts";
import { writeZip } from "#lib/metadata/testing/zip.ts";

const { signal } = new AbortController();

async function read(file: ByteSource) {
	const { head, source } = await readHead(file, { signal });
	return (await rasterReaderOf(head, source, { signal })).read(source, { timeZone: "UTC", signal });
}

const band = (index: number, name: string, rest = "") =>
	`<Spectral_Band_Info><BAND_INDEX>${index}</BAND_INDEX><BAND_NAME>${name}</BAND_NAME><BAND_RASTER_WIDTH>20</BAND_RASTER_WIDTH><BAND_RASTER_HEIGHT>10</BAND_RASTER_HEIGHT><DATA_TYPE>float32</DATA_TYPE><NO_DATA_VALUE_USED>true</NO_DATA_VALUE_USED><NO_DATA_VALUE>0.0</NO_DATA_VALUE>${rest}</Spectral_Band_Info>`;
const file = (index: number, name: string) =>
	`<Data_File><DATA_FILE_PATH href="S1.data/${name}.hdr"/><BAND_INDEX>${index}</BAND_INDEX></Data_File>`;
const text = `<?xml version="1.0" encoding="ISO-8859-1"?>
<Dimap_Document name="S1.dim"><Metadata_Id><METADATA_FORMAT version="2.12.1">DIMAP</METADATA_FORMAT><METADATA_PROFILE>BEAM-DATAMODEL-V1</METADATA_PROFILE></Metadata_Id>
<Dataset_Id><DATASET_SERIES>BEAM-PRODUCT</DATASET_SERIES><DATASET_NAME>S1A_IW_GRDH_TC</DATASET_NAME></Dataset_Id>
<Production><PRODUCT_TYPE>GRD</PRODUCT_TYPE><PRODUCT_SCENE_RASTER_START_TIME>18-JUL-2017 10:10:29.026999</PRODUCT_SCENE_RASTER_START_TIME><PRODUCT_SCENE_RASTER_STOP_TIME>18-JUL-2017 10:10:54.025</PRODUCT_SCENE_RASTER_STOP_TIME></Production>
<Coordinate_Reference_System><WKT>${wgs84Wkt.replaceAll('"', "&quot;")}</WKT></Coordinate_Reference_System>
<Geoposition><IMAGE_TO_MODEL_TRANSFORM>0.1,0.0,0.0,-0.1,15.0,48.0</IMAGE_TO_MODEL_TRANSFORM></Geoposition>
<Raster_Dimensions><NCOLS>20</NCOLS><NROWS>10</NROWS><NBANDS>2</NBANDS></Raster_Dimensions>
<Data_Access>${file(0, "VV")}${file(1, "VH")}</Data_Access>
<Image_Interpretation>${band(0, "Sigma0_VV")}${band(1, "Sigma0_VH")}${band(2, "dB", "<VIRTUAL_BAND>true</VIRTUAL_BAND>")}</Image_Interpretation></Dimap_Document>`;

const samples = new Uint8Array(20 * 10 * 4);
const members = {
	"S1.data/VV.hdr": "ENVI",
	"S1.data/VV.img": samples,
	"S1.data/VH.hdr": "ENVI",
	"S1.data/VH.img": samples,
};
const product = (dim: string, files: Readonly<Record<string, string | Uint8Array>> = members) =>
	fileWith(new TextEncoder().encode(dim), "S1.dim", files);

test("a product of SNAP: its place, its bands and its time", async () => {
	const { raster, metadata } = await read(product(text));
	expect(raster).toEqual({
		kind: "rectified",
		size: [20, 10],
		crs: "EPSG:4326",
		extent: [15, 47, 17, 48],
		gcps: null,
		bands: ["Sigma0_VV", "Sigma0_VH"].map((name) => ({ name, dataType: "Float32", nodata: 0 })),
	});
	expect(metadata).toMatchObject({
		eoId: "S1A_IW_GRDH_TC",
		begin: "2017-07-18T10:10:29.026Z",
		end: "2017-07-18T10:10:54.025Z",
	});
});

const mapped = /<Coordinate_Ref.*\n<Geoposition>.*<\/Geoposition>/;
const tiePoints = (index: number, name: string) =>
	`<Tie_Point_Grid_Info><TIE_POINT_GRID_INDEX>${index}</TIE_POINT_GRID_INDEX><TIE_POINT_GRID_NAME>${name}</TIE_POINT_GRID_NAME><DATA_TYPE>float32</DATA_TYPE><NCOLS>3</NCOLS><NROWS>2</NROWS><OFFSET_X>-1.0</OFFSET_X><OFFSET_Y>0.5</OFFSET_Y><STEP_X>11.0</STEP_X><STEP_Y>9.0</STEP_Y></Tie_Point_Grid_Info>`;
const tiePointFile = (index: number, name: string) =>
	`<Tie_Point_Grid_File><TIE_POINT_GRID_FILE_PATH href="S1.data/tie_point_grids/${name}.hdr"/><TIE_POINT_GRID_INDEX>${index}</TIE_POINT_GRID_INDEX></Tie_Point_Grid_File>`;
const swath = text
	.replace(
		mapped,
		"<Geoposition><Geoposition_Points><TIE_POINT_GRID_NAME_LAT>latitude</TIE_POINT_GRID_NAME_LAT><TIE_POINT_GRID_NAME_LON>longitude</TIE_POINT_GRID_NAME_LON></Geoposition_Points></Geoposition>",
	)
	.replace("</Data_Access>", `${tiePointFile(0, "latitude")}${tiePointFile(1, "longitude")}</Data_Access>`)
	.replace(
		"<Image_Interpretation>",
		`<Tie_Point_Grids>${tiePoints(0, "latitude")}${tiePoints(1, "longitude")}</Tie_Point_Grids><Image_Interpretation>`,
	);
const numbers = (...values: readonly number[]) => {
	const bytes = Buffer.alloc(values.length * 4);
	values.forEach((value, index) => {
		bytes.writeFloatBE(value, index * 4);
	});
	return bytes;
};
const swathMembers = {
	...members,
	"S1.data/tie_point_grids/latitude.hdr": "ENVI\nbyte order = 1\n",
	"S1.data/tie_point_grids/latitude.img": numbers(48, 48, 48, 46, 46, 46),
	"S1.data/tie_point_grids/longitude.hdr": "ENVI\nbyte order = 1\n",
	"S1.data/tie_point_grids/longitude.img": numbers(178, 179, -180, 178, 179, -180),
};

test("not on a map: straight between its tie points, and on beyond them, across the antimeridian", async () => {
	const { raster } = await read(product(swath, swathMembers));
	expect(raster).toMatchObject({ kind: "referenceable", crs: "EPSG:4326", extent: null, size: [20, 10] });
	expect(raster.gcps).toHaveLength(7 * 13);
	const [first, last] = [raster.gcps?.[0], raster.gcps?.at(-1)];
	expect([first?.pixel, first?.line, last?.pixel, last?.line]).toEqual([0, 0, 20, 10]);
	expect(first?.x).toBeCloseTo(178 + 1 / 11, 9);
	expect(first?.y).toBeCloseTo(48 + 1 / 9, 9);
	expect(last?.x).toBeCloseTo(178 + 21 / 11, 9);
	expect(last?.y).toBeCloseTo(48 - 19 / 9, 9);
});

test("in a ZIP archive", async () => {
	const files = Object.entries({ "S1.dim": text, ...members }).map(([path, content]) => [
		path,
		typeof content === "string" ? new TextEncoder().encode(content) : content,
	]);
	expect((await read(fileWith(writeZip(Object.fromEntries(files)), "S1.zip"))).raster.size).toEqual([20, 10]);
});

test.each<[string, ByteSource, RegExp]>([
	[
		"a band that is missing",
		product(text, { ...members, "S1.data/VH.img": "" }),
		/Cut off: S1\.data\/VH\.img has 0 of 800 bytes/,
	],
	["a band's file that is missing", product(text, { "S1.data/VV.img": samples }), /S1\.data\/VH\.img is missing/],
	["nothing of its place", product(text.replace(mapped, "")), /neither on a map nor placed by tie points/],
	[
		"tie points that are cut off",
		product(swath, { ...swathMembers, "S1.data/tie_point_grids/latitude.img": numbers(48) }),
		/Cut off: S1\.data\/tie_point_grids\/latitude\.img has 4 of 24 bytes/,
	],
	["tie points that are missing", product(swath), /tie_point_grids\/longitude\.hdr is missing/],
	[
		"tie points that are no numbers",
		product(swath, { ...swathMembers, "S1.data/tie_point_grids/longitude.img": numbers(1, 2, 3, 4, 5, Number.NaN) }),
		/its tie points do not say where its pixel/,
	],
	[
		"tie points without number",
		product(swath.replaceAll("NCOLS>3<", "NCOLS>300000<"), swathMembers),
		/more than 262144/,
	],
	[
		"tie points of another name",
		product(swath.replaceAll("NAME>longitude<", "NAME>lon<"), swathMembers),
		/nothing of its tie points "longitude"/,
	],
	["no transformation", product(text.replace(",48.0<", "<")), /no IMAGE_TO_MODEL_TRANSFORM of six numbers/],
	["a size that is none", product(text.replace("<NCOLS>20", "<NCOLS>-1")), /its NCOLS is -1/],
	["unknown samples", product(text.replaceAll("float32", "complex\u{FFFD}")), /samples of type "complex/],
	["a path that leads out", product(text.replace("S1.data/VV.hdr", "VV.txt")), /names no ENVI header/],
])("%s is rejected", async (_, source, reason) => {
	await expect(read(source)).rejects.toThrow(reason);
});

test("damaged documents are read or rejected", async () => {
	// Real documents are mostly what nobody reads: the history of the processing.
	const long = text.replace(
		"<Production>",
		`<Dataset_Use><DATASET_COMMENTS>${"x".repeat(20_000)}</DATASET_COMMENTS></Dataset_Use><Production>`,
	);
	await expectDamageIsRejected([new TextEncoder().encode(long), new TextEncoder().encode(swath)], {
		read,
		maxBytes: 256 * 1024,
		name: "S1.dim",
		siblings: swathMembers,
	});
});
