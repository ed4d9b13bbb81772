import { projectionOf } from "./crs.ts";
import { type GeoKeys, userDefined } from "./epsg-database.ts";
import { crsOfGeoKeys } from "./geo-key-crs.ts";

/** A CRS described by its parameters, as in well-known text and the CF conventions. */
export interface CrsParameters {
	readonly datum: Datum;
	/** null for a geographic CRS. */
	readonly conversion: Conversion | null;
}

export interface Datum {
	/** EPSG code of its geographic CRS; null: not known. */
	readonly code: number | null;
	/** Metres; null where only the code is known. */
	readonly semiMajor: number | null;
	/** 0 for a sphere. */
	readonly inverseFlattening: number | null;
	/** Degrees east of Greenwich. */
	readonly primeMeridian: number;
}

export interface Conversion {
	/** GeoTIFF's code of the method (GeoTIFF 1.1, 7.5.3). */
	readonly method: number;
	/** Degrees, the scale a ratio, the false origin in units of the coordinates. */
	readonly parameters: Partial<Readonly<Record<ConversionParameter, number>>>;
	/** Metres per unit of the coordinates. */
	readonly unit: number;
}

export type ConversionParameter =
	| "lat"
	| "lon"
	| "scale"
	| "x0"
	| "y0"
	| "parallel1"
	| "parallel2"
	| "azimuth"
	| "gridAngle"
	| "poleLon";

const keysByParameter: Readonly<Record<ConversionParameter, string>> = {
	lat: "ProjNatOriginLatGeoKey",
	lon: "ProjNatOriginLongGeoKey",
	poleLon: "ProjStraightVertPoleLongGeoKey",
	scale: "ProjScaleAtNatOriginGeoKey",
	x0: "ProjFalseEastingGeoKey",
	y0: "ProjFalseNorthingGeoKey",
	parallel1: "ProjStdParallel1GeoKey",
	parallel2: "ProjStdParallel2GeoKey",
	azimuth: "ProjAzimuthAngleGeoKey",
	gridAngle: "ProjRectifiedGridAngleGeoKey",
};

/** `EPSG:n` where the parameters are those of a well-known CRS, else a PROJ string; null if neither can express them. */
export function crsOfParameters({ datum, conversion }: CrsParameters): string | null {
	const code = datum.primeMeridian === 0 ? (datum.code ?? codeOfEllipsoid(datum)) : datum.code;
	if (conversion === null && code !== null && projectionOf(`EPSG:${code}`) !== null) return `EPSG:${code}`;
	const known = conversion === null ? null : (utmCode(code, conversion) ?? wellKnownCode(code, conversion));
	if (known !== null) return `EPSG:${known}`;
	return crsOfGeoKeys({
		...datumKeys(datum, code),
		...(conversion === null ? { GTModelTypeGeoKey: 2 } : conversionKeys(conversion)),
	});
}

/** An unnamed datum on the ellipsoid of WGS 84 is taken for WGS 84. */
function codeOfEllipsoid({ semiMajor, inverseFlattening }: Datum): number | null {
	const isWgs84 = semiMajor === 6378137 && Math.abs((inverseFlattening ?? 0) - 298.257223563) < 1e-6;
	return isWgs84 ? 4326 : null;
}

function datumKeys({ semiMajor, inverseFlattening, primeMeridian }: Datum, code: number | null): GeoKeys {
	if (code !== null || semiMajor === null) return { GeographicTypeGeoKey: code ?? userDefined };
	return {
		GeographicTypeGeoKey: userDefined,
		GeogSemiMajorAxisGeoKey: semiMajor,
		...(inverseFlattening ? { GeogInvFlatteningGeoKey: inverseFlattening } : { GeogSemiMinorAxisGeoKey: semiMajor }),
		...(primeMeridian === 0 ? {} : { GeogPrimeMeridianLongGeoKey: primeMeridian }),
	};
}

function conversionKeys({ method, parameters, unit }: Conversion): GeoKeys {
	const keys = Object.entries(parameters).map(([name, value]) => [keysByParameter[name as ConversionParameter], value]);
	return {
		GTModelTypeGeoKey: 1,
		ProjCoordTransGeoKey: method,
		...(unit === 1 ? {} : { ProjLinearUnitsGeoKey: userDefined, ProjLinearUnitSizeGeoKey: unit }),
		...Object.fromEntries(keys),
	};
}

type Zones = readonly [first: number, last: number, base: number];

/** EPSG's codes of UTM zones: WGS 84, ETRS89, NAD83, NAD27 and their southern halves. */
const northernZones: Readonly<Record<number, Zones>> = {
	4326: [1, 60, 32600],
	4258: [28, 38, 25800],
	4269: [1, 23, 26900],
	4267: [1, 22, 26700],
};

function utmCode(datum: number | null, { method, parameters, unit }: Conversion): number | null {
	const { lat = 0, lon = 0, scale = 1, x0 = 0, y0 = 0 } = parameters;
	const zone = (lon + 183) / 6;
	if (method !== 1 || unit !== 1 || lat !== 0 || scale !== 0.9996 || x0 !== 500000 || !Number.isInteger(zone))
		return null;
	if (y0 === 10_000_000) return datum === 4326 && zone >= 1 && zone <= 60 ? 32700 + zone : null;
	const [first, last, base] = northernZones[datum ?? 0] ?? [1, 0, 0];
	return y0 === 0 && zone >= first && zone <= last ? base + zone : null;
}

type WellKnown = readonly [code: number, datum: number, method: number, Conversion["parameters"]];

/** Other codes that Earth observation uses. */
const wellKnown: readonly WellKnown[] = [
	[3035, 4258, 10, { lat: 52, lon: 10, x0: 4321000, y0: 3210000 }],
	[3034, 4258, 8, { lat: 52, lon: 10, parallel1: 35, parallel2: 65, x0: 4000000, y0: 2800000 }],
	[3413, 4326, 15, { lat: 70, lon: -45 }],
	[3995, 4326, 15, { lat: 71, lon: 0 }],
	[3031, 4326, 15, { lat: -71, lon: 0 }],
	[3976, 4326, 15, { lat: -70, lon: 0 }],
	[6931, 4326, 10, { lat: 90, lon: 0 }],
	[6932, 4326, 10, { lat: -90, lon: 0 }],
	[6933, 4326, 28, { lon: 0, parallel1: 30 }],
	[4087, 4326, 17, { lat: 0, lon: 0, parallel1: 0 }],
];

function wellKnownCode(datum: number | null, { method, parameters, unit }: Conversion): number | null {
	const { poleLon, lon = poleLon, ...others } = parameters;
	const given: Conversion["parameters"] = { ...others, ...(lon === undefined ? {} : { lon }) };
	const found = wellKnown.find(
		([, candidate, candidateMethod, wanted]) =>
			candidate === datum &&
			candidateMethod === method &&
			unit === 1 &&
			[...new Set([...Object.keys(wanted), ...Object.keys(given)])].every((key) => {
				const name = key as ConversionParameter;
				const fallback = name === "scale" ? 1 : 0;
				return (given[name] ?? fallback) === (wanted[name] ?? fallback);
			}),
	);
	return found?.[0] ?? null;
}
