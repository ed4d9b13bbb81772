import { projectionOf } from "./crs.ts";
import { wordsOfCode } from "./definition.ts";
import { type GeoKeys, userDefined } from "./epsg-database.ts";
import { crsInOtherUnit, userDefinedCrs } from "./user-defined.ts";

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
