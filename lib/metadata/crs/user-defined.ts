import { datumShiftOf } from "./datum-shifts.ts";
import { withDatumShift } from "./definition.ts";
import { type GeoKeys, geoKeysToProj, projWords, userDefined } from "./epsg-database.ts";

/**
 * The PROJ string of a CRS that geo keys spell out; null for methods PROJ strings or GeoTIFF have no word for.
 * Ellipsoid, datum shift, prime meridian and units come from the EPSG database; the parameters of each method follow
 * libgeotiff's `GTIFGetProj4Defn` and GDAL's writer, whose files are the usual ones.
 */
export function userDefinedCrs(keys: GeoKeys, isProjected: boolean): string | null {
	const geodetic = geoKeysToProj(Object.fromEntries(Object.entries(keys).filter(([name]) => /^Geog/.test(name))));
	const shift = keys.GeogTOWGS84GeoKey === undefined ? datumShiftOf(geographicCode(keys)) : null;
	const ellipsoid = withDatumShift(projWords(geodetic.proj4), shift).filter(
		(word) => word !== "+proj=longlat" && word !== "+no_defs",
	);
	const degrees = geodetic.coordinatesConversionParameters.x;
	if (!ellipsoid.some((word) => /^\+(a|ellps|datum)=/.test(word))) return null;
	if (!isProjected) return degrees === 1 ? ["+proj=longlat", ...ellipsoid, "+no_defs"].join(" ") : null;
	const metres = linearUnit(keys);
	const projection =
		conversionOfCode(keys) ??
		conversionOfMethod(keys, { degrees, metres }) ??
		esriConversion(keys.PCSCitationGeoKey ?? keys.GTCitationGeoKey);
	if (projection === null) return null;
	return [...projection, ...ellipsoid, ...unitWords(metres), "+no_defs"].join(" ");
}

/** Of its base: EPSG's own, else that of its datum, which older codes have 2000 above it (GeoTIFF 1.0, 6.3.2.2). */
function geographicCode({ GeographicTypeGeoKey: code, GeogGeodeticDatumGeoKey: datum }: GeoKeys): number {
	if (typeof code === "number" && code !== userDefined) return code;
	return typeof datum === "number" && datum >= 6120 && datum < 7000 ? datum - 2000 : 0;
}

/**
 * The PROJ string of a known CRS in another unit than its own; null where the keys name none, or its own. The parameters
 * stay, so that the false origin is where it was.
 */
export function crsInOtherUnit(words: readonly string[], keys: GeoKeys): string | null {
	const own = Number(words.find((word) => word.startsWith("+to_meter="))?.slice("+to_meter=".length) ?? 1);
	const metres = keys.ProjLinearUnitsGeoKey === undefined ? own : linearUnit(keys);
	// A foot of the US and the international one differ by 2e-6: that is another unit.
	if (Math.abs(metres / own - 1) < 1e-7) return null;
	return [...words.filter((word) => !/^\+(to_meter|units|no_defs)/.test(word)), ...unitWords(metres), "+no_defs"].join(
		" ",
	);
}

function unitWords(metres: number): readonly string[] {
	return metres === 1 ? [] : [`+to_meter=${metres}`];
}

/** Metres per unit of the projected coordinates. */
function linearUnit({ ProjLinearUnitsGeoKey: code = 9001, ProjLinearUnitSizeGeoKey: size = 1 }: GeoKeys): number {
	const keys = { ProjCoordTransGeoKey: 1, ProjLinearUnitsGeoKey: code, ProjLinearUnitSizeGeoKey: size };
	return geoKeysToProj(keys).coordinatesConversionParameters.x;
}

/** A conversion that EPSG has a code for, such as 16033, UTM zone 33 N. */
function conversionOfCode({ ProjectionGeoKey: code }: GeoKeys): readonly string[] | null {
	if (typeof code !== "number" || code === userDefined) return null;
	const { proj4, errors } = geoKeysToProj({ ProjectionGeoKey: code });
	return errors.conversionNotSupported === undefined ? projWords(proj4).filter((word) => word !== "+no_defs") : null;
}

interface Units {
	readonly degrees: number;
	readonly metres: number;
}

function conversionOfMethod(keys: GeoKeys, units: Units): readonly string[] | null {
	const code = Number(keys.ProjCoordTransGeoKey);
	const method = wordsByMethod[code];
	if (method === undefined) return null;
	const scaled = (unit: number, ...names: readonly string[]) => {
		const value = names.map((name) => keys[`Proj${name}GeoKey`]).find((found) => typeof found === "number");
		return value === undefined ? undefined : Number((value * unit).toPrecision(15));
	};
	const origins = ["NatOrigin", "FalseOrigin", "Center"];
	const pole = code === polarStereographicCode ? ["StraightVertPoleLong"] : [];
	const points =
		code === lambertConformalConic2 ? ["FalseOrigin", "False", "Center"] : ["False", "Center", "FalseOrigin"];
	const words = method({
		lat: scaled(units.degrees, ...origins.map((origin) => `${origin}Lat`)) ?? 0,
		lon: scaled(units.degrees, ...pole, ...origins.map((origin) => `${origin}Long`)) ?? 0,
		parallel1: scaled(units.degrees, "StdParallel1"),
		parallel2: scaled(units.degrees, "StdParallel2"),
		azimuth: scaled(units.degrees, "AzimuthAngle") ?? 0,
		gridAngle: scaled(units.degrees, "RectifiedGridAngle"),
		scale: scaled(1, "ScaleAtNatOrigin", ...(code === stereographicCode ? [] : ["ScaleAtCenter"])) ?? 1,
	});
	if (words === null || words.some((word) => word.startsWith("+x_0="))) return words;
	// Westing and southing count from the false origin the other way round (EPSG 9808).
	const sign = code === southOrientedCode ? -1 : 1;
	const x = scaled(units.metres, ...points.map((point) => `${point}Easting`)) ?? 0;
	const y = scaled(units.metres, ...points.map((point) => `${point}Northing`)) ?? 0;
	return [...words, `+x_0=${sign * x}`, `+y_0=${sign * y}`];
}

const lambertConformalConic2 = 8;
const stereographicCode = 14;
const polarStereographicCode = 15;
const southOrientedCode = 27;

/**
 * Degrees. GeoTIFF has several names for the origin; which of them counts first is libgeotiff's choice
 * (`GTIFFetchProjParms`), because the files' writers test with it.
 */
interface Parameters {
	readonly lat: number;
	readonly lon: number;
	readonly parallel1: number | undefined;
	readonly parallel2: number | undefined;
	readonly azimuth: number;
	readonly gridAngle: number | undefined;
	readonly scale: number;
}

/** null: no projection has these parameters together. */
type Method = (parameters: Parameters) => readonly string[] | null;

/** Methods that need no more than an origin. */
function origin(proj: string) {
	return ({ lat, lon }: Pick<Parameters, "lat" | "lon">) => [`+proj=${proj}`, `+lat_0=${lat}`, `+lon_0=${lon}`];
}

function originAndScale(proj: string) {
	return (given: Parameters) => [...origin(proj)(given), `+k_0=${given.scale}`];
}

function twoParallels(proj: string): Method {
	return (given) => [...origin(proj)(given), `+lat_1=${given.parallel1 ?? 0}`, `+lat_2=${given.parallel2 ?? 0}`];
}

function meridian(proj: string) {
	return ({ lon }: Pick<Parameters, "lon">) => [`+proj=${proj}`, `+lon_0=${lon}`];
}

/** By a scale factor (EPSG 9804) or a parallel of true scale (9805), which some writers put into the origin's latitude. */
const mercator: Method = ({ lat, lon, parallel1, scale }) => {
	if (lat !== 0 && (parallel1 !== undefined || scale !== 1 || Math.abs(lat) >= 90)) return null;
	const trueScale = parallel1 ?? lat;
	return ["+proj=merc", `+lon_0=${lon}`, trueScale === 0 ? `+k_0=${scale}` : `+lat_ts=${trueScale}`];
};

/**
 * The latitude is that of true scale (EPSG 9829). At a pole the scale factor counts (EPSG 9810); one elsewhere makes it an
 * oblique stereographic projection about that latitude, as in GDAL.
 */
const polarStereographic: Method = ({ lat, lon, scale }) => {
	if (Math.abs(lat) !== 90 && scale !== 1) return originAndScale("stere")({ lat, lon, scale } as Parameters);
	const trueScale = Math.abs(lat) === 90 ? `+k_0=${scale}` : `+lat_ts=${lat}`;
	return ["+proj=stere", `+lat_0=${lat < 0 ? -90 : 90}`, trueScale, `+lon_0=${lon}`];
};

/** The angle of the rectified grid is 90° where it is left out, as in GDAL. */
function obliqueMercator(...variant: readonly string[]): Method {
	return ({ lat, lon, azimuth, gridAngle = 90, scale }) => [
		"+proj=omerc",
		...variant,
		`+lat_0=${lat}`,
		`+lonc=${lon}`,
		`+alpha=${azimuth}`,
		`+gamma=${gridAngle}`,
		`+k_0=${scale}`,
	];
}

/** By ProjCoordTransGeoKey: GeoTIFF's own list (GeoTIFF 1.1, 7.5.3) and the one EPSG method GDAL adds. */
const wordsByMethod: Readonly<Record<number, Method>> = {
	1: originAndScale("tmerc"),
	3: obliqueMercator("+no_uoff"),
	7: mercator,
	8: twoParallels("lcc"),
	9: (given) => [...originAndScale("lcc")(given), `+lat_1=${given.lat}`],
	10: origin("laea"),
	11: twoParallels("aea"),
	12: origin("aeqd"),
	13: twoParallels("eqdc"),
	14: originAndScale("stere"),
	15: polarStereographic,
	16: originAndScale("sterea"),
	17: (given) => [...origin("eqc")(given), `+lat_ts=${given.parallel1 ?? 0}`],
	18: origin("cass"),
	19: origin("gnom"),
	20: meridian("mill"),
	21: origin("ortho"),
	22: origin("poly"),
	23: meridian("robin"),
	24: meridian("sinu"),
	25: meridian("vandg"),
	// The New Zealand Map Grid has no parameters.
	26: () => ["+proj=nzmg", "+lat_0=-41", "+lon_0=173", "+x_0=2510000", "+y_0=6023150"],
	27: (given) => [...originAndScale("tmerc")(given), "+axis=wsu"],
	28: (given) => [...meridian("cea")(given), `+lat_ts=${given.parallel1 ?? 0}`],
	9815: obliqueMercator(),
};

/**
 * The PROJ words of projections that GeoTIFF has no code for. GDAL and Esri then write the CRS as "ESRI PE String" (Esri's
 * WKT 1) into the citation; the ellipsoid and the units stand in geo keys all the same. null for anything else.
 */
export function esriConversion(citation: unknown): readonly string[] | null {
	if (typeof citation !== "string" || !citation.includes("ESRI PE String = PROJCS[")) return null;
	const method = /PROJECTION\["(\w{1,40})"\]/.exec(citation)?.[1] ?? "";
	const words = wordsByProjection.get(method);
	if (words === undefined) return null;
	const parameters = new Map(
		[...citation.matchAll(/PARAMETER\["(\w{1,40})",(-?\d[\d.eE+-]{0,30})\]/g)].map(([, name = "", value]) => [
			name,
			Number(value),
		]),
	);
	const parameter = (name: string) => parameters.get(name) ?? 0;
	return [...words(parameter), `+x_0=${parameter("False_Easting")}`, `+y_0=${parameter("False_Northing")}`];
}

type Words = (parameter: (name: string) => number) => readonly string[];

function byMeridian(proj: string): Words {
	return (parameter) => [`+proj=${proj}`, `+lon_0=${parameter("Central_Meridian")}`];
}

/** What Earth observation uses of them: weather satellites, and the equal-area maps of the whole Earth. */
const wordsByProjection: ReadonlyMap<string, Words> = new Map([
	["Mollweide", byMeridian("moll")],
	["Eckert_VI", byMeridian("eck6")],
	["Equal_Earth", byMeridian("eqearth")],
	[
		"Geostationary_Satellite",
		(parameter) => [
			"+proj=geos",
			`+lon_0=${parameter("Longitude_Of_Center")}`,
			`+h=${parameter("Height")}`,
			`+sweep=${parameter("Option") === 1 ? "x" : "y"}`,
		],
	],
]);
