import type { Position, Ring } from "#lib/metadata/metadata.ts";

/** An outer ring and its holes, in planar degrees. */
export type Polygon = readonly Ring[];

/** One ten-millionth of a degree, about 1 cm: equal observations give equal footprints whatever computed them. */
export function roundDegrees(degrees: number): number {
	return Math.round(degrees * 1e7) / 1e7 + 0; // no negative zero
}

/** Twice-signed shoelace area in square degrees: positive for counter-clockwise rings, closed or not. */
export function signedArea(ring: Ring): number {
	const [x0, y0] = ring[0] ?? [0, 0];
	let twice = 0;
	forEachEdge(ring, ([x1, y1], [x2, y2]) => {
		twice += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
	});
	return twice / 2;
}

/** Smaller than about a square metre at the equator: what rounding leaves of a line. */
export function isDegenerate(ring: Ring): boolean {
	return ring.length < 3 || Math.abs(signedArea(ring)) < 1e-10;
}

/** The ring without its last position if that repeats the first, and without positions that repeat the one before. */
export function openRing(ring: Ring): Position[] {
	const open = ring.filter((position, i) => i === 0 || !isSamePosition(position, ring[i - 1] as Position));
	while (open.length > 1 && isSamePosition(open[0] as Position, open.at(-1) as Position)) open.pop();
	return open;
}

export function closeRing(open: readonly Position[]): Ring {
	return open[0] === undefined ? [] : [...open, open[0]];
}

export function isSamePosition([x1, y1]: Position, [x2, y2]: Position): boolean {
	return x1 === x2 && y1 === y2;
}

/** [west, south, east, north], planar. */
export function ringBounds(ring: Ring): readonly [number, number, number, number] {
	let west = Infinity;
	let south = Infinity;
	let east = -Infinity;
	let north = -Infinity;
	for (const [x, y] of ring) {
		west = Math.min(west, x);
		south = Math.min(south, y);
		east = Math.max(east, x);
		north = Math.max(north, y);
	}
	return [west, south, east, north];
}

/** True if no two edges cross, touch or lie on each other, neighbours in their common position apart. Quadratic. */
export function isSimple(ring: Ring): boolean {
	const open = openRing(ring);
	const count = open.length;
	const at = (i: number) => open[i % count] as Position;
	for (let i = 0; i < count; i++) {
		if (turn(at(i), at(i + 1), at(i + 2)) === 0 && dot(at(i + 1), at(i), at(i + 2)) > 0) return false; // a spike
		for (let j = i + 2; j < count; j++) {
			const neighbours = i === 0 && j === count - 1;
			if (!neighbours && edgesMeet(at(i), at(i + 1), at(j), at(j + 1))) return false;
		}
	}
	return true;
}

/** The ring with at most one position per `tolerance` degrees of its way. */
export function thinRing(ring: Ring, tolerance: number): Ring {
	const kept: Position[] = [];
	for (const position of openRing(ring)) {
		const last = kept.at(-1);
		if (last === undefined || Math.hypot(position[0] - last[0], position[1] - last[1]) >= tolerance)
			kept.push(position);
	}
	return closeRing(kept);
}

/** Edges of the ring, the closing one included. */
function forEachEdge(ring: Ring, visit: (from: Position, to: Position) => void): void {
	for (let i = 0; i < ring.length; i++) visit(ring[i] as Position, ring[(i + 1) % ring.length] as Position);
}

function turn([ax, ay]: Position, [bx, by]: Position, [cx, cy]: Position): number {
	return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

function dot([ox, oy]: Position, [ax, ay]: Position, [bx, by]: Position): number {
	return (ax - ox) * (bx - ox) + (ay - oy) * (by - oy);
}

function edgesMeet(a: Position, b: Position, c: Position, d: Position): boolean {
	if (Math.max(a[0], b[0]) < Math.min(c[0], d[0]) || Math.max(c[0], d[0]) < Math.min(a[0], b[0])) return false;
	if (Math.max(a[1], b[1]) < Math.min(c[1], d[1]) || Math.max(c[1], d[1]) < Math.min(a[1], b[1])) return false;
	return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0;
}
