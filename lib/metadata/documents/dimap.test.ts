import { expect, test } from "vitest";
import { dimap1Text, dimap2Text } from "#lib/metadata/testing/documents.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";

test("DIMAP 1.1: a SPOT scene", async () => {
	const metadata = await readText(dimap1Text, "Europe/Vienna");
	expect(metadata).toMatchObject({
		eoId: "SCENE_5_157-373_3_05_12_08_07_23_52_1_T",
		begin: "2005-12-08T07:23:52Z",
		end: "2005-12-08T07:23:52Z",
	});
	expect(metadata.footprint?.coordinates[0]?.[0]).toHaveLength(5);
	expect(metadata.footprint?.coordinates[0]?.[0]).toContainEqual([43.605659, -12.003823]);
	expect(metadata.properties).toEqual({
		platform: "SPOT",
		platformSerialIdentifier: "5",
		instrument: "HRG",
		operationalMode: "T",
		processingLevel: "1A",
		productType: "SPOTSCENE_1A",
		creationDate: "2006-01-20",
		processingCenter: "SLS_TOULOUSE",
		processorName: "TERRA",
		processorVersion: "3.1",
		incidenceAngle: -13.55,
		illuminationAzimuthAngle: 109.1,
		illuminationElevationAngle: 67.08,
	});
});

test("DIMAP 2: a Pléiades scene, from the first to the last line", async () => {
	const metadata = await readText(dimap2Text);
	expect(metadata).toMatchObject({
		eoId: "DS_PHR1A_201208021021306_FR1_PX_E011N46_0304_01711",
		begin: "2012-08-02T10:21:30.664Z",
		end: "2012-08-02T10:21:32.123Z",
	});
	expect(metadata.footprint?.coordinates[0]?.[0]).toContainEqual([11.42, 46.42]);
	expect(metadata.properties).toEqual({
		platform: "PHR",
		platformSerialIdentifier: "1A",
		instrument: "PHR",
		operationalMode: "MS",
		processingLevel: "ORTHO",
		productType: "PHR_ORTHO",
		cloudCover: 1.5,
		snowCover: 0,
		incidenceAngle: 8.05,
		illuminationAzimuthAngle: 150.9,
		illuminationElevationAngle: 57.6,
	});
});

test("without located times, that of the strip; the date of production is no time of observation", async () => {
	const strip = dimap2Text.replaceAll(/<TIME>[^<]*<\/TIME>/g, "");
	expect(await readText(strip)).toMatchObject({ begin: "2012-08-02T10:21:30.600Z" });
	const undated = dimap1Text.replace(/<IMAGING_DATE>[^<]*<\/IMAGING_DATE>/, "");
	expect(await readText(undated)).toMatchObject({ begin: null, end: null });
});

test("a corner that is no number is rejected", async () => {
	await expect(readText(dimap1Text.replace("43.191744", "west"))).rejects.toThrow(/longitude NaN/);
});
