import { metadataFolder } from "#lib/catalog/metadata-place.ts";
import { messageOf, UsageError } from "#lib/errors.ts";
import { baseName } from "#lib/paths.ts";
import { normalisePath, pathBelow } from "#lib/storage/path.ts";
import type { Entry } from "#lib/storage/storage.ts";
import { membersOf } from "./product-members.ts";
import { manifestPathsAbove, zarrFolderOf } from "./product-names.ts";
import { endingsOf, type SidecarNamer, type SidecarNames, sidecarNamer } from "./sidecars.ts";
import { globTest, isTimed, type TimedTest } from "./timed-glob.ts";

/** The file-name rules of a data source. */
export interface MatchRules {
	/** The source's root, relative to the storage's. */
	readonly path: string;
	/** Globs: without `/` for base names at any depth, with `/` for the path below the source's root. */
	readonly include: readonly string[];
	readonly exclude: readonly string[];
	/** Names of metadata files; `{stem}` and `{name}` stand for those of the data file. */
	readonly metadata: readonly string[];
	/** The storage the metadata files are on; null or left out: beside their data files. */
	readonly metadataStorage?: string | null | undefined;
}

export interface Matcher {
	/**
	 * Whether a file is one the source looks for, by its path relative to the storage's root. Names that begin with `.` never are,
	 * nor those that a stored pattern took too long over: they are `undecided` from then on.
	 */
	matches(path: string): boolean;
	/** Paths over which a pattern took too long; absent where no pattern can. */
	readonly undecided?: ReadonlySet<string>;
	/** Where the metadata of a data file may be: names in its folder, or in `metadataFolder` below it; never its own. */
	metadataNames(dataName: string): readonly string[];
	readonly sidecarNames: SidecarNamer;
}

/** A data file and those of its sidecars that are there, in the order of their rules. */
export interface DataFile {
	readonly entry: Entry;
	readonly metadata: readonly Entry[];
	readonly conf: readonly Entry[];
	readonly other: readonly Entry[];
	/** The other files of the product whose manifest the data file is; by name, those in sub-folders as paths. */
	readonly members: readonly Entry[];
}

/** @throws UsageError for a pattern or path that makes no sense. */
export function matcherOf({ path, include, exclude, metadata, metadataStorage = null }: MatchRules): Matcher {
	const root = rootOf(path);
	const isIncluded = testOf(include);
	const isExcluded = testOf(exclude);
	const sidecarNames = sidecarNamer(metadata, metadataStorage === null ? null : metadataFolder);
	const undecided = new Set<string>();
	const pathOf = (below: string) => (root === "" ? below : `${root}/${below}`);
	const isLookedFor = (below: string) => {
		const store = zarrFolderOf(below);
		if (store !== null && undecided.size === 0) return isStoreLookedFor(store, below);
		if (/(^|\/)(\.|$)/.test(below) || (undecided.size > 0 && undecided.has(pathOf(below)))) return false;
		const included = isIncluded(below);
		if (included === false) return false;
		const excluded = isExcluded(below);
		if (excluded === true) return false;
		if (included === null || excluded === null) undecided.add(pathOf(below));
		return included === true && excluded === false;
	};
	/** A Zarr store is looked for by the name of its folder (`*.zarr`), or by that of its manifest. */
	const isStoreLookedFor = (store: string, manifest: string) =>
		!/(^|\/)\./.test(store) &&
		[store, manifest].some((below) => isIncluded(below) === true) &&
		[store, manifest].every((below) => isExcluded(below) === false);
	// Where the manifest is a data file, what is below its folder belongs to it.
	const isMember = (path: string) =>
		manifestPathsAbove(path).some((manifest) => {
			const below = pathBelow(root, manifest);
			return below !== null && isLookedFor(below);
		});
	return {
		matches: (path) => {
			const below = pathBelow(root, path);
			return below !== null && isLookedFor(below) && !isMember(path);
		},
		...([...include, ...exclude].some(isTimed) ? { undecided } : {}),
		metadataNames: (dataName) => sidecarNames(dataName).metadata,
		sidecarNames,
	};
}

/**
 * The data files among the entries of one folder, in their order. What belongs to a data file is none itself, even when
 * the patterns match it; of two files that would belong to each other the first is the data file.
 * @param folder relative to the storage's root
 */
export function classify(
	folder: string,
	entries: readonly Entry[],
	matcher: Matcher,
): { readonly data: readonly DataFile[]; readonly entriesByName: ReadonlyMap<string, Entry> } {
	const entriesByName = new Map(entries.map((entry) => [entry.name, entry]));
	const endings = endingsOf(entriesByName.keys());
	const prefix = folder === "" ? "" : `${folder}/`;
	const candidatesByName = new Map<string, DataFile>();
	for (const entry of entries) {
		if (matcher.matches(prefix + entry.name))
			candidatesByName.set(entry.name, dataFileOf(entry, entriesByName, matcher.sidecarNames(entry.name, endings)));
	}
	const claimed = claimedNames(candidatesByName);
	return { data: [...candidatesByName.values()].filter((file) => !claimed.has(file.entry.name)), entriesByName };
}

/** A data file with what belongs to it among the files of its folder. */
export function belongings(entry: Entry, entriesByName: ReadonlyMap<string, Entry>, matcher: Matcher): DataFile {
	return dataFileOf(entry, entriesByName, matcher.sidecarNames(entry.name));
}

function dataFileOf(entry: Entry, entriesByName: ReadonlyMap<string, Entry>, names: SidecarNames): DataFile {
	const present = (list: readonly string[]) => orNone(list.flatMap((name) => entriesByName.get(name) ?? []));
	const metadata = present(names.metadata);
	const conf = present(names.conf);
	const other = present(names.other);
	const beside = [...metadata, ...conf, ...other];
	const members = orNone(membersOf(entry.name, entriesByName).filter((member) => !beside.includes(member)));
	return { entry, metadata, conf, other, members };
}

const none: readonly Entry[] = [];

/** Most files have nothing beside them, and a folder has hundreds of thousands. */
function orNone(entries: readonly Entry[]): readonly Entry[] {
	return entries.length === 0 ? none : entries;
}

/** Candidates that belong to another one; a candidate that is claimed itself has no say. */
function claimedNames(candidatesByName: ReadonlyMap<string, DataFile>): ReadonlySet<string> {
	const ownersByName = new Map<string, string[]>();
	for (const { entry, metadata, conf, other, members } of candidatesByName.values()) {
		for (const { name } of [...metadata, ...conf, ...other, ...members]) {
			if (!candidatesByName.has(name)) continue;
			const owners = ownersByName.get(name);
			if (owners === undefined) ownersByName.set(name, [entry.name]);
			else owners.push(entry.name);
		}
	}
	const isClaimedByName = new Map<string, boolean>();
	const isClaimed = (name: string): boolean => {
		const known = isClaimedByName.get(name);
		if (known !== undefined) return known;
		// A search that comes back here, in a circle, finds this one unclaimed.
		isClaimedByName.set(name, false);
		const claimed = (ownersByName.get(name) ?? []).some((owner) => !isClaimed(owner));
		isClaimedByName.set(name, claimed);
		return claimed;
	};
	return new Set(ownersByName.size === 0 ? [] : [...candidatesByName.keys()].filter(isClaimed));
}

function rootOf(path: string): string {
	try {
		return normalisePath(path);
	} catch (error) {
		throw new UsageError(messageOf(error), { cause: error });
	}
}

/**
 * Whether any of the patterns fits a path below the source's root; null: none does, but one took too long.
 * @throws UsageError for what is no pattern.
 */
export function testOf(patterns: readonly string[]): TimedTest {
	const tests = patterns.map((pattern) => {
		const names = pattern.split("/");
		if (names.includes("") || names.includes("..") || names.includes(".") || pattern.includes("\0"))
			throw new UsageError(
				`The pattern ${JSON.stringify(pattern)} is not valid: give a base name such as “*.tif”, or a path below the source's root such as “2006/**/*.tif”.`,
			);
		const test = globTest(pattern);
		return names.length > 1 ? test : (below: string) => test(baseName(below));
	});
	return (below) => {
		let fits: boolean | null = false;
		for (const test of tests) {
			const one = test(below);
			if (one === true) return true;
			if (one === null) fits = null;
		}
		return fits;
	};
}
