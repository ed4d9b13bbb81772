import { UsageError } from "#lib/errors.ts";

/** Client-safe: imports no regular expressions but JavaScript's own. */

export const markFields = ["begin", "end", "id"] as const;
export type MarkField = (typeof markFields)[number];

/** A part of a name that a person marked, by its UTF-16 code units; `to` is not part of it. */
export interface Mark {
	readonly field: MarkField;
	readonly from: number;
	readonly to: number;
}

/**
 * The `fileName` patterns (RE2) that read from other names what was marked in one, the most exact first: with the same letters and numbers
 * of digits; with any letters and digits; with only what stands beside the marks. Marks may contain each other: an ID often holds its date.
 * @throws UsageError for marks that overlap in part, or are empty or none.
 */
export function patternsOfMarks(name: string, marks: readonly Mark[]): readonly string[] {
	if (marks.length === 0) throw new UsageError("Mark at least one of begin, end and ID.");
	const sorted = marks.toSorted((a, b) => a.from - b.from || b.to - a.to);
	for (const [i, mark] of sorted.entries()) {
		if (!(mark.from < mark.to && mark.from >= 0 && mark.to <= name.length))
			throw new UsageError(`Nothing is marked as ${mark.field}.`);
		const crossing = sorted.slice(i + 1).find(({ from, to }) => from < mark.to && to > mark.to);
		if (crossing !== undefined)
			throw new UsageError(`${mark.field} and ${crossing.field} overlap: mark them apart, or one within the other.`);
	}
	const [first, last] = [Math.min(...marks.map(({ from }) => from)), Math.max(...marks.map(({ to }) => to))];
	const whole = (shape: Shape) => `^${render(name, { from: 0, to: last, marks: sorted, shape })}${afterOf(name, last)}`;
	const beside = `${beforeOf(name, first)}${render(name, { from: first, to: last, marks: sorted, shape: "any" })}${afterOf(name, last)}`;
	return [...new Set([whole("exact"), whole("any"), beside])];
}

/** `exact`: letters outside of marks as they are, as many digits; `any`: any letters, any number of digits. */
type Shape = "exact" | "any";

interface Part {
	readonly from: number;
	readonly to: number;
	/** Sorted. */
	readonly marks: readonly Mark[];
	readonly shape: Shape;
}

function render(name: string, { from, to, marks, shape }: Part): string {
	let pattern = "";
	let at = from;
	for (const [i, mark] of marks.entries()) {
		// Within another one, which has rendered it.
		if (mark.from < at) continue;
		pattern += generalised(name.slice(at, mark.from), shape);
		const inside = marks.slice(i + 1).filter((other) => other.from >= mark.from && other.to <= mark.to);
		const content =
			mark.field === "id" && inside.length === 0
				? idOf(name.slice(mark.from, mark.to), shape)
				: inside.length > 0
					? render(name, { from: mark.from, to: mark.to, marks: inside, shape })
					: timeOf(name.slice(mark.from, mark.to));
		pattern += `(?<${mark.field}>${content})`;
		at = mark.to;
	}
	return pattern + generalised(name.slice(at, to), shape);
}

/** The same number of digits; a single letter as it is (`T`, `Z`), names of months as any three letters. */
function timeOf(text: string): string {
	return pieces(
		text,
		(letters) => (letters.length < 3 ? escaped(letters) : `[A-Za-z]{${letters.length}}`),
		exactDigits,
	);
}

function idOf(text: string, shape: Shape): string {
	return shape === "exact" ? pieces(text, anyLetters, exactDigits) : /[.]/.test(text) ? ".+" : "[^.]+";
}

function generalised(text: string, shape: Shape): string {
	return shape === "exact" ? pieces(text, escaped, exactDigits) : pieces(text, anyLetters, () => "\\d+");
}

const exactDigits = (digits: string) => (digits.length === 1 ? "\\d" : `\\d{${digits.length}}`);
const anyLetters = () => "\\pL+";

function pieces(text: string, letters: (run: string) => string, digits: (run: string) => string): string {
	return (text.match(/\d+|\p{L}+|[^\d\p{L}]+/gu) ?? [])
		.map((run) => (/^\d/.test(run) ? digits(run) : /^\p{L}/u.test(run) ? letters(run) : escaped(run)))
		.join("");
}

function escaped(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Digits beside a mark of digits would be part of it. */
function beforeOf(name: string, at: number): string {
	return /\d/.test(name[at] ?? "") ? "(?:^|[^0-9])" : "";
}

function afterOf(name: string, at: number): string {
	return /\d/.test(name[at - 1] ?? "") ? "(?:[^0-9]|$)" : "";
}
