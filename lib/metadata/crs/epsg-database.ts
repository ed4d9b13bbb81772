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

/**
 * CRSs whose unit or parameters the package has wrong, in the words of PROJ 9.1 (`projinfo -o PROJ`): Panama in Clarke's links, Macedonia, India
 * in Indian yards, Malaya in chains.
 */
export const ownDefinitions: ReadonlyMap<number, string> = new Map([
	[
		5472,
		"+proj=poly +lat_0=8.25 +lon_0=-81 +x_0=914391.7962 +y_0=999404.721715486 +ellps=clrk66 +to_meter=0.9143917962 +no_defs",
	],
	[
		6204,
		"+proj=tmerc +lat_0=0 +lon_0=21 +k=0.9999 +x_0=500000 +y_0=0 +ellps=bessel +towgs84=521.748,229.489,590.921,4.029,4.488,-15.521,-9.78 +no_defs",
	],
	[
		9945,
		"+proj=tmerc +lat_0=0 +lon_0=21 +k=0.9999 +x_0=500000 +y_0=-4000000 +ellps=bessel +towgs84=521.748,229.489,590.921,4.029,4.488,-15.521,-9.78 +no_defs",
	],
	[
		24370,
		"+proj=lcc +lat_1=39.5 +lat_0=39.5 +lon_0=68 +k_0=0.99846154 +x_0=2153865.73916853 +y_0=2368292.1946281 +a=6377299.36559538 +b=6356098.35900516 +to_meter=0.914398530744441 +no_defs",
	],
	[
		24371,
		"+proj=lcc +lat_1=32.5 +lat_0=32.5 +lon_0=68 +k_0=0.99878641 +x_0=2743195.59223332 +y_0=914398.530744441 +a=6377299.36559538 +b=6356098.35900516 +to_meter=0.914398530744441 +no_defs",
	],
	[
		24372,
		"+proj=lcc +lat_1=26 +lat_0=26 +lon_0=74 +k_0=0.99878641 +x_0=2743195.59223332 +y_0=914398.530744441 +a=6377299.36559538 +b=6356098.35900516 +to_meter=0.914398530744441 +no_defs",
	],
	[
		24373,
		"+proj=lcc +lat_1=19 +lat_0=19 +lon_0=80 +k_0=0.99878641 +x_0=2743195.59223332 +y_0=914398.530744441 +a=6377299.36559538 +b=6356098.35900516 +to_meter=0.914398530744441 +no_defs",
	],
	[
		24374,
		"+proj=lcc +lat_1=12 +lat_0=12 +lon_0=80 +k_0=0.99878641 +x_0=2743195.59223332 +y_0=914398.530744441 +a=6377299.36559538 +b=6356098.35900516 +to_meter=0.914398530744441 +no_defs",
	],
	[
		24382,
		"+proj=lcc +lat_1=26 +lat_0=26 +lon_0=90 +k_0=0.99878641 +x_0=2743195.59223332 +y_0=914398.530744441 +a=6377299.36559538 +b=6356098.35900516 +to_meter=0.914398530744441 +no_defs",
	],
	[
		24571,
		"+proj=omerc +no_uoff +lat_0=4 +lonc=102.25 +alpha=323.0257905 +gamma=323.130102361111 +k=0.99984 +x_0=804671.299775035 +y_0=0 +ellps=evrst48 +towgs84=-11,851,5,0,0,0,0 +to_meter=20.1167824943759 +no_defs",
	],
]);
