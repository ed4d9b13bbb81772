import { parseNamedTime } from "#lib/metadata/text/named-time.ts";
import { parseFileName } from "#lib/patterns/file-name.ts";

/** How a time may stand in a name: RE2, the most exact first. Each has a year of 1900…2099. */
const forms = [
	"(?:19|20)\\d{6}T\\d{6}",
	"(?:19|20)\\d{6}[_-]\\d{6}",
	"(?:19|20)\\d{12}",
	"(?:19|20)\\d\\d-\\d\\d-\\d\\d[T_-]\\d\\d[-_:]?\\d\\d[-_:]?\\d\\d",
	"(?:19|20)\\d{11}",
	"(?:19|20)\\d{5}T\\d{6}",
	"(?:19|20)\\d{5}\\.\\d{4}",
	"(?:19|20)\\d{6}T\\d{4}",
	"(?:19|20)\\d{6}[_-]\\d{4}",
	"(?:19|20)\\d{6}",
	"(?:19|20)\\d\\d[-_.]\\d\\d[-_.]\\d\\d",
	"(?:19|20)\\d{5}",
	"\\d{1,2}[-_]?[A-Za-z]{3}[-_]?(?:19|20)\\d\\d",
	"(?:19|20)\\d\\d[-_]?[A-Za-z]{3}[-_]?\\d{1,2}",
] as const;
/** Months and years alone: composites and maps have them, but so have numbers of tiles and versions. */
const coarseForms = ["(?:19|20)\\d\\d[-_.]?(?:0[1-9]|1[0-2])", "(?:19|20)\\d\\d"] as const;
/** The year of the first Landsat. */
const firstYear = 1972;
const edge = { before: "(?:^|[^0-9])", after: "(?:[^0-9]|$)" } as const;

/** Of the names so many must have a form, for a pattern that reads several forms to read this one, too. */
const shareOfForm = 0.05;

export interface GuessedPattern {
	readonly pattern: string;
	/** Of how many of the names it reads a begin. */
	readonly read: number;
	/** It reads months or years alone, each of which counts as a whole. */
	readonly isCoarse: boolean;
}

/** The times of a name, and where they begin in it; null: the pattern reads none. */
type Times = { readonly begin: string; readonly end: string; readonly at: number } | null;

interface Candidate {
	readonly form: string;
	readonly hasEnd: boolean;
	readonly pattern: string;
	readonly times: readonly Times[];
}

/**
 * The `fileName` pattern that reads times from most of the names; null when none reads any. Names of several forms get one pattern with
 * all of their forms, provided that it reads each name as its own form does. A month or year alone is taken for a time where every name has
 * one since the first Landsat and not in the future, and no more exact form reads half of the names.
 */
export function guessFileName(names: readonly string[], timeZone: string): GuessedPattern | null {
	const exact = guessExact(names, timeZone);
	if (exact !== null && exact.read * 2 >= names.length) return exact;
	const coarse = candidatesOf(coarseForms, names, timeZone).find(
		({ times }) => times.length > 0 && times.every(isPlausible),
	);
	return coarse === undefined ? exact : { pattern: coarse.pattern, read: names.length, isCoarse: true };
}

function isPlausible(times: Times): boolean {
	return times !== null && times.begin >= String(firstYear) && Date.parse(times.begin) <= Date.now();
}

function candidatesOf(some: readonly string[], names: readonly string[], timeZone: string): readonly Candidate[] {
	return some.flatMap((form) =>
		[true, false].map((hasEnd): Candidate => {
			const pattern = patternOf([form], hasEnd);
			return { form, hasEnd, pattern, times: timesOf(pattern, names, timeZone) };
		}),
	);
}

function guessExact(names: readonly string[], timeZone: string): GuessedPattern | null {
	const candidates = candidatesOf(forms, names, timeZone);
	let [chosen, most]: [Candidate | null, number] = [null, 0];
	for (const candidate of candidates) {
		const read = candidate.times.filter((one) => one !== null).length;
		if (read > most || (chosen !== null && read === most && isAcquisition(candidate, chosen)))
			[chosen, most] = [candidate, read];
	}
	const best = chosen === null ? null : { pattern: chosen.pattern, read: most, isCoarse: false };
	const several = guessSeveral(candidates, names, timeZone);
	return several !== null && several.read > (best?.read ?? 0) ? several : best;
}

/** Names with two times begin with that of the acquisition; a later one behind it is that of the processing. */
function isAcquisition(one: Candidate, other: Candidate): boolean {
	const pairs = one.times.map((times, i) => [times, other.times[i] ?? null] as const).filter(([a, b]) => a && b);
	return pairs.length > 0 && pairs.every(([a, b]) => isBefore(a, b));
}

function isBefore(one: Times, other: Times): boolean {
	return one !== null && other !== null && one.at < other.at && one.end < other.begin;
}

/** The first form that reads a name, or one that reads an acquisition before it. */
function firstThatReads(candidates: readonly Candidate[], name: number): Candidate | undefined {
	const reading = candidates.filter(({ times }) => times[name] != null);
	const [first] = reading;
	return reading.find((other) => isBefore(other.times[name] ?? null, first?.times[name] ?? null)) ?? first;
}

function guessSeveral(
	candidates: readonly Candidate[],
	names: readonly string[],
	timeZone: string,
): GuessedPattern | null {
	const firsts = names.map((_, i) => firstThatReads(candidates, i));
	const isUsed = (form: string) =>
		firsts.filter((first) => first?.form === form).length >= Math.max(1, names.length * shareOfForm);
	const used = forms.filter(isUsed);
	if (used.length < 2) return null;
	const hasEnd = firsts.some((first) => first?.hasEnd === true && used.some((form) => form === first.form));
	const pattern = hasEnd ? patternOf(used, "maybe") : patternOf(used, false);
	const times = timesOf(pattern, names, timeZone);
	const isSame = firsts.every((first, i) => {
		if (first === undefined || !isUsed(first.form)) return true;
		const [own, got] = [first.times[i], times[i]];
		return own?.begin === got?.begin && own?.end === got?.end;
	});
	return isSame ? { pattern, read: times.filter((one) => one !== null).length, isCoarse: false } : null;
}

function patternOf(some: readonly string[], hasEnd: boolean | "maybe"): string {
	const form = some.join("|");
	const end = hasEnd === false ? "" : `[^0-9A-Za-z]{1,2}(?<end>${form})`;
	return `${edge.before}(?<begin>${form})${hasEnd === "maybe" ? `(?:${end})?` : end}${edge.after}`;
}

function timesOf(pattern: string, names: readonly string[], timeZone: string): readonly Times[] {
	const parsed = parseFileName(pattern);
	if (!("test" in parsed)) return names.map(() => null);
	return names.map((name) => {
		const parts = parsed.test(name);
		if (!parts?.begin || (parts.end !== null && isProcessedBehind(name))) return null;
		const begin = parseNamedTime(parts.begin, timeZone);
		const end = parts.end === null ? begin : parseNamedTime(parts.end, timeZone);
		if (begin === null || end === null || begin.first > end.last) return null;
		return { begin: begin.first, end: end.last, at: name.indexOf(parts.begin) };
	});
}

/** Landsat's names have the day of the processing right behind that of the acquisition. */
function isProcessedBehind(name: string): boolean {
	return /^L[COTEM]\d\d_/.test(name);
}
