import type { GuardLimit } from "#lib/catalog/json-columns.ts";
import { formatCount } from "#lib/numbers.ts";

/** How many of its datasets may leave a container without a person (rule 12): of a run, and of a push to a target. Client-safe. */

/** What a container without a stated `maxRemovals` lets pass. */
const defaultShare = "20%";
const alwaysAllowed = 10;
/** Half of a container that has at least twice as many. */
const fewForHalf = 5;
const mostAtOnce = "10000";

/** The limit that so many removals exceed, in words; null: they may pass. */
export function brokenRemovalLimit(
	{ removals, datasets }: { readonly removals: number; readonly datasets: number },
	stated: GuardLimit | undefined,
): string | null {
	if (isStatedLimit(stated)) return brokenLimit(removals, datasets, stated);
	const share = removals > alwaysAllowed ? brokenLimit(removals, datasets, defaultShare) : null;
	const half = removals >= fewForHalf && removals * 2 >= datasets ? "less than half" : null;
	return share ?? half ?? brokenLimit(removals, datasets, mostAtOnce);
}

/** What it is for the container's reasons. */
export function removalLimitInWords(stated: GuardLimit | undefined): string {
	return limitInWords(isStatedLimit(stated) ? stated : defaultShare);
}

/** Earlier versions stored `"20%"` for every container without a limit of its own: it means the default, floor included. */
export function isStatedLimit(limit: GuardLimit | undefined): limit is GuardLimit {
	return limit !== undefined && limit !== defaultShare;
}

/** The limit that so many exceed, in words; null: none. */
export function brokenLimit(many: number, datasets: number, limit: GuardLimit): string | null {
	if (limit === null) return null;
	const number = Number.parseInt(limit, 10);
	const allowed = limit.endsWith("%")
		? (number * datasets) / 100
		: limit.endsWith("‰")
			? (number * datasets) / 1000
			: number;
	return many > allowed ? limitInWords(limit) : null;
}

function limitInWords(limit: GuardLimit): string {
	return limit === null
		? "any number"
		: limit.replace(/(\d+)([%‰]?)/, (_, number, unit) => `${formatCount(Number(number))} ${unit}`).trim();
}
