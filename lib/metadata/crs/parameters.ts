import { type GeoKeys, userDefined } from "./epsg-database.ts";
import { crsOfConversion, crsOfGeodetic, unitWords } from "./geo-key-crs.ts";
import { type Geodetic, geodeticOfKeys, onShift, UnknownCrs } from "./geodetic.ts";
import { conversionOfKeys } from "./user-defined.ts";

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
	/** To WGS 84, where one is told: three or seven numbers, as `+towgs84` has them. */
	readonly shift?: readonly number[];
	/** Per unit of geographic coordinates; default 1. */
	readonly degrees?: number;
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

/** `EPSG:n` where the parameters are those of a known CRS, else a PROJ string; null if neither can express them. */
export function crsOfParameters({ datum, conversion }: CrsParameters): string | null {
	return unlessUnknown(() => {
		const geodetic = geodeticOf(datum);
		if (conversion === null) return crsOfGeodetic(geodetic);
		const { unit } = conversion;
		return crsOfConversion(geodetic, [...conversionOfKeys(conversionKeys(conversion), unit), ...unitWords(unit)]);
	});
}

/** The same of a conversion in PROJ's words. */
export function crsOfWords(conversion: readonly string[], datum: Datum): string | null {
	return unlessUnknown(() => crsOfConversion(geodeticOf(datum), conversion));
}

function unlessUnknown(tell: () => string): string | null {
	try {
		return tell();
	} catch (error) {
		if (error instanceof UnknownCrs) return null;
		throw error;
	}
}

function geodeticOf({ code, semiMajor, inverseFlattening, primeMeridian, shift, degrees = 1 }: Datum): Geodetic {
	const geodetic = geodeticOfKeys(
		{
			GeographicTypeGeoKey: code ?? userDefined,
			...(code === null && semiMajor !== null
				? {
						GeogSemiMajorAxisGeoKey: semiMajor,
						...(inverseFlattening
							? { GeogInvFlatteningGeoKey: inverseFlattening }
							: { GeogSemiMinorAxisGeoKey: semiMajor }),
					}
				: {}),
			...(code === null && primeMeridian !== 0 ? { GeogPrimeMeridianLongGeoKey: primeMeridian } : {}),
		},
		null,
	);
	return { ...(shift === undefined ? geodetic : onShift(geodetic, shift.join(","))), degrees };
}

function conversionKeys({ method, parameters }: Conversion): GeoKeys {
	const keys = Object.entries(parameters).map(([name, value]) => [keysByParameter[name as ConversionParameter], value]);
	return {
		ProjCoordTransGeoKey: method,
		...Object.fromEntries(keys),
	};
}
