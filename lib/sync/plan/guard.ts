import {
	brokenLimit,
	brokenRemovalLimit,
	isStatedLimit,
	removalLimitInWords,
} from "#lib/catalog/guard/removal-limit.ts";
import type { GuardLimit, GuardRules, GuardVerdict } from "#lib/catalog/json-columns.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

/** What a plan would do, as far as the guard looks at it (rule 12). Moves are no removals. */
export interface GuardCounts {
	/** The container's datasets before the run. */
	readonly datasets: number;
	readonly removed: number;
	readonly unlinked: number;
	/** Datasets whose files changed and whose fields differ; not those that only new rules or readers read again. */
	readonly updates: number;
	/** Datasets of the container whose new version cannot become a dataset. */
	readonly rejections: number;
	/** Folders all of whose datasets are to be removed. */
	readonly goneFolders: readonly GoneFolder[];
	/** Sources of which no data file is found any more, and which had datasets whose files are gone. */
	readonly emptied: readonly string[];
}

export interface GoneFolder {
	readonly path: string;
	readonly datasets: number;
}

/** A folder with as many datasets does not go unasked. */
const datasetsOfFolder = 10;
/** What a container without stated `maxUpdates` or `maxRejections` lets pass, of each. */
const defaultHalf = "50%";
const manyAtOnce = 100;
/** Reasons name at most so many folders. */
const foldersNamed = 3;

/** Rule 12: why the run waits for an approval; null when it may go on by itself. */
export function guard(counts: GuardCounts, rules: GuardRules): GuardVerdict | null {
	const reasons = [
		...(rules.emptied === "allow" ? [] : counts.emptied.map(emptiedReason)),
		...removalReasons(counts, rules.maxRemovals),
		...shareReasons(counts, counts.updates, "updated", rules.maxUpdates),
		...shareReasons(counts, counts.rejections, "rejected", rules.maxRejections),
	];
	if (reasons.length === 0) return null;
	const { datasets, updates, rejections, emptied } = counts;
	const maxRemovals = removalLimitInWords(rules.maxRemovals);
	return { removals: leaving(counts), updates, rejections, datasets, maxRemovals, emptied, reasons };
}

function leaving({ removed, unlinked }: GuardCounts): number {
	return removed + unlinked;
}

function emptiedReason(source: string): string {
	return `The source ${source} was listed completely and holds no data file any more; it had datasets.`;
}

function removalReasons(counts: GuardCounts, stated: GuardLimit | undefined): readonly string[] {
	const { datasets, removed, unlinked } = counts;
	const limit = brokenRemovalLimit({ removals: leaving(counts), datasets }, stated);
	if (limit !== null) {
		const going =
			unlinked === 0
				? `${formatCount(removed)} of ${formatCount(datasets)} datasets would be removed`
				: removed === 0
					? `${formatCount(unlinked)} of ${formatCount(datasets)} datasets would be unlinked`
					: `${formatCount(removed)} of ${formatCount(datasets)} datasets would be removed and ${formatCount(unlinked)} unlinked`;
		return [`${going}; this container lets ${limit} pass.`];
	}
	return isStatedLimit(stated) ? [] : folderReasons(counts.goneFolders);
}

function folderReasons(folders: readonly GoneFolder[]): readonly string[] {
	const large = folders.filter(({ datasets }) => datasets >= datasetsOfFolder);
	const named = large
		.slice(0, foldersNamed)
		.map(
			({ path, datasets }) => `All ${formatCount(datasets)} datasets of the folder ${path || "/"} would be removed.`,
		);
	const more = large.length - named.length;
	return more > 0 ? [...named, `So would those of ${formatPlural(more, "more folder")}.`] : named;
}

function shareReasons(
	{ datasets }: GuardCounts,
	many: number,
	done: "updated" | "rejected",
	stated: GuardLimit | undefined,
): readonly string[] {
	const isOpen = stated === undefined && many < manyAtOnce;
	const limit = isOpen ? null : brokenLimit(many, datasets, stated === undefined ? defaultHalf : stated);
	return limit === null
		? []
		: [
				`${formatCount(many)} of ${formatCount(datasets)} datasets would be ${done}; this container lets ${limit} pass.`,
			];
}
