import { expect, test } from "vitest";
import { ecsText } from "#lib/metadata/testing/documents.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";

test("range, polygon and properties; an external document type is passed over", async () => {
	expect(await readText(ecsText, "Europe/Vienna")).toEqual({
		eoId: "MOD11A1.A2017001.h18v04.061.2021243210515",
		begin: "2017-01-01T00:00:00Z",
		end: "2017-01-01T23:59:59Z",
		footprint: { type: "MultiPolygon", coordinates: [[expect.arrayContaining([[15.5546, 49.9957]])]] },
		properties: {
			platform: "Terra",
			instrument: "MODIS",
			productType: "MOD11A1",
			productVersion: "61",
			creationDate: "2021-08-31 21:05:15.000",
		},
	});
});

test("a single time, and a box across the antimeridian", async () => {
	const single =
		"<SingleDateTime><TimeofDay>10:25:14.125</TimeofDay><CalendarDate>2005-03-04</CalendarDate></SingleDateTime>";
	const box = `<BoundingRectangle>${["West,170", "North,10", "East,-170", "South,-10"].map((one) => one.replace(/(\w+),(.*)/, "<$1BoundingCoordinate>$2</$1BoundingCoordinate>")).join("")}</BoundingRectangle>`;
	const text = ecsText.replace(/<RangeDateTime>.*<\/RangeDateTime>/s, single).replace(/<GPolygon>.*<\/GPolygon>/s, box);
	const { begin, end, footprint } = await readText(text);
	expect([begin, end]).toEqual(["2005-03-04T10:25:14.125Z", "2005-03-04T10:25:14.125Z"]);
	expect(footprint?.coordinates).toHaveLength(2);
});

test("where a tile lies is the raster's to tell: its edges are curved between its corners", async () => {
	const tile = ecsText.replace(
		"</GranuleURMetaData>",
		"<PSAs><PSA><PSAName>HORIZONTALTILENUMBER</PSAName><PSAValue>18</PSAValue></PSA></PSAs></GranuleURMetaData>",
	);
	expect((await readText(tile)).footprint).toBeNull();
});

test("a time that is none is rejected", async () => {
	await expect(readText(ecsText.replace("00:00:00.0", "noon"))).rejects.toThrow(/"2017-01-01Tnoon" is not a time/);
});

test("a granule's edges are great circles, those of a box parallels", async () => {
	const ring = (corners: readonly (readonly [number, number])[]) =>
		ecsText.replace(
			/<Boundary>.*<\/Boundary>/s,
			`<Boundary>${corners
				.map(([x, y]) => `<Point><PointLongitude>${x}</PointLongitude><PointLatitude>${y}</PointLatitude></Point>`)
				.join("")}</Boundary>`,
		);
	const lats = async (text: string) =>
		(await readText(text)).footprint?.coordinates.flat(2).map(([, lat]) => lat) ?? [];
	const swath = await lats(
		ring([
			[10, 60],
			[40, 61],
			[45, 45],
			[12, 44],
		]),
	);
	expect(Math.max(...swath)).toBeCloseTo(61.4, 1);
	expect(
		await lats(
			ring([
				[10, 60],
				[40, 60],
				[40, 45],
				[10, 45],
			]),
		),
	).toHaveLength(5);
});
