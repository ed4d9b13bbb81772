import picomatch from "picomatch";
import { messageOf, UsageError } from "#lib/errors.ts";

/**
 * A test for names and `/`-separated paths: `*`, `?`, `[a-z]`, `[!a-z]`, `{tif,tiff}`, and `**` for any number of folders;
 * case counts, and composed and decomposed letters (NFC, NFD) are the same.
 *
 * The time is bounded whatever the names are: as a regular expression `*_*_*_*_*.tif` takes a minute over a name of 250
 * underscores, and sixty times as long with every further `*`. Only what else picomatch knows (`@(a|b)`, `{1..9}`,
 * `[[:digit:]]`, `\*`) is left to it, with few `*`.
 * @throws UsageError for what is no pattern.
 */
export function globTest(pattern: string): (text: string) => boolean {
	const composed = pattern.normalize("NFC");
	const alternatives = expandBraces(composed);
	const test = alternatives === null ? picomatchTest(composed) : anyOf(alternatives.map(pathTest));
	return (text) => test(text.normalize("NFC"));
}

type Test = (text: string) => boolean;
/** What stands between two stars. */
type Piece = { readonly literal: string } | { readonly characters: readonly Test[] };

const alternativesAtMost = 100;
const starsAtMost = 3;

function picomatchTest(pattern: string): Test {
	const options = {
		dot: true,
		nonegate: true,
		strictBrackets: true,
		posix: true,
		windows: false,
		flags: "s",
		debug: true,
	};
	if (pattern.split("*").length - 1 > starsAtMost)
		throw invalid(
			pattern,
			`has more than ${starsAtMost} “*” beside “@(”, “\\” or “[:”; write several simpler patterns`,
		);
	try {
		return picomatch(pattern, options);
	} catch (error) {
		throw invalid(pattern, messageOf(error));
	}
}

function invalid(pattern: string, why: string): UsageError {
	return new UsageError(`The pattern ${JSON.stringify(pattern)} is not valid: ${why}.`);
}

/** `{a,b}c` as `ac`, `bc`; null for what is left to picomatch. */
function expandBraces(pattern: string): readonly string[] | null {
	if (/[@?*+!]\(|\\|\[:/.test(pattern)) return null;
	const brace = /\{([^{}]*)\}/.exec(pattern);
	if (brace === null) {
		if (/[{}]/.test(pattern)) throw invalid(pattern, "a brace is not closed, or not opened");
		return [pattern];
	}
	const inside = brace[1] ?? "";
	if (!inside.includes(",") || inside.includes("[")) return null;
	const expanded: string[] = [];
	for (const choice of inside.split(",")) {
		const more = expandBraces(pattern.slice(0, brace.index) + choice + pattern.slice(brace.index + brace[0].length));
		if (more === null) return null;
		expanded.push(...more);
		if (expanded.length > alternativesAtMost)
			throw invalid(pattern, `has more than ${alternativesAtMost} alternatives`);
	}
	return expanded;
}

function anyOf(tests: readonly Test[]): Test {
	const [only] = tests;
	return tests.length === 1 && only !== undefined ? only : (text) => tests.some((test) => test(text));
}

function pathTest(pattern: string): Test {
	if (!pattern.includes("/") && pattern !== "**") return nameTest(pattern);
	const segments = pattern.split("/").map((segment) => (segment === "**" ? null : nameTest(segment)));
	return (path) => {
		const names = path.split("/");
		// For every number of names used up: whether the segments so far fit them.
		let fits = [true, ...names.map(() => false)];
		for (const [i, segment] of segments.entries()) {
			const next = fits.map(() => false);
			for (let used = 0; used <= names.length; used++) {
				const one = used > 0 && fits[used - 1] === true;
				if (segment !== null) next[used] = one && segment(names[used - 1] as string);
				// `a/**` is what lies below `a`, and not `a`; elsewhere `**` may be no folder at all.
				else next[used] = one || next[used - 1] === true || (i < segments.length - 1 && fits[used] === true);
			}
			fits = next;
		}
		return fits[names.length] === true;
	};
}

/** Each piece between stars goes to the first place it fits; no other choice could do better. */
function nameTest(pattern: string): Test {
	const pieces = piecesOf(pattern);
	const first = pieces[0] as Piece;
	const last = pieces.at(-1) as Piece;
	return (name) => {
		if (name.includes("/")) return false;
		let at = endOf(first, name, 0);
		if (at < 0 || pieces.length === 1) return at === name.length;
		for (const piece of pieces.slice(1, -1)) {
			at = findEnd(piece, name, at, false);
			if (at < 0) return false;
		}
		return findEnd(last, name, at, true) >= 0;
	};
}

function findEnd(piece: Piece, name: string, from: number, toTheEnd: boolean): number {
	if ("literal" in piece) {
		const { literal } = piece;
		const at = toTheEnd ? name.length - literal.length : name.indexOf(literal, from);
		return at >= from && name.startsWith(literal, at) ? at + literal.length : -1;
	}
	for (let at = from; at < name.length; at++) {
		const end = endOf(piece, name, at);
		if (toTheEnd ? end === name.length : end >= 0) return end;
	}
	return -1;
}

/** Where the piece ends that begins at `at`; -1 if it does not begin there. */
function endOf(piece: Piece, name: string, at: number): number {
	if ("literal" in piece) return name.startsWith(piece.literal, at) ? at + piece.literal.length : -1;
	let end = at;
	for (const accepts of piece.characters) {
		if (end >= name.length) return -1;
		const character = String.fromCodePoint(name.codePointAt(end) as number);
		if (!accepts(character)) return -1;
		end += character.length;
	}
	return end;
}

function piecesOf(pattern: string): readonly Piece[] {
	// A set, a run of stars, or any other character.
	const tokens = pattern.match(/\[[!^]?\]?[^\]]*\]|\*+|[\s\S]/gu) ?? [];
	const pieces: string[][] = [[]];
	for (const token of tokens) {
		if (token.startsWith("*")) pieces.push([]);
		else pieces.at(-1)?.push(token);
	}
	return pieces.map((piece) => {
		if (piece.every((token) => token !== "?" && !/^[[\]]/.test(token))) return { literal: piece.join("") };
		return { characters: piece.map((token) => characterTest(token, pattern)) };
	});
}

function characterTest(token: string, pattern: string): Test {
	if (token === "?") return () => true;
	if (!token.startsWith("[") || token.length === 1) {
		if (token === "[" || token === "]") throw invalid(pattern, "a bracket is not closed, or not opened");
		return (character) => character === token;
	}
	const [, not, set = ""] = /^\[([!^]?)([\s\S]*)\]$/.exec(token) ?? [];
	if (set === "") throw invalid(pattern, "a pair of brackets is empty");
	try {
		const one = new RegExp(`^[${not ? "^" : ""}${set.replace(/[\\\][^]/g, "\\$&")}]$`, "u");
		return (character) => one.test(character);
	} catch (error) {
		throw invalid(pattern, messageOf(error));
	}
}
