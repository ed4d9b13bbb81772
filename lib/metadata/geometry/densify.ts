import type { Projection } from "#lib/metadata/crs/crs.ts";
import type { Position, Ring } from "#lib/metadata/metadata.ts";

/**
 * A closed ring in a CRS (x, y), its edges straight there, as a ring in longitude and latitude. In a geographic CRS its
 * positions are enough. Elsewhere each edge begins as 4 pieces, and a piece is halved until its true middle is no further
 * from the straight one than 1e-4 of the edge's length in degrees, 1e-3 degrees at most (about 100 m, on edges longer
 * than 10 degrees) and 1e-5 at least; the outline is off by no more than about that, or by some hundredths of a degree
 * where an edge of half a globe reaches 128 pieces. In a geographic CRS longitudes stay where
 * they are, beyond ±180 too; elsewhere neighbours are 180 degrees apart at most.
 * @returns null if more than a quarter of the outline is not on Earth; less is left out.
 */
export function ringToWgs84(ring: Ring, projection: Projection): Ring | null {
	const open = ring.slice(0, -1);
	if (projection.geographic) return open.map((position) => geographicToWgs84(position, projection));
	const samples = open.flatMap((from, i) => edgeToWgs84(from, ring[i + 1] as Position, projection));
	const onEarth = samples.filter(isOnEarth);
	if (onEarth.length < samples.length * 0.75) return null;
	return overThePoles(onEarth);
}

const firstPieces = 4;
const halvings = 5;

/** The projection brings longitudes into -180…180; a raster from 0 to 360 must stay in one piece. */
function geographicToWgs84([x, y]: Position, projection: Projection): Position {
	const [lon, lat] = projection.toWgs84(x, y);
	return [lon + 360 * Math.round((x - lon) / 360), lat];
}

/** The edge's positions without its last one. */
function edgeToWgs84(from: Position, to: Position, projection: Projection): readonly Position[] {
	const project = ([x, y]: Position) => projection.toWgs84(x, y);
	const coarse = Array.from({ length: firstPieces + 1 }, (_, i) => project(between(from, to, i / firstPieces)));
	const tolerance = Math.max(1e-5, Math.min(1e-3, 1e-4 * lengthOf(coarse)));
	const positions: Position[] = [];
	const halve = (a: Position, aDegrees: Position, b: Position, bDegrees: Position, left: number) => {
		const middle = between(a, b, 0.5);
		const middleDegrees = project(middle);
		if (left === 0 || isStraight(aDegrees, middleDegrees, bDegrees, tolerance)) return;
		halve(a, aDegrees, middle, middleDegrees, left - 1);
		positions.push(middleDegrees);
		halve(middle, middleDegrees, b, bDegrees, left - 1);
	};
	for (let i = 0; i < firstPieces; i++) {
		const [a, b] = [between(from, to, i / firstPieces), between(from, to, (i + 1) / firstPieces)];
		const [aDegrees, bDegrees] = [coarse[i] as Position, coarse[i + 1] as Position];
		positions.push(aDegrees);
		halve(a, aDegrees, b, bDegrees, halvings);
	}
	return positions;
}

function between([ax, ay]: Position, [bx, by]: Position, share: number): Position {
	return [ax + (bx - ax) * share, ay + (by - ay) * share];
}

function lengthOf(positions: readonly Position[]): number {
	const steps = positions.filter(isOnEarth).map((to, i, all) => distance(all[i - 1] ?? to, to));
	return steps.reduce((sum, step) => sum + step, 0);
}

/** Degrees of a great circle, on a plane tangent at the second position. */
function distance([lon1, lat1]: Position, [lon2, lat2]: Position): number {
	return Math.hypot(shortWay(lon1, lon2) * Math.cos((lat2 * Math.PI) / 180), lat2 - lat1);
}

/** A piece of which a part is not on Earth is not straight. */
function isStraight(a: Position, middle: Position, b: Position, tolerance: number): boolean {
	if (!isOnEarth(a) && !isOnEarth(middle) && !isOnEarth(b)) return true;
	return distance([a[0] + shortWay(a[0], b[0]) / 2, (a[1] + b[1]) / 2], middle) <= tolerance;
}

function shortWay(from: number, to: number): number {
	return to - from - 360 * Math.round((to - from) / 360);
}

function isOnEarth([lon, lat]: Position): boolean {
	return Number.isFinite(lon) && Number.isFinite(lat);
}

/**
 * An outline that goes through a pole goes along the pole's parallel there, from the longitude it came on to the one it
 * leaves on. Where these are opposite, either way round is the short one; the ring must come back to where it began.
 */
function overThePoles(ring: Ring): Ring {
	const isPole = (i: number) => 90 - Math.abs((ring.at(i % ring.length) as Position)[1]) < 1e-9;
	const start = ring.findIndex((_, i) => !isPole(i) && isPole(i + 1));
	if (start < 0) return ring;
	const positions = ring.map((_, i) => ring[(start + i) % ring.length] as Position);
	const winding = positions.reduce((sum, [lon], i) => {
		const step = shortWay(lon, (positions[(i + 1) % positions.length] as Position)[0]);
		return isPole(start + i) || isPole(start + i + 1) ? sum : sum + step;
	}, 0);
	return positions.flatMap((position, i): readonly Position[] => {
		if (!isPole(start + i)) return [position];
		const [from] = positions[i - 1] as Position;
		const [to] = positions.find((_, j) => j > i && !isPole(start + j)) ?? (positions[0] as Position);
		const step = shortWay(from, to);
		const opposite = Math.abs(Math.abs(step) - 180) < 1e-6;
		const way = opposite ? -Math.sign(winding) * 180 : step;
		return [0, 0.5, 1].map((share) => [from + way * share, position[1]] as const);
	});
}
