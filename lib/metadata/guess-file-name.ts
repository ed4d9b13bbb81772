import { parseNamedTime } from "#lib/metadata/text/named-time.ts";
import { parseFileName } from "#lib/patterns/file-name.ts";

/** How a time may stand in a name: RE2, the most exact first. Each has a year of 1900…2099. */
const forms = [
	"(?:19|20)\\d{6}T\\d{6}",
	"(?:19|20)\\d{6}[_-]\\d{6}",
	"(?:19|20)\\d{12}",
	"(?:19|20)\\d\\d-\\d\\d-\\d\\d[T_-]\\d\\d[-_:]?\\d\\d[-_:]?\\d\\d",
	"(?:19|20)\\d{11}",
	"(?:19|20)\\d{5}\\.\\d{4}",
	"(?:19|20)\\d{6}T\\d{4}",
	"(?:19|20)\\d{6}[_-]\\d{4}",
	"(?:19|20)\\d{6}",
	"(?:19|20)\\d\\d[-_.]\\d\\d[-_.]\\d\\d",
	"(?:19|20)\\d{5}",
	"\\d{1,2}[-_]?[A-Za-z]{3}[-_]?(?:19|20)\\d\\d",
	"(?:19|20)\\d\\d[-_]?[A-Za-z]{3}[-_]?\\d{1,2}",
] as const;
const edge = { before: "(?:^|[^0-9])", after: "(?:[^0-9]|$)" } as const;

/** Of the names so many must have a form, for a pattern that reads several forms to read this one, too. */
const shareOfForm = 0.05;

export interface GuessedPattern {
	readonly pattern: string;
	/** Of how many of the names it reads a begin. */
	readonly read: number;
}

/** The times of a name; null: the pattern reads none. */
type Times = { readonly begin: string; readonly end: string } | null;

interface Candidate {
	readonly form: string;
	readonly hasEnd: boolean;
	readonly pattern: string;
	readonly times: readonly Times[];
}

/**
 * The `fileName` pattern that reads times from most of the names; null when none reads any. Names of several forms get one pattern with
 * all of their forms, provided that it reads each name as its own form does.
 */
export function guessFileName(names: readonly string[], timeZone: string): GuessedPattern | null {
	const candidates = forms.flatMap((form) =>
		[true, false].map((hasEnd): Candidate => {
			const pattern = patternOf([form], hasEnd);
			return { form, hasEnd, pattern, times: timesOf(pattern, names, timeZone) };
		}),
	);
	let best: GuessedPattern | null = null;
	for (const { pattern, times } of candidates) {
		const read = times.filter((one) => one !== null).length;
		if (read > (best?.read ?? 0)) best = { pattern, read };
	}
	const several = guessSeveral(candidates, names, timeZone);
	return several !== null && several.read > (best?.read ?? 0) ? several : best;
}

function guessSeveral(
	candidates: readonly Candidate[],
	names: readonly string[],
	timeZone: string,
): GuessedPattern | null {
	const firsts = names.map((_, i) => candidates.find(({ times }) => times[i] != null));
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
	return isSame ? { pattern, read: times.filter((one) => one !== null).length } : null;
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
		const begin = parts?.begin ? parseNamedTime(parts.begin, timeZone) : null;
		if (begin === null || parts === null) return null;
		const end = parts.end === null ? begin : parseNamedTime(parts.end, timeZone);
		return end !== null && begin.first <= end.last ? { begin: begin.first, end: end.last } : null;
	});
}
