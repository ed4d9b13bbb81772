import { expect, test } from "vitest";
import { writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { readDataset } from "#lib/metadata/read.ts";
import { pamText } from "#lib/metadata/testing/documents.ts";
import { fileWith } from "#lib/metadata/testing/files.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";
import { parseXml } from "#lib/metadata/text/xml.ts";
import { georeferenceOfPam } from "./gdal-pam.ts";

const { signal } = new AbortController();
const rule = { rangeType: null, mosaicRangeType: null, fileName: null, timeZone: "UTC" };
const file = (text: string, name = "scene.tif.aux.xml"): ByteSource =>
	fileWith(new TextEncoder().encode(text), name, {});
const bare = fileWith(writeGeoTiff({ size: [20, 20] }), "scene.tif", {});
const read = (pam: string, data: ByteSource = bare) =>
	readDataset({ data, metadata: [], conf: [], pam: file(pam) }, rule, { signal });

test("as a metadata file: the items of the default domain", async () => {
	expect(await readText(pamText)).toEqual({
		eoId: null,
		begin: "2006-08-16T09:09:29Z",
		end: "2006-08-16T09:12:46Z",
		footprint: null,
		properties: { platform: "ENVISAT" },
	});
});

test("a TIFF without georeferencing lies where its .aux.xml says", async () => {
	expect(await read(pamText)).toMatchObject({
		crs: "EPSG:4326",
		extent: [10, 20, 12, 22],
		begin: "2006-08-16T09:09:29Z",
		properties: { platform: "ENVISAT" },
	});
	await expect(read("<PAMDataset/>")).rejects.toMatchObject({ code: "no-crs" });
});

test("the .aux.xml counts before the TIFF's own georeferencing, as in GDAL, each as far as it is there", async () => {
	const located = writeGeoTiff({
		size: [20, 20],
		crs: 4258,
		georeference: { origin: [50, 60], pixelSize: [0.1, 0.1] },
	});
	expect(await read(pamText, fileWith(located, "scene.tif", {}))).toMatchObject({
		crs: "EPSG:4326",
		extent: [10, 20, 12, 22],
	});
	const placeless = pamText.replace(/<GeoTransform>.*<\/GeoTransform>/, "");
	expect(await read(placeless, fileWith(located, "scene.tif", {}))).toMatchObject({
		crs: "EPSG:4326",
		extent: [50, 58, 52, 60],
	});
	const neither = placeless.replace(/<SRS.*<\/SRS>/, "");
	expect(await read(neither, fileWith(located, "scene.tif", {}))).toMatchObject({ crs: "EPSG:4258" });
});

test("a CRS that is not supported is named", () => {
	const srs = '<SRS>PROJCS["Mine",GEOGCS["x",DATUM["x",SPHEROID["x",6371000,0]]],PROJECTION["Bonne"]]</SRS>';
	const root = parseXml(new TextEncoder().encode(`<PAMDataset>${srs}</PAMDataset>`));
	expect(() => georeferenceOfPam(root)).toThrow(/the CRS "Mine" \(Bonne\), which is not supported/);
});

test("control points of ArcGIS, which move the raster and are not read, reject it; other transformations of ArcGIS do not", async () => {
	const points = "<GeodataXform><SourceGCPs><Double>1</Double></SourceGCPs></GeodataXform>";
	const ofTen = (content: string) =>
		pamText.replace("</PAMDataset>", `<Metadata domain="xml:ESRI" format="xml">${content}</Metadata></PAMDataset>`);
	await expect(read(points)).rejects.toThrow(/scene\.tif\.aux\.xml: ArcGIS places the raster by control points/);
	await expect(read(ofTen(points))).rejects.toMatchObject({ code: "no-crs" });
	expect(await read(ofTen("<GeodataXform><SpatialReference/></GeodataXform>"))).toEqual(await read(pamText));
});

test("GCPs", async () => {
	const gcp = (pixel: number, line: number) =>
		`<GCP Id="" Pixel="${pixel}" Line="${line}" X="${10 + pixel / 10}" Y="${22 - line / 10}" Z="0"/>`;
	const list = `<GCPList Projection='GEOGCS["WGS 84",AUTHORITY["EPSG","4326"]]'>${gcp(0, 0)}${gcp(20, 0)}${gcp(20, 20)}${gcp(0, 20)}</GCPList>`;
	const pam = pamText.replace(/<SRS.*<\/SRS>/, list).replace(/<GeoTransform>.*<\/GeoTransform>/, "");
	expect(await read(pam)).toMatchObject({ kind: "referenceable", crs: "EPSG:4326", extent: null });
	expect((await read(pam)).gcps).toContainEqual({ pixel: 20, line: 20, x: 12, y: 20, z: 0 });
});

test.each([
	["<GeoTransform>1,2,3</GeoTransform>", /not six numbers/],
	["<GeoTransform>1,2,3,4,5,x</GeoTransform>", /"x" for a number/],
	['<GCPList><GCP Pixel="" Line="1" X="1" Y="1"/></GCPList>', /"" for a number/],
])("%s is rejected", (content, message) => {
	const root = parseXml(new TextEncoder().encode(`<PAMDataset>${content}</PAMDataset>`));
	expect(() => georeferenceOfPam(root)).toThrow(message);
});
