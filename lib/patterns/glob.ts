import { UsageError } from "#lib/errors.ts";
import { BeyondGlob } from "./glob-beyond.ts";
import { compileName, type NameTest } from "./glob-name.ts";
import { type GlobToken, globTokens } from "./glob-tokens.ts";

export type GlobTest = (text: string) => boolean;

/** A parsed pattern, or why it was refused: picomatch has constructs that cannot be matched in linear time. */
export type Glob = { readonly test: GlobTest } | { readonly beyond: string };

/**
 * A test for names and `/`-separated paths: `*`, `?`, `[a-z]`, `[!a-z]`, `[[:digit:]]`, `{tif,tiff}`, `@(a|b)`, `?(…)`, `+(…)`,
 * `*(…)`, `\*`, and `**` for any number of folders; case counts, and composed and decomposed letters (NFC, NFD) are the same.
 *
 * The time is bounded whatever patterns and names are: it grows with the product of their lengths. As a regular expression
 * `*_*_*_*_*.tif` takes a minute over a name of 250 underscores, and `@(a|a)` sixty times over would take for ever.
 * @throws UsageError for an invalid pattern.
 */
export function parseGlob(pattern: string): Glob {
	try {
		const alternatives = expandBraces(globTokens(pattern.normalize("NFC"))).map(pathTest);
		const [only] = alternatives;
		const test: GlobTest =
			alternatives.length === 1 && only !== undefined ? only : (text) => alternatives.some((each) => each(text));
		return { test: (text) => test(text.normalize("NFC")) };
	} catch (error) {
		if (error instanceof BeyondGlob) return { beyond: error.message };
		if (error instanceof UsageError)
			throw new UsageError(`The pattern ${JSON.stringify(pattern)} is not valid: ${error.message}.`, { cause: error });
		throw error;
	}
}

/**
 * The parts of a pattern: its alternatives, of each its segments, of each its tokens. null: it cannot be matched in linear time.
 * @throws UsageError for an invalid pattern.
 */
export function globSegments(pattern: string): readonly (readonly (readonly GlobToken[])[])[] | null {
	if ("beyond" in parseGlob(pattern)) return null;
	return expandBraces(globTokens(pattern.normalize("NFC"))).map(segmentsOf);
}

const alternativesAtMost = 100;

/** `{a,b}c` as `ac`, `bc`; braces around something without a comma are letters. */
function expandBraces(tokens: readonly GlobToken[]): readonly (readonly GlobToken[])[] {
	const open = tokens.findIndex((token) => token.kind === "{" || token.kind === "}");
	if (open < 0) return [tokens];
	const { choices, end } = choicesOf(tokens, open);
	const [before, after] = [tokens.slice(0, open), tokens.slice(end + 1)];
	const expanded: (readonly GlobToken[])[] = [];
	for (const choice of choices) {
		expanded.push(...expandBraces([...before, ...choice, ...after]));
		if (expanded.length > alternativesAtMost) throw new UsageError(`has more than ${alternativesAtMost} alternatives`);
	}
	return expanded;
}

/** What stands between the commas of the brace at `open`. */
function choicesOf(tokens: readonly GlobToken[], open: number) {
	let depth = 0;
	let from = open + 1;
	const choices: (readonly GlobToken[])[] = [];
	for (let at = open; at < tokens.length; at++) {
		const kind = tokens[at]?.kind;
		if (kind === "{") depth += 1;
		else if (kind === "}") depth -= 1;
		if (depth < 0) break;
		if (depth > 1 || (depth === 1 && kind !== ",")) continue;
		choices.push(tokens.slice(from, at));
		from = at + 1;
		if (depth === 0) return { choices: choices.length > 1 ? choices : [literally(choices[0] ?? [])], end: at };
	}
	throw new UsageError("a brace is not closed, or not opened");
}

function literally(inside: readonly GlobToken[]): readonly GlobToken[] {
	const text = inside.map((token) => (token.kind === "character" ? token.character : "")).join("");
	if (text.includes("..")) throw new BeyondGlob("a range such as {1..9}; write [1-9], or {8,9,10}");
	const brace = (character: string): GlobToken => ({ kind: "character", character });
	return [brace("{"), ...inside, brace("}")];
}

function pathTest(tokens: readonly GlobToken[]): GlobTest {
	const segments = segmentsOf(tokens).map((segment) => {
		const [only] = segment;
		return segment.length === 1 && only?.kind === "stars" && only.count === 2 ? null : compileName(segment);
	});
	const [first] = segments;
	if (segments.length === 1 && first) return (text) => !text.includes("/") && first(text);
	return (path) => fitsPath(segments, path.split("/"));
}

function segmentsOf(tokens: readonly GlobToken[]): readonly (readonly GlobToken[])[] {
	const segments: GlobToken[][] = [[]];
	let depth = 0;
	for (const token of tokens) {
		if (token.kind === "group") depth += 1;
		else if (token.kind === ")" && depth > 0) depth -= 1;
		if (token.kind !== "/") segments.at(-1)?.push(token);
		else if (depth > 0) throw new BeyondGlob("a / within a group such as @(a/b); write {a/b,…}");
		else segments.push([]);
	}
	return segments;
}

/** @param segments null: `**`, any number of folders */
function fitsPath(segments: readonly (NameTest | null)[], names: readonly string[]): boolean {
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
}
