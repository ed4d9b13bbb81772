import { lookupTable } from "#lib/lookup-table.ts";
import { datumShiftOf, replacementOf } from "./datum-shifts.ts";
import { corrected, geoKeysToProj, ownDefinitions, projWords, userDefined } from "./epsg-database.ts";

/** A CRS in the words of PROJ, taken apart for proj4. */
export interface Definition {
	readonly crs: string;
	/** Without false origin, unit and axes, which `CrsAxes` has. */
	readonly proj: string;
	readonly axes: CrsAxes;
	readonly latitudeFirst: boolean;
}

/**
 * How the coordinates of a raster become those of the formulas, which are in metres (or degrees) east and north of the
 * origin. proj4 forgets the false origin of some projections, so it is never given one.
 */
export interface CrsAxes {
	/** Metres or degrees per unit of x and y, negative for axes to the west and south. */
	readonly unit: readonly [number, number];
	/** Metres. */
	readonly falseOrigin: readonly [number, number];
	/** The first axis is the northing. */
	readonly isSwapped: boolean;
}

/** Of an `EPSG:n` or a PROJ string; null for what is neither, or unknown. */
export function definitionOf(crs: string): Definition | null {
	return crs.startsWith("+proj=") ? projStringToDefinition(crs) : epsgToDefinition(crs);
}

const maxProjStringLength = 1000;

/** Its `+axis` is the order of the raster's own coordinates, as in PROJ. */
function projStringToDefinition(crs: string): Definition | null {
	if (crs.length > maxProjStringLength) return null;
	return definitionIn({ crs, words: withDefaults(placingWords(crs)), latitudeFirst: false });
}

/** The words of a PROJ string, without those that say nothing of where coordinates lie. */
export function placingWords(crs: string): readonly string[] {
	return crs.split(/\s+/).filter((word) => !/^\+(wktext|type=crs|nadgrids=@null)$/.test(word));
}

/** PROJ's defaults for what is left out, which proj4 lacks: an origin at 0° 0°, and the other axis of a flattened ellipsoid. */
function withDefaults(words: readonly string[]): readonly string[] {
	const at = (name: string) => words.find((word) => word.startsWith(`+${name}=`))?.slice(name.length + 2);
	const [a, rf] = [Number(at("a")), Number(at("rf"))];
	const minor = at("b") === undefined && a > 0 && rf > 1 ? [`+b=${a * (1 - 1 / rf)}`] : [];
	const hasOrigin = /^(longlat|utm|omerc|krovak|nzmg|ob_tran)$/.test(at("proj") ?? "");
	const origin = hasOrigin
		? []
		: ["lat_0", "lon_0"].filter((name) => at(name) === undefined).map((name) => `+${name}=0`);
	// These projections are formulas of a sphere: PROJ takes the one with the ellipsoid's area.
	const sphere = /^(mill|vandg)$/.test(at("proj") ?? "") && !words.includes("+R_A") ? ["+R_A"] : [];
	return [...words.filter((word) => minor.length === 0 || !word.startsWith("+rf=")), ...origin, ...sphere, ...minor];
}

/** The definitions are those of the EPSG database as `geotiff-geokeys-to-proj4` carries it; `+axis` is the authority's order. */
function epsgToDefinition(crs: string): Definition | null {
	const code = Number(/^EPSG:0*([1-9]\d{0,6})$/i.exec(crs)?.[1]);
	const words = Number.isNaN(code) ? null : wordsOfCode(code);
	if (words === null) return null;
	return definitionIn({ crs: `EPSG:${code}`, ...words });
}

/**
 * The PROJ words of an EPSG code in the axes of rasters; null if it is unknown. Rasters store north-east systems as
 * east-north; axes to the west or south keep their direction and order, as in GDAL (`OAMS_TRADITIONAL_GIS_ORDER`).
 */
export function wordsOfCode(code: number): Omit<DefinitionWords, "crs"> | null {
	const known = wordsByCode.get(code);
	if (known !== undefined) return known;
	const told = packageWords(replacementOf(code) ?? code);
	if (told === null) return null;
	const words = { ...told, words: withDatumShift(told.words, datumShiftOf(code)) };
	wordsByCode.set(code, words);
	return words;
}

/** Archives have few CRSs and ask for each with every file; there are some 6,000 codes. */
const wordsByCode = new Map<number, Omit<DefinitionWords, "crs">>();

/** The same on another datum shift, as `+towgs84` has it; null: its own. */
export function withDatumShift(words: readonly string[], shift: string | null): readonly string[] {
	if (shift === null) return words;
	return [...words.filter((word) => !/^\+(towgs84=|no_defs$)/.test(word)), `+towgs84=${shift}`, "+no_defs"];
}

/** As the package has them. */
export function packageWords(
	code: number,
): (Omit<DefinitionWords, "crs" | "unit"> & { readonly unit: readonly [number, number] }) | null {
	if (code === userDefined) return null;
	const own = ownDefinitions.get(code);
	if (own !== undefined) return { words: own.split(" "), latitudeFirst: false, unit: [1, 1] };
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

function definitionIn({ crs, words, latitudeFirst, unit = [1, 1] }: DefinitionWords): Definition | null {
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

const unitsByName = lookupTable<number>({ m: 1, km: 1000, ft: 0.3048, "us-ft": 1200 / 3937 });
