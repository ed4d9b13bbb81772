import { expect, test } from "vitest";
import { iso3Text, isoText } from "#lib/metadata/testing/documents.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";

const ringOf = async (text: string) => (await readText(text)).footprint?.coordinates.map(([ring]) => ring);
const polygon = (geometry: string) =>
	isoText.replace(
		"<gmd:geographicElement>",
		`<gmd:geographicElement><gmd:EX_BoundingPolygon><gmd:polygon>${geometry}</gmd:polygon></gmd:EX_BoundingPolygon></gmd:geographicElement><gmd:geographicElement>`,
	);
const triangle = [
	[
		[4, 52],
		[6, 52],
		[5, 54],
		[4, 52],
	],
];

test("identifier, times, bounding box and properties", async () => {
	expect(await readText(isoText)).toEqual({
		eoId: "urn_eop_S2A_1",
		begin: "1977-03-10T11:45:30Z",
		end: "2005-01-15T09:10:00Z",
		footprint: {
			type: "MultiPolygon",
			coordinates: [
				[
					[
						[3.93, 52.1],
						[7.57, 52.1],
						[7.57, 54.1],
						[3.93, 54.1],
						[3.93, 52.1],
					],
				],
			],
		},
		properties: { modificationDate: "2013-01-22", cloudCover: 3.5 },
	});
});

test("ISO 19115-3 says the same with other names", async () => {
	const { properties, ...plain } = await readText(isoText);
	expect(await readText(iso3Text)).toEqual({ ...plain, properties: { modificationDate: "2013-01-22T00:00:00" } });
	expect(properties.cloudCover).toBe(3.5);
});

test("an end that is not determined is not the begin", async () => {
	const open = isoText.replace(
		/<gml:endPosition>.*?<\/gml:endPosition>/,
		'<gml:endPosition indeterminatePosition="now"/>',
	);
	await expect(readText(open)).rejects.toThrow('its endPosition is "now"; give it the time at which it ended');
});

test("a bounding polygon comes before the box: GML, or the bare line that EOxServer reads", async () => {
	const gml =
		'<gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326"><gml:exterior><gml:LinearRing><gml:posList>52 4 52 6 54 5 52 4</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>';
	expect(await ringOf(polygon(gml))).toEqual(triangle);
	const line = "<gml:LineString><gml:posList>52 4 52 6\n 54 5 52 4</gml:posList></gml:LineString>";
	expect(await ringOf(polygon(line))).toEqual(triangle);
});

test("a box across the antimeridian, and one around the Earth", async () => {
	const across = isoText.replace(">3.93<", ">170<").replace(">7.57<", ">-170<");
	expect((await ringOf(across))?.map((ring) => ring?.map(([lon]) => lon).toSorted((a, b) => a - b)[0])).toEqual(
		expect.arrayContaining([170, -180]),
	);
	const world = isoText.replace(">3.93<", ">-180<").replace(">7.57<", ">180<");
	expect(await ringOf(world)).toEqual([
		expect.arrayContaining([
			[-180, 52.1],
			[180, 54.1],
		]),
	]);
});

test("without a time of its own, that of its source, as EOxServer has it", async () => {
	const extent = /<gmd:temporalElement>.*<\/gmd:temporalElement>/s.exec(isoText)?.[0] ?? "";
	const lineage = `<gmd:dataQualityInfo><gmd:DQ_DataQuality><gmd:lineage><gmd:LI_Lineage><gmd:source><gmd:LI_Source><gmd:sourceExtent><gmd:EX_Extent>${extent}</gmd:EX_Extent></gmd:sourceExtent></gmd:LI_Source></gmd:source></gmd:LI_Lineage></gmd:lineage></gmd:DQ_DataQuality></gmd:dataQualityInfo></gmd:MD_Metadata>`;
	const moved = isoText.replace(extent, "").replace("</gmd:MD_Metadata>", lineage);
	expect(await readText(moved)).toMatchObject({ begin: "1977-03-10T11:45:30Z", end: "2005-01-15T09:10:00Z" });
});

test.each([">east<", ">4711<"])("a box with %s is rejected", async (east) => {
	await expect(readText(isoText.replace(">7.57<", east))).rejects.toThrow(/bounding box/);
});

test("a box that is upside down is rejected, as its values are mixed up", async () => {
	const south = isoText.replace(/(southBoundLatitude>\s*<gco:Decimal>)[^<]*/, "$189");
	await expect(readText(south)).rejects.toThrow(/upside down: it reaches from 89 in the south to/);
});
