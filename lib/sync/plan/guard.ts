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
		const limit = percent === null ? maxRemovals : `${maxRemovals} of ${datasets}, or ${alwaysAllowed}`;
		reasons.push(`${removals} of ${datasets} datasets would be removed; the limit is ${limit}.`);
	}
	return reasons.length === 0 ? null : { removals, datasets, maxRemovals, emptied, reasons };
}
