import { expect, test } from "vitest";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import type { Extent, Footprint, Gcp, Position } from "#lib/metadata/metadata.ts";
import { footprintBounds } from "./footprint.ts";
import { footprintOfRaster } from "./raster-footprint.ts";
import { signedArea } from "./ring.ts";

const ofExtent = (crs: string, extent: Extent) => footprintOfRaster({ crs, extent, gcps: null });
const areaOf = (footprint: Footprint | null) =>
	(footprint?.coordinates ?? []).flat().reduce((sum, ring) => sum + signedArea(ring), 0);

const arctic = "+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +datum=WGS84";
const mercatorEdge = 20037508.342789244;

test.each<[string, string, Extent, readonly number[], number]>([
	["a box", "EPSG:4326", [10, 20, 12, 23], [10, 20, 12, 23], 1],
	["the whole Earth", "EPSG:4326", [-180, -90, 180, 90], [-180, -90, 180, 90], 1],
	[
		"the whole Earth about another pole",
		"+proj=ob_tran +o_proj=longlat +o_lat_p=20 +o_lon_p=0 +lon_0=-40 +a=6367470 +b=6367470 +to_meter=0.017453292519943295",
		[-10, -90, 350, 90],
		[-180, -90, 180, 90],
		1,
	],
	["the whole Earth in 0…360", "EPSG:4326", [0, -90, 360, 90], [-180, -90, 180, 90], 1],
	["the whole Earth by pixel centres", "EPSG:4326", [-180.25, -90.25, 179.75, 90.25], [-180, -90, 180, 90], 1],
	["a wide box", "EPSG:4326", [-120, -60, 130, 60], [-120, -60, 130, 60], 1],
	["a low box nearly around the Earth", "EPSG:4326", [-179, -5, 179, 5], [-179, -5, 179, 5], 1],
	["a wide box in another datum", "EPSG:4267", [-179, -5, 100, 5], [-179.00143, -4.99794, 99.99984, 5.00131], 1],
	["a box across the antimeridian", "EPSG:4326", [175, -5, 185, 5], [175, -5, -175, 5], 2],
	[
		"the whole Mercator world",
		"EPSG:3857",
		[-mercatorEdge, -mercatorEdge, mercatorEdge, mercatorEdge],
		[-180, -85.05113, 180, 85.05113],
		1,
	],
	["UTM", "EPSG:32633", [399960, 5190240, 509760, 5300040], [13.66287, 46.85818, 15.13047, 47.85369], 1],
	[
		"UTM across the antimeridian",
		"EPSG:32601",
		[100000, 2000000, 300000, 2200000],
		[179.18177, 18.05174, -178.88981, 19.886],
		2,
	],
	["around the north pole", arctic, [-3850000, -5350000, 3750000, 5850000], [-180, 30.97951, 180, 90], 1],
	["a quarter that begins at the pole", arctic, [0, 0, 1e6, 1e6], [45, 76.99882, 135, 90], 1],
	["a half whose edge goes through the pole", arctic, [-1e6, 0, 1e6, 1e6], [45, 76.99882, -135, 90], 2],
	["around the south pole", "EPSG:3031", [-3950000, -3950000, 3950000, 4350000], [-180, -90, 180, -39.36335], 1],
])("%s", (_, crs, extent, bounds, polygons) => {
	const footprint = ofExtent(crs, extent);
	expect(footprint?.coordinates).toHaveLength(polygons);
	if (footprint === null) return;
	for (const [i, degrees] of footprintBounds(footprint).entries()) expect(degrees).toBeCloseTo(bounds[i] as number, 4);
	for (const ring of footprint.coordinates.flat()) expect(signedArea(ring)).toBeGreaterThan(0);
});

test("a geographic box keeps its four corners", () => {
	expect(ofExtent("EPSG:4326", [10, 20, 12, 23])?.coordinates).toEqual([
		[
			[
				[10, 20],
				[12, 20],
				[12, 23],
				[10, 23],
				[10, 20],
			],
		],
	]);
});

test.each<[string, Extent, number]>([
	["EPSG:32633", [399960, 5190240, 509760, 5300040], 1.5e-4],
	["EPSG:3035", [2500000, 1300000, 6000000, 5500000], 1e-3],
	["EPSG:31287", [110000, 270000, 690000, 580000], 1e-3],
])("the outline in %s is as near to the true edge as promised", (crs, extent, promised) => {
	const projection = projectionOf(crs);
	const ring = ofExtent(crs, extent)?.coordinates[0]?.[0] ?? [];
	const [minx, miny, maxx, maxy] = extent;
	expect(ring.length).toBeGreaterThan(16);
	for (let i = 0; i <= 1000; i++) {
		const x = minx + ((maxx - minx) * i) / 1000;
		for (const y of [miny, maxy]) {
			const position = projection?.toWgs84(x, y) as Position;
			expect(distanceToOutline(position, ring)).toBeLessThan(promised);
		}
	}
});

function distanceToOutline([x, y]: Position, ring: readonly Position[]): number {
	const distances = ring.slice(1).map(([bx, by], i) => {
		const [ax, ay] = ring[i] as Position;
		const share = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2 || 1);
		const t = Math.max(0, Math.min(1, share));
		return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
	});
	return Math.min(...distances);
}

const gcp = (pixel: number, line: number, x: number, y: number): Gcp => ({ pixel, line, x, y, z: 0 });

test("a grid of GCPs: its border, curved edges with every point", () => {
	const gcps = [0, 50, 100].flatMap((pixel) =>
		[0, 50, 100].map((line) => gcp(pixel, line, 10 + pixel / 50 + (line === 50 ? 0.1 : 0), 50 - line / 50)),
	);
	const footprint = footprintOfRaster({ crs: "EPSG:4326", extent: null, gcps });
	expect(footprint?.coordinates[0]?.[0]).toHaveLength(9);
	expect(footprint?.coordinates[0]?.[0]).toContainEqual([10.1, 49]);
	expect(footprint?.coordinates[0]?.[0]).toContainEqual([14 - 1.9, 49]);
});

test.each<[string, string, [number, number, number, number], [number, number, number, number]]>([
	["beyond both poles", "EPSG:4087", [-20037508, -1.2e7, 20037508, 1.2e7], [-180, -90, 180, 90]],
	["beyond one pole and ±180", "EPSG:6933", [16e6, -2e6, 19e6, 9e6], [165.8267, -15.8743, -163.0808, 90]],
	[
		"360° of Mercator from anywhere",
		"+proj=merc +lon_0=0 +a=6378137 +b=6378137",
		[0, 0, 40075016.7, 1e6],
		[-180, 0, 180, 8.9466],
	],
])("a cylindrical map %s", (_, crs, extent, bounds) => {
	const footprint = footprintOfRaster({ crs, extent, gcps: null });
	const found = footprint === null ? [] : footprintBounds(footprint);
	for (const [index, degrees] of bounds.entries()) expect(found[index]).toBeCloseTo(degrees, 3);
});

test("a pole is seen from above in perspective, though its formulas have no answer in the middle", () => {
	const crs = "+proj=tpers +h=2e7 +lat_0=90 +lon_0=20 +a=6378137 +b=6378137";
	const footprint = footprintOfRaster({ crs, extent: [-2e7, -2e7, 2e7, 2e7], gcps: null });
	expect(footprint && footprintBounds(footprint)[3]).toBe(90);
	expect(footprint && footprintBounds(footprint)[1]).toBeGreaterThan(10);
});

test("scattered GCPs: their hull, whatever their order", () => {
	const gcps = [
		gcp(50, 50, 11, 49),
		gcp(100, 100, 12, 48),
		gcp(0, 0, 10, 50),
		gcp(0, 100, 10, 48),
		gcp(100, 0, 12, 50),
		gcp(20, 60, 10.4, 48.8),
	];
	expect(areaOf(footprintOfRaster({ crs: "EPSG:4326", extent: null, gcps }))).toBeCloseTo(4, 9);
});

test("GCPs across the antimeridian", () => {
	const gcps = [gcp(0, 0, 179, 1), gcp(100, 0, -179, 1), gcp(100, 100, -179, 0), gcp(0, 100, 179, 0)];
	const footprint = footprintOfRaster({ crs: "EPSG:4326", extent: null, gcps });
	expect(footprint && footprintBounds(footprint)).toEqual([179, 0, -179, 1]);
});

test.each<[string, Parameters<typeof footprintOfRaster>[0]]>([
	["an unknown CRS", { crs: "EPSG:999999", extent: [0, 0, 1, 1], gcps: null }],
	["no extent and no GCPs", { crs: "EPSG:4326", extent: null, gcps: null }],
	["two GCPs", { crs: "EPSG:4326", extent: null, gcps: [gcp(0, 0, 1, 1), gcp(1, 1, 2, 2)] }],
	["GCPs on a line", { crs: "EPSG:4326", extent: null, gcps: [gcp(0, 0, 1, 1), gcp(1, 1, 2, 2), gcp(2, 2, 3, 3)] }],
	["an empty extent", { crs: "EPSG:4326", extent: [1, 1, 1, 2], gcps: null }],
	["not a number", { crs: "EPSG:4326", extent: [0, 0, Number.NaN, 2], gcps: null }],
	[
		"a transverse Mercator of the whole Earth, whose formulas tear it",
		{ crs: "+proj=tmerc +lon_0=10 +ellps=WGS84", extent: [-2.5e7, -2.8e7, 2.4e7, 2.1e7], gcps: null },
	],
	[
		"an azimuthal map that reaches beyond its antipode on one side",
		{ crs: "+proj=aeqd +lat_0=90 +lon_0=105 +R=6371007", extent: [-1.8e7, 4e5, 1.35e7, 2.26e7], gcps: null },
	],
	["a cone all around", { crs: "EPSG:5070", extent: [-2e7, -1.5e7, 2e7, 1.5e7], gcps: null }],
	[
		"an outline beyond the Earth",
		{
			crs: "+proj=geos +h=35785831 +lon_0=0 +sweep=y +ellps=GRS80",
			extent: [5.5e6, 5.5e6, 6e6, 6e6],
			gcps: null,
		},
	],
])("%s: none", (_, raster) => {
	expect(footprintOfRaster(raster)).toBeNull();
});
