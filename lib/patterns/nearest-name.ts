import { baseName } from "#lib/paths.ts";
import { parseGlob } from "./glob.ts";

/** Suggests what a person probably meant by a name or pattern that matches nothing. */
export interface NearestName {
	readonly name: string;
	/** In which way it differs. `form`: composed or decomposed letters (NFC, NFD); `case`; `letters`: a few are others. */
	readonly by: "form" | "case" | "letters";
}

/** Names looked at; further ones do not change the answer for people. */
const maxNames = 2000;
/** A longer text is not worth the comparison. */
const maxLength = 255;

/** The one of `names` that is most like `wanted`, which is not among them; null when none is alike. */
export function nearestName(wanted: string, names: readonly string[]): NearestName | null {
	const composed = wanted.normalize("NFC");
	const sameForm = names.find((name) => name.normalize("NFC") === composed);
	if (sameForm !== undefined) return { name: sameForm, by: "form" };
	const folded = fold(wanted);
	const sameCase = names.find((name) => fold(name) === folded);
	if (sameCase !== undefined) return { name: sameCase, by: "case" };
	return fewestEdits(wanted, names, (name) => name);
}

/**
 * The one of `paths` that a glob would match if it were written a little differently; null when there is none. Paths as the
 * glob has them: below the source's root where it has a `/`, else their last names count.
 */
export function nearestToGlob(pattern: string, paths: readonly string[]): NearestName | null {
	const subjectOf = (path: string) => (pattern.includes("/") ? path : baseName(path));
	const glob = parseGlob(fold(pattern));
	const sameCase = "test" in glob ? paths.find((path) => glob.test(fold(subjectOf(path)))) : undefined;
	if (sameCase !== undefined) return { name: sameCase, by: "case" };
	return fewestEdits(pattern, paths, subjectOf);
}

/** How a nearest name is shown: `meris/a.TIF, in another case`. */
export function nearestInWords({ name, by }: NearestName): string {
	switch (by) {
		case "form":
			return `${name}, whose letters are ${name === name.normalize("NFC") ? "composed (NFC)" : "decomposed (NFD)"}`;
		case "case":
			return `${name}, in another case`;
		case "letters":
			return name;
	}
}

function fewestEdits(
	wanted: string,
	names: readonly string[],
	subjectOf: (name: string) => string,
): NearestName | null {
	const letters = [...fold(wanted)];
	const fixed = letters.filter((letter) => !/[*?]/.test(letter)).length;
	let nearest: { readonly name: string; readonly edits: number } | null = null;
	for (const name of names.slice(0, maxNames)) {
		const edits = editsBetween(letters, [...fold(subjectOf(name))].slice(0, maxLength));
		if (
			edits <= Math.max(1, Math.floor(fixed / 3)) &&
			edits < fixed &&
			edits < (nearest?.edits ?? Number.POSITIVE_INFINITY)
		)
			nearest = { name, edits };
	}
	return nearest === null ? null : { name: nearest.name, by: "letters" };
}

/** Levenshtein's distance, where `*` stands for any letters and `?` for any one of them. */
function editsBetween(wanted: readonly string[], letters: readonly string[]): number {
	let row = letters.map((_, at) => at + 1);
	row.unshift(0);
	for (const one of wanted) {
		const above = row;
		const isStar = one === "*";
		row = [isStar ? (above[0] ?? 0) : (above[0] ?? 0) + 1];
		for (const [at, letter] of letters.entries()) {
			const [left = 0, up = 0, diagonal = 0] = [row[at], above[at + 1], above[at]];
			row.push(
				isStar ? Math.min(up, left) : Math.min(up + 1, left + 1, diagonal + (one === "?" || one === letter ? 0 : 1)),
			);
		}
	}
	return row.at(-1) ?? 0;
}

function fold(text: string): string {
	return text.normalize("NFC").toLowerCase();
}
