import { wordsOfCode } from "./definition.ts";
import { type GeoKeys, userDefined } from "./epsg-database.ts";
import { type Axes, degreesOf, ellipsoidOf, geographicCodeOfDatum, meridianOf } from "./epsg-lookup.ts";

/** Why a CRS cannot be told, in words that end a sentence: `its ellipsoid EPSG:7099 is not known`. */
export class UnknownCrs extends Error {}

/** Figure of the Earth, datum shift and prime meridian, in PROJ's words: what a CRS has beside its projection. */
export interface Geodetic extends Axes {
	/** Of the geographic CRS that it is; null where it has none. */
	readonly code: number | null;
	/** As `+towgs84` has it; null: none. */
	readonly shift: string | null;
	/** Degrees east of Greenwich. */
	readonly meridian: number;
	/** Degrees per unit of its coordinates. */
	readonly degrees: number;
}

/** The same on another datum shift, as `+towgs84` has it: another CRS, unless the two are nearly the same. */
export function onShift(geodetic: Geodetic, shift: string): Geodetic {
	return { ...geodetic, ...shifted(geodetic, shift) };
}

/** Another shift is another CRS, unless they are nearly the same. */
function shifted({ code, shift: own, a, b }: Geodetic, shift: string): Pick<Geodetic, "code" | "shift"> {
	const numbers = (text: string | null) => [...(text ?? "").split(",").map(Number), 0, 0, 0, 0, 0, 0, 0].slice(0, 7);
	const [mine, theirs] = [numbers(own), numbers(shift)];
	// A second of rotation, or a millionth of scale, is 30 m or less.
	const metres = mine.reduce(
		(sum, value, index) => sum + Math.abs(value - (theirs[index] ?? 0)) * (index < 3 ? 1 : 30),
		0,
	);
	if (metres >= 1) return { code: null, shift };
	// By a shift of nothing PROJ takes the latitudes of a sphere for geocentric ones, which it leaves alone without any.
	return a === b && own === null ? { code: null, shift } : { code, shift: own };
}

export function geodeticWords({ a, b, shift, meridian }: Geodetic): readonly string[] {
	return [
		`+a=${a}`,
		`+b=${b}`,
		...(shift === null ? [] : [`+towgs84=${shift}`]),
		...(meridian === 0 ? [] : [`+pm=${meridian}`]),
	];
}

/** Those that were asked for: archives have few, each in very many files. */
const knownByCode = new Map<number, Geodetic>();

/** Of a geographic CRS's code; null if it is unknown. */
export function geodeticOfCode(code: number): Geodetic | null {
	const known = knownByCode.get(code) ?? findGeodetic(code);
	if (known !== null) knownByCode.set(code, known);
	return known;
}

function findGeodetic(code: number): Geodetic | null {
	const known = wordsOfCode(code);
	if (known === null || !known.words.includes("+proj=longlat")) return null;
	const word = (name: string) => known.words.find((one) => one.startsWith(`+${name}=`))?.slice(name.length + 2);
	const [a, b] = [Number(word("a")), Number(word("b"))];
	if (!(a > 0 && b > 0)) return null;
	const degrees = known.unit?.[0] ?? 1;
	return { code, a, b, shift: word("towgs84") ?? null, meridian: Number(word("pm") ?? 0), degrees };
}

/**
 * Of the `Geog…` geo keys, as libgeotiff's `GTIFGetDefn` derives it: the geographic CRS, else the datum, else the ellipsoid or
 * its axes. What stands beside a known code must say the same.
 * @param base of the projected CRS, for keys that name none
 * @throws UnknownCrs for parts that are not known, missing or contradict each other
 */
export function geodeticOfKeys(keys: GeoKeys, base: number | null): Geodetic {
	const code = codeOf(keys.GeographicTypeGeoKey);
	const known = code ?? (keys.GeographicTypeGeoKey === undefined ? base : null);
	const datum = codeOf(keys.GeogGeodeticDatumGeoKey);
	const named = known === null ? (datum === null ? null : ofDatum(datum)) : ofCode(known);
	const figure = figureOf(keys);
	if (named === null && figure === null) throw new UnknownCrs("its geo keys name no datum and no ellipsoid");
	if (named !== null && known !== null && datum !== null) checkDatum(named, datum);
	const isOther = named !== null && figure !== null && !isSameFigure(named, figure);
	if (isOther && !isNearFigure(named, figure))
		throw new UnknownCrs(
			`its geo keys contradict each other: EPSG:${named.code} has semi-axes of ${named.a} and ${named.b} m, and they give ${figure.a} and ${figure.b} m`,
		);
	const degrees = unitOf(keys, known === null ? null : named);
	const meridian = primeMeridianOf(keys, degrees);
	const shift = shiftOf(keys);
	if (named === null && degrees !== 1 && meridian)
		throw new UnknownCrs("its prime meridian is told in another unit than degrees, which writers do differently");
	if (named !== null && meridian !== null && Math.abs(meridian - named.meridian) > 1e-6)
		throw new UnknownCrs(
			`its geo keys contradict each other: EPSG:${named.code} counts from ${named.meridian}° east of Greenwich, and they from ${meridian}°`,
		);
	if (named !== null && meridian === null && named.meridian !== 0 && degrees !== named.degrees && degrees !== 1)
		throw new UnknownCrs(`its geo keys contradict each other: EPSG:${named.code} is not in units of ${degrees}°`);
	// What is known by a code has the shift of that code, as in GDAL.
	if (named !== null && !isOther) return { ...named, degrees };
	if (named !== null) return { ...named, ...figure, code: null, degrees };
	const isWgs84 = figure !== null && figure.a === 6378137 && Math.abs(figure.b - 6356752.314245) < 1e-5;
	const isPlain = isWgs84 && !meridian && shift === null && degrees === 1;
	if (isPlain) return { ...(geodeticOfCode(4326) as Geodetic) };
	return { ...(figure as Axes), code: null, shift, meridian: meridian ?? 0, degrees };
}

export function codeOf(value: GeoKeys[string] | undefined): number | null {
	return typeof value === "number" && Number.isInteger(value) && value > 0 && value !== userDefined ? value : null;
}

function ofCode(code: number): Geodetic {
	const geodetic = geodeticOfCode(code);
	if (geodetic === null) throw new UnknownCrs(`its geographic CRS EPSG:${code} is not known`);
	return geodetic;
}

function ofDatum(datum: number): Geodetic {
	const geodetic = geodeticOfCode(geographicCodeOfDatum(datum));
	if (geodetic === null) throw new UnknownCrs(`its datum EPSG:${datum} is not known`);
	return geodetic;
}

function checkDatum(named: Geodetic, datum: number): void {
	const other = geodeticOfCode(geographicCodeOfDatum(datum));
	if (other !== null && isSameFigure(named, other) && named.shift === other.shift && named.meridian === other.meridian)
		return;
	throw new UnknownCrs(`its geo keys contradict each other: EPSG:${named.code} is not on the datum EPSG:${datum}`);
}

/** Ellipsoids in use that are not the same differ by metres. */
export function isSameFigure(one: Axes, other: Axes): boolean {
	return Math.abs(one.a - other.a) < 0.1 && Math.abs(one.b - other.b) < 0.1;
}

/** Such as IAU 1976 for WGS 84 (Landsat's Albers tiles): metres, and no place differs by more. GDAL takes the ellipsoid's. */
function isNearFigure(one: Axes, other: Axes): boolean {
	return Math.abs(one.a - other.a) < 10 && Math.abs(one.b - other.b) < 10;
}

/** The ellipsoid that the keys tell; null: none. @throws UnknownCrs as above */
export function figureOf(keys: GeoKeys): Axes | null {
	const code = codeOf(keys.GeogEllipsoidGeoKey);
	const known = code === null ? null : ellipsoidOf(code);
	if (code !== null && known === null) throw new UnknownCrs(`its ellipsoid EPSG:${code} is not known`);
	const number = (name: string) => (typeof keys[name] === "number" ? (keys[name] as number) : null);
	const a = number("GeogSemiMajorAxisGeoKey") ?? known?.a ?? null;
	const inverse = number("GeogInvFlatteningGeoKey");
	const minor = number("GeogSemiMinorAxisGeoKey");
	if (a === null) return null;
	const b = inverse !== null ? (inverse === 0 ? a : a * (1 - 1 / inverse)) : (minor ?? known?.b ?? null);
	if (b === null) throw new UnknownCrs("its ellipsoid has no flattening");
	const given = { a, b };
	if (!(a > 1000 && a < 1e9 && b > 1000 && b < 1e9))
		throw new UnknownCrs(`its ellipsoid has semi-axes of ${a} and ${b}`);
	if (known !== null && !isSameFigure(known, given))
		throw new UnknownCrs(
			`its geo keys contradict each other: the ellipsoid EPSG:${code} has semi-axes of ${known.a} and ${known.b} m, and they give ${a} and ${b} m`,
		);
	return known ?? given;
}

/** Degrees per unit of the coordinates, of what they are in and what angles such as the prime meridian's are told in. */
function unitOf(keys: GeoKeys, known: Geodetic | null): number {
	const code = codeOf(keys.GeogAngularUnitsGeoKey);
	if (code !== null) {
		const degrees = degreesOf(code);
		if (degrees === null) throw new UnknownCrs(`its angular unit EPSG:${code} is not supported`);
		return degrees;
	}
	if (keys.GeogAngularUnitsGeoKey === undefined) return known?.degrees ?? 1;
	const size = keys.GeogAngularUnitSizeGeoKey ?? Math.PI / 180;
	if (typeof size !== "number" || Math.abs(size - Math.PI / 180) > 1e-9)
		throw new UnknownCrs(`its angular unit of ${String(size)} rad is not supported`);
	return 1;
}

/** Degrees; null where the keys tell none. */
export function primeMeridianOf(keys: GeoKeys, degrees: number): number | null {
	const code = codeOf(keys.GeogPrimeMeridianGeoKey);
	if (code !== null) {
		const meridian = meridianOf(code);
		if (meridian === null) throw new UnknownCrs(`its prime meridian EPSG:${code} is not known`);
		return meridian;
	}
	const longitude = keys.GeogPrimeMeridianLongGeoKey;
	return typeof longitude === "number" ? Number((longitude * degrees).toPrecision(14)) : null;
}

function shiftOf({ GeogTOWGS84GeoKey: shift }: GeoKeys): string | null {
	if (shift === undefined) return null;
	const numbers = Array.isArray(shift) ? (shift as readonly number[]) : [];
	if ((numbers.length !== 3 && numbers.length !== 7) || !numbers.every(Number.isFinite))
		throw new UnknownCrs("its datum shift is not three or seven numbers");
	return numbers.join(",");
}
