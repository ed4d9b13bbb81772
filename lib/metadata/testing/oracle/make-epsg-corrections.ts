/*
 * Writes `crs/epsg-corrections.ts` and the table of `epsg-corrections.oracle.test.ts` anew; some minutes, by hand, after a new
 * version of the package or of PROJ: `node lib/metadata/testing/oracle/make-epsg-corrections.ts`, where python3-gdal is installed.
 */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { packageWords } from "#lib/metadata/crs/definition.ts";
import { metresBetween } from "./metres.ts";

/** x and y in the units of the CRS, longitude and latitude. */
type EpsgPoint = readonly [x: number, y: number, lon: number, lat: number];

interface EpsgAnswers {
	readonly codes: Readonly<
		Record<
			string,
			{ readonly datum: number | null; readonly replacement: number | null; readonly points: readonly EpsgPoint[] }
		>
	>;
	/** Codes of geographic CRSs by the names of their datums in small letters and digits, EPSG's and Esri's. */
	readonly names: Readonly<Record<string, number>>;
	readonly shifts: Readonly<Record<string, readonly (readonly number[])[]>>;
}

/** See `epsg.py`. */
function askEpsg(): EpsgAnswers {
	const output = execFileSync("/usr/bin/python3", [join(import.meta.dirname, "epsg.py")], {
		encoding: "utf8",
		maxBuffer: 64 * 1024 * 1024,
		stdio: ["ignore", "pipe", "ignore"],
	});
	return JSON.parse(output) as EpsgAnswers;
}

/** Metres that a definition may be off before another one is looked for, and by how much that one has to be better. */
const tolerance = 30;
const better = 1.2;
/** Metres from which on the datasets say that they may be off. */
const noted = 300;

/**
 * The file `crs/epsg-corrections.ts`: for each code whose definition in the package lies elsewhere than PROJ's, the datum
 * shift of PROJ's database that comes nearest to it over the code's area of use, and the code that is taken for a deprecated one.
 */
function correctionsFile({ codes, names, shifts }: EpsgAnswers): string {
	const codesByShift = new Map<string, number[]>();
	const replacements: string[] = [];
	for (const [text, { datum, replacement, points }] of Object.entries(codes)) {
		const code = Number(text);
		const candidates = [code, ...(replacement === null ? [] : [replacement])].flatMap((from) => {
			const known = packageWords(from);
			if (known === null || points.length === 0) return [];
			const unshifted = known.words.filter((word) => !word.startsWith("+towgs84="));
			const off = (words: readonly string[]) => medianOff(words.join(" "), known.unit, points);
			const own = { from, shift: null, metres: off(known.words) };
			if (own.metres < 1) return [own];
			const datums = [datum, codes[from]?.datum].flatMap((one) => shifts[one ?? ""] ?? []);
			const others = [[0, 0, 0], ...datums].map((shift) => ({
				from,
				shift: shift.join(","),
				metres: off([...unshifted, `+towgs84=${shift.join(",")}`]),
			}));
			return [own, ...others];
		});
		const [own, ...rest] = candidates;
		if (own === undefined) continue;
		const best = rest.reduce<typeof own>((a, b) => (b.metres < a.metres ? b : a), own);
		if (own.metres <= Math.max(tolerance, best.metres * better)) continue;
		if (best.from !== code) replacements.push(`${code} ${best.from}`);
		if (best.shift !== null) codesByShift.set(best.shift, [...(codesByShift.get(best.shift) ?? []), code]);
	}
	const lines = [...codesByShift].map(([shift, list]) => `${shift} ${ranges(list)}`).sort();
	return `/*
 * Made by testing/oracle/make-epsg-corrections.ts of the EPSG Dataset (IOGP) as PROJ 9.1 carries it.
 */

/** Datum shifts to WGS 84, as \`+towgs84\` has them, and the codes that have them. */
export const datumShifts = \`
${lines.join("\n")}
\`;

/** Deprecated codes, and those that stand for them. */
export const replacements = \`
${replacements.join("\n")}
\`;

/** Metres that a code is off from PROJ in a part of its area: PROJ takes another shift there, or none. */
export const datumUncertainties = \`
${uncertainties(codes).join("\n")}
\`;

/** Geographic CRSs by the names of their datums, EPSG's and Esri's, in small letters and digits. */
export const datumNames = \`
${Object.entries(names)
	.map(([name, code]) => `${name} ${code}`)
	.join("\n")}
\`;
`;
}

/** Where a code is as it is now; so the program is run twice when shifts changed. */
function uncertainties(codes: EpsgAnswers["codes"]): readonly string[] {
	return Object.entries(codes).flatMap(([code, { points }]) => {
		const projection = projectionOf(`EPSG:${code}`);
		if (projection === null) return [];
		const distances = points.map(([x, y, lon, lat]) => metresBetween(projection.toWgs84(x, y), [lon, lat]));
		const worst = Math.max(0, ...distances.filter((metres) => !Number.isNaN(metres)));
		return worst > noted ? [`${code} ${Math.ceil(worst / 10) * 10}`] : [];
	});
}

/** Metres, the median of all points: at some PROJ may take another shift, or none. Infinite where a point is not found. */
function medianOff(proj: string, unit: readonly [number, number], points: readonly EpsgPoint[]): number {
	const projection = projectionOf(proj);
	if (projection === null) return Number.POSITIVE_INFINITY;
	const distances = points.map(([x, y, lon, lat]) => {
		const metres = metresBetween(projection.toWgs84(x * unit[0], y * unit[1]), [lon, lat]);
		return Number.isNaN(metres) ? Number.POSITIVE_INFINITY : metres;
	});
	return distances.sort((a, b) => a - b)[distances.length >> 1] ?? Number.POSITIVE_INFINITY;
}

/** `2056 4149-4151`. */
function ranges(codes: readonly number[]): string {
	const sorted = [...codes].sort((a, b) => a - b);
	const found: [number, number][] = [];
	for (const code of sorted) {
		const last = found.at(-1);
		if (last !== undefined && code === last[1] + 1) last[1] = code;
		else found.push([code, code]);
	}
	return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(" ");
}

/** One code of each correction, and every fortieth one besides: the middle of its area of use. */
function tableFile({ codes }: EpsgAnswers, corrections: string): string {
	const wanted = new Set(
		corrections
			.split("\n")
			.flatMap((line) => (/^[-\d.,]+ \d/.test(line) ? [/(?<= )\d+/.exec(line)?.[0], line.split(" ")[0]] : [])),
	);
	const lines = Object.entries(codes)
		.filter(([code], i) => (wanted.has(code) || i % 40 === 0) && packageWords(Number(code)) !== null)
		.flatMap(([code, { points }]) => (points[0] ? [`\t"${code}": [${points[0].join(", ")}]`] : []));
	return `{\n${lines.join(",\n")}\n}\n`;
}

const answers = askEpsg();
const corrections = correctionsFile(answers);
writeFileSync(join(import.meta.dirname, "../../crs/epsg-corrections.ts"), corrections);
writeFileSync(join(import.meta.dirname, "epsg.json"), tableFile(answers, corrections));
