import type { Projection } from "#lib/metadata/crs/crs.ts";
import type { Extent, Footprint, Position } from "#lib/metadata/metadata.ts";
import { ringBounds } from "./ring.ts";

/** Places along each side that are looked at. */
const samples = { raster: 8, footprint: 12 };
/** Places that may differ, near the limb: this part of them, and two. */
const tolerance = 0.03;
/** How far beyond the extent a place of the footprint may be: this part of its width and height. */
const margin = 0.03;

/**
 * Whether a footprint is where its raster is: places inside the raster lie in it, and its places lie in the raster. An outline that a
 * projection tears (beyond its antipode, on its other side) fails, and no footprint is better than a wrong one.
 */
export function isFootprintOf(footprint: Footprint, extent: Extent, projection: Projection): boolean {
	return (
		lacksFew(placesOfRaster(extent, projection), (place) => isWithin(place, footprint)) &&
		lacksFew(placesOfFootprint(footprint), ([lon, lat]) => isInExtent(projection.fromWgs84(lon, lat), extent))
	);
}

function lacksFew(places: readonly Position[], isThere: (place: Position) => boolean): boolean {
	const missing = places.filter((place) => !isThere(place)).length;
	return missing <= 2 + places.length * tolerance && missing * 2 <= places.length;
}

/** Degrees; within so few, in one piece, no projection tears an outline whose edges are on Earth. */
const smallSpan = 15;

/** Scenes are many, and small: the question costs as much as the rest of reading them. */
export function isSmall({ coordinates }: Footprint): boolean {
	const [west, south, east, north] = ringBounds(coordinates[0]?.[0] ?? []);
	return coordinates.length === 1 && east - west <= smallSpan && north - south <= smallSpan;
}

/** Well inside the extent, and on Earth. */
function placesOfRaster([minx, miny, maxx, maxy]: Extent, projection: Projection): readonly Position[] {
	return grid(samples.raster)
		.map(([fx, fy]) => projection.toWgs84(minx + (maxx - minx) * fx, miny + (maxy - miny) * fy))
		.filter(([lon]) => Number.isFinite(lon));
}

function placesOfFootprint(footprint: Footprint): readonly Position[] {
	const { coordinates } = footprint;
	const [west, south, east, north] = ringBounds(coordinates.flatMap(([exterior = []]) => exterior));
	return grid(samples.footprint)
		.map(([fx, fy]): Position => [west + (east - west) * fx, south + (north - south) * fy])
		.filter((place) => isWithin(place, footprint));
}

/** Not the middle: that is where the meridian of a map, its pole and its edges often are. */
const offset = 0.47;

function grid(side: number): readonly Position[] {
	return Array.from(
		{ length: side * side },
		(_, index): Position => [((index % side) + offset) / side, (Math.floor(index / side) + offset) / side],
	);
}

function isInExtent([x, y]: readonly [number, number], [minx, miny, maxx, maxy]: Extent): boolean {
	const [dx, dy] = [(maxx - minx) * margin, (maxy - miny) * margin];
	return x >= minx - dx && x <= maxx + dx && y >= miny - dy && y <= maxy + dy;
}

function isWithin([x, y]: Position, { coordinates }: Footprint): boolean {
	let isInside = false;
	for (const ring of coordinates.flat()) {
		for (let index = 1; index < ring.length; index++) {
			const [ax, ay] = ring[index - 1] as Position;
			const [bx, by] = ring[index] as Position;
			if (ay > y !== by > y && x < ax + ((y - ay) * (bx - ax)) / (by - ay)) isInside = !isInside;
		}
	}
	return isInside;
}
