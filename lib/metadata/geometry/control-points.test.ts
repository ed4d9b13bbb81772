import { expect, test } from "vitest";
import type { Gcp, Position } from "#lib/metadata/metadata.ts";
import { footprintBounds } from "./footprint.ts";
import { footprintOfRaster } from "./raster-footprint.ts";

const size = [100, 80] as const;
type Place = (pixel: number, line: number) => Position;

function bounds(crs: string, place: Place, at: readonly Position[]) {
	const gcps = at.map(([pixel, line]): Gcp => {
		const [x, y] = place(pixel, line);
		return { pixel, line, x, y, z: 0 };
	});
	const footprint = footprintOfRaster({ crs, extent: null, gcps, size });
	return footprint === null ? null : footprintBounds(footprint).map((degrees) => Number(degrees.toFixed(3)));
}

const northUp: Place = (pixel, line) => [10 + pixel / 100, 50 - line / 100];
const grid = (from: Position, to: Position): readonly Position[] =>
	[0, 0.25, 0.5, 0.75, 1].flatMap((down) =>
		[0, 0.25, 0.5, 0.75, 1].map(
			(along): Position => [from[0] + (to[0] - from[0]) * along, from[1] + (to[1] - from[1]) * down],
		),
	);

test.each<[string, readonly Position[]]>([
	["at its corners", grid([0, 0], [100, 80])],
	[
		"three of its corners",
		[
			[0, 0],
			[100, 0],
			[0, 80],
		],
	],
	["inside", grid([10, 20], [80, 70])],
	["of a larger scene that it was cut out of", grid([-400, -300], [900, 700])],
	["of a larger scene, at the centres of its pixels", grid([-399.5, -299.5], [900.5, 700.5])],
	["on one side beyond it", grid([0, 0], [200, 80])],
])("the place of an image with control points %s is the image's", (_, at) => {
	expect(bounds("EPSG:4326", northUp, at)).toEqual([10, 49.2, 11, 50]);
});

test("control points in metres, inside the image", () => {
	const place: Place = (pixel, line) => [500_000 + pixel * 1000, 5_300_000 - line * 1000];
	const whole = bounds("EPSG:32633", place, grid([0, 0], [100, 80]));
	expect(bounds("EPSG:32633", place, grid([20, 20], [70, 60]))).toEqual(whole);
});

test("control points on both sides of the antimeridian", () => {
	const place: Place = (pixel, line) => {
		const lon = 179.5 + pixel / 100;
		return [lon > 180 ? lon - 360 : lon, 10 - line / 100];
	};
	expect(bounds("EPSG:4326", place, grid([10, 20], [80, 70]))).toEqual([179.5, 9.2, -179.5, 10]);
});

test("pixels of a geolocation array without a position lie nowhere", () => {
	expect(bounds("EPSG:4326", northUp, grid([20.5, 20.5], [60.5, 60.5]))).toEqual([10.205, 49.395, 10.605, 49.795]);
});

test("the centres of every tenth pixel leave the last nine of a line, which belong to the image", () => {
	const tenth = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90].flatMap((pixel) =>
		[0, 10, 20, 30, 40, 50, 60, 70].map((line): Position => [pixel + 0.5, line + 0.5]),
	);
	expect(bounds("EPSG:4326", northUp, tenth)).toEqual([10, 49.2, 11, 50]);
});

test("metres that are said to be degrees are no place", () => {
	expect(bounds("EPSG:4326", (pixel, line) => [157168 + pixel, 2818194 - line], grid([10, 20], [80, 70]))).toBeNull();
});
