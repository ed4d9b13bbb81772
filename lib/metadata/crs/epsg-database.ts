import * as database from "geotiff-geokeys-to-proj4";

/** GeoTIFF geo keys by their name in the specification (`ProjectedCSTypeGeoKey`, …). */
export type GeoKeys = Readonly<Record<string, number | string | readonly number[]>>;

/** "User-defined" in every geo key that holds a code. */
export const userDefined = 32767;

/** The package's declarations demand every key at once; it reads whichever are there. */
export function geoKeysToProj(keys: GeoKeys): database.ProjectionParameters {
	return database.toProj4(keys as unknown as database.GeoKeys);
}

/**
 * The words of a definition without its axes and without parameters the package has no value for. It writes the prime
 * meridian of a user-defined CRS as a number without a name.
 */
export function projWords(definition: string): readonly string[] {
	const words = definition.split(" ").filter((word) => word !== "" && !/^\+axis=|=(undefined|NaN|null)$/.test(word));
	const named = words.filter((word) => /^\+[a-z]\w*(=\S+)?$/i.test(word));
	const meridian = words.find((word) => /^-?\d+(\.\d+)?$/.test(word) && Number(word) !== 0);
	if (meridian === undefined || named.some((word) => /^\+pm=.*[1-9]/.test(word))) return named;
	return [...named.filter((word) => !word.startsWith("+pm=")), `+pm=${meridian}`];
}

/** Corrects codes that the package leaves out or misnames, found by comparing all its codes with PROJ. */
export function corrected(words: readonly string[], code: number): readonly string[] {
	const value = (name: string) => words.find((word) => word.startsWith(`+${name}=`))?.slice(name.length + 2);
	const method = value("proj");
	const trueScale = value("lat_ts");
	if (method === "stere" && trueScale !== undefined && value("lat_0") === undefined) {
		return [...words, `+lat_0=${trueScale.startsWith("-") ? -90 : 90}`];
	}
	if (method === "merc" && value("lat_1") !== undefined) return [...words, `+lat_ts=${value("lat_1")}`];
	return hotineVariantA.has(code) ? [...words, "+no_uoff"] : words;
}

/** The CRSs by EPSG method 9812, Hotine oblique Mercator variant A; the package does not distinguish it from variant B. */
const hotineVariantA = new Set([
	3078, 3079, 3167, 3168, 3375, 3376, 3468, 3591, 5247, 6394, 6497, 6808, 6809, 6810, 6811, 6840, 6841, 6842, 6843,
	26731, 26931, 29874,
]);

/** CRSs whose unit the package has wrong, or of which PROJ knows no shift near enough: no answer is better than that one. */
export const misread: ReadonlySet<number> = new Set([
	5472, 6204, 9945, 24370, 24371, 24372, 24373, 24374, 24382, 24571,
]);
