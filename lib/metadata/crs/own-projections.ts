import { lookupTable } from "#lib/lookup-table.ts";
/*
 * Projections that proj4 has not, of an ellipsoid, in degrees on their own datum.
 * Formulas: IOGP Publication 373-7-2 ("Geomatics Guidance Note 7, part 2").
 */

import type { Position } from "#lib/metadata/metadata.ts";

/** From metres east and north of the origin to degrees, and back. */
export interface OwnProjection {
	readonly toDegrees: (x: number, y: number) => Position;
	readonly fromDegrees: (lon: number, lat: number) => Position;
}

/** null for any other projection, and for an ellipsoid that is not known. */
export function ownProjection(proj: string): OwnProjection | null {
	const create = creators[/^\+proj=(\w+) /.exec(proj)?.[1] ?? ""];
	const words = new Map(
		proj.split(" ").map((word) => {
			const [name = "", value = ""] = word.slice(1).split("=");
			return [name, value];
		}),
	);
	const given = (name: string) => Number(words.get(name) ?? Number.NaN);
	const [a, b] = axesOf(words);
	if (create === undefined || !(a > 0 && b > 0)) return null;
	const number = (...names: readonly string[]) => given(names.find((name) => words.has(name)) ?? "");
	return create({ number, a, eccentricity: 1 - (b / a) ** 2 });
}

/** By their lengths, the radius of a sphere, or the name of one of the usual ellipsoids. */
function axesOf(words: ReadonlyMap<string, string>): readonly [a: number, b: number] {
	const number = (name: string) => Number(words.get(name) ?? Number.NaN);
	if (words.has("a")) return [number("a"), number("b")];
	if (words.has("R")) return [number("R"), number("R")];
	return axesByName[words.get("ellps") ?? words.get("datum") ?? ""] ?? [Number.NaN, Number.NaN];
}

const axesByName = lookupTable<readonly [a: number, b: number]>({
	WGS84: [6378137, 6356752.314245179],
	GRS80: [6378137, 6356752.314140356],
	intl: [6378388, 6356911.946127946],
});

interface Given {
	/** The first of the words that is told; NaN if none is. */
	readonly number: (...names: readonly string[]) => number;
	/** Metres. */
	readonly a: number;
	/** Squared. */
	readonly eccentricity: number;
}

type Creator = (given: Given) => OwnProjection;

const degrees = 180 / Math.PI;
const iterations = 12;

/** EPSG 1052, a plane about a city at its height. */
const colombiaUrban: Creator = ({ number, a, eccentricity }) => {
	const [lat0, lon0, height] = [number("lat_0") / degrees, number("lon_0") / degrees, number("h_0")];
	const normal = (lat: number) => a / Math.sqrt(1 - eccentricity * Math.sin(lat) ** 2);
	const meridional = (lat: number) => (a * (1 - eccentricity)) / (1 - eccentricity * Math.sin(lat) ** 2) ** 1.5;
	const tangent = Math.tan(lat0) / (2 * meridional(lat0) * normal(lat0));
	const project = (lon: number, lat: number): Position => {
		const east = (lon - lon0) * normal(lat) * Math.cos(lat);
		const scale = 1 + height / meridional((lat + lat0) / 2);
		return [(1 + height / normal(lat0)) * east, scale * meridional(lat0) * (lat - lat0 + tangent * east ** 2)];
	};
	return {
		fromDegrees: (lon, lat) => project(lon / degrees, lat / degrees),
		toDegrees: (x, y) => {
			let [lon, lat] = [lon0, lat0];
			for (let iteration = 0; iteration < iterations; iteration++) {
				const [east, north] = project(lon, lat);
				lon += (x - east) / (normal(lat) * Math.cos(lat));
				lat += (y - north) / meridional(lat);
			}
			return [lon * degrees, lat * degrees];
		},
	};
};

/** EPSG 9813, of Madagascar. */
const laborde: Creator = ({ number, a, eccentricity }) => {
	const e = Math.sqrt(eccentricity);
	const [lat0, lon0] = [number("lat_0") / degrees, number("lonc", "lon_0") / degrees];
	const azimuth = number("alpha", "azi") / degrees;
	const scale = number("k_0", "k");
	const b = Math.sqrt(1 + (eccentricity * Math.cos(lat0) ** 4) / (1 - eccentricity));
	const sphereLat = Math.asin(Math.sin(lat0) / b);
	const radius = (a * scale * Math.sqrt(1 - eccentricity)) / (1 - eccentricity * Math.sin(lat0) ** 2);
	const isometric = (lat: number, e1: number) =>
		Math.log(Math.tan(Math.PI / 4 + lat / 2)) +
		(e1 / 2) * Math.log((1 - e1 * Math.sin(lat)) / (1 + e1 * Math.sin(lat)));
	const c = isometric(sphereLat, 0) - b * isometric(lat0, e);
	const g: Complex = [(1 - Math.cos(2 * azimuth)) / 12, Math.sin(2 * azimuth) / 12];
	return {
		fromDegrees: (lonDegrees, latDegrees) => {
			const lon = b * (lonDegrees / degrees - lon0);
			const lat = latitudeOf(c + b * isometric(latDegrees / degrees, e));
			const u = Math.cos(lat) * Math.cos(lon) * Math.cos(sphereLat) + Math.sin(lat) * Math.sin(sphereLat);
			const v = Math.cos(lat) * Math.cos(lon) * Math.sin(sphereLat) - Math.sin(lat) * Math.cos(sphereLat);
			const turned = Math.atan2(Math.cos(lat) * Math.sin(lon), Math.hypot(u, v));
			const h: Complex = [-Math.atan2(v, u), isometric(turned, 0)];
			const [north, east] = plus(h, times(g, cube(h)));
			return [radius * east, radius * north];
		},
		toDegrees: (x, y) => {
			const h0: Complex = [y / radius, x / radius];
			let h = h0;
			for (let iteration = 0; iteration < iterations; iteration++) {
				const cubed = times(g, cube(h));
				const squared = times(g, times(h, h));
				h = divided(plus(h0, plus(cubed, cubed)), plus(plus(squared, squared), plus(squared, [1, 0])));
			}
			const [lon, lat] = [-h[0], latitudeOf(h[1])];
			const u =
				Math.cos(lat) * Math.cos(lon) * Math.cos(sphereLat) + Math.cos(lat) * Math.sin(lon) * Math.sin(sphereLat);
			const w =
				Math.cos(lat) * Math.cos(lon) * Math.sin(sphereLat) - Math.cos(lat) * Math.sin(lon) * Math.cos(sphereLat);
			const turned = Math.atan2(w, Math.hypot(u, Math.sin(lat)));
			const wanted = (isometric(turned, 0) - c) / b;
			let found = latitudeOf(wanted);
			for (let iteration = 0; iteration < iterations; iteration++) {
				const sine = e * Math.sin(found);
				found = latitudeOf(wanted + (e / 2) * Math.log((1 + sine) / (1 - sine)));
			}
			return [(lon0 + Math.atan2(Math.sin(lat), u) / b) * degrees, found * degrees];
		},
	};
};

/** Lobes of Goode's homolosine: the hemisphere, its longitudes, and its central meridian, in degrees. */
export const goodeLobes: readonly {
	readonly north: boolean;
	readonly from: number;
	readonly to: number;
	readonly lon: number;
}[] = [
	{ north: true, from: -180, to: -40, lon: -100 },
	{ north: true, from: -40, to: 180, lon: 30 },
	{ north: false, from: -180, to: -100, lon: -160 },
	{ north: false, from: -100, to: -20, lon: -60 },
	{ north: false, from: -20, to: 80, lon: 20 },
	{ north: false, from: 80, to: 180, lon: 140 },
];

/** Where its sinusoidal part meets its Mollweide part: 40° 44' 11.8". */
const goodeSeam = (40 + 44 / 60 + 11.8 / 3600) / degrees;
/** Of Mollweide: the auxiliary angle of a latitude (Snyder, 31-4), by Newton's method. */
function mollweideAngle(lat: number): number {
	if (Math.abs(lat) > Math.PI / 2 - 1e-9) return lat;
	let angle = lat;
	for (let iteration = 0; iteration < 50; iteration++)
		angle -= (angle + Math.sin(angle) - Math.PI * Math.sin(lat)) / (1 + Math.cos(angle));
	return angle / 2;
}

/**
 * Goode's homolosine, interrupted for the land (Snyder, "Map Projections: A Working Manual", pages 243 to 252), on a sphere of
 * the semi-major axis, as in PROJ. Only the lobes: not the pieces that some maps repeat beside them.
 */
const goode: Creator = ({ number, a }) => {
	const meridian = number("lon_0") || 0;
	const shift = goodeSeam - Math.SQRT2 * Math.sin(mollweideAngle(goodeSeam));
	const nowhere: Position = [Number.NaN, Number.NaN];
	return {
		fromDegrees: (lonDegrees, latDegrees) => {
			const relative = lonDegrees - meridian - 360 * Math.round((lonDegrees - meridian) / 360);
			const lobe = goodeLobes.find(
				({ north, from, to }) => north === latDegrees >= 0 && relative >= from && relative <= to,
			);
			if (lobe === undefined) return nowhere;
			const [lat, step, lon0] = [latDegrees / degrees, (relative - lobe.lon) / degrees, lobe.lon / degrees];
			if (Math.abs(lat) <= goodeSeam) return [a * (lon0 + step * Math.cos(lat)), a * lat];
			const angle = mollweideAngle(lat);
			const x = ((2 * Math.SQRT2) / Math.PI) * step * Math.cos(angle);
			return [a * (lon0 + x), a * (Math.SQRT2 * Math.sin(angle) + Math.sign(lat) * shift)];
		},
		toDegrees: (metresEast, metresNorth) => {
			const [x, y] = [metresEast / a, metresNorth / a];
			const lobe = goodeLobes.find(
				({ north, from, to }) => north === y >= 0 && x * degrees >= from && x * degrees <= to,
			);
			if (lobe === undefined) return nowhere;
			const lon0 = lobe.lon / degrees;
			const angle = Math.asin((Math.abs(y) - shift) / Math.SQRT2);
			const isSinusoidal = Math.abs(y) <= goodeSeam;
			const lat = isSinusoidal ? y : Math.sign(y) * Math.asin((2 * angle + Math.sin(2 * angle)) / Math.PI);
			const width = isSinusoidal ? Math.cos(lat) : ((2 * Math.SQRT2) / Math.PI) * Math.cos(angle);
			const lon = (lon0 + (x - lon0) / width) * degrees;
			const slack = 1e-9;
			if (!(lon >= lobe.from - slack && lon <= lobe.to + slack)) return nowhere;
			// Not on the other side of the map by rounding.
			return [meridian + Math.max(-180 + slack, Math.min(180 - slack, lon)), lat * degrees];
		},
	};
};

/** Of an isometric latitude on a sphere. */
function latitudeOf(isometric: number): number {
	return 2 * Math.atan(Math.exp(isometric)) - Math.PI / 2;
}

type Complex = readonly [number, number];

function plus([a, b]: Complex, [c, d]: Complex): Complex {
	return [a + c, b + d];
}

function times([a, b]: Complex, [c, d]: Complex): Complex {
	return [a * c - b * d, a * d + b * c];
}

function cube(value: Complex): Complex {
	return times(value, times(value, value));
}

function divided(a: Complex, [c, d]: Complex): Complex {
	const norm = c * c + d * d;
	return times(a, [c / norm, -d / norm]);
}

const creators = lookupTable<Creator>({ col_urban: colombiaUrban, igh: goode, labrd: laborde });
