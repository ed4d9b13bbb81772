import type { Footprint, Position, Ring } from "#lib/metadata/metadata.ts";
import { type UnwrapOptions, unwrapRing } from "./antimeridian.ts";
import { cutBetween, isExact, subtract, unite, uniteCells } from "./clipping.ts";
import {
	closeRing,
	isDegenerate,
	isSimple,
	openRing,
	type Polygon,
	ringBounds,
	roundDegrees,
	signedArea,
	thinRing,
} from "./ring.ts";

/** More positions than this are thinned, evenly along the outline. */
export const maxPositions = 4000;

/**
 * The footprint of polygons (outer ring, holes) in longitude and latitude as files have them: longitudes in -180…180 or
 * 0…360 or beyond, rings of either orientation, open or closed, with repeated positions, crossing themselves, each
 * other, the antimeridian or a pole. Coordinates are rounded to 1e-7 degrees.
 * @returns null if nothing with an area remains, or a position is not on Earth (latitudes beyond ±90 by more than 1e-6).
 */
export function footprintOfPolygons(polygons: readonly Polygon[], options: UnwrapOptions = {}): Footprint | null {
	const rounded = bounded(polygons.map((polygon) => polygon.map(roundRing)));
	if (rounded.flat(2).some(([lon, lat]) => !(Math.abs(lon) <= 3600 && Math.abs(lat) <= 90))) return null;
	return assemble(settle(rounded.flatMap((polygon) => unwrapPolygon(polygon, options))));
}

/**
 * The union of the footprints; null if there is none. Exact as long as that takes about a second (6,000 positions,
 * 5,000 crossings of different footprints); beyond that a little more, but never less: see `unite`.
 */
export function unionFootprints(footprints: readonly Footprint[]): Footprint | null {
	const polygons = footprints.flatMap(({ coordinates }) => coordinates);
	if (polygons.length === 0) return null;
	const distinct = polygons.length > 10_000 ? polygons : withoutRepetitions(polygons);
	return assemble(isExact(distinct) ? uniteAll(distinct) : uniteCells(distinct));
}

function withoutRepetitions(polygons: readonly Polygon[]): readonly Polygon[] {
	return [...new Map(polygons.map((polygon) => [JSON.stringify(polygon), polygon])).values()];
}

/**
 * [west, south, east, north]; west is greater than east if the footprint crosses the antimeridian (RFC 7946, 5.2), that
 * is if parts of it end there from both sides and leave a gap elsewhere.
 */
export function footprintBounds({ coordinates }: Footprint): readonly [number, number, number, number] {
	const boxes = coordinates.map(([exterior = []]) => ringBounds(exterior)).sort(([a], [b]) => a - b);
	const south = Math.min(...boxes.map((box) => box[1]));
	const north = Math.max(...boxes.map((box) => box[3]));
	let west = -180;
	let east = 180;
	let widest = 0;
	let reached = boxes[0]?.[2] ?? 180;
	const [first = -180] = boxes[0] ?? [];
	for (const [start, , end] of boxes) {
		if (start - reached > widest) {
			widest = start - reached;
			east = reached;
			west = start;
		}
		reached = Math.max(reached, end);
	}
	return widest > 0 && first === -180 && reached === 180 ? [west, south, east, north] : [first, south, reached, north];
}

function roundRing(ring: Ring): Ring {
	return ring.map(
		([lon, lat]) => [roundDegrees(lon), roundDegrees(Math.abs(lat) <= 90 + 1e-6 ? clampLatitude(lat) : lat)] as const,
	);
}

function clampLatitude(lat: number): number {
	return Math.max(-90, Math.min(90, lat));
}

function bounded(polygons: readonly Polygon[]): readonly Polygon[] {
	let thinned = polygons;
	for (let tolerance = 1e-5; thinned.flat(2).length > maxPositions && tolerance < 360; tolerance *= 2) {
		thinned = polygons.map((polygon) => polygon.map((ring) => thinRing(ring, tolerance)));
	}
	return thinned;
}

/** The polygon within -180…180, in several parts if need be; not yet united. A hole that lies elsewhere is none, but a part. */
function unwrapPolygon([exterior = [], ...rings]: Polygon, options: UnwrapOptions): readonly Polygon[] {
	const parts = partsOfRing(exterior, options);
	const inner = rings.flatMap((ring) => partsOfRing(ring, options));
	const holes = inner.filter((ring) => parts.some((part) => mayMeet(part, ring)));
	const solid = subtract(parts.length > 1 && holes.length > 0 ? unite(parts) : parts, holes);
	return [...solid, ...inner.filter((ring) => !holes.includes(ring))];
}

function mayMeet([one = []]: Polygon, [other = []]: Polygon): boolean {
	return meet(ringBounds(one), ringBounds(other));
}

function meet(a: ReturnType<typeof ringBounds>, b: ReturnType<typeof ringBounds>): boolean {
	return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

function partsOfRing(ring: Ring, options: UnwrapOptions): readonly Polygon[] {
	const unwrapped = unwrapRing(ring, options);
	if (unwrapped === null || isDegenerate(unwrapped)) return isSelfCrossing(unwrapped) ? unite([[unwrapped]]) : [];
	const whole: readonly Polygon[] = isSimple(unwrapped) ? [[unwrapped]] : unite([[unwrapped]]);
	const [, , east] = ringBounds(unwrapped);
	if (east <= 180) return whole;
	const parts: Polygon[] = [];
	for (let west = -180; west < east; west += 360) {
		for (const polygon of whole.flatMap((part) => cutBetween(part, west, west + 360)))
			parts.push(shifted(polygon, -west - 180));
	}
	return parts;
}

/** A bow tie has an area although its signed area may be zero. */
function isSelfCrossing(ring: Ring | null): ring is Ring {
	return ring !== null && !isSimple(ring);
}

function shifted(polygon: Polygon, lonShift: number): Polygon {
	// Rounded, so that the two sides of a seam are the same meridian and not a sliver apart.
	return polygon.map((ring) => ring.map(([lon, lat]) => [roundDegrees(lon + lonShift), roundDegrees(lat)] as const));
}

/** Unites only where polygons could overlap. */
function settle(polygons: readonly Polygon[]): readonly Polygon[] {
	const boxes = polygons.map(([exterior = []]) => ringBounds(exterior));
	const overlap = boxes.some((a, i) => boxes.some((b, j) => j > i && meet(a, b)));
	return overlap ? unite(polygons) : polygons;
}

/** Neighbours first, halves at a time: the pieces that polyclip-ts has to hold at once stay small. */
function uniteAll(polygons: readonly Polygon[]): readonly Polygon[] {
	const unitePart = (part: readonly Polygon[]): readonly Polygon[] => {
		if (part.length <= 8) return settle(part);
		const middle = part.length >> 1;
		return settle([...unitePart(part.slice(0, middle)), ...unitePart(part.slice(middle))]);
	};
	const west = ([exterior = []]: Polygon) => ringBounds(exterior)[0];
	return unitePart([...polygons].sort((a, b) => west(a) - west(b)));
}

/** Sorted, so that equal coverage is an equal footprint whatever the order it came in. */
function assemble(polygons: readonly Polygon[]): Footprint | null {
	const coordinates = polygons.flatMap((polygon) => {
		const [exterior = [], ...holes] = polygon.map((ring) => closeRing(openRing(roundRing(ring))));
		if (isDegenerate(exterior)) return [];
		return [[oriented(exterior, 1), ...holes.filter((hole) => !isDegenerate(hole)).map((hole) => oriented(hole, -1))]];
	});
	if (coordinates.length === 0) return null;
	return { type: "MultiPolygon", coordinates: coordinates.sort(([a = []], [b = []]) => comparePositions(a[0], b[0])) };
}

function oriented(ring: Ring, sign: 1 | -1): Ring {
	return Math.sign(signedArea(ring)) === sign ? ring : [...ring].reverse();
}

function comparePositions(a: Position = [0, 0], b: Position = [0, 0]): number {
	return a[0] - b[0] || a[1] - b[1];
}
