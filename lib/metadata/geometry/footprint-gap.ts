import type { Footprint } from "#lib/metadata/metadata.ts";
import { directionOf } from "./direction.ts";
import { ringBounds } from "./ring.ts";

/** West, south, east, north. */
export type Box = ReturnType<typeof ringBounds>;

/** Metres. */
const earthRadius = 6_371_000;

/** The boxes around its parts, none of which crosses the antimeridian. */
export function boxesOf({ coordinates }: Pick<Footprint, "coordinates">): readonly Box[] {
	return coordinates.map(([outer = []]) => ringBounds(outer));
}

/** Metres between the nearest of their boxes; 0 where two of them meet. What lies apart only within its boxes counts as meeting. */
export function gapBetween(boxes: readonly Box[], others: readonly Box[]): number {
	return Math.min(...boxes.flatMap((box) => others.map((other) => gapOfBoxes(box, other))));
}

function gapOfBoxes([west, south, east, north]: Box, [otherWest, otherSouth, otherEast, otherNorth]: Box): number {
	const turns = [-360, 0, 360].map((turn) => Math.max(0, otherWest + turn - east, west - otherEast - turn));
	const along = Math.min(...turns);
	const [lower, upper] = [Math.max(south, otherSouth), Math.min(north, otherNorth)];
	// On the parallels that both have, the shortest way is the one nearest to a pole.
	const [from, to] =
		lower > upper ? [upper, lower] : Math.abs(lower) > Math.abs(upper) ? [lower, lower] : [upper, upper];
	const [a, b] = [directionOf(0, from), directionOf(along, to)];
	const cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
	return along === 0 && lower <= upper ? 0 : earthRadius * Math.acos(Math.max(-1, Math.min(1, cosine)));
}
