import type { Footprint, Position, Ring } from "#lib/metadata/metadata.ts";
import type { Geometry } from "./expression.ts";
import { boxOf } from "./operands.ts";

/**
 * Whether geometries have a point in common, edges and corners included. Coordinates are planar, as GeoJSON has them: what lies
 * across the antimeridian is in two parts.
 */

/** A geometry from outside, taken apart. */
export interface Shape {
	readonly points: readonly Position[];
	readonly lines: readonly Ring[];
	readonly polygons: readonly (readonly Ring[])[];
	/** Boxes that hold all of it; at most `mostBoxes`. */
	readonly boxes: readonly Box[];
	/** It is nothing but its boxes. */
	readonly isBoxes: boolean;
}

export type Box = readonly [west: number, south: number, east: number, north: number];

const mostBoxes = 8;

export function shapeOf(geometry: Geometry): Shape {
	const parts = partsOf(geometry);
	const boxes = [
		...parts.points.map((point) => [point]),
		...parts.lines,
		...parts.polygons.map(([outer = []]) => outer),
	].map(bounds);
	return {
		...parts,
		boxes:
			boxes.length <= mostBoxes
				? boxes
				: [
						bounds(
							boxes.flatMap(
								([w, s, e, n]): Ring => [
									[w, s],
									[e, n],
								],
							),
						),
					],
		isBoxes: "bbox" in geometry,
	};
}

type Parts = Pick<Shape, "points" | "lines" | "polygons">;

function partsOf(geometry: Geometry): Parts {
	const none: Parts = { points: [], lines: [], polygons: [] };
	if ("bbox" in geometry) return { ...none, polygons: boxesOf(boxOf(geometry.bbox)).map((box) => [ringOf(box)]) };
	switch (geometry.type) {
		case "Point":
			return { ...none, points: [position(geometry.coordinates)] };
		case "MultiPoint":
			return { ...none, points: geometry.coordinates.map(position) };
		case "LineString":
			return { ...none, lines: [geometry.coordinates.map(position)] };
		case "MultiLineString":
			return { ...none, lines: geometry.coordinates.map((line) => line.map(position)) };
		case "Polygon":
			return { ...none, polygons: [geometry.coordinates.map((ring) => ring.map(position))] };
		case "MultiPolygon":
			return { ...none, polygons: geometry.coordinates.map((polygon) => polygon.map((ring) => ring.map(position))) };
		case "GeometryCollection": {
			const parts = geometry.geometries.map(partsOf);
			return {
				points: parts.flatMap(({ points }) => points),
				lines: parts.flatMap(({ lines }) => lines),
				polygons: parts.flatMap(({ polygons }) => polygons),
			};
		}
	}
}

const position = ([lon = 0, lat = 0]: readonly number[]): Position => [lon, lat];

/** One box, or two on either side of the antimeridian. */
export function boxesOf([west, south, east, north]: Box): readonly Box[] {
	if (west <= east) return [[west, south, east, north]];
	return [
		[west, south, 180, north],
		[-180, south, east, north],
	];
}

function ringOf([west, south, east, north]: Box): Ring {
	return [
		[west, south],
		[east, south],
		[east, north],
		[west, north],
		[west, south],
	];
}

export function bounds(ring: Ring): Box {
	let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const [lon, lat] of ring) {
		west = Math.min(west, lon);
		south = Math.min(south, lat);
		east = Math.max(east, lon);
		north = Math.max(north, lat);
	}
	return [west, south, east, north];
}

export function boxesMeet(a: Box, b: Box): boolean {
	return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

export function intersects(shape: Shape, { coordinates }: Footprint): boolean {
	return coordinates.some((polygon) => {
		const [outer = []] = polygon;
		const box = bounds(outer);
		if (!shape.boxes.some((each) => boxesMeet(each, box))) return false;
		return (
			shape.points.some((point) => holds(polygon, point)) ||
			shape.lines.some((line) => meetsRings(line, polygon, box) || holds(polygon, line[0] as Position)) ||
			shape.polygons.some((other) => polygonsMeet(other, polygon, box))
		);
	});
}

/** Where no edges meet, one is inside the other with all of it, or they are apart. */
function polygonsMeet(a: readonly Ring[], b: readonly Ring[], boundsOfB: Box): boolean {
	if (a.some((ring) => meetsRings(ring, b, boundsOfB))) return true;
	const [cornerOfA, cornerOfB] = [a[0]?.[0], b[0]?.[0]];
	return (cornerOfA !== undefined && holds(b, cornerOfA)) || (cornerOfB !== undefined && holds(a, cornerOfB));
}

function meetsRings(line: Ring, rings: readonly Ring[], box: Box): boolean {
	for (let i = 1; i < line.length; i++) {
		const [a, b] = [line[i - 1] as Position, line[i] as Position];
		const edge = bounds([a, b]);
		if (!boxesMeet(edge, box)) continue;
		for (const ring of rings)
			for (let j = 1; j < ring.length; j++)
				if (segmentsMeet(a, b, ring[j - 1] as Position, ring[j] as Position, edge)) return true;
	}
	return false;
}

function segmentsMeet(a: Position, b: Position, c: Position, d: Position, boundsOfAb: Box): boolean {
	if (!boxesMeet(boundsOfAb, bounds([c, d]))) return false;
	// Their boxes meet, so those on one line meet as well.
	return side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0;
}

/** The sign says on which side of the line from `a` to `b` the position is; 0: on it. */
function side([ax, ay]: Position, [bx, by]: Position, [x, y]: Position): number {
	return Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax));
}

/** Whether a position is in the polygon or on one of its edges; what is inside a hole is not. */
function holds([outer = [], ...holes]: readonly Ring[], point: Position): boolean {
	const where = whereIn(outer, point);
	if (where !== "inside") return where === "edge";
	return holes.every((hole) => whereIn(hole, point) !== "inside");
}

function whereIn(ring: Ring, point: Position): "inside" | "edge" | "outside" {
	const [x, y] = point;
	let isInside = false;
	for (let i = 1; i < ring.length; i++) {
		const [a, b] = [ring[i - 1] as Position, ring[i] as Position];
		const isBeside = side(a, b, point) === 0;
		if (isBeside && boxesMeet(bounds([a, b]), [x, y, x, y])) return "edge";
		if (a[1] > y !== b[1] > y && side(a, b, point) > 0 === b[1] > a[1]) isInside = !isInside;
	}
	return isInside ? "inside" : "outside";
}
