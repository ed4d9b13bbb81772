import { UsageError } from "#lib/errors.ts";
import { baseName } from "#lib/paths.ts";
import { literalGlob } from "#lib/patterns/intersect-globs.ts";
import { pathBelow } from "#lib/storage/path.ts";
import { folderPattern, type PartRule } from "./split-sources.ts";

/** By what a container is split. Pure: it is given what is known of each file, as often as it asks. */

/** A registered dataset. */
export interface SplitFile {
	/** Relative to the storage's root. */
	readonly path: string;
	readonly source: number;
	/** Of its begin time, UTC. */
	readonly year: number;
}

export type Files = () => AsyncIterable<readonly SplitFile[]>;

/** `folder`: by the first `depth` folders below a source's root. `pattern`: by what the caller says. */
export type SplitBy =
	| { readonly by: "folder"; readonly depth: number }
	| { readonly by: "year" }
	| {
			readonly by: "pattern";
			readonly parts: readonly { readonly key: string; readonly patterns: readonly string[] }[];
	  };

interface SplitContainer {
	readonly id: string;
	readonly title: string;
	readonly sources: readonly { readonly id: number; readonly path: string }[];
}

/** A part by what it is called in: a folder's name, a year, or what the caller calls it. */
export interface ProposedPart extends PartRule {
	readonly key: string;
}

export const mostParts = 200;
/** Folders that a part names one by one in a source; beyond, a pattern stands for them. */
const mostFolders = 10;
/** Folders by which the place of the year is told. */
const mostExamples = 2000;

/** @throws UsageError when the sources cannot tell the parts apart, with the reason. */
export async function proposeParts(
	container: SplitContainer,
	how: SplitBy,
	files: Files,
): Promise<readonly ProposedPart[]> {
	const found =
		how.by === "folder"
			? await byFolder(container, how.depth, files)
			: how.by === "year"
				? await byYear(container, files)
				: byPattern(container, how.parts);
	if (found.size > mostParts)
		throw new UsageError(`${container.id} would be split into ${found.size} containers; ${mostParts} at most.`);
	return [...found]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([key, patternsBySource]) => ({
			key,
			id: `${container.id}_${ncNamePart(key)}`,
			title: container.title === "" ? "" : `${container.title}, ${key}`,
			patternsBySource,
		}));
}

type Found = Map<string, Map<number, readonly string[]>>;

function byPattern({ sources }: SplitContainer, parts: readonly { key: string; patterns: readonly string[] }[]): Found {
	return new Map(parts.map(({ key, patterns }) => [key, new Map(sources.map(({ id }) => [id, patterns]))]));
}

async function byFolder({ id, sources }: SplitContainer, depth: number, files: Files): Promise<Found> {
	const found: Found = new Map();
	let inRoot = 0;
	for await (const { below, source } of filesBelow(sources, files)) {
		const names = below.split("/").slice(0, -1);
		if (names.length < depth) {
			inRoot += 1;
			continue;
		}
		const folder = names.slice(0, depth).join("/");
		const patterns = found.get(folder) ?? new Map<number, readonly string[]>();
		found.set(folder, patterns.set(source, [folderPattern(folder)]));
		if (found.size > mostParts) break;
	}
	if (found.size === 0)
		throw new UsageError(
			inRoot > 0
				? `${id} cannot be split by folder: its datasets are in no folder below the roots of its sources${depth > 1 ? ` at depth ${depth}` : ""}.`
				: `${id} has no datasets that could be split.`,
		);
	return found;
}

/** Where a path tells a year: a folder at a certain depth that is or begins with it, or a place in the file's name. */
interface YearPlace {
	yearOf(below: string): number | null;
	/** What the files of a year have in common. */
	patternsOf(year: number, examples: readonly string[]): readonly string[];
}

async function byYear({ id, sources }: SplitContainer, files: Files): Promise<Found> {
	const names = await namesOf(sources, files);
	const places: readonly YearPlace[] = [folderYear, ...nameYears(names)];
	let reason = "no folder and no file's name has a year in it";
	for (const place of places) {
		const tried = await tryPlace(sources, place, files);
		if (typeof tried === "string") reason = tried;
		else if (tried.size > 0) return tried;
	}
	throw new UsageError(`${id} cannot be split by year: ${reason}.`);
}

/** Returns why not, if a file's year is not the one its path tells. */
async function tryPlace(sources: SplitContainer["sources"], place: YearPlace, files: Files): Promise<Found | string> {
	const foldersByPart = new Map<number, Map<number, Set<string>>>();
	for await (const { below, source, year } of filesBelow(sources, files)) {
		const told = place.yearOf(below);
		if (told === null) continue;
		if (told !== year) return `${below} tells the year ${told}, but begins in ${year}`;
		const part = foldersByPart.get(year) ?? new Map<number, Set<string>>();
		foldersByPart.set(year, part);
		const examples = part.get(source) ?? new Set<string>();
		part.set(source, examples);
		if (examples.size < mostExamples) examples.add(below.slice(0, below.lastIndexOf("/") + 1));
	}
	return new Map(
		[...foldersByPart].map(([year, part]) => [
			String(year),
			new Map([...part].map(([source, examples]) => [source, place.patternsOf(year, [...examples])] as const)),
		]),
	);
}

const wholeYear = /^(?:19|20)\d\d$/;
const beginsWithYear = /^((?:19|20)\d\d)(?:\D.*|(?:0[1-9]|1[0-2])(?:[0-3]\d)?|[0-3]\d\d)?$/s;

/** The first folder that begins with a year. */
const folderYear: YearPlace = {
	yearOf(below) {
		const folder = below
			.split("/")
			.slice(0, -1)
			.find((name) => beginsWithYear.test(name));
		return folder === undefined ? null : Number(folder.slice(0, 4));
	},
	patternsOf(year, folders) {
		const prefixes = new Set<string>();
		const stars = new Set<string>();
		for (const folder of folders) {
			const names = folder.split("/");
			const at = names.findIndex((name) => beginsWithYear.test(name));
			const isWhole = wholeYear.test(names[at] ?? "");
			if (isWhole) prefixes.add(folderPattern(names.slice(0, at + 1).join("/")));
			stars.add(`${"*/".repeat(at)}${year}${isWhole ? "" : "*"}/**`);
		}
		const isLiteral = prefixes.size <= mostFolders && [...stars].every((pattern) => pattern.endsWith(`${year}/**`));
		return [...(isLiteral ? prefixes : stars)];
	},
};

/** Places in names that may tell the year, the likeliest first: at the same place in all of them, or after an underscore. */
function nameYears(names: readonly string[]): readonly YearPlace[] {
	const offsets = new Map<number, number>();
	for (const name of names) {
		for (const { index } of name.matchAll(/(?=(?:19|20)\d\d)/g)) {
			const at = [...name.slice(0, index)].length;
			offsets.set(at, (offsets.get(at) ?? 0) + 1);
		}
	}
	const everywhere = [...offsets].filter(([, count]) => count === names.length).map(([at]) => at);
	const prefix = commonPrefix(names);
	return [
		...everywhere.sort((a, b) => a - b).map((at) => atOffset(at, prefix)),
		...["_", "-", "."].map((separator) => afterSeparator(separator)),
	];
}

function atOffset(at: number, prefix: string): YearPlace {
	const before = [...prefix].length >= at ? literalGlob([...prefix].slice(0, at).join("")) : "?".repeat(at);
	return {
		yearOf(below) {
			const year = [...baseName(below)].slice(at, at + 4).join("");
			return wholeYear.test(year) ? Number(year) : null;
		},
		patternsOf: (year) => [`${before}${year}*`],
	};
}

/** null where several of its parts begin with different years: a pattern would fit them all. */
function afterSeparator(separator: string): YearPlace {
	return {
		yearOf(below) {
			const parts = baseName(below).split(separator).slice(1);
			const years = new Set(parts.flatMap((part) => /^(?:19|20)\d\d/.exec(part)?.[0] ?? []));
			const [only] = years;
			return years.size === 1 ? Number(only) : null;
		},
		patternsOf: (year) => [`*${separator}${year}*`],
	};
}

const mostNames = 1000;

async function namesOf(sources: SplitContainer["sources"], files: Files): Promise<readonly string[]> {
	const names: string[] = [];
	for await (const { below } of filesBelow(sources, files)) {
		names.push(baseName(below));
		if (names.length >= mostNames) break;
	}
	return names;
}

async function* filesBelow(sources: SplitContainer["sources"], files: Files) {
	const paths = new Map(sources.map(({ id, path }) => [id, path]));
	for await (const batch of files()) {
		for (const { path, source, year } of batch) {
			const below = pathBelow(paths.get(source) ?? "", path);
			if (below !== null && paths.has(source)) yield { below, source, year };
		}
	}
}

function commonPrefix(names: readonly string[]): string {
	const [first = "", ...others] = names;
	let length = first.length;
	for (const name of others) while (!name.startsWith(first.slice(0, length))) length -= 1;
	return first.slice(0, length);
}

/** What an EO ID may hold of it. */
function ncNamePart(key: string): string {
	return key.replace(/[^\p{L}\p{N}\p{M}_.\-·]+/gu, "_").slice(0, 100);
}
