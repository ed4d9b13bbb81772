import { expect, test } from "vitest";
import { mtlSampleGroups, mtlText } from "#lib/metadata/testing/documents.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";

const expected = {
	eoId: "LC08_L1TP_224064_20200518_20200820_02_T1",
	begin: "2020-05-18T13:34:29.368Z",
	end: "2020-05-18T13:34:29.368Z",
	footprint: { type: "MultiPolygon", coordinates: [[expect.arrayContaining([[-50.8466, -4.75154]])]] },
	properties: {
		platform: "LANDSAT_8",
		instrument: "OLI_TIRS",
		wrsLongitudeGrid: "224",
		wrsLatitudeGrid: "64",
		acquisitionStation: "LGN",
		processingLevel: "L1TP",
		productType: "L1TP",
		productVersion: "02",
		status: "T1",
		creationDate: "2020-08-20T15:23:12Z",
		processorVersion: "LPGS_15.3.1c",
		parentIdentifier: "LC82240642020139LGN00",
		cloudCover: 19.93,
		illuminationAzimuthAngle: 43.2645187,
		illuminationElevationAngle: 46.78106725,
		resolution: 30,
	},
};

const xml = `<LANDSAT_METADATA_FILE>${Object.entries(mtlSampleGroups)
	.map(
		([name, values]) =>
			`<${name}>${Object.entries(values)
				.map(([key, value]) => `<${key}>${value}</${key}>`)
				.join("")}</${name}>`,
	)
	.join("")}</LANDSAT_METADATA_FILE>`;

test.each([
	["text", mtlText()],
	["JSON", JSON.stringify({ LANDSAT_METADATA_FILE: mtlSampleGroups })],
	["XML", xml],
])("Collection 2 as %s", async (_, text) => {
	expect(await readText(text)).toEqual(expected);
});

test("Collection 1", async () => {
	const { IMAGE_ATTRIBUTES: image = {}, PROJECTION_ATTRIBUTES: projection = {} } = mtlSampleGroups;
	const { CLOUD_COVER = "", SUN_AZIMUTH = "", SUN_ELEVATION = "", STATION_ID = "", ...product } = image;
	const text = mtlText(
		{
			METADATA_FILE_INFO: {
				LANDSAT_SCENE_ID: "LC82240642020139LGN00",
				LANDSAT_PRODUCT_ID: "LC08_L1TP_224064_20200518_20200518_01_RT",
				COLLECTION_NUMBER: "01",
				FILE_DATE: "2020-05-18T18:12:46Z",
				STATION_ID,
				PROCESSING_SOFTWARE_VERSION: "LPGS_13.1.0",
			},
			PRODUCT_METADATA: { DATA_TYPE: "L1TP", COLLECTION_CATEGORY: "RT", ...product, ...projection },
			IMAGE_ATTRIBUTES: { CLOUD_COVER, SUN_AZIMUTH, SUN_ELEVATION },
			PROJECTION_PARAMETERS: { GRID_CELL_SIZE_REFLECTIVE: "30.00" },
		},
		"L1_METADATA_FILE",
	);
	expect(await readText(text)).toEqual({
		...expected,
		eoId: "LC08_L1TP_224064_20200518_20200518_01_RT",
		properties: {
			...expected.properties,
			productVersion: "01",
			status: "RT",
			creationDate: "2020-05-18T18:12:46Z",
			processorVersion: "LPGS_13.1.0",
		},
	});
});

test("keys of before 2012", async () => {
	const corners = { UL: [49.8, 12.1], UR: [49.8, 15.1], LL: [47.8, 12.1], LR: [47.8, 15.1] };
	const places = Object.entries(corners).flatMap(([corner, [lat, lon]]) => [
		[`PRODUCT_${corner}_CORNER_LAT`, String(lat)],
		[`PRODUCT_${corner}_CORNER_LON`, String(lon)],
	]);
	const product = {
		ACQUISITION_DATE: "2006-08-16",
		SCENE_CENTER_SCAN_TIME: "09:34:12.0400190Z",
		...Object.fromEntries(places),
	};
	const { begin, footprint } = await readText(mtlText({ PRODUCT_METADATA: product }, "L1_METADATA_FILE"));
	expect(begin).toBe("2006-08-16T09:34:12.040Z");
	expect(footprint?.coordinates[0]?.[0]).toContainEqual([15.1, 47.8]);
	const untimed = mtlText({ PRODUCT_METADATA: { ACQUISITION_DATE: "2006-08-16" } }, "L1_METADATA_FILE");
	expect(await readText(untimed)).toMatchObject({ begin: "2006-08-16T00:00:00Z", end: "2006-08-16T23:59:59.999Z" });
});

test("clouds that were not assessed are left out", async () => {
	expect((await readText(mtlText().replace("19.93", "-1"))).properties).not.toHaveProperty("cloudCover");
});

test.each([
	["a missing corner", mtlText().replace(/.*CORNER_LL_LON.*\n/, ""), /all four corners/],
	["a cut-off file", mtlText().split("\n").slice(0, -4).join("\n"), /does not end: is the file cut off/],
	["a group that is not open", mtlText().replace("END_GROUP = IMAGE", "END_GROUP = NO"), /line 27: .* is not open/],
	["what is no line", mtlText().replace("STATION_ID =", "STATION"), /line 23: .* is not KEY = VALUE/],
	["other groups", "GROUP = OTHER\nEND_GROUP = OTHER\nEND\n", /no reader for text with OTHER/],
	["another object", '{"type":"FeatureCollection"}', /no reader for JSON with type/],
	["broken JSON", '{"LANDSAT_METADATA_FILE":', /not acceptable as JSON/],
])("%s is rejected", async (_, text, message) => {
	await expect(readText(text)).rejects.toThrow(message);
});
