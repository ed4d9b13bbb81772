import { createHash } from "node:crypto";
import type { Footprint, Position } from "#lib/metadata/metadata.ts";

/** Whether two footprints are one place, however their rings begin, turn, and are cut into pieces. */

/** Degrees. */
const tolerance = 1e-6;
/** Beyond so many pairs of a corner and an edge, only corners are compared with corners. */
const pairsAtMost = 4_000_000;

/**
 * Every corner of one is a corner of the other, or lies on an edge of it (edges are cut into pieces by some, and left whole by others),
 * and both cover as much.
 */
export function isSameFootprint(a: Footprint | null, b: Footprint | null): boolean {
	if (a === null || b === null) return a === b;
	if (isSameInOrder(a, b)) return true;
	const [ofA, ofB] = [positionsOf(a), positionsOf(b)];
	const [farA, farB] = [farFrom(b, ofA), farFrom(a, ofB)];
	if (farA.length === 0 && farB.length === 0) return isSameArea(a, b);
	if (farA.length * ofB.length + farB.length * ofA.length > pairsAtMost) return false;
	return farA.every((corner) => isOnEdge(corner, b)) && farB.every((corner) => isOnEdge(corner, a)) && isSameArea(a, b);
}

/** What comes back as it was written, which is nearly all: corner by corner, without a search. */
function isSameInOrder(a: Footprint, b: Footprint): boolean {
	return isSameList(a.coordinates, b.coordinates, (ringsOfA, ringsOfB) =>
		isSameList(ringsOfA, ringsOfB, (ringOfA, ringOfB) =>
			isSameList(
				ringOfA,
				ringOfB,
				([x, y], [otherX, otherY]) => Math.abs(x - otherX) <= tolerance && Math.abs(y - otherY) <= tolerance,
			),
		),
	);
}

function isSameList<Item>(a: readonly Item[], b: readonly Item[], isSame: (a: Item, b: Item) => boolean): boolean {
	return a.length === b.length && a.every((item, i) => isSame(item, b[i] as Item));
}

function positionsOf(footprint: Footprint): readonly Position[] {
	return footprint.coordinates.flat(2);
}

/** The same for footprints with the same corners, rounded to the tolerance: what is kept of one, to see whether it was changed since. */
export function footprintDigest(footprint: Footprint): string {
	const corners = new Set(positionsOf(footprint).map((corner) => cellKey(corner, 0, 0)));
	return createHash("md5")
		.update([...corners].sort().join())
		.digest("hex");
}

/** Those corners that are no corners of the other, within the tolerance. */
function farFrom(other: Footprint, corners: readonly Position[]): readonly Position[] {
	const cells = new Map<string, Position[]>();
	for (const corner of positionsOf(other)) {
		const key = cellKey(corner, 0, 0);
		const there = cells.get(key);
		if (there === undefined) cells.set(key, [corner]);
		else there.push(corner);
	}
	return corners.filter((corner) => !steps.some(([x, y]) => cells.get(cellKey(corner, x, y))?.some(isNear(corner))));
}

const steps = [0, -1, 1].flatMap((x) => [0, -1, 1].map((y) => [x, y] as const));

/** Cells as wide as the tolerance: what is near a corner is in its cell or in one beside it. */
function cellKey([x, y]: Position, stepX: number, stepY: number): string {
	return `${Math.round(x / tolerance) + stepX} ${Math.round(y / tolerance) + stepY}`;
}

function isNear([x, y]: Position): (other: Position) => boolean {
	return ([otherX, otherY]) => Math.abs(x - otherX) <= tolerance && Math.abs(y - otherY) <= tolerance;
}

function isOnEdge(corner: Position, { coordinates }: Footprint): boolean {
	return coordinates.some((rings) =>
		rings.some((ring) => ring.some((from, i) => isNearSegment(corner, from, ring[i + 1] ?? from))),
	);
}

function isNearSegment([x, y]: Position, [x1, y1]: Position, [x2, y2]: Position): boolean {
	const [dx, dy] = [x2 - x1, y2 - y1];
	const length = dx * dx + dy * dy;
	const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
	return Math.hypot(x - x1 - along * dx, y - y1 - along * dy) <= tolerance;
}

/** Square degrees; what the tolerance makes of its edges is no difference. */
function isSameArea(a: Footprint, b: Footprint): boolean {
	const most = Math.max(lengthOf(a), lengthOf(b));
	return Math.abs(areaOf(a) - areaOf(b)) <= Math.max(tolerance * most, 1e-9);
}

function areaOf({ coordinates }: Footprint): number {
	return coordinates.reduce((sum, rings) => {
		const [outer = 0, ...holes] = rings.map(ringArea);
		return sum + outer - holes.reduce((all, hole) => all + hole, 0);
	}, 0);
}

function ringArea(ring: readonly Position[]): number {
	const [x0, y0] = ring[0] ?? [0, 0];
	const twice = ring.reduce((sum, [x, y], i) => {
		const [nextX, nextY] = ring[i + 1] ?? [x0, y0];
		return sum + (x - x0) * (nextY - y0) - (nextX - x0) * (y - y0);
	}, 0);
	return Math.abs(twice) / 2;
}

function lengthOf({ coordinates }: Footprint): number {
	return coordinates.flat().reduce(
		(sum, ring) =>
			sum +
			ring.reduce((length, [x, y], i) => {
				const [nextX, nextY] = ring[i + 1] ?? [x, y];
				return length + Math.hypot(nextX - x, nextY - y);
			}, 0),
		0,
	);
}
