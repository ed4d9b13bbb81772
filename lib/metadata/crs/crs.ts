import proj4, { type Converter } from "proj4";
import type { Position } from "#lib/metadata/metadata.ts";
import { ellipsoidalOrthographic, rotatedPole } from "./converters.ts";
import { type CrsAxes, definitionOf } from "./definition.ts";
import { ownProjection } from "./own-projections.ts";

/**
 * A coordinate reference system that can be reprojected. `x` is always easting or longitude, `y` northing or latitude
 * ("traditional GIS order", as in rasters), in the units of the CRS. Where the CRS has no such point, both are NaN;
 * nothing throws.
 */
export interface Projection {
	/** Canonical: `EPSG:n`, or the PROJ string. */
	readonly crs: string;
	/** In PROJ's words, without false origin, unit and axes. */
	readonly proj: string;
	readonly geographic: boolean;
	/** The authority's axis order is latitude (northing) first: the order of a GML `posList`. */
	readonly latitudeFirst: boolean;
	/** Degrees; a longitude beyond ±180 comes back into that range, ±180 themselves stay. */
	toWgs84(x: number, y: number): Position;
	fromWgs84(lon: number, lat: number): readonly [number, number];
}

/**
 * The CRS of `EPSG:n` or of a PROJ string (`+proj=…`); null if it is unknown, vertical or geocentric.
 *
 * Checked against PROJ 9.1 for all EPSG codes (`epsg-corrections.oracle.test.ts`): a metre or better on the CRS's own datum
 * and to WGS 84 for what Earth observation uses (WGS 84, ETRS89, NAD83, GDA94, …); of historical national datums, for which
 * PROJ has grids or several shifts by place, the one shift nearest to PROJ's without grids: 30 m, in a few countries 300 m.
 */
export function projectionOf(crs: string): Projection | null {
	const key = crs.trim();
	const known = projectionsByCrs.get(key);
	if (known !== undefined) return known;
	const projection = createProjection(key);
	if (projectionsByCrs.size >= maxCached) projectionsByCrs.delete(projectionsByCrs.keys().next().value ?? "");
	projectionsByCrs.set(key, projection);
	return projection;
}

/** CRS names come from hostile files, so the cache must not grow with them. */
const maxCached = 256;
const projectionsByCrs = new Map<string, Projection | null>();

function createProjection(crs: string): Projection | null {
	const told = definitionOf(crs);
	const definition = told && { ...told, proj: onAuthalicSphere(told.proj) };
	if (definition === null || /\+proj=geocent|nadgrids/.test(definition.proj)) return null;
	if (isOfOtherBody(definition.proj)) return null;
	const converter =
		onOwnDatum(definition.proj, rotatedPole(definition.proj) ?? ellipsoidalOrthographic(definition.proj)) ??
		ownConverter(definition.proj) ??
		createConverter(definition.proj);
	if (converter === null) return null;
	const { latitudeFirst, axes } = definition;
	const geographic = definition.proj.startsWith("+proj=longlat");
	const isPlain = axes.unit[0] === 1 && axes.unit[1] === 1 && !axes.isSwapped;
	const identity = geographic && isWgs84(definition.proj) && isPlain;
	const forward: Convert = (x, y) => onEarth(...finite(() => converter.forward([...toFormula([x, y], axes)])));
	const inverse: Convert = (lon, lat) =>
		fromFormula(
			finite(() => converter.inverse([lon, lat])),
			axes,
		);
	return {
		crs: definition.crs,
		proj: definition.proj,
		geographic,
		latitudeFirst,
		toWgs84: identity
			? onEarth
			: geographic || wraps(definition.proj)
				? forward
				: isInverse(forward, inverse, Math.abs(axes.unit[0])),
		fromWgs84: identity ? (lon, lat) => finite(() => [lon, lat]) : inverse,
	};
}

/** Whether the CRS is that of the Moon or a planet, as in PROJ: its radius differs from the Earth's by more than half a percent. */
export function isOfOtherBody(crs: string): boolean {
	const radius = Number(/\+(?:a|R)=(\S+)/.exec(crs)?.[1]);
	return Math.abs(radius / earthRadius - 1) > 0.005;
}

const earthRadius = 6378137;

/** `+R_A`, the sphere of the ellipsoid's area, which proj4 forgets where it is told the axes by numbers. */
function onAuthalicSphere(proj: string): string {
	if (!/ \+R_A(?= |$)/.test(proj)) return proj;
	const [a = Number.NaN, b = Number.NaN] = /\+(ellps|datum)=(WGS84|GRS80)\b/.test(proj)
		? [6378137, 6356752.314245]
		: ["a", "b"].map((name) => Number(new RegExp(`\\+${name}=(\\S+)`).exec(proj)?.[1]));
	const e = Math.sqrt(1 - (b / a) ** 2);
	const radius = e > 0 ? a * Math.sqrt((1 + ((1 - e * e) * Math.atanh(e)) / e) / 2) : a;
	const words = proj.split(" ").filter((word) => !/^\+(R_A|a|b|R|ellps|datum)(=|$)/.test(word));
	return Number.isFinite(radius) ? [...words, `+a=${radius}`, `+b=${radius}`].join(" ") : proj;
}

function toFormula([x, y]: Position, { unit, falseOrigin, isSwapped }: CrsAxes): Position {
	const [east, north] = isSwapped ? [y * unit[1], x * unit[0]] : [x * unit[0], y * unit[1]];
	return [east - falseOrigin[0], north - falseOrigin[1]];
}

function fromFormula([lon, lat]: Position, { unit, falseOrigin, isSwapped }: CrsAxes): Position {
	const [east, north] = [lon + falseOrigin[0], lat + falseOrigin[1]];
	return isSwapped ? [north / unit[0], east / unit[1]] : [east / unit[0], north / unit[1]];
}

/** Around the Earth and on: a raster from 0° to 360° in such a projection is in one piece. */
function wraps(proj: string): boolean {
	return /^\+proj=(merc|eqc|cea|mill|ob_tran) /.test(proj);
}

type Convert = (x: number, y: number) => Position;

/** Metres; what is off Earth comes back at another place, thousands of kilometres away. */
const roundTripTolerance = { metres: 100, relative: 1e-5 };

/**
 * Beyond the limb of a projection, or on its other side, the formulas of many still give a longitude and a latitude. Only
 * what comes back to where it was is on Earth.
 */
function isInverse(forward: Convert, inverse: Convert, metresPerUnit: number): Convert {
	return (x, y) => {
		const position = forward(x, y);
		if (position === nowhere) return nowhere;
		const [backX, backY] = inverse(...position);
		const allowed = Math.max(
			roundTripTolerance.metres / metresPerUnit,
			roundTripTolerance.relative * Math.max(Math.abs(x), Math.abs(y)),
		);
		return Math.hypot(backX - x, backY - y) <= allowed ? position : nowhere;
	};
}

type Formulas = Pick<Converter, "forward" | "inverse">;

/** Projections of our own, their datum by proj4. */
function ownConverter(proj: string): Formulas | null {
	const own = ownProjection(proj);
	if (own === null) return null;
	const forward = ([x = Number.NaN, y = Number.NaN]: readonly number[]) => own.toDegrees(x, y);
	const inverse = ([lon = Number.NaN, lat = Number.NaN]: readonly number[]) => own.fromDegrees(lon, lat);
	return onOwnDatum(proj, { forward, inverse } as Formulas);
}

/** Formulas of degrees on the datum that the words tell, with its shift and prime meridian. */
function onOwnDatum(proj: string, formulas: Formulas | null): Formulas | null {
	const words = proj.split(" ").filter((word) => /^\+(ellps|datum|a|b|towgs84|pm)=/.test(word));
	if (formulas === null || !words.some((word) => /^\+(towgs84|pm)=.*[1-9]/.test(word))) return formulas;
	const datum = createConverter(["+proj=longlat", ...words].join(" "));
	if (datum === null) return null;
	const forward = (position: readonly number[]) => datum.forward([...(formulas.forward([...position]) as number[])]);
	const inverse = (position: readonly number[]) => formulas.inverse([...(datum.inverse([...position]) as number[])]);
	return { forward, inverse } as Formulas;
}

function createConverter(proj: string): Converter | null {
	// proj4 takes a parallel of zero for one that is not told.
	const told = withFlattening(proj).replace(/ \+lat_([12])=-?0(?:\.0*)?(?= |$)/g, " +lat_$1=1e-9");
	// proj4's transverse Mercator refuses a sphere unless it may use the formulas of a narrow zone, which are exact there.
	for (const words of [told, `${told} +approx`]) {
		try {
			return proj4(`${words} +x_0=0 +y_0=0`, "WGS84");
		} catch {
			// proj4 throws for a projection it does not have
		}
	}
	return null;
}

/** proj4's `somerc` looks for the flattening, which it does not derive from the axes. */
function withFlattening(proj: string): string {
	const [a, b] = ["a", "b"].map((name) => Number(new RegExp(` \\+${name}=(\\S+)`).exec(proj)?.[1])) as [number, number];
	return /^\+proj=somerc /.test(proj) && a > b ? `${proj.replace(/ \+b=\S+/, "")} +rf=${a / (a - b)}` : proj;
}

function finite(convert: () => readonly number[]): Position {
	let point: readonly number[];
	try {
		point = convert();
	} catch {
		return nowhere; // proj4 throws for coordinates that are not finite
	}
	const [x = Number.NaN, y = Number.NaN] = point;
	return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : nowhere;
}

const nowhere: Position = [Number.NaN, Number.NaN];

/** The grids of global models end half a pixel beyond the poles; whatever is further away is not on Earth. */
const poleTolerance = 1;

function onEarth(lon: number, lat: number): Position {
	if (!Number.isFinite(lon) || !(Math.abs(lat) <= 90 + poleTolerance)) return nowhere;
	const wrapped = Math.abs(lon) <= 180 ? lon : lon - 360 * Math.floor((lon + 180) / 360);
	return [wrapped, Math.max(-90, Math.min(90, lat))];
}

/** The ellipsoid decides, as the package gives no datum; systems such as ETRS89 agree with WGS 84 within a metre. */
function isWgs84(proj: string): boolean {
	return !/\+(towgs84|pm)=[^ ]*[1-9]/.test(proj) && /\+b=6356752\.31|\+(ellps|datum)=WGS84/.test(proj);
}
