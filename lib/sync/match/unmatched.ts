import { formatPlural } from "#lib/numbers.ts";
import { baseName } from "#lib/paths.ts";
import { nearestInWords, nearestToGlob } from "#lib/patterns/nearest-name.ts";
import { pathBelow } from "#lib/storage/path.ts";
import type { MatchRules } from "./match.ts";
import { zarrFolderOf } from "./product-names.ts";
import { globTest } from "./timed-glob.ts";

/** Finds include patterns of a source that no data file fits, while paths come by. */
export interface PatternCheck {
	/** Relative to the storage's root, as all paths here. */
	dataFiles(paths: Iterable<string>): void;
	/** Names there are, data files or not: the nearest is among them. */
	seen(paths: Iterable<string>): void;
	/** Whether every pattern fits something. */
	readonly isDone: boolean;
	/** A sentence for each pattern that nothing fits. `among`: how far one has looked, where that is not everywhere. */
	sentences(among?: string): readonly string[];
}

/** Paths remembered for the nearest name. */
const maxRemembered = 2000;

export function checkPatterns({ path: root, include }: Pick<MatchRules, "path" | "include">): PatternCheck {
	const testsByPattern = new Map(include.map((pattern) => [pattern, pathTest(pattern)]));
	const remembered: string[] = [];
	let files = 0;
	return {
		dataFiles(paths) {
			for (const path of paths) {
				if (testsByPattern.size === 0) return;
				const below = pathBelow(root, path);
				if (below === null) continue;
				for (const [pattern, test] of testsByPattern) if (test(below)) testsByPattern.delete(pattern);
			}
		},
		seen(paths) {
			for (const path of paths) {
				files += 1;
				if (remembered.length < maxRemembered) remembered.push(path);
			}
		},
		get isDone() {
			return testsByPattern.size === 0;
		},
		sentences: (among) =>
			[...testsByPattern].map(([pattern, test]) =>
				sentence({ pattern, test, root, files, remembered, ...(among === undefined ? {} : { among }) }),
			),
	};
}

interface Unmatched {
	readonly pattern: string;
	readonly test: (below: string) => boolean;
	readonly root: string;
	readonly files: number;
	readonly remembered: readonly string[];
	readonly among?: string;
}

function sentence({ pattern, test, root, files, remembered, among = "" }: Unmatched): string {
	const found = `No data file matches ${JSON.stringify(pattern)}${among}`;
	const belowRoot = remembered.flatMap((path) => pathBelow(root, path) ?? []);
	const leftOut = belowRoot.find(test);
	if (leftOut !== undefined) return `${found}: ${leftOut} fits it, but is excluded, or belongs to another data file.`;
	const nearest = nearestToGlob(pattern, belowRoot);
	if (nearest !== null) return `${found}. The nearest name is ${nearestInWords(nearest)}.`;
	const [first] = belowRoot;
	return first === undefined
		? `${found}: there are no files.`
		: `${found}. There ${files === 1 ? "is" : "are"} ${formatPlural(files, "file")}, such as ${first}.`;
}

/** A Zarr store is called like its folder. */
function pathTest(pattern: string): (below: string) => boolean {
	const test = globTest(pattern);
	const fits = (below: string | null) =>
		below !== null && test(pattern.includes("/") ? below : baseName(below)) === true;
	return (below) => fits(below) || fits(zarrFolderOf(below));
}
