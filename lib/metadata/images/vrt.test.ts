import { expect, test } from "vitest";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { expectDamageIsRejected, fileWith, wgs84Wkt } from "#lib/metadata/testing/files.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };

async function read(source: ByteSource) {
	const head = await source.read(0, 64 * 1024, options);
	return (await rasterReaderOf(head, source, options)).read(source, options);
}

const part = (path: string, relative = 1) =>
	`<ComplexSource><SourceFilename relativeToVRT="${relative}">${path}</SourceFilename><SourceBand>1</SourceBand><DstRect xOff="0" yOff="0" xSize="100" ySize="50" /><NODATA>0</NODATA></ComplexSource>`;
/** As gdalbuildvrt 3.6 writes them. */
const text = `<VRTDataset rasterXSize="200" rasterYSize="50">
  <SRS dataAxisToSRSAxisMapping="2,1">${wgs84Wkt.replaceAll('"', "&quot;")}</SRS>
  <GeoTransform>  1.0000000000000000e+01,  1.0000000000000000e-02,  0.0,  5.0000000000000000e+01,  0.0, -1.0000000000000000e-02</GeoTransform>
  <Metadata><MDI key="ACQUISITION_START_TIME">2006-08-16T09:09:29Z</MDI></Metadata>
  <VRTRasterBand dataType="UInt16" band="1"><Description>red</Description><NoDataValue>0</NoDataValue>${part("t0.tif")}${part("t1.tif")}</VRTRasterBand>
  <VRTRasterBand dataType="Float32" band="2"><NoDataValue>nan</NoDataValue>${part("t0.tif")}</VRTRasterBand>
  <VRTRasterBand band="3"><Description>red</Description></VRTRasterBand>
</VRTDataset>`;
const file = (content: string, beside: Readonly<Record<string, string>> = { "t0.tif": "x", "t1.tif": "x" }) =>
	fileWith(new TextEncoder().encode(content), "m.vrt", beside);

/** Expected values: GDAL 3.6. */
test("a VRT's own size, place, bands and tags", async () => {
	const { raster, metadata } = await read(file(text));
	expect(raster).toEqual({
		kind: "rectified",
		size: [200, 50],
		crs: "EPSG:4326",
		extent: [10, 49.5, 12, 50],
		gcps: null,
		bands: [
			{ name: "red", dataType: "UInt16", nodata: 0 },
			{ name: "B2", dataType: "Float32", nodata: "NaN" },
			{ name: "B3", dataType: "Byte", nodata: null },
		],
	});
	expect(metadata.begin).toBe("2006-08-16T09:09:29Z");
});

test("RPCs in place of a grid, as for a TIFF", async () => {
	const lines = (index: number) => Array.from({ length: 20 }, (_, i) => (i === index ? 1 : 0)).join(" ");
	const fields = {
		...{ LINE_OFF: 25, SAMP_OFF: 100, LAT_OFF: 48, LONG_OFF: 11, HEIGHT_OFF: 500 },
		...{ LINE_SCALE: 25, SAMP_SCALE: 100, LAT_SCALE: 0.1, LONG_SCALE: 0.2, HEIGHT_SCALE: 500 },
		...{ LINE_NUM_COEFF: lines(2).replace(/1/, "-1"), LINE_DEN_COEFF: lines(0) },
		...{ SAMP_NUM_COEFF: lines(1), SAMP_DEN_COEFF: lines(0) },
	};
	const items = Object.entries(fields).map(([key, value]) => `<MDI key="${key}">${value}</MDI>`);
	const placed = text.replace(/<SRS.*<\/GeoTransform>/s, `<Metadata domain="RPC">${items.join("")}</Metadata>`);
	const { raster } = await read(file(placed));
	expect(raster).toMatchObject({ kind: "referenceable", crs: "EPSG:4326", size: [200, 50] });
	const corner = raster.gcps?.find(({ pixel, line }) => pixel === 0 && line === 0);
	expect(corner?.x).toBeCloseTo(10.8, 2);
	expect(corner?.y).toBeCloseTo(48.1, 2);
});

test("its CRS as a code, and a warped one's source", async () => {
	const coded = text.replace(/(<SRS[^>]*>)[^<]*/, "$1EPSG:32632");
	expect((await read(file(coded))).raster.crs).toBe("EPSG:32632");
	const warped = text.replace(
		"</VRTDataset>",
		'<GDALWarpOptions><SourceDataset relativeToVRT="1">no.tif</SourceDataset></GDALWarpOptions></VRTDataset>',
	);
	await expect(read(file(warped))).rejects.toThrow(/no\.tif is missing/);
});

test.each([
	["a source that is missing", file(text, { "t0.tif": "x" }), /not complete: its source t1\.tif is missing/],
	[
		"a source elsewhere",
		file(text.replace(part("t1.tif"), part("/data/t1.tif", 0))),
		/source \/data\/t1\.tif is not told relative/,
	],
	["no CRS", file(text.replace(/<SRS.*<\/SRS>/, "")), /no CRS that is supported/],
	["no place", file(text.replace(/<GeoTransform>.*<\/GeoTransform>/, "")), /nothing tells where it lies/],
	["no size", file(text.replace('"200"', '"1e3"')), /rasterXSize is "1e3"/],
	["no bands", file(text.replaceAll("VRTRasterBand", "Band")), /has 0 bands/],
	["unknown samples", file(text.replace("Float32", "Text")), /samples of type "Text"/],
])("%s is rejected", async (_, source, reason) => {
	await expect(read(source)).rejects.toThrow(reason);
});

test("damaged VRTs are read or rejected", async () => {
	const long = text.replace("<Metadata>", `<Metadata domain="xml:x"><x>${"x".repeat(20_000)}</x></Metadata><Metadata>`);
	await expectDamageIsRejected([new TextEncoder().encode(long)], {
		read,
		maxBytes: 256 * 1024,
		name: "m.vrt",
		siblings: { "t0.tif": "x", "t1.tif": "x" },
	});
});
