import { UsageError } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { BeyondGlob } from "./glob-beyond.ts";

/** Whether a character, as text, is one of those that a pattern has in its place. */
export type CharacterTest = (character: string) => boolean;

/** `group`: the beginning of `@(`, `?(`, `+(` or `*(`. */
export type GlobToken =
	| { readonly kind: "character"; readonly character: string }
	| { readonly kind: "any" }
	| { readonly kind: "set"; readonly test: CharacterTest; readonly text: string }
	| { readonly kind: "stars"; readonly count: number }
	| { readonly kind: "group"; readonly times: "@" | "?" | "+" | "*" }
	| { readonly kind: "/" | "{" | "}" | "," | "|" | ")" };

/** @throws UsageError for brackets that are not closed, or hold nothing that makes sense. */
export function globTokens(pattern: string): readonly GlobToken[] {
	const characters = [...pattern];
	const tokens: GlobToken[] = [];
	for (let at = 0; at < characters.length; ) {
		const [character = "", next] = [characters[at], characters[at + 1]];
		if (character === "\\") {
			if (next === undefined) throw new UsageError("it ends with a backslash");
			if (next === "/") throw new BeyondGlob("an escaped /");
			tokens.push({ kind: "character", character: next });
			at += 2;
		} else if (next === "(" && "@?+*!".includes(character)) {
			if (character === "!") throw new BeyondGlob("a negation such as !(a|b); use “exclude”");
			tokens.push({ kind: "group", times: character as "@" });
			at += 2;
		} else if (character === "[") {
			const { test, end } = setAt(characters, at);
			tokens.push({ kind: "set", test, text: characters.slice(at, end).join("") });
			at = end;
		} else if (character === "*") {
			let count = 1;
			// The last one may begin a group.
			while (characters[at + count] === "*" && characters[at + count + 1] !== "(") count += 1;
			tokens.push({ kind: "stars", count });
			at += count;
		} else {
			tokens.push(plainToken(character));
			at += 1;
		}
	}
	return tokens;
}

function plainToken(character: string): GlobToken {
	if (character === "?") return { kind: "any" };
	if (character === "]") throw new UsageError("a bracket is not closed, or not opened");
	if (/^[/{},|)]$/.test(character)) return { kind: character as "/" };
	return { kind: "character", character };
}

/** As picomatch has them, which knows ASCII only. */
const classes = lookupTable<RegExp>({
	alnum: /[a-zA-Z0-9]/,
	alpha: /[a-zA-Z]/,
	ascii: /^\p{ASCII}$/u,
	blank: /[ \t]/,
	cntrl: /^(?=\p{Cc})\p{ASCII}$/u,
	digit: /[0-9]/,
	graph: /[\x21-\x7E]/,
	lower: /[a-z]/,
	print: /[\x20-\x7E ]/,
	punct: /[-!"#$%&'()*+,./:;<=>?@[\]^_`{|}~]/,
	space: /[ \t\r\n\v\f]/,
	upper: /[A-Z]/,
	word: /[A-Za-z0-9_]/,
	xdigit: /[A-Fa-f0-9]/,
});

/** The set that begins at `[`, and where what follows it begins. */
function setAt(characters: readonly string[], begin: number): { readonly test: CharacterTest; readonly end: number } {
	let at = begin + 1;
	const isNot = characters[at] === "!" || characters[at] === "^";
	if (isNot) at += 1;
	const ranges: (readonly [number, number])[] = [];
	const named: RegExp[] = [];
	for (let isFirst = true; characters[at] !== "]" || isFirst; isFirst = false) {
		const name = characters[at] === "[" && characters[at + 1] === ":" ? classNameAt(characters, at + 2) : null;
		if (name !== null) {
			named.push(requireClass(name));
			at += name.length + 4;
			continue;
		}
		const low = memberAt(characters, at);
		at = low.end;
		if (characters[at] !== "-" || characters[at + 1] === "]" || characters[at + 1] === undefined) {
			ranges.push([low.code, low.code]);
			continue;
		}
		const high = memberAt(characters, at + 1);
		if (high.code < low.code) throw new UsageError("a range in brackets ends before it begins");
		ranges.push([low.code, high.code]);
		at = high.end;
	}
	const holds: CharacterTest = (character) => {
		const code = character.codePointAt(0) ?? 0;
		return ranges.some(([low, high]) => low <= code && code <= high) || named.some((one) => one.test(character));
	};
	return { test: isNot ? (character) => !holds(character) : holds, end: at + 1 };
}

function memberAt(characters: readonly string[], at: number): { readonly code: number; readonly end: number } {
	const isEscaped = characters[at] === "\\";
	const character = characters[isEscaped ? at + 1 : at];
	if (character === undefined) throw new UsageError("a bracket is not closed, or not opened");
	if (character === "/") throw new BeyondGlob("a / in brackets");
	return { code: character.codePointAt(0) ?? 0, end: at + (isEscaped ? 2 : 1) };
}

/** The name in `[:name:]`; null: it is none. */
function classNameAt(characters: readonly string[], at: number): string | null {
	return /^([a-z]+):\]/.exec(characters.slice(at, at + 12).join(""))?.[1] ?? null;
}

function requireClass(name: string): RegExp {
	const found = classes[name];
	if (found === undefined) throw new UsageError(`there is no class [:${name}:]`);
	return found;
}
