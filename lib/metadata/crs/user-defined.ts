import { type GeoKeys, geoKeysToProj, projWords } from "./epsg-database.ts";
import { codeOf, UnknownCrs } from "./geodetic.ts";

/**
 * The conversion that geo keys spell out, in PROJ's words without its unit: by ProjCoordTransGeoKey, else by the code of
 * ProjectionGeoKey. The parameters of each method follow libgeotiff's `GTIFGetDefn` and GDAL's writer, whose files are the usual
 * ones: angles are degrees whatever the angular unit, the false origin is in the linear unit.
 * @param metres per unit
 * @throws UnknownCrs for methods that PROJ strings or GeoTIFF have no word for
 */
export function conversionOfKeys(keys: GeoKeys, metres: number): readonly string[] {
	const method = codeOf(keys.ProjCoordTransGeoKey);
	const code = codeOf(keys.ProjectionGeoKey);
	const words = method === null ? conversionOfCode(keys) : conversionOfMethod(keys, metres);
	if (words !== null) return words;
	if (method !== null)
		throw new UnknownCrs(`its projection method ${nameOfMethod(method)} with these parameters is not supported`);
	if (code !== null) throw new UnknownCrs(`its projection EPSG:${code} is not known`);
	throw new UnknownCrs("its geo keys name no projection");
}

function nameOfMethod(code: number): string {
	return `${code}${namesByMethod[code] === undefined ? "" : ` (${namesByMethod[code]})`}`;
}

/** GeoTIFF 1.1, 7.5.3: those that have no words here. */
const namesByMethod: Readonly<Record<number, string>> = {
	2: "Transverse Mercator, modified for Alaska",
	4: "Laborde's oblique Mercator",
	5: "Rosenmund's oblique Mercator",
	6: "oblique Mercator, spherical",
	7: "Mercator",
};

/** A conversion that EPSG has a code for, such as 16033, UTM zone 33 N. */
function conversionOfCode({ ProjectionGeoKey: code }: GeoKeys): readonly string[] | null {
	if (codeOf(code) === null) return null;
	const { proj4, errors } = geoKeysToProj({ ProjectionGeoKey: Number(code) });
	return errors.conversionNotSupported === undefined ? projWords(proj4).filter((word) => word !== "+no_defs") : null;
}

function conversionOfMethod(keys: GeoKeys, metres: number): readonly string[] | null {
	const code = Number(keys.ProjCoordTransGeoKey);
	const method = wordsByMethod[code];
	if (method === undefined) return null;
	const scaled = (unit: number, ...names: readonly string[]) => {
		const value = names.map((name) => keys[`Proj${name}GeoKey`]).find((found) => typeof found === "number");
		return value === undefined ? undefined : Number((value * unit).toPrecision(15));
	};
	const origins = ["NatOrigin", "FalseOrigin", "Center"];
	const pole = code === polarStereographicCode ? ["StraightVertPoleLong"] : [];
	const points = ["False", "Center", "FalseOrigin"];
	const words = method({
		lat: scaled(1, ...origins.map((origin) => `${origin}Lat`)) ?? 0,
		lon: scaled(1, ...pole, ...origins.map((origin) => `${origin}Long`)) ?? 0,
		parallel1: scaled(1, "StdParallel1"),
		parallel2: scaled(1, "StdParallel2"),
		azimuth: scaled(1, "AzimuthAngle") ?? 0,
		gridAngle: scaled(1, "RectifiedGridAngle"),
		scale: scaled(1, "ScaleAtNatOrigin", ...(code === stereographicCode ? [] : ["ScaleAtCenter"])) ?? 1,
	});
	if (words === null || words.some((word) => word.startsWith("+x_0="))) return words;
	for (const word of words) {
		const [, name = "", value = ""] = /^\+(lat|lon)[_c]\S*=(\S+)$/.exec(word) ?? [];
		if (name !== "" && !(Math.abs(Number(value)) <= (name === "lat" ? 90 : 360)))
			throw new UnknownCrs(`its projection has ${word.slice(1)}, which is no angle in degrees`);
	}
	// Westing and southing count from the false origin the other way round (EPSG 9808).
	const sign = code === southOrientedCode ? -1 : 1;
	const x = scaled(metres, ...points.map((point) => `${point}Easting`)) ?? 0;
	const y = scaled(metres, ...points.map((point) => `${point}Northing`)) ?? 0;
	return [...words, `+x_0=${sign * x}`, `+y_0=${sign * y}`];
}

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

/** Of a sphere, for which PROJ and GDAL take that of the ellipsoid's area. */
function onAuthalicSphere(proj: string) {
	return ({ lon }: Pick<Parameters, "lon">) => [`+proj=${proj}`, "+R_A", `+lon_0=${lon}`];
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
	return ({ lat, lon, azimuth, gridAngle = 90, scale }) => {
		// Along a parallel, as in Switzerland, where PROJ takes the oblique cylinder of Rosenmund.
		if (azimuth === 90 && gridAngle === 90) return ["+proj=somerc", `+lat_0=${lat}`, `+lon_0=${lon}`, `+k_0=${scale}`];
		return [
			"+proj=omerc",
			...variant,
			`+lat_0=${lat}`,
			`+lonc=${lon}`,
			`+alpha=${azimuth}`,
			`+gamma=${gridAngle}`,
			`+k_0=${scale}`,
		];
	};
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
	20: onAuthalicSphere("mill"),
	21: origin("ortho"),
	22: origin("poly"),
	23: meridian("robin"),
	24: meridian("sinu"),
	25: onAuthalicSphere("vandg"),
	// The New Zealand Map Grid has no parameters.
	26: () => ["+proj=nzmg", "+lat_0=-41", "+lon_0=173", "+x_0=2510000", "+y_0=6023150"],
	27: (given) => [...originAndScale("tmerc")(given), "+axis=wsu"],
	28: (given) => [...meridian("cea")(given), `+lat_ts=${given.parallel1 ?? 0}`],
	9815: obliqueMercator(),
};
