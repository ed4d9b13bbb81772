import { expect, test } from "vitest";
import { directionOf, positionOf } from "#lib/metadata/geometry/direction.ts";
import { footprintBounds } from "#lib/metadata/geometry/footprint.ts";
import { footprintOfRaster } from "#lib/metadata/geometry/raster-footprint.ts";
import type { Position } from "#lib/metadata/metadata.ts";
import { fileWith } from "#lib/metadata/testing/files.ts";
import { writeClassic } from "#lib/metadata/testing/netcdf.ts";
import { netcdf3 } from "./netcdf.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };
const radians = Math.PI / 180;

/** A variable whose pixels lie where `place` says. */
async function read([columns, rows]: readonly [number, number], place: (pixel: number, line: number) => Position) {
	const positions = Array.from({ length: rows * columns }, (_, i) => place(i % columns, Math.floor(i / columns)));
	const axis = (units: string, values: readonly number[]) =>
		({ type: "double", dimensions: ["y", "x"], attributes: { units }, values }) as const;
	const file = {
		dimensions: { y: rows, x: columns },
		variables: {
			lon: axis(
				"degrees_east",
				positions.map(([lon]) => lon),
			),
			lat: axis(
				"degrees_north",
				positions.map(([, lat]) => lat),
			),
			sst: { type: "byte", dimensions: ["y", "x"], attributes: { coordinates: "lat lon" } } as const,
		},
	};
	return netcdf3.read(fileWith(writeClassic(file), "scene.nc"), options);
}

/** The place at so many degrees along an orbit of 98.7° and beside it. */
function onOrbit(along: number, beside: number): Position {
	const [sin, cos] = [Math.sin(98.7 * radians), Math.cos(98.7 * radians)];
	const [x, y, z] = [
		Math.cos(beside * radians) * Math.cos(along * radians),
		Math.cos(beside * radians) * Math.sin(along * radians),
		Math.sin(beside * radians),
	];
	return [Math.atan2(y * cos - z * sin, x) / radians, Math.asin(y * sin + z * cos) / radians];
}

test("the sides of a whole orbit are followed past the poles", async () => {
	const { raster } = await read([21, 601], (pixel, line) => onOrbit(line * 0.58, (pixel - 10) * 0.8));
	const footprint = footprintOfRaster(raster);
	const [, south, , north] = footprint === null ? [0, 0, 0, 0] : footprintBounds(footprint);
	// Its edge passes the poles at 0.7°.
	expect(north).toBeGreaterThan(89);
	expect(south).toBeLessThan(-89);
});

test("of a short swath far from the poles no more pixels are looked at", async () => {
	const { raster } = await read([40, 60], (pixel, line) => [10 + pixel * 0.05 + line * 0.01, 50 - line * 0.05]);
	expect(raster.gcps).toHaveLength(7 * 13);
});

/** Around the Earth up to 60° N, and from there around 40° W, 75° N, or back along a fold from 65° N over the pole. */
const ocean =
	(end: "pole" | "fold") =>
	(pixel: number, line: number): Position => {
		const turn = (pixel / 72) * 360;
		const share = Math.max(0, (line - 30) / 19);
		const lat = -78 + Math.min(line, 30) * 4.6;
		if (share === 0) return [turn - 180, lat];
		const [lon, north]: Position =
			end === "pole"
				? [-40 + 12 * Math.cos(turn * radians), 75 + 3 * Math.sin(turn * radians)]
				: [turn > 90 && turn < 270 ? -100 : 80, 90 - 25 * Math.abs(Math.cos(turn * radians))];
		const [from, to] = [directionOf(turn - 180, lat), directionOf(lon, north)];
		return positionOf(from.map((value, i) => value + share * ((to[i] ?? 0) - value)));
	};

test.each(["pole", "fold"] as const)(
	"a grid of an ocean model that ends in a %s reaches to the other pole",
	async (end) => {
		const { metadata } = await read([72, 50], ocean(end));
		expect(metadata.footprint?.coordinates).toEqual([
			[
				[
					[-180, -78],
					[180, -78],
					[180, 90],
					[-180, 90],
					[-180, -78],
				],
			],
		]);
	},
);

test("one whose first row has no places lies nowhere that could be told", async () => {
	const { raster, metadata } = await read([72, 50], (pixel, line) =>
		line === 0 ? [0, 0] : ocean("pole")(pixel, line),
	);
	expect(raster.gcps).toEqual([]);
	expect(metadata.footprint).toBeNull();
});

test("one that goes around the Earth at both ends is outlined by its pixels", async () => {
	const { raster, metadata } = await read([72, 50], (pixel, line) => [pixel * 5 - 180, -70 + line * 2.8]);
	expect(raster.gcps?.length).toBeGreaterThan(50);
	expect(metadata.footprint).toBeNull();
});
