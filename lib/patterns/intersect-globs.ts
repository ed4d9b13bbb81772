import { globSegments } from "./glob.ts";
import type { GlobToken } from "./glob-tokens.ts";

/**
 * Patterns that together fit just the paths below a source's root that two patterns both fit. Patterns without a `/` are for base names,
 * as in sources. None: no path fits both. null: it cannot be said in patterns, or not in few.
 */
export function intersectGlobs(a: string, b: string): readonly string[] | null {
	const [first, second] = [alternativesOf(a), alternativesOf(b)];
	if (first === null || second === null) return null;
	const found = new Set<string>();
	try {
		for (const one of first)
			for (const other of second) for (const path of intersectPaths(one, other)) found.add(textOfPath(path));
	} catch (error) {
		if (error instanceof TooMany) return null;
		throw error;
	}
	return found.size > most ? null : [...found];
}

/** A name that fits that very text and no other. */
export function literalGlob(text: string): string {
	return text.replace(/[\\*?[\]{}()]/g, "\\$&");
}

/** What a pattern fits below a folder, as patterns for paths below it; null: that cannot be said, as it may fit just the files in the folder itself. */
export function below(folder: string, pattern: string): string | null {
	const prefix = `${folder.split("/").map(literalGlob).join("/")}/`;
	if (!pattern.startsWith(prefix)) return null;
	const rest = pattern.slice(prefix.length);
	if (rest.startsWith("**/")) {
		const name = rest.slice(3);
		return name.includes("/") ? rest : name;
	}
	return rest.includes("/") ? rest : null;
}

type Name = readonly GlobToken[];
/** null: `**`, any number of folders. */
type Path = readonly (Name | null)[];

const star: GlobToken = { kind: "stars", count: 1 };
const most = 64;
class TooMany extends Error {}

/** null: it has a group, or is none of those that are matched in linear time. */
function alternativesOf(pattern: string): readonly Path[] | null {
	const alternatives = globSegments(pattern);
	if (alternatives === null) return null;
	const paths = alternatives.map((segments): Path => {
		const names = segments.map((segment) => (isDeep(segment) ? null : segment.map(letterOf)));
		// A base name may be in any folder; `a/**` is what lies below `a`.
		if (names.length === 1) return [null, names[0] ?? [star]];
		return names.at(-1) === null ? [...names, [star]] : names;
	});
	const isPlain = paths.flat().every((name) => name === null || name.every(({ kind }) => kind !== "group"));
	return isPlain ? paths : null;
}

function isDeep(segment: Name): boolean {
	const [only] = segment;
	return segment.length === 1 && only?.kind === "stars" && only.count === 2;
}

/** Outside of groups and braces these are letters. */
function letterOf(token: GlobToken): GlobToken {
	switch (token.kind) {
		case "stars":
			return star;
		case "{":
		case "}":
		case ",":
		case "|":
		case ")":
			return { kind: "character", character: token.kind };
		default:
			return token;
	}
}

/**
 * The words of both of two sequences in which some members (`isOpen`) stand for any number of anything: such a one either ends here, or takes
 * what the other sequence has next; of two that meet, one ends first.
 */
function intersect<T>(
	[a, b]: readonly [readonly T[], readonly T[]],
	{
		isOpen,
		meet,
		text,
	}: {
		readonly isOpen: (member: T) => boolean;
		readonly meet: (one: T, other: T) => readonly T[];
		readonly text: (word: readonly T[]) => string;
	},
): readonly (readonly T[])[] {
	const known = new Map<number, readonly (readonly T[])[]>();
	const from = (i: number, j: number): readonly (readonly T[])[] => {
		const key = i * (b.length + 1) + j;
		const before = known.get(key);
		if (before) return before;
		const [one, other] = [a[i], b[j]];
		const after = (member: T, rest: readonly (readonly T[])[]) => rest.map((word) => [member, ...word]);
		const ways: (readonly T[])[] = [];
		if (one === undefined && other === undefined) ways.push([]);
		else if (one !== undefined && isOpen(one) && other !== undefined && isOpen(other))
			ways.push(...after(one, [...from(i + 1, j), ...from(i, j + 1)]));
		else if (one !== undefined && isOpen(one))
			ways.push(...from(i + 1, j), ...(other === undefined ? [] : after(other, from(i, j + 1))));
		else if (other !== undefined && isOpen(other))
			ways.push(...from(i, j + 1), ...(one === undefined ? [] : after(one, from(i + 1, j))));
		else if (one !== undefined && other !== undefined)
			for (const member of meet(one, other)) ways.push(...after(member, from(i + 1, j + 1)));
		const distinct = [...new Map(ways.map((word) => [text(word), word])).values()];
		if (distinct.length > most) throw new TooMany();
		known.set(key, distinct);
		return distinct;
	};
	return from(0, 0);
}

function intersectPaths(a: Path, b: Path): readonly Path[] {
	return intersect<Name | null>([a, b], {
		isOpen: (name) => name === null,
		meet: (one, other) => (one === null || other === null ? [] : intersectNames(one, other)),
		text: textOfPath,
	});
}

function intersectNames(a: Name, b: Name): readonly Name[] {
	return intersect<GlobToken>([a, b], { isOpen: ({ kind }) => kind === "stars", meet: meetTokens, text: textOfName });
}

function meetTokens(one: GlobToken, other: GlobToken): readonly GlobToken[] {
	if (one.kind === "any") return [other];
	if (other.kind === "any") return [one];
	if (one.kind === "set" && other.kind === "set") {
		if (one.text === other.text) return [one];
		throw new TooMany();
	}
	if (one.kind === "set") return other.kind === "character" && one.test(other.character) ? [other] : [];
	if (other.kind === "set") return meetTokens(other, one);
	return one.kind === "character" && other.kind === "character" && one.character === other.character ? [one] : [];
}

function textOfPath(path: Path): string {
	const segments = path.filter((name, i) => name !== null || path[i - 1] !== null || i === 0);
	const [first, name] = segments;
	if (segments.length === 2 && first === null && name) return textOfName(name);
	return segments.map((segment) => (segment === null ? "**" : textOfName(segment))).join("/");
}

function textOfName(name: Name): string {
	return name
		.map((token, i) => {
			if (token.kind === "stars") return name[i - 1]?.kind === "stars" ? "" : "*";
			if (token.kind === "any") return "?";
			return token.kind === "set" ? token.text : token.kind === "character" ? literalGlob(token.character) : token.kind;
		})
		.join("");
}
