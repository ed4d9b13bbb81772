import proj4, { type Converter } from "proj4";
import type { Position } from "#lib/metadata/metadata.ts";
import { corrected, type GeoKeys, geoKeysToProj, misread, projWords, userDefined } from "./epsg-database.ts";
import { ellipsoidalOrthographic } from "./orthographic.ts";
import { crsInOtherUnit, userDefinedCrs } from "./user-defined.ts";

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
 * Checked against PROJ 9.1 for all EPSG codes: a metre or better on the CRS's own datum, and so to WGS 84 for what
 * Earth observation uses (WGS 84, ETRS89, NAD83, GDA94, …). Historical national datums lack grids and often their shift
 * altogether: they are off by 100 m, in a few countries by several hundred.
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

interface Definition {
	readonly crs: string;
	/** Without false origin, unit and axes, which `Axes` has. */
	readonly proj: string;
	readonly axes: Axes;
	readonly latitudeFirst: boolean;
}

/**
 * How the coordinates of a raster become those of the formulas, which are in metres (or degrees) east and north of the
 * origin. proj4 forgets the false origin of some projections, so it is never given one.
 */
interface Axes {
	/** Metres or degrees per unit of x and y, negative for axes to the west and south. */
	readonly unit: readonly [number, number];
	/** Metres. */
	readonly falseOrigin: readonly [number, number];
	/** The first axis is the northing. */
	readonly isSwapped: boolean;
}

function createProjection(crs: string): Projection | null {
	const definition = crs.startsWith("+proj=") ? projStringToDefinition(crs) : epsgToDefinition(crs);
	if (definition === null || /\+proj=geocent|nadgrids/.test(definition.proj)) return null;
	const converter =
		rotatedPole(definition.proj) ?? ellipsoidalOrthographic(definition.proj) ?? createConverter(definition.proj);
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

function toFormula([x, y]: Position, { unit, falseOrigin, isSwapped }: Axes): Position {
	const [east, north] = isSwapped ? [y * unit[1], x * unit[0]] : [x * unit[0], y * unit[1]];
	return [east - falseOrigin[0], north - falseOrigin[1]];
}

function fromFormula([lon, lat]: Position, { unit, falseOrigin, isSwapped }: Axes): Position {
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

const maxProjStringLength = 1000;

/** Its `+axis` is the order of the raster's own coordinates, as in PROJ. */
function projStringToDefinition(crs: string): Definition | null {
	if (crs.length > maxProjStringLength) return null;
	return definitionOf({ crs, words: crs.split(/\s+/), latitudeFirst: false });
}

/** The definitions are those of the EPSG database as `geotiff-geokeys-to-proj4` carries it; `+axis` is the authority's order. */
function epsgToDefinition(crs: string): Definition | null {
	const code = Number(/^EPSG:0*([1-9]\d{0,6})$/i.exec(crs)?.[1]);
	const words = Number.isNaN(code) ? null : wordsOfCode(code);
	if (words === null) return null;
	return definitionOf({ crs: `EPSG:${code}`, ...words });
}

/**
 * The PROJ words of an EPSG code in the axes of rasters; null if it is unknown. Rasters store north-east systems as
 * east-north; axes to the west or south keep their direction and order, as in GDAL (`OAMS_TRADITIONAL_GIS_ORDER`).
 */
export function wordsOfCode(code: number): Omit<DefinitionWords, "crs"> | null {
	if (code === userDefined || misread.has(code)) return null;
	const {
		proj4: definition,
		coordinatesConversionParameters: unit,
		errors,
	} = geoKeysToProj({ ProjectedCSTypeGeoKey: code });
	if (errors.CRSNotSupported !== undefined) return null;
	const axis = /\+axis=(\S+)/.exec(definition)?.[1] ?? "";
	const isTurned = /^[wsen]{2}/.test(axis) && /[ws]/.test(axis.slice(0, 2));
	return {
		words: [...corrected(projWords(definition), code), ...(isTurned ? [`+axis=${axis.slice(0, 2)}u`] : [])],
		latitudeFirst: axis.startsWith("ne"),
		unit: [unit.x, unit.y],
	};
}

interface DefinitionWords {
	readonly crs: string;
	readonly words: readonly string[];
	readonly latitudeFirst: boolean;
	/** Degrees or metres per unit of x and y, for what PROJ strings cannot say (grads). */
	readonly unit?: readonly [number, number];
}

function definitionOf({ crs, words, latitudeFirst, unit = [1, 1] }: DefinitionWords): Definition | null {
	const number = (name: string, fallback: number) => {
		const word = words.find((candidate) => candidate.startsWith(`+${name}=`));
		return word === undefined ? fallback : Number(word.slice(name.length + 2));
	};
	const named = unitsByName[words.find((word) => word.startsWith("+units="))?.slice("+units=".length) ?? "m"];
	const metres = number("to_meter", named ?? Number.NaN);
	const axis = words.find((word) => word.startsWith("+axis="))?.slice("+axis=".length) ?? "enu";
	if (!(metres > 0) || !/^([ew][ns]|[ns][ew])[ud]?$/.test(axis)) return null;
	const signs = [0, 1].map((index) => (/[ws]/.test(axis[index] ?? "") ? -1 : 1)) as [number, number];
	return {
		crs,
		proj: words.filter((word) => word !== "" && !/^\+(x_0|y_0|to_meter|units|axis)=/.test(word)).join(" "),
		axes: {
			unit: [unit[0] * metres * signs[0], unit[1] * metres * signs[1]],
			falseOrigin: [number("x_0", 0), number("y_0", 0)],
			isSwapped: /^[ns]/.test(axis),
		},
		latitudeFirst,
	};
}

const unitsByName: Readonly<Record<string, number>> = { m: 1, km: 1000, ft: 0.3048, "us-ft": 1200 / 3937 };

/**
 * Longitude and latitude about another pole, in radians (PROJ's `ob_tran` of `longlat`, which proj4 does not have on every
 * ellipsoid); null for anything else. Formulas: Snyder, "Map Projections: A Working Manual", 5-7 to 5-10.
 */
function rotatedPole(proj: string): Pick<Converter, "forward" | "inverse"> | null {
	if (!/^\+proj=ob_tran \+o_proj=longlat /.test(proj)) return null;
	const radians = (name: string) => (Number(new RegExp(`\\+${name}=(\\S+)`).exec(proj)?.[1] ?? 0) * Math.PI) / 180;
	const [poleLat, poleLon, meridian] = [radians("o_lat_p"), radians("o_lon_p"), radians("lon_0")];
	const rotate = (lon: number, lat: number): Position => [
		Math.atan2(
			Math.cos(lat) * Math.sin(lon),
			Math.sin(poleLat) * Math.cos(lat) * Math.cos(lon) + Math.cos(poleLat) * Math.sin(lat),
		),
		Math.asin(
			Math.max(-1, Math.min(1, Math.sin(poleLat) * Math.sin(lat) - Math.cos(poleLat) * Math.cos(lat) * Math.cos(lon))),
		),
	];
	const degrees = 180 / Math.PI;
	const forward = ([x = Number.NaN, y = Number.NaN]: readonly number[]) => {
		const [lon, lat] = rotate(x - poleLon, y);
		return [(lon + meridian) * degrees, lat * degrees];
	};
	const inverse = ([lon = Number.NaN, lat = Number.NaN]: readonly number[]) => {
		const [x, y] = rotate(lon / degrees - meridian, lat / degrees);
		return [x + poleLon, y];
	};
	return { forward, inverse } as Pick<Converter, "forward" | "inverse">;
}

function createConverter(proj: string): Converter | null {
	// proj4's transverse Mercator refuses a sphere unless it may use the formulas of a narrow zone, which are exact there.
	for (const words of [proj, `${proj} +approx`]) {
		try {
			return proj4(`${words} +x_0=0 +y_0=0`, "WGS84");
		} catch {
			// proj4 throws for a projection it does not have
		}
	}
	return null;
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

export interface SrsName {
	readonly crs: string;
	readonly latitudeFirst: boolean;
}

/**
 * The CRS that a GML `srsName` names, and the order of its coordinates; null if it is none that can be reprojected.
 *
 * URNs and `http://www.opengis.net/def/crs/` URIs mean the authority's axis order (OGC 07-092r3, OGC 09-048r5). So does
 * the short `EPSG:n` here: EO-O&M documents in practice (MERIS, EOxServer) write `EPSG:4326` and mean latitude first.
 * `http://www.opengis.net/gml/srs/epsg.xml#n` comes from GML 2, whose coordinates are longitude first whatever the
 * authority says (GeoServer and GDAL read it so). CRS84 is WGS 84 with longitude first (OGC 06-042, annex B.3).
 */
export function parseSrsName(srsName: string): SrsName | null {
	const name = srsName.trim().slice(0, 200);
	if (
		/^(urn:(x-)?ogc:def:crs:OGC:[^:]*:CRS84|CRS:84|https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/[^/]*\/CRS84)$/i.test(
			name,
		)
	) {
		return { crs: "EPSG:4326", latitudeFirst: false };
	}
	const gml2 = /^https?:\/\/www\.opengis\.net\/gml\/srs\/epsg\.xml#(\d+)$/i.exec(name)?.[1];
	const code = gml2 ?? authorityCode.map((pattern) => pattern.exec(name)?.[1]).find((found) => found !== undefined);
	const projection = code === undefined ? null : projectionOf(`EPSG:${code}`);
	if (projection === null) return null;
	return { crs: projection.crs, latitudeFirst: gml2 === undefined && projection.latitudeFirst };
}

const authorityCode = [
	/^EPSG:(\d+)$/i,
	/^urn:(?:x-)?ogc:def:crs:EPSG:[^:]*:(\d+)$/i,
	/^https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[^/]*\/(\d+)$/i,
];

/** GTModelTypeGeoKey; GDAL calls a projection without a code user-defined (32767). */
const modelTypes = { projected: 1, geographic: 2, geocentric: 3 };

/** `EPSG:n` where the keys name a code, else the PROJ string of a user-defined CRS; null if they describe none. */
export function crsOfGeoKeys(keys: GeoKeys): string | null {
	const { ProjectedCSTypeGeoKey: projected, GeographicTypeGeoKey: geographic } = keys;
	if (isCode(projected)) return crsOfCode(projected, keys);
	const model = keys.GTModelTypeGeoKey ?? (projected === undefined ? modelTypes.geographic : modelTypes.projected);
	if (model === modelTypes.geocentric) return null;
	const isProjected = model !== modelTypes.geographic || projected !== undefined;
	if (!isProjected && isCode(geographic)) return `EPSG:${geographic}`;
	const crs = userDefinedCrs(keys, isProjected);
	return crs === null || projectionOf(crs) === null ? null : crs;
}

/** The code, or the same CRS in the unit that the keys name beside it. */
function crsOfCode(code: number, keys: GeoKeys): string | null {
	const words = wordsOfCode(code)?.words;
	if (words === undefined || words.includes("+proj=longlat")) return `EPSG:${code}`;
	return crsInOtherUnit(words, keys) ?? `EPSG:${code}`;
}

function isCode(value: GeoKeys[string] | undefined): value is number {
	return typeof value === "number" && value > 0 && value !== userDefined;
}
