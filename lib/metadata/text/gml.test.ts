import { expect, test } from "vitest";
import { RejectedError } from "#lib/errors.ts";
import { footprintBounds } from "#lib/metadata/geometry/footprint.ts";
import { expectValid } from "#lib/metadata/testing/footprints.ts";
import { footprintOfGml, footprintOrReject, positionsOf } from "./gml.ts";
import { parseXml } from "./xml.ts";

const gml = (geometry: string) =>
	footprintOfGml(parseXml(new TextEncoder().encode(`<extent xmlns:gml="urn:gml">${geometry}</extent>`)));
const polygon = (coordinates: string, attributes = "") =>
	`<gml:Polygon ${attributes}><gml:exterior><gml:LinearRing>${coordinates}</gml:LinearRing></gml:exterior></gml:Polygon>`;
const triangle = [
	[
		[10, 20],
		[12, 20],
		[12, 23],
		[10, 20],
	],
];

test.each([
	["latitude first without srsName", polygon("<gml:posList>20 10 20 12 23 12 20 10</gml:posList>")],
	["any white space", polygon("<gml:posList>\n\t20 10\r\n20\t12   23 12\n 20 10\n</gml:posList>")],
	["unclosed", polygon("<gml:posList>20 10 20 12 23 12</gml:posList>")],
	["clockwise", polygon("<gml:posList>20 10 23 12 20 12 20 10</gml:posList>")],
	["exponents and signs", polygon("<gml:posList>+2e1 1.E1 20.0 .12e2 23 12 20 10</gml:posList>")],
	["EPSG:4326", polygon("<gml:posList>20 10 20 12 23 12 20 10</gml:posList>", 'srsName="EPSG:4326"')],
	["a URN", polygon("<gml:posList>20 10 20 12 23 12 20 10</gml:posList>", 'srsName="urn:ogc:def:crs:EPSG:6.3:4326"')],
	[
		"longitude first",
		polygon("<gml:posList>10 20 12 20 12 23 10 20</gml:posList>", 'srsName="urn:ogc:def:crs:OGC:1.3:CRS84"'),
	],
	[
		"srsName of an ancestor",
		`<gml:MultiSurface srsName="http://www.opengis.net/def/crs/OGC/1.3/CRS84"><gml:surfaceMembers>${polygon("<gml:posList>10 20 12 20 12 23 10 20</gml:posList>")}</gml:surfaceMembers></gml:MultiSurface>`,
	],
	[
		"the nearest srsName",
		`<gml:MultiSurface srsName="CRS:84"><gml:surfaceMember>${polygon('<gml:posList srsName="EPSG:4326">20 10 20 12 23 12 20 10</gml:posList>')}</gml:surfaceMember></gml:MultiSurface>`,
	],
	["three dimensions", polygon("<gml:posList>20 10 500 20 12 -1 23 12 0 20 10 500</gml:posList>", 'srsDimension="3"')],
	["pos", polygon("<gml:pos>20 10</gml:pos><gml:pos>20 12</gml:pos><gml:pos>23 12</gml:pos><gml:pos>20 10</gml:pos>")],
	["coordinates", polygon("<gml:coordinates>20,10 20,12\n23,12  20,10</gml:coordinates>")],
	[
		"coordinates of GML 2",
		polygon(
			"<gml:coordinates>10,20 12,20 12,23 10,20</gml:coordinates>",
			'srsName="http://www.opengis.net/gml/srs/epsg.xml#4326"',
		),
	],
	[
		"coordinates with other separators",
		polygon('<gml:coordinates cs=" " ts=";" decimal=",">20,0 10;20 12;23 12;20 10</gml:coordinates>'),
	],
	["coordinates with heights", polygon("<gml:coordinates>20,10,5 20,12,5 23,12,5 20,10,5</gml:coordinates>")],
	[
		"GML 2 boundaries",
		"<gml:Polygon><gml:outerBoundaryIs><gml:LinearRing><gml:posList>20 10 20 12 23 12 20 10</gml:posList></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>",
	],
	[
		"a surface's patch",
		"<gml:Surface><gml:patches><gml:PolygonPatch><gml:exterior><gml:LinearRing><gml:posList>20 10 20 12 23 12 20 10</gml:posList></gml:LinearRing></gml:exterior></gml:PolygonPatch></gml:patches></gml:Surface>",
	],
])("%s", (_, geometry) => {
	const [[ring = []] = []] = gml(geometry)?.coordinates ?? [];
	expect([[...ring].sort()]).toEqual([[...(triangle[0] ?? [])].sort()]);
});

test("a projected CRS", () => {
	const footprint = gml(
		polygon("<gml:posList>500000 0 600000 0 600000 100000 500000 100000</gml:posList>", 'srsName="EPSG:32633"'),
	);
	const [west, south] = footprint?.coordinates[0]?.[0]?.[0] ?? [];
	expect([west, south]).toEqual([15, 0]);
});

test("several polygons with several holes, and a multi-curve says nothing", () => {
	const hole = (text: string) =>
		`<gml:interior><gml:LinearRing><gml:posList>${text}</gml:posList></gml:LinearRing></gml:interior>`;
	const holed = polygon("<gml:posList>0 0 0 10 10 10 10 0</gml:posList>").replace(
		"</gml:Polygon>",
		`${hole("1 1 1 2 2 2")}${hole("5 5 5 6 6 6")}</gml:Polygon>`,
	);
	const footprint = gml(
		`<gml:MultiSurface>${holed}${polygon("<gml:posList>20 20 20 21 21 21</gml:posList>")}</gml:MultiSurface>`,
	);
	expect(footprint?.coordinates.map((rings) => rings.length)).toEqual([3, 1]);
	expect(gml("<gml:MultiCurve><gml:posList>0 0 1 1</gml:posList></gml:MultiCurve>")).toBeNull();
});

test.each([
	["an odd number of numbers", polygon("<gml:posList>20 10 20 12 23 12 20</gml:posList>"), /7 numbers/],
	["a word", polygon("<gml:posList>20 10 20 12 23 north</gml:posList>"), /"north" where a number/],
	["a hexadecimal number", polygon("<gml:posList>20 10 20 12 23 0x1F</gml:posList>"), /"0x1F"/],
	["infinity", polygon("<gml:posList>20 10 20 12 23 1e999</gml:posList>"), /"1e999"/],
	["nothing", polygon("<gml:posList></gml:posList>"), /1 numbers|where a number/],
	["no ring", "<gml:Polygon/>", /0 outer rings/],
	["an empty ring", polygon(""), /no coordinates/],
	["two positions", polygon("<gml:posList>20 10 20 12</gml:posList>"), /2 positions/],
	["no area", polygon("<gml:posList>20 10 20 12 20 14 20 10</gml:posList>"), /no area/],
	["axes swapped", polygon("<gml:posList>120 10 121 12 123 12 120 10</gml:posList>"), /order of its axes/],
	[
		"an unknown CRS",
		polygon("<gml:posList>20 10 20 12 23 12</gml:posList>", 'srsName="EPSG:999999"'),
		/srsName EPSG:999999/,
	],
	["four dimensions", polygon("<gml:posList>1 2 3 4</gml:posList>", 'srsDimension="4"'), /srsDimension 4/],
	["too many rings", polygon("<gml:posList>0 0 0 1 1 1</gml:posList>").repeat(1001), /more than 1000 rings/],
])("%s is rejected", (_, geometry, reason) => {
	expect(() => gml(geometry)).toThrow(RejectedError);
	expect(() => gml(geometry)).toThrow(reason);
});

test.each<[string, string, readonly number[]]>([
	["heights without a dimension, the last one missing", "10 20 0 10 22 0 12 22 0 12 20 0 10 20", [20, 10, 22, 12]],
	["heights without a dimension", "10 20 0 10 22 0 12 22 0 12 20 0 10 20 0", [20, 10, 22, 12]],
	[
		"half a cell beyond the poles and the antimeridian",
		"-90.125 -180.125 -90.125 179.875 90.125 179.875 90.125 -180.125 -90.125 -180.125",
		[-180, -90, 180, 90],
	],
	[
		"a cell beyond the poles on both sides",
		"-91.25 -181.25 -91.25 181.25 91.25 181.25 91.25 -181.25 -91.25 -181.25",
		[-180, -90, 180, 90],
	],
	["a tropical belt all around", "-30 -180.125 -30 180.125 30 180.125 30 -180.125 -30 -180.125", [-180, -30, 180, 30]],
])("a position list: %s", (_, text, bounds) => {
	const footprint = footprintOrReject([[positionsOf(text, { latitudeFirst: true })]]);
	expectValid(footprint);
	expect(footprint.coordinates).toHaveLength(1);
	expect(footprintBounds(footprint)).toEqual(bounds);
});

test("a scene that claims to lie beyond the pole is still a mistake", () => {
	const ring = positionsOf("90.5 10 90.5 12 80 12 80 10", { latitudeFirst: true });
	expect(() => footprintOrReject([[ring]])).toThrow(/not on Earth/);
});
