import { datumNames, datumShifts, datumUncertainties, replacements } from "./epsg-corrections.ts";

let shiftsByCode: ReadonlyMap<number, string> | null = null;

/**
 * The datum shift of an EPSG code where the package has none, or another than PROJ takes: one for the whole area of use,
 * where PROJ may choose among several by place. null: the package's.
 */
export function datumShiftOf(code: number): string | null {
	shiftsByCode ??= new Map(
		linesOf(datumShifts).flatMap(([shift = "", ...ranges]) =>
			ranges.flatMap((range) => {
				const [from = 0, to = from] = range.split("-").map(Number);
				return Array.from({ length: to - from + 1 }, (_, i) => [from + i, shift] as const);
			}),
		),
	);
	return shiftsByCode.get(code) ?? null;
}

let codesByDeprecated: ReadonlyMap<number, number> | null = null;

/** The code that stands for a deprecated one whose definition was wrong; null for any other. */
export function replacementOf(code: number): number | null {
	codesByDeprecated ??= new Map(linesOf(replacements).map(([from, to]) => [Number(from), Number(to)]));
	return codesByDeprecated.get(code) ?? null;
}

let metresByCode: ReadonlyMap<string, number> | null = null;

/** Metres that places in `EPSG:n` may be off in a part of its area, as its datum has several shifts by place, or none; null: they are not. */
export function uncertaintyOf(crs: string): number | null {
	metresByCode ??= new Map(linesOf(datumUncertainties).map(([code, metres]) => [`EPSG:${code}`, Number(metres)]));
	return metresByCode.get(crs) ?? null;
}

let codesByDatum: ReadonlyMap<string, number> | null = null;

/** The geographic CRS of a datum by EPSG's name or Esri's (with or without `D_`); null for any other. */
export function geographicCodeOf(datum: string): number | null {
	codesByDatum ??= new Map(linesOf(datumNames).map(([name = "", code]) => [name, Number(code)]));
	const name = datum.replace(/^D_/, "").replaceAll("+", "plus").toLowerCase();
	return codesByDatum.get(name.replace(/[^a-z0-9]/g, "").replace(/ensemble$/, "")) ?? null;
}

function linesOf(text: string): readonly (readonly string[])[] {
	return text
		.trim()
		.split("\n")
		.map((line) => line.split(" "))
		.filter(([first]) => first !== "");
}
