import type { Position } from "#lib/metadata/metadata.ts";
import { type Direction, directionOf, positionOf, radians } from "./direction.ts";

/** Degrees along the great circle between two positions of an edge; shorter edges stay straight. */
const step = 1;

/** Degrees. No edge of a granule is longer: a polygon with a longer one is that of a map. */
const longest = 60;

/**
 * A ring whose edges are parts of great circles, as NASA's archives have it for the polygon around a granule ("geodetic" coordinates),
 * with positions along them: its corners alone, joined by straight lines in degrees, miss a long edge by up to hundreds of kilometres.
 * A box of parallels and meridians stays one, and so does what is too large for a granule.
 */
export function alongGreatCircles(ring: readonly Position[]): readonly Position[] {
	const edges = ring.map((from, index) => {
		const to = ring[index + 1] ?? ring[0] ?? from;
		const [a, b] = [directionOf(...from), directionOf(...to)];
		return { from, to, a, b, degrees: angleBetween(a, b) / radians };
	});
	const isBox = edges.every(({ from, to }) => from[0] === to[0] || from[1] === to[1]);
	if (isBox || edges.some(({ degrees }) => !(degrees <= longest))) return ring;
	return edges.flatMap(({ from, a, b, degrees }) => {
		const count = Math.ceil(degrees / step);
		if (count <= 1) return [from];
		const angle = degrees * radians;
		const between = Array.from({ length: count - 1 }, (_, i): Position => {
			const share = (i + 1) / count;
			const [first, second] = [Math.sin((1 - share) * angle), Math.sin(share * angle)];
			return positionOf(([0, 1, 2] as const).map((axis) => a[axis] * first + b[axis] * second));
		});
		return [from, ...between];
	});
}

/** Radians. */
function angleBetween(a: Direction, b: Direction): number {
	return Math.acos(Math.max(-1, Math.min(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])));
}
