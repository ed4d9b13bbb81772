import { expect, test } from "vitest";
import { sentinel2Text, tileInfoText } from "#lib/metadata/testing/documents.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";

const expected = {
	eoId: "S2A_MSIL1C_20200804T101031_N0209_R022_T32TPS_20200804T121212",
	begin: "2020-08-04T10:10:31.024Z",
	end: "2020-08-04T10:10:31.024Z",
	footprint: { type: "MultiPolygon", coordinates: [[expect.arrayContaining([[11.75, 46.84]])]] },
	properties: {
		platform: "Sentinel-2A",
		operationalMode: "INS-NOBS",
		orbitDirection: "DESCENDING",
		wrsLongitudeGrid: "22",
		productType: "S2MSI1C",
		processingLevel: "Level-1C",
		processorVersion: "02.09",
		creationDate: "2020-08-04T12:12:12.000000Z",
		cloudCover: 7.5258,
	},
};

test("Level-1C", async () => {
	expect(await readText(sentinel2Text)).toEqual(expected);
});

test("Level-2A, as it was named until baseline 02.07", async () => {
	const text = sentinel2Text
		.replaceAll("Level-1C_User_Product", "Level-2A_User_Product")
		.replaceAll("Product_Info>", "L2A_Product_Info>")
		.replaceAll("PRODUCT_URI>", "PRODUCT_URI_2A>");
	expect(await readText(text)).toEqual(expected);
});

test("what is no time is rejected", async () => {
	await expect(readText(sentinel2Text.replace("2020-08-04T10:10:31.024Z", "soon"))).rejects.toThrow(/"soon" is not/);
});

test("tileInfo.json of an object store: its data's outline in UTM; a product of many tiles has the tile's name with it", async () => {
	const { footprint, ...rest } = await readText(tileInfoText);
	expect(rest).toMatchObject({
		eoId: expected.eoId,
		begin: "2020-08-04T10:20:15.123Z",
		properties: { cloudCover: 12.5 },
	});
	const [west = 0, south = 0] = footprint?.coordinates[0]?.[0]?.[0] ?? [];
	expect([west, south]).toEqual([expect.closeTo(10.31, 1), expect.closeTo(46.94, 0)]);
	const old = tileInfoText.replace(
		"S2A_MSIL1C_20200804T101031_N0209_R022_T32TPS_20200804T121212",
		"S2A_OPER_PRD_MSIL1C_PDMC",
	);
	expect((await readText(old)).eoId).toBe("S2A_OPER_PRD_MSIL1C_PDMC_T32TPS");
	await expect(readText(tileInfoText.replace(":32632", ":1"))).rejects.toThrow(
		/CRS "urn:ogc:def:crs:EPSG:8.8.1:1" is not known/,
	);
});
