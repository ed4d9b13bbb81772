import { ellipsoids, geographicCodes, lengthUnits, primeMeridians, projectedCodes } from "./epsg-parts.ts";

/** Semi-axes in metres. */
export interface Axes {
	readonly a: number;
	readonly b: number;
}

/** Of an EPSG code of an ellipsoid; null if it is unknown. */
export function ellipsoidOf(code: number): Axes | null {
	const [a, b] = table("ellipsoids", ellipsoids).get(code) ?? [];
	return a === undefined || b === undefined ? null : { a, b };
}

/** Degrees east of Greenwich of an EPSG code of a prime meridian; null if it is unknown. */
export function meridianOf(code: number): number | null {
	return table("meridians", primeMeridians).get(code)?.[0] ?? null;
}

/** Metres of an EPSG code of a unit of length; null if it is unknown. */
export function metresOf(code: number): number | null {
	return table("lengths", lengthUnits).get(code)?.[0] ?? null;
}

/** Degrees of an EPSG code of a unit of angle; null if it is unknown, or no number of them (degrees, minutes and seconds). */
export function degreesOf(code: number): number | null {
	return degreesByUnit[code] ?? null;
}

const degreesByUnit: Readonly<Record<number, number>> = {
	9101: 180 / Math.PI,
	9102: 1,
	9103: 1 / 60,
	9104: 1 / 3600,
	9105: 0.9,
	9106: 0.9,
	9122: 1,
};

/** The geographic CRS of an EPSG code of a datum: 2000 below it (GeoTIFF 1.0, 6.3.2.2), but for newer ones. */
export function geographicCodeOfDatum(datum: number): number {
	return table("datums", geographicCodes).get(datum)?.[0] ?? datum - 2000;
}

let codesByBase: ReadonlyMap<number, readonly number[]> | null = null;

/** The EPSG codes of projected CRSs on a geographic one, the preferred first where several are the same. */
export function projectedCodesOn(base: number): readonly number[] {
	codesByBase ??= new Map(
		linesOf(projectedCodes).map(([code = "", ...ranges]) => [
			Number(code),
			ranges.flatMap((range) => {
				const [from = 0, to = from] = range.split("-").map(Number);
				return Array.from({ length: to - from + 1 }, (_, index) => from + index);
			}),
		]),
	);
	return codesByBase.get(base) ?? [];
}

let basesByCode: ReadonlyMap<number, number> | null = null;

/** The geographic CRS that a projected one is on; null if it is not known, or the code deprecated. */
export function baseOf(projected: number): number | null {
	basesByCode ??= new Map(
		linesOf(projectedCodes).flatMap(([base]) =>
			projectedCodesOn(Number(base)).map((code) => [code, Number(base)] as const),
		),
	);
	return basesByCode.get(projected) ?? null;
}

const tables = new Map<string, ReadonlyMap<number, readonly number[]>>();

function table(name: string, text: string): ReadonlyMap<number, readonly number[]> {
	const known = tables.get(name);
	if (known !== undefined) return known;
	const made = new Map(linesOf(text).map(([code, ...numbers]) => [Number(code), numbers.map(Number)] as const));
	tables.set(name, made);
	return made;
}

function linesOf(text: string): readonly (readonly string[])[] {
	return text
		.trim()
		.split("\n")
		.map((line) => line.split(" "));
}
