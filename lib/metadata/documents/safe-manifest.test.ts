import { expect, test } from "vitest";
import { safeText } from "#lib/metadata/testing/documents.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";

test("Sentinel-1: times without a zone are UTC, the footprint is latitude first", async () => {
	expect(await readText(safeText, "Europe/Vienna")).toEqual({
		eoId: null,
		begin: "2014-10-03T05:33:04.164Z",
		end: "2014-10-03T05:33:29.163Z",
		footprint: { type: "MultiPolygon", coordinates: [[expect.arrayContaining([[12.97, 44.84]])]] },
		properties: {
			platform: "SENTINEL-1",
			platformSerialIdentifier: "A",
			instrument: "Synthetic Aperture Radar",
			operationalMode: "IW",
			swathIdentifier: "IW",
			orbitDirection: "DESCENDING",
			orbitNumber: 2669,
			cycleNumber: 25,
			wrsLongitudeGrid: "22",
			polarisationChannels: "VV, VH",
			productType: "GRD",
			processingCenter: "DLR-Oberpfaffenhofen",
			processorName: "Sentinel-1 IPF",
			processorVersion: "002.34",
		},
	});
});

test("a footprint as a list", async () => {
	const list = safeText.replace(
		/<gml:coordinates>.*<\/gml:coordinates>/s,
		"<gml:posList>44.84 12.97 45.25 9.69 46.75 10.03 44.84 12.97</gml:posList>",
	);
	expect((await readText(list)).footprint?.coordinates[0]?.[0]).toHaveLength(4);
});

test("wave mode: all its vignettes", async () => {
	const frame = (north: number) =>
		`<safe:frame><safe:footPrint><gml:coordinates>${north},9 ${north},9.2 ${north - 0.2},9.2 ${north - 0.2},9</gml:coordinates></safe:footPrint></safe:frame>`;
	const frames = safeText.replace(/<safe:frame>.*<\/safe:frame>/s, [40, 39, 38].map(frame).join(""));
	expect((await readText(frames)).footprint?.coordinates).toHaveLength(3);
});

test("half a position is rejected", async () => {
	await expect(readText(safeText.replace("44.84,", ""))).rejects.toThrow(/not a multiple/);
});

test("Sentinel-3: the product's name is the EO ID", async () => {
	const name = "S3A_OL_1_EFR____20230615T103045_20230615T104015_20230616T103045_0350_078_108_1980_LN3_O_ST_002";
	const told = `<sentinel3:productName xmlns:sentinel3="http://www.esa.int/safe/sentinel/sentinel-3/1.0">${name}.SEN3</sentinel3:productName>`;
	const text = safeText.replace(/(<(?:\w+:)?standAloneProductInformation[^>]*>)/, `$1${told}`);
	expect(await readText(text)).toMatchObject({ eoId: name, begin: "2014-10-03T05:33:04.164Z" });
});
