import { expect, test } from "vitest";
import { espaText } from "#lib/metadata/testing/documents.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";

test("ESPA: the time of the scene's centre; its boxes are no footprint", async () => {
	expect(await readText(espaText, "Europe/Vienna")).toEqual({
		eoId: "LC08_L1TP_033033_20181102_20181115_01_T1",
		begin: "2018-11-02T17:23:57.201Z",
		end: "2018-11-02T17:23:57.201Z",
		footprint: null,
		properties: {
			platform: "LANDSAT_8",
			instrument: "OLI_TIRS",
			processingCenter: "USGS/EROS",
			creationDate: "2018-11-15T22:26:23Z",
			wrsLongitudeGrid: "33",
			wrsLatitudeGrid: "33",
			illuminationAzimuthAngle: 160.2,
			illuminationElevationAngle: 37.5,
		},
	});
});

test("a date alone is its midnight; a time that is none is rejected", async () => {
	const dated = espaText.replace(/<scene_center_time>.*?<\/scene_center_time>/, "");
	expect((await readText(dated)).begin).toBe("2018-11-02T00:00:00Z");
	await expect(readText(espaText.replace("17:23", "27:23"))).rejects.toThrow(/27:23/);
});
