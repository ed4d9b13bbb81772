import type { Position, Ring } from "#lib/metadata/metadata.ts";
import { closeRing, isSimple, openRing, ringBounds, signedArea } from "./ring.ts";

export type Pole = 90 | -90;

export interface UnwrapOptions {
	/** The pole that a ring may surround; default: the nearer one. */
	readonly pole?: Pole;
	/**
	 * How edges of more than 180° go: the short way, across the antimeridian; as the longitudes say; or (default) the short
	 * way but for what is known to be meant otherwise: an edge along a whole parallel, and boxes.
	 */
	readonly wideEdges?: "guess" | "short" | "asGiven";
}

/**
 * The ring as one planar outline: longitudes run on beyond ±180 where it crosses the antimeridian, beginning within
 * -180…180, and a ring around a pole is closed along that pole's parallel. null for a ring that winds around the Earth
 * more than once.
 */
export function unwrapRing(ring: Ring, { pole, wideEdges = "guess" }: UnwrapOptions = {}): Ring | null {
	const open = openRing(ring);
	if (open.length < 3) return null;
	const guessed = wideEdges === "guess" && (isWideBox(open) || (hasWholeParallel(open) && isSimple(open)));
	if (guessed || wideEdges === "asGiven") return normalise(closeRing(open));
	const { positions, winding } = follow(open);
	if (winding === 0) return normalise(closeRing(positions));
	if (Math.abs(winding) !== 360) return null;
	return normalise(closeOverPole(positions, winding, pole ?? nearerPole(positions)));
}

/** Shifted by whole turns so that its westernmost longitude is in -180…180 (180 itself excluded). */
function normalise(ring: Ring): Ring {
	const shift = -360 * Math.floor((ringBounds(ring)[0] + 180) / 360);
	return shift === 0 ? ring : ring.map(([lon, lat]) => [lon + shift, lat] as const);
}

/**
 * A box of four corners more than 180° wide may be a wide area or, the other way round the Earth, a scene across the
 * antimeridian. Up to 320° it is wide if it is written counter-clockwise, as GML wants it. Beyond, scenes are likelier
 * and often written clockwise, so its height decides: from 60° on it is a global product.
 */
function isWideBox(open: readonly Position[]): boolean {
	const lons = new Set(open.map(([lon]) => lon));
	const lats = new Set(open.map(([, lat]) => lat));
	if (open.length !== 4 || lons.size !== 2 || lats.size !== 2 || !isSimple(open)) return false;
	const [west, south, east, north] = ringBounds(open);
	if (east - west >= 360) return true;
	return east - west > 320 ? north - south >= 60 : east - west > 180 && signedArea(open) > 0;
}

function hasWholeParallel(open: readonly Position[]): boolean {
	return open.some(([lon], i) => Math.abs(lon - (open[(i + 1) % open.length] as Position)[0]) === 360);
}

function follow(open: readonly Position[]): { readonly positions: readonly Position[]; readonly winding: number } {
	const positions: Position[] = [];
	let turns = 0;
	let [previous] = open[0] as Position;
	for (const [lon, lat] of open) {
		turns += turnsOfStep(lon - previous);
		previous = lon;
		positions.push([lon + 360 * turns, lat]);
	}
	turns += turnsOfStep((open[0] as Position)[0] - previous);
	return { positions, winding: 360 * turns };
}

/** Whole turns to add to a step in longitude so that it is the short one, -180…180. */
function turnsOfStep(step: number): number {
	if (step > 180) return -Math.ceil((step - 180) / 360);
	return step < -180 ? Math.ceil((-180 - step) / 360) : 0;
}

function nearerPole(positions: readonly Position[]): Pole {
	return positions.reduce((sum, [, lat]) => sum + lat, 0) >= 0 ? 90 : -90;
}

/** The seam to the pole starts at the position nearest to it: nothing of the ring is beyond, so nothing crosses the seam. */
function closeOverPole(positions: readonly Position[], winding: number, pole: Pole): Ring {
	const beyond = (lat: number) => lat * Math.sign(pole);
	let start = 0;
	for (const [i, [, lat]] of positions.entries()) {
		if (beyond(lat) > beyond((positions[start] as Position)[1])) start = i;
	}
	const turned = [
		...positions.slice(start),
		...positions.slice(0, start).map(([lon, lat]) => [lon + winding, lat] as const),
	];
	const [lon, lat] = turned[0] as Position;
	return closeRing(openRing([...turned, [lon + winding, lat], [lon + winding, pole], [lon, pole]]));
}
