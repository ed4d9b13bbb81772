import { lookupTable } from "#lib/lookup-table.ts";
import { isOfOtherBody, projectionOf } from "./crs.ts";
import { wordsOfCode } from "./definition.ts";
import { type GeoKeys, userDefined } from "./epsg-database.ts";
import { baseOf, metresOf } from "./epsg-lookup.ts";
import {
	codeOf,
	figureOf,
	type Geodetic,
	geodeticOfCode,
	geodeticOfKeys,
	geodeticWords,
	isSameFigure,
	primeMeridianOf,
	UnknownCrs,
} from "./geodetic.ts";
import { projectedCodeOf } from "./known-code.ts";
import { conversionOfKeys } from "./user-defined.ts";

/** GTModelTypeGeoKey. */
const modelTypes = { projected: 1, geographic: 2, geocentric: 3 };

/** `EPSG:n` or a PROJ string, or why there is none, in words that end a sentence. */
export type CrsAnswer = { readonly crs: string } | { readonly crs: null; readonly reason: string };

/** `EPSG:n` where the keys name a code, or are those of one, else the PROJ string of a user-defined CRS; null if they describe none. */
export function crsOfGeoKeys(keys: GeoKeys): string | null {
	return answerOfGeoKeys(keys).crs;
}

/**
 * The same, with the reason. Nothing is guessed: keys that contradict each other, or say something that is not known, are no CRS. Where
 * GeoTIFF leaves it open, they are read as libgeotiff and GDAL read them, which the files' writers test with.
 */
export function answerOfGeoKeys(keys: GeoKeys): CrsAnswer {
	try {
		return { crs: modelOf(keys) === "projected" ? projectedCrs(keys) : geographicCrs(keys) };
	} catch (error) {
		if (error instanceof UnknownCrs) return { crs: null, reason: error.message };
		throw error;
	}
}

function modelOf(keys: GeoKeys): "projected" | "geographic" {
	const { GTModelTypeGeoKey: model = 0, ProjectedCSTypeGeoKey: projected } = keys;
	if (model === modelTypes.projected) return "projected";
	if (model === modelTypes.geographic) return "geographic";
	if (model === modelTypes.geocentric) throw new UnknownCrs("its CRS is geocentric, which no raster lies in");
	if (codeOf(projected) !== null) return "projected";
	if (model === 0 && projected === undefined && Object.keys(keys).some((name) => name.startsWith("Geog")))
		return "geographic";
	throw new UnknownCrs(
		`its GTModelTypeGeoKey is ${model === 0 ? "missing" : String(model)}, neither projected nor geographic`,
	);
}

function geographicCrs(keys: GeoKeys): string {
	return crsOfGeodetic(geodeticOfKeys(keys, null));
}

/** `EPSG:n`, or a PROJ string. @throws UnknownCrs for coordinates in units that neither has */
export function crsOfGeodetic(geodetic: Geodetic): string {
	const { code, degrees } = geodetic;
	if (code !== null && geodeticOfCode(code)?.degrees === degrees) return `EPSG:${code}`;
	if (degrees !== 1)
		throw new UnknownCrs(
			`its coordinates are in units of ${degrees}°, ${code === null ? "and not in degrees" : `which are not those of EPSG:${code}`}`,
		);
	return ["+proj=longlat", ...geodeticWords(geodetic), "+no_defs"].join(" ");
}

function projectedCrs(keys: GeoKeys): string {
	const code = codeOf(keys.ProjectedCSTypeGeoKey);
	return code === null ? userDefinedCrs(keys) : crsOfCode(code, keys);
}

function userDefinedCrs(keys: GeoKeys): string {
	const metres = linearUnit(keys) ?? 1;
	const conversion = [...conversionOfKeys(keys, metres), ...unitWords(metres)];
	return crsOfConversion(geodeticOfKeys(keys, null), conversion);
}

/** The code, or the same CRS in the unit that the keys name beside it. */
function crsOfCode(code: number, keys: GeoKeys): string {
	const words = wordsOfCode(code)?.words;
	if (words === undefined) return `EPSG:${code}`;
	if (words.includes("+proj=longlat"))
		throw new UnknownCrs(`it names the geographic EPSG:${code} as its projected CRS`);
	checkGeodetic(code, keys);
	checkConversion(code, words, keys);
	const own = Number(words.find((word) => word.startsWith("+to_meter="))?.slice("+to_meter=".length) ?? 1);
	const metres = linearUnit(keys) ?? own;
	// A foot of the US and the international one differ by 2e-6: that is another unit.
	if (Math.abs(metres / own - 1) < 1e-7) return `EPSG:${code}`;
	if (code === pseudoMercator)
		throw new UnknownCrs(
			`its geo keys contradict each other: EPSG:${code} is in metres, and their unit has ${metres} m`,
		);
	const others = words.filter((word) => !/^\+(to_meter|units|no_defs)/.test(word));
	return [...others, ...unitWords(metres), "+no_defs"].join(" ");
}

const pseudoMercator = 3857;

/** What the keys say of the datum beside a projected code must be the code's own. */
function checkGeodetic(code: number, keys: GeoKeys): void {
	const base = baseOf(code);
	const own = base === null ? null : geodeticOfCode(base);
	if (own === null) return;
	const contradiction = (what: string) =>
		new UnknownCrs(`its geo keys contradict each other: EPSG:${code} is on EPSG:${base}, and they name ${what}`);
	if ([keys.GeographicTypeGeoKey, keys.GeogGeodeticDatumGeoKey].some((key) => codeOf(key) !== null)) {
		const told = geodeticOfKeys(keys, null);
		if (told.code === base || isNear(told, own)) return;
		throw contradiction(told.code === null ? "another datum" : `EPSG:${told.code}`);
	}
	const figure = figureOf(keys);
	if (figure !== null && !isSameFigure(figure, own))
		throw contradiction(`an ellipsoid with semi-axes of ${figure.a} and ${figure.b} m`);
	const meridian = primeMeridianOf(keys, 1);
	if (meridian !== null && Math.abs(meridian - own.meridian) > 1e-6)
		throw contradiction(`a prime meridian ${meridian}° east of Greenwich`);
	// GDAL takes the ellipsoid of WGS 84 for a datum whose ellipsoid the file does not give.
	if (figure === null && keys.GeographicTypeGeoKey === userDefined && !isNear(own, geodeticOfCode(4326) as Geodetic))
		throw contradiction("no datum");
}

/** Whether the same degrees are the same place, within a few metres. */
function isNear(one: Geodetic, other: Geodetic): boolean {
	const at = (geodetic: Geodetic) =>
		projectionOf(["+proj=longlat", ...geodeticWords(geodetic), "+no_defs"].join(" "))?.toWgs84(10, 50);
	const [[lonA = 0, latA = 0] = [], [lonB = 0, latB = 0] = []] = [at(one), at(other)];
	return Math.hypot(lonA - lonB, latA - latB) < 2e-5;
}

/** A method beside a projected code must be that of the code, with its parameters. */
function checkConversion(code: number, words: readonly string[], keys: GeoKeys): void {
	if (codeOf(keys.ProjCoordTransGeoKey) === null) return;
	const base = baseOf(code) ?? 0;
	const own = Number(words.find((word) => word.startsWith("+to_meter="))?.slice("+to_meter=".length) ?? 1);
	const told = [...conversionOfKeys(keys, linearUnit(keys) ?? own), ...unitWords(own)];
	const known = projectedCodeOf(base, told);
	if (known === code || (known !== null && known === projectedCodeOf(base, words))) return;
	throw new UnknownCrs(
		`its geo keys contradict each other: their projection ${told.slice(0, 6).join(" ").slice(0, 120)} is not that of EPSG:${code}`,
	);
}

/** `EPSG:n` where there is a code for it, else a PROJ string. @throws UnknownCrs if it cannot be reprojected */
export function crsOfConversion(geodetic: Geodetic, conversion: readonly string[]): string {
	const code = geodetic.code === null ? null : projectedCodeOf(geodetic.code, conversion);
	if (code !== null) return `EPSG:${code}`;
	const crs = [...conversion, ...geodeticWords(geodetic), "+no_defs"].join(" ");
	if (isOfOtherBody(crs))
		throw new UnknownCrs(
			`its ellipsoid, with a semi-major axis of ${geodetic.a} m, is that of another body than the Earth`,
		);
	if (projectionOf(crs) === null)
		throw new UnknownCrs(`its projection ${conversion.join(" ").slice(0, 150)} is not supported`);
	return crs;
}

export function unitWords(metres: number): readonly string[] {
	return metres === 1 ? [] : [`+to_meter=${metres}`];
}

/** Metres per unit of the projected coordinates; null where the keys name none. */
function linearUnit({
	ProjLinearUnitsGeoKey: unit,
	ProjLinearUnitSizeGeoKey: size,
	ProjectedCSTypeGeoKey: code,
	...keys
}: GeoKeys): number | null {
	const cited = unit === undefined && size === undefined ? citedUnit(keys) : null;
	if (cited !== null) return cited;
	const known = codeOf(unit);
	if (known !== null) {
		const metres = metresOf(known);
		if (metres === null) throw new UnknownCrs(`its unit EPSG:${known} is not known`);
		return metres;
	}
	// A code has its own unit, unless the keys say that theirs is user-defined.
	if (unit !== userDefined && codeOf(code) !== null) return null;
	if (size === undefined) return unit === userDefined ? 1 : null;
	if (typeof size !== "number" || !(size > 0) || !Number.isFinite(size))
		throw new UnknownCrs(`its unit has a size of ${JSON.stringify(size)} m`);
	return size;
}

/**
 * The unit that ERDAS Imagine (`Units = meters`) and ArcGIS (`LUnits = Foot_US`) name in a citation instead of a key, as in GDAL, whose
 * feet without a country are those of the US; null: none that is known.
 */
function citedUnit({ GTCitationGeoKey, PCSCitationGeoKey }: GeoKeys): number | null {
	for (const citation of [GTCitationGeoKey, PCSCitationGeoKey]) {
		const text = typeof citation === "string" ? citation : "";
		const name = /^IMAGINE GeoTIFF Support/i.test(text)
			? /(?:^|\n)Units = (\w+)/.exec(text)?.[1]
			: /(?:^|\|)LUnits = (\w+)/.exec(text)?.[1];
		const metres = metresByName[name?.toLowerCase().replace(/foot$/, "feet") ?? ""];
		if (metres !== undefined) return metres;
	}
	return null;
}

const usFoot = 1200 / 3937;
const metresByName = lookupTable<number>({
	meters: 1,
	meter: 1,
	kilometers: 1000,
	feet: usFoot,
	us_survey_feet: usFoot,
	foot_us: usFoot,
	international_feet: 0.3048,
});
