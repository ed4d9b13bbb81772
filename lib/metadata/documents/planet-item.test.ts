import { expect, test } from "vitest";
import { planetText } from "#lib/metadata/testing/documents.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";

test("an item of Planet: its ID made a name, clouds in percent", async () => {
	expect(await readText(planetText, "Europe/Vienna")).toEqual({
		eoId: "_20230508_155304_44_2480",
		begin: "2023-05-08T15:53:04.441Z",
		end: "2023-05-08T15:53:04.441Z",
		footprint: { type: "MultiPolygon", coordinates: [[expect.arrayContaining([[15.3, 47.2]])]] },
		properties: {
			platform: "planetscope",
			platformSerialIdentifier: "2480",
			instrument: "PSB.SD",
			productType: "PSScene",
			resolution: 3.9,
			cloudCover: 7,
			incidenceAngle: 3.1,
			illuminationAzimuthAngle: 131.5,
			illuminationElevationAngle: 58.9,
			modificationDate: "2023-05-09T02:16:20Z",
		},
	});
});

test("a time that is none is rejected", async () => {
	await expect(readText(planetText.replace("2023-05-08T", "soon "))).rejects.toThrow(/soon/);
});
