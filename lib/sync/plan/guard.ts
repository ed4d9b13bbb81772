import type { GuardVerdict } from "#lib/catalog/json-columns.ts";

export interface GuardInput {
	/** The container's datasets before the run. */
	readonly datasets: number;
	/** Removals planned. */
	readonly removals: number;
	/** `"20%"` or `"50"`. */
	readonly maxRemovals: string;
	/** Sources whose root exists, is empty now, and had datasets before. */
	readonly emptied: readonly string[];
}

/** So few removals never hold a run whose limit is a percentage (rule 12). */
const alwaysAllowed = 10;

/** Rule 12: null when the run may go on by itself. */
export function guard({ datasets, removals, maxRemovals, emptied }: GuardInput): GuardVerdict | null {
	const reasons = emptied.map((path) => `The source ${path} exists but became empty.`);
	const percent = maxRemovals.endsWith("%") ? Number.parseInt(maxRemovals, 10) : null;
	const tooMany =
		percent === null
			? removals > Number.parseInt(maxRemovals, 10)
			: removals > alwaysAllowed && removals * 100 > percent * datasets;
	if (tooMany) {
		reasons.push(`${count(removals)} of ${count(datasets)} datasets would be removed; the limit is ${limitText()}.`);
	}
	return reasons.length === 0 ? null : { removals, datasets, maxRemovals, emptied, reasons };

	function limitText(): string {
		if (percent === null) return count(Number(maxRemovals));
		const share = Math.floor((percent * datasets) / 100);
		return share < alwaysAllowed ? count(alwaysAllowed) : `${count(share)} (${maxRemovals})`;
	}
}

const count = (value: number): string => value.toLocaleString("en-US");
