import type { CoverageClass } from "#lib/catalog/coverage/coverage-classes.ts";
import { pathBelow } from "#lib/storage/path.ts";
import type { Entry } from "#lib/storage/storage.ts";
import { classify, type Matcher } from "#lib/sync/match/match.ts";
import { isSafeManifest } from "#lib/sync/match/product-names.ts";
import type { TimedTest } from "#lib/sync/match/timed-glob.ts";
import { kindByName } from "./looks-like-data.ts";

/** Sources with the same rules. */
export interface CoveringRules {
	readonly sources: readonly number[];
	/** Their root. */
	readonly path: string;
	readonly follow: boolean;
	readonly matcher: Matcher;
	readonly isIncluded: TimedTest;
	readonly excludes: readonly { readonly pattern: string; readonly test: TimedTest }[];
}

/** What is known of a folder. Sets are of base names. */
export interface FolderFacts {
	readonly folder: string;
	/** With what links lead to, where one of the rules follows them. */
	readonly files: readonly Entry[];
	/** Those of the files that are there without links; null: all. */
	readonly plainNames: ReadonlySet<string> | null;
	/** Those of which the folder is within their root. */
	readonly rules: readonly CoveringRules[];
	readonly registered: ReadonlySet<string>;
	readonly rejected: ReadonlySet<string>;
	readonly waiting: ReadonlySet<string>;
	/** What datasets name as theirs, whatever the rules say. */
	readonly named: ReadonlySet<string>;
	/** The folder is below that of a SAFE product which is data to a source. */
	readonly inProduct: boolean;
}

export interface ClassifiedFile {
	readonly entry: Entry;
	readonly class: CoverageClass;
	/** Those that match it, or exclude it. */
	readonly sources: readonly number[];
	/** The one that excludes it. */
	readonly pattern: string | null;
}

/** Each file of the folder in exactly one class. */
export function classifyFolder(facts: FolderFacts): readonly ClassifiedFile[] {
	const { folder, files, plainNames, rules, registered, rejected, waiting, named, inProduct } = facts;
	const plainFiles = plainNames === null ? files : files.filter(({ name }) => plainNames.has(name));
	const sourcesByName = new Map<string, number[]>();
	const belonging = new Set<string>();
	for (const { matcher, sources, follow } of rules) {
		for (const { entry, metadata, conf, other, members } of classify(folder, follow ? files : plainFiles, matcher)
			.data) {
			const known = sourcesByName.get(entry.name);
			if (known === undefined) sourcesByName.set(entry.name, [...sources]);
			else known.push(...sources);
			for (const part of [metadata, conf, other, members]) for (const { name } of part) belonging.add(name);
		}
	}
	const names = new Set(files.map(({ name }) => name));
	const prefix = folder === "" ? "" : `${folder}/`;
	return files.map((entry): ClassifiedFile => {
		const { name, size } = entry;
		const sources = sourcesByName.get(name) ?? [];
		const as = (one: CoverageClass) => ({ entry, class: one, sources, pattern: null });
		if (sources.length > 0) {
			if (rejected.has(name)) return as("rejected");
			if (waiting.has(name)) return as("waiting");
			if (!registered.has(name)) return as("new");
			return as(sources.length > 1 ? "several" : "registered");
		}
		if (registered.has(name)) return as("registered");
		if (inProduct || belonging.has(name) || named.has(name)) return as("belonging");
		if (plainNames !== null && !plainNames.has(name)) return as("links");
		if (isUndecided(rules, prefix + name)) return as("unclear");
		const exclusion = exclusionOf(rules, prefix + name);
		return exclusion === null ? as(kindByName(name, size, names)) : { entry, class: "excluded", ...exclusion };
	});
}

/** Whether the folders below belong to a product of this folder. */
export function holdsProduct(files: readonly ClassifiedFile[]): boolean {
	return files.some(({ entry, class: one }) => isSafeManifest(entry.name) && dataClasses.has(one));
}

/** Classes of data files. */
const dataClasses: ReadonlySet<CoverageClass> = new Set(["registered", "several", "new", "waiting", "rejected"]);

function isUndecided(rules: readonly CoveringRules[], path: string): boolean {
	return rules.some(({ matcher }) => matcher.undecided?.has(path));
}

function exclusionOf(
	rules: readonly CoveringRules[],
	path: string,
): Pick<ClassifiedFile, "sources" | "pattern"> | null {
	for (const { path: root, isIncluded, excludes, sources } of rules) {
		const below = pathBelow(root, path);
		if (below === null || excludes.length === 0 || isIncluded(below) !== true) continue;
		const exclude = excludes.find(({ test }) => test(below) === true);
		if (exclude !== undefined) return { sources, pattern: exclude.pattern };
	}
	return null;
}
