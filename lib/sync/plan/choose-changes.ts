import type { PlanSelection } from "#lib/catalog/inputs.ts";
import { requireLinearPatterns } from "#lib/catalog/source-patterns.ts";
import { UsageError } from "#lib/errors.ts";
import { folderOf } from "#lib/paths.ts";
import { pathBelow } from "#lib/storage/path.ts";
import { testOf } from "#lib/sync/match/match.ts";

/** A change of a plan, as far as choosing looks at it. */
export interface ChoosableChange {
	readonly id: number;
	readonly path: string;
	/** moved: where the data file was. */
	readonly fromPath: string | null;
	/** The path of the source that it is of; null: of none. */
	readonly sourcePath: string | null;
}

export interface Chooser {
	/** Whether the change is to be applied. */
	chooses(change: ChoosableChange): boolean;
	/** Says what of the selection fitted no change so far, in words, and why that may be; null: everything fitted one. */
	unused(): { readonly parts: string; readonly hint: string } | null;
}

/** What one end of a change says: chosen, left out, or neither. */
type Verdict = "apply" | "leave" | null;

/**
 * What a selection means (`planSelection`). Pure. The two ends of a move belong together: it is left out where either end is, and chosen
 * where either is.
 * @throws UsageError for a pattern that is none, or cannot be matched in linear time.
 */
export function chooserOf(selection: PlanSelection): Chooser {
	const { only, except, changes, folders, leaveChanges, leaveFolders } = selection;
	requireLinearPatterns({ include: only, exclude: except, fileName: null });
	const isOnly = eachTest(only);
	const isExcept = eachTest(except);
	const byId = new Map<number, boolean>([
		...changes.map((id) => [id, true] as const),
		...leaveChanges.map((id) => [id, false] as const),
	]);
	const byFolder = new Map<string, boolean>([
		...folders.map((path) => [path, true] as const),
		...leaveFolders.map((path) => [path, false] as const),
	]);
	const unusedIds = new Set(byId.keys());
	const unusedFolders = new Set(byFolder.keys());
	const byDefault = only.length + changes.length + folders.length === 0;

	const chosenByFolder = (path: string): boolean | undefined => {
		let nearest: boolean | undefined;
		for (let folder = folderOf(path); byFolder.size > 0; folder = folderOf(folder)) {
			unusedFolders.delete(folder);
			nearest ??= byFolder.get(folder);
			if (folder === "") break;
		}
		return nearest;
	};
	const verdictOn = (path: string, sourcePath: string | null): Verdict => {
		const below = pathBelow(sourcePath ?? "", path) ?? path;
		const [fitsOnly, fitsExcept, byFolder] = [isOnly(below), isExcept(below), chosenByFolder(path)];
		if (byFolder !== undefined) return byFolder ? "apply" : "leave";
		if (fitsExcept) return "leave";
		return fitsOnly ? "apply" : null;
	};
	return {
		chooses({ id, path, fromPath, sourcePath }) {
			unusedIds.delete(id);
			const ends = [path, ...(fromPath === null ? [] : [fromPath])].map((end) => verdictOn(end, sourcePath));
			return byId.get(id) ?? (!ends.includes("leave") && (ends.includes("apply") || byDefault));
		},
		unused() {
			const unusedPatterns = [...isOnly.unused, ...isExcept.unused];
			const parts = [
				...unusedPatterns.map((pattern) => `the pattern ${JSON.stringify(pattern)}`),
				...[...unusedFolders].map((folder) => `the folder ${folder || "/"}`),
				...[...unusedIds].map((id) => `change ${id}`),
			];
			if (parts.length === 0) return null;
			const hint = unusedPatterns.length === 0 ? "" : " A pattern is about the path below that of its source.";
			return { parts: parts.slice(0, maxNamed).join(", "), hint };
		},
	};
}

/** Sentences name at most so many. */
const maxNamed = 5;

/** Whether any of the patterns fits; knows which have fitted nothing yet. */
function eachTest(patterns: readonly string[]): ((below: string) => boolean) & { readonly unused: Set<string> } {
	const tests = patterns.map((pattern) => ({ pattern, test: testOf([pattern]) }));
	const unused = new Set(patterns);
	const fits = (below: string) => {
		let any = false;
		for (const { pattern, test } of tests) {
			if (test(below) !== true) continue;
			unused.delete(pattern);
			any = true;
		}
		return any;
	};
	return Object.assign(fits, { unused });
}

/** Whether the selection leaves nothing out. */
export function choosesAll({ only, except, changes, folders, leaveChanges, leaveFolders }: PlanSelection): boolean {
	return [only, except, changes, folders, leaveChanges, leaveFolders].every((part) => part.length === 0);
}

/** @throws UsageError when part of the selection fitted nothing. */
export function requireUsed(chooser: Chooser, run: number): void {
	const unused = chooser.unused();
	if (unused !== null)
		throw new UsageError(
			`Nothing in the plan of run ${run} is meant by ${unused.parts}; nothing was done.${unused.hint}`,
		);
}
