import type { Converter } from "proj4";
import type { Position } from "#lib/metadata/metadata.ts";

/** Projections that proj4 lacks, or has for a sphere only. */

const nowhere: Position = [Number.NaN, Number.NaN];
const iterations = 12;
const degrees = 180 / Math.PI;

/**
 * The orthographic projection of an ellipsoid, which proj4 takes for a sphere; null for anything else, and for a sphere.
 * Formulas: IOGP 373-7-2, method 9840; its inverse by Newton's method.
 */
export function ellipsoidalOrthographic(proj: string): Pick<Converter, "forward" | "inverse"> | null {
	if (!proj.startsWith("+proj=ortho ")) return null;
	const number = (name: string) => Number(new RegExp(`\\+${name}=(\\S+)`).exec(proj)?.[1] ?? Number.NaN);
	const isNamed = /\+(ellps|datum)=(WGS84|GRS80)/.test(proj);
	const a = Number.isFinite(number("a")) ? number("a") : isNamed ? 6378137 : Number.NaN;
	const b = Number.isFinite(number("b")) ? number("b") : isNamed ? 6356752.314245179 : a;
	if (!(a > b)) return null;
	const [lat0, lon0] = [(number("lat_0") || 0) / degrees, (number("lon_0") || 0) / degrees];
	const eccentricity = 1 - (b / a) ** 2;
	const curvature = (lat: number) => a / Math.sqrt(1 - eccentricity * Math.sin(lat) ** 2);
	const project = (lon: number, lat: number): Position => {
		const normal = curvature(lat);
		const normal0 = curvature(lat0);
		const step = lon - lon0;
		return [
			normal * Math.cos(lat) * Math.sin(step),
			normal * (Math.sin(lat) * Math.cos(lat0) - Math.cos(lat) * Math.sin(lat0) * Math.cos(step)) +
				eccentricity * (normal0 * Math.sin(lat0) - normal * Math.sin(lat)) * Math.cos(lat0),
		];
	};
	const isVisible = (lon: number, lat: number) =>
		Math.sin(lat0) * Math.sin(lat) + Math.cos(lat0) * Math.cos(lat) * Math.cos(lon - lon0) >= 0;
	const unproject = (x: number, y: number): Position => {
		let [lon, lat] = onSphere(x, y, { a, lat0, lon0 });
		for (let iteration = 0; iteration < iterations && Number.isFinite(lat); iteration++) {
			const small = 1e-7;
			const [px, py] = project(lon, lat);
			const [ex, ey] = project(lon + small, lat);
			const [nx, ny] = project(lon, lat + small);
			const dxLon = (ex - px) / small;
			const dyLon = (ey - py) / small;
			const dxLat = (nx - px) / small;
			const dyLat = (ny - py) / small;
			const determinant = dxLon * dyLat - dxLat * dyLon;
			lon += ((x - px) * dyLat - (y - py) * dxLat) / determinant;
			lat += ((y - py) * dxLon - (x - px) * dyLon) / determinant;
		}
		return isVisible(lon, lat) ? [lon, lat] : nowhere;
	};
	const forward = ([x = Number.NaN, y = Number.NaN]: readonly number[]) =>
		unproject(x, y).map((angle) => angle * degrees);
	const inverse = ([lon = Number.NaN, lat = Number.NaN]: readonly number[]) =>
		isVisible(lon / degrees, lat / degrees) ? project(lon / degrees, lat / degrees) : nowhere;
	return { forward, inverse } as Pick<Converter, "forward" | "inverse">;
}

/** Snyder, 20-14 to 20-19; just within the limb for what lies a little beyond it. */
function onSphere(x: number, y: number, { a, lat0, lon0 }: { a: number; lat0: number; lon0: number }): Position {
	const distance = Math.hypot(x, y);
	if (distance < 1e-6) return [lon0, lat0];
	if (distance > a) return nowhere;
	const angle = Math.asin(Math.min(0.9999, distance / a));
	return [
		lon0 +
			Math.atan2(
				x * Math.sin(angle),
				distance * Math.cos(lat0) * Math.cos(angle) - y * Math.sin(lat0) * Math.sin(angle),
			),
		Math.asin(Math.cos(angle) * Math.sin(lat0) + (y * Math.sin(angle) * Math.cos(lat0)) / distance),
	];
}

/**
 * Longitude and latitude about another pole, in radians (PROJ's `ob_tran` of `longlat`, which proj4 does not have on every
 * ellipsoid); null for anything else. Formulas: Snyder, "Map Projections: A Working Manual", 5-7 to 5-10.
 */
export function rotatedPole(proj: string): Pick<Converter, "forward" | "inverse"> | null {
	if (!/^\+proj=ob_tran \+o_proj=longlat /.test(proj)) return null;
	const radians = (name: string) => (Number(new RegExp(`\\+${name}=(\\S+)`).exec(proj)?.[1] ?? 0) * Math.PI) / 180;
	const poleLat = radians("o_lat_p");
	const poleLon = radians("o_lon_p");
	const meridian = radians("lon_0");
	/** `sense` 1: to the other pole; -1: back. */
	const rotate = (lon: number, lat: number, sense: 1 | -1): Position => [
		Math.atan2(
			Math.cos(lat) * Math.sin(lon),
			Math.sin(poleLat) * Math.cos(lat) * Math.cos(lon) + sense * Math.cos(poleLat) * Math.sin(lat),
		),
		Math.asin(
			Math.max(
				-1,
				Math.min(1, Math.sin(poleLat) * Math.sin(lat) - sense * Math.cos(poleLat) * Math.cos(lat) * Math.cos(lon)),
			),
		),
	];
	const forward = ([x = Number.NaN, y = Number.NaN]: readonly number[]) => {
		const [lon, lat] = rotate(x - poleLon, y, -1);
		return [(lon + meridian) * degrees, lat * degrees];
	};
	const inverse = ([lon = Number.NaN, lat = Number.NaN]: readonly number[]) => {
		const [x, y] = rotate(lon / degrees - meridian, lat / degrees, 1);
		return [x + poleLon, y];
	};
	return { forward, inverse } as Pick<Converter, "forward" | "inverse">;
}
