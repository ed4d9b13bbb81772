import type { SourceInput } from "#lib/catalog/inputs.ts";
import { metadataNameOf } from "#lib/catalog/metadata-place.ts";
import type { SourceCounts } from "#lib/catalog/storages/storage-views.ts";
import { formatPlural } from "#lib/numbers.ts";
import { joinPath, pathBelow } from "#lib/storage/path.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { classify, type DataFile, matcherOf, testOf } from "#lib/sync/match/match.ts";
import { checkPatterns } from "#lib/sync/match/unmatched.ts";
import { type ScannedFolder, scan } from "#lib/sync/scan/scan.ts";
import { withSafeFolders } from "#lib/sync/storages/safe-folders.ts";
import { GroupedSpread } from "./spread.ts";

/** How much of a place is looked at. */
export interface Budget {
	readonly milliseconds: number;
	/** Files and folders. */
	readonly entries: number;
}

export interface LookedThrough {
	readonly folders: number;
	readonly files: number;
	readonly counts: SourceCounts;
	/** Some of the data files, from as many folders as possible. */
	readonly matches: readonly { readonly path: string; readonly file: DataFile }[];
	/** Why it is not all, a sentence; null: all was looked at. */
	readonly cut: string | null;
	/** A sentence for each pattern that matches nothing. */
	readonly unmatched: readonly string[];
	readonly problems: readonly string[];
}

export const problemsShown = 5;

/** Walks a source as a run does, within a budget, and counts what it finds. @throws StorageError when its root cannot be listed. */
export async function lookThrough(
	storage: Storage,
	source: SourceInput,
	{ budget, samples, signal }: { readonly budget: Budget; readonly samples: number; readonly signal: AbortSignal },
): Promise<LookedThrough> {
	const matcher = matcherOf(source);
	const check = checkPatterns(source);
	const [isIncluded, isExcluded] = [testOf(source.include), testOf(source.exclude)];
	const matches = new GroupedSpread<{ readonly path: string; readonly file: DataFile }>(samples);
	const counts = { matched: 0, excluded: 0, belonging: 0, others: 0, hidden: 0, links: 0, special: 0, unreadable: 0 };
	const problems: string[] = [];
	let [folders, files] = [0, 0];
	const limit = limited(signal, budget);
	const add = ({ path, files: found, unclear, leftOut }: ScannedFolder) => {
		const entries = found ?? [];
		const own = entries.filter(({ name }) => metadataNameOf(name) === null);
		const { data } = classify(path, entries, matcher);
		const taken = new Set(data.map(({ entry }) => entry.name));
		const belonging = new Set(
			data.flatMap(({ metadata, conf, other, members }) =>
				[...metadata, ...conf, ...other, ...members].map(({ name }) => name).filter((name) => !taken.has(name)),
			),
		);
		const excluded = own.filter(({ name }) => {
			if (taken.has(name) || belonging.has(name)) return false;
			const below = pathBelow(source.path, joinPath(path, name)) ?? name;
			return isExcluded(below) === true && isIncluded(below) === true;
		}).length;
		const belongingHere = own.filter(({ name }) => belonging.has(name)).length;
		folders += 1;
		files += own.length;
		counts.matched += data.length;
		counts.excluded += excluded;
		counts.belonging += belongingHere;
		counts.others += own.length - data.length - excluded - belongingHere;
		counts.hidden += leftOut?.hidden ?? 0;
		counts.links += leftOut?.links ?? 0;
		for (const { kind, message } of unclear) {
			counts[kind === "special" ? "special" : "unreadable"] += 1;
			if (problems.length < problemsShown) problems.push(message);
		}
		check.dataFiles(data.map(({ entry }) => joinPath(path, entry.name)));
		check.seen(own.map(({ name }) => joinPath(path, name)));
		for (const file of data) matches.add({ path: joinPath(path, file.entry.name), file }, path);
	};
	let cut: string | null = null;
	try {
		for await (const batch of walk(storage, source, limit.signal)) {
			for (const folder of batch.folders) add(folder);
			for (const { problem } of batch.failures) {
				counts.unreadable += 1;
				if (problems.length < problemsShown) problems.push(problem.message);
			}
			if (folders + files < budget.entries) continue;
			cut = cutBySize(files);
			break;
		}
	} catch (error) {
		if (!limit.isOver() || folders === 0) throw error;
		cut = cutByTime(files, budget);
	}
	const unmatched = check.sentences(cut === null ? undefined : ` among the first ${formatPlural(files, "file")}`);
	return { folders, files, counts, matches: matches.items(), cut, unmatched, problems };
}

/** Why it is not all: there is more than the budget allows. */
export function cutBySize(files: number): string {
	return `Only the first ${formatPlural(files, "file was", "files were")} looked at; there may be more.`;
}

/** Why it is not all: the time was over. */
export function cutByTime(files: number, { milliseconds }: Budget): string {
	const seconds = Math.round(milliseconds / 1000);
	return `Only what could be listed within ${seconds} s was looked at: ${formatPlural(files, "file")}; there may be more.`;
}

/** Aborts when the time is over, which is no error as long as the caller has not aborted. */
export function limited(signal: AbortSignal, { milliseconds }: Budget) {
	const timeout = AbortSignal.timeout(Math.ceil(milliseconds));
	return { signal: AbortSignal.any([signal, timeout]), isOver: () => timeout.aborted && !signal.aborted };
}

/** The folders of a source, none of them known. */
export function walk(storage: Storage, source: SourceInput, signal: AbortSignal) {
	return scan(withSafeFolders(storage, matcherOf(source)), {
		root: source.path,
		symlinks: source.symlinks,
		known: () => Promise.resolve(new Map<string, string>()),
		signal,
	});
}
