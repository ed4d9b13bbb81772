import type { Projection } from "#lib/metadata/crs/crs.ts";
import { goodeLobes } from "#lib/metadata/crs/own-projections.ts";
import type { Extent, Position, Ring } from "#lib/metadata/metadata.ts";
import type { Pole, UnwrapOptions } from "./antimeridian.ts";

export interface LimbOutline {
	readonly ring: Ring;
	readonly unwrap: UnwrapOptions;
}

/** Rays from the middle at first; where the outline is not straight between two of them there are more. */
const firstRays = 64;
const halvings = 6;
/** Degrees, about 200 m. */
const straightness = 2e-3;
/** Of a bisection: a limb is found to a millimetre. */
const bisections = 34;
/** Samples along each side of the extent that look for a part on Earth. */
const samples = 33;

/**
 * The outline of the part of an extent that is on Earth, for an extent that reaches beyond the limb of its projection: a
 * full disk of a geostationary satellite, a tile at the edge of a sinusoidal grid. The part must be convex in the projection,
 * as the visible disks and the maps of the whole Earth are.
 * @returns null if no part is on Earth
 */
export function limbOutline(extent: Extent, projection: Projection): LimbOutline | null {
	const isOnEarth = ([x, y]: Position) => Number.isFinite(projection.toWgs84(x, y)[0]);
	const middle = middleOf(extent, isOnEarth);
	if (middle === null) return null;
	const cast = rayFrom(middle, extent, isOnEarth);
	const meridian = Number(/\+lon_0=(\S+)/.exec(projection.proj)?.[1] ?? 0);
	const wraps = isWholeEarth(projection.proj);
	const pole = wraps ? null : poleWithin(extent, projection);
	const toDegrees = ({ point: [x, y], isLimb }: Crossing): Position => {
		const [lon, lat] = projection.toWgs84(x, y);
		if (pole !== null) return [lon, lat];
		const relative = lon - meridian - 360 * Math.round((lon - meridian) / 360);
		// On the limb of a map of the whole Earth both sides are the same meridian.
		const isOtherSide =
			wraps && isLimb && Math.abs(relative) > 179 && Math.sign(relative) !== Math.sign(x - middleX(projection, lat));
		return [meridian + (isOtherSide ? relative - 360 * Math.sign(relative) : relative), lat];
	};
	const ends = refined((turn) => {
		const crossing = cast(turn);
		return { ...crossing, degrees: toDegrees(crossing) };
	});
	if (ends.every(({ isLimb }) => isLimb) && isAntipodal(projection.proj)) return wholeEarth;
	const ring = withPoles(
		ends.map(({ degrees }) => degrees),
		wraps,
	);
	return { ring, unwrap: pole === null ? { wideEdges: "asGiven" } : { wideEdges: "short", pole } };
}

/** Maps of a country, a zone or a continent have none: where their formulas end is no edge of the Earth. */
export function hasLimb({ proj }: Projection): boolean {
	return !/^\+proj=(tmerc|etmerc|utm|aea|eqdc|omerc|somerc|cass|poly|bonne|sterea|nzmg|krovak|labrd|col_urban) /.test(
		proj,
	);
}

/** Pseudocylindrical and similar maps, whose limb is the meridian opposite to the central one. */
function isWholeEarth(proj: string): boolean {
	return /^\+proj=(sinu|moll|eck\d|robin|eqearth|vandg|wintri|hammer|natearth|igh) /.test(proj);
}

/** The parts of an extent on each lobe of an interrupted map; null for any other projection. */
export function lobesOf([minx, miny, maxx, maxy]: Extent, { proj }: Projection): readonly Extent[] | null {
	const radius = /^\+proj=igh .*\+a=(\S+)/.exec(proj)?.[1];
	if (radius === undefined) return null;
	const perDegree = (Number(radius) * Math.PI) / 180;
	return goodeLobes
		.map(
			({ north, from, to }): Extent => [
				Math.max(minx, from * perDegree),
				Math.max(miny, north ? 0 : -90 * perDegree),
				Math.min(maxx, to * perDegree),
				Math.min(maxy, north ? 90 * perDegree : -1e-6),
			],
		)
		.filter(([west, south, east, north]) => west < east && south < north);
}

/** Their limb is a single point, the antipode of their middle. */
function isAntipodal(proj: string): boolean {
	return /^\+proj=(laea|aeqd) /.test(proj);
}

const wholeEarth: LimbOutline = {
	ring: [
		[-180, -90],
		[180, -90],
		[180, 90],
		[-180, 90],
		[-180, -90],
	],
	unwrap: { wideEdges: "asGiven" },
};

/** The x of the central meridian at a latitude. */
function middleX(projection: Projection, lat: number): number {
	const meridian = Number(/\+lon_0=(\S+)/.exec(projection.proj)?.[1] ?? 0);
	return projection.fromWgs84(meridian, lat)[0];
}

/** A point well within the part on Earth. */
function middleOf([minx, miny, maxx, maxy]: Extent, isOnEarth: (point: Position) => boolean): Position | null {
	const found: Position[] = [];
	for (let row = 0; row < samples; row++) {
		for (let column = 0; column < samples; column++) {
			const [across, down] = [(column + 0.5) / samples, (row + 0.5) / samples];
			const point: Position = [minx + (maxx - minx) * across, miny + (maxy - miny) * down];
			if (isOnEarth(point)) found.push(point);
		}
	}
	const sum = found.reduce<Position>(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
	const mean: Position = [sum[0] / found.length, sum[1] / found.length];
	if (found.length === 0) return null;
	return isOnEarth(mean) ? mean : (found[0] ?? null);
}

/** Where a ray leaves the part on Earth: at the limb, or at a side of the extent. */
interface Crossing {
	/** Of the ray; a full turn is 1. */
	readonly turn: number;
	readonly point: Position;
	readonly isLimb: boolean;
}

interface RayEnd extends Crossing {
	readonly degrees: Position;
}

function rayFrom(
	middle: Position,
	extent: Extent,
	isOnEarth: (point: Position) => boolean,
): (turn: number) => Crossing {
	const [minx, miny, maxx, maxy] = extent;
	const [width, height] = [maxx - minx, maxy - miny];
	return (turn) => {
		const [dx, dy] = [Math.cos(turn * 2 * Math.PI) * width, Math.sin(turn * 2 * Math.PI) * height];
		const toSide = (from: number, step: number, low: number, high: number) =>
			step > 0 ? (high - from) / step : step < 0 ? (low - from) / step : Number.POSITIVE_INFINITY;
		const end = Math.min(toSide(middle[0], dx, minx, maxx), toSide(middle[1], dy, miny, maxy));
		const at = (share: number): Position => [
			Math.max(minx, Math.min(maxx, middle[0] + dx * share)),
			Math.max(miny, Math.min(maxy, middle[1] + dy * share)),
		];
		if (isOnEarth(at(end))) return { turn, point: at(end), isLimb: false };
		let inside = 0;
		let outside = end;
		for (let step = 0; step < bisections; step++) {
			const half = (inside + outside) / 2;
			if (isOnEarth(at(half))) inside = half;
			else outside = half;
		}
		return { turn, point: at(inside), isLimb: true };
	};
}

/** Rays all around, more of them where the outline bends in degrees or passes from a side of the extent to the limb. */
function refined(cast: (turn: number) => RayEnd): readonly RayEnd[] {
	const ends: RayEnd[] = [];
	const halve = (a: RayEnd, b: RayEnd, left: number) => {
		if (left === 0) return;
		const middle = cast((a.turn + b.turn) / 2);
		const [lonA, latA] = a.degrees;
		const [lon, lat] = middle.degrees;
		const [lonB, latB] = b.degrees;
		const isStraight = Math.hypot(lon - (lonA + lonB) / 2, lat - (latA + latB) / 2) <= straightness;
		if (isStraight && a.isLimb === b.isLimb && a.isLimb === middle.isLimb && left < halvings) return;
		halve(a, middle, left - 1);
		ends.push(middle);
		halve(middle, b, left - 1);
	};
	for (let ray = 0; ray < firstRays; ray++) {
		const from = cast(ray / firstRays);
		ends.push(from);
		halve(from, cast((ray + 1) / firstRays), halvings);
	}
	return ends;
}

/** On a map of the whole Earth the pole is a point; in degrees it is a line from one side to the other. */
function withPoles(positions: readonly Position[], wraps: boolean): Ring {
	const ring = positions.flatMap((position, index): readonly Position[] => {
		const next = positions[(index + 1) % positions.length] as Position;
		const isOverPole = wraps && Math.abs(next[0] - position[0]) > 20 && Math.abs(next[1]) > 85;
		const pole = Math.sign(next[1]) * 90;
		return isOverPole ? [position, [position[0], pole], [next[0], pole]] : [position];
	});
	return ring[0] === undefined ? [] : [...ring, ring[0]];
}

/** The pole that the extent has inside, and that its projection shows. */
export function poleWithin([minx, miny, maxx, maxy]: Extent, projection: Projection): Pole | null {
	const within = (pole: Pole) => {
		const [x, y] = projection.fromWgs84(0, pole);
		const isInside = x >= minx && x <= maxx && y >= miny && y <= maxy;
		// The formulas of some have no answer in the middle of their map, but beside it.
		return (
			isInside &&
			[0, 1e-6].some((beside) => {
				const step = beside * (maxx - minx);
				return Math.abs(projection.toWgs84(x + step, y + step)[1] - pole) < 1e-3;
			})
		);
	};
	return within(90) ? 90 : within(-90) ? -90 : null;
}
