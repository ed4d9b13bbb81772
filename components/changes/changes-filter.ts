import type { ChangeAction } from "#lib/catalog/inputs.ts";

/** Which of a run's changes are shown. */
export interface ChangesFilter {
	readonly action: ChangeAction | null;
	readonly search: string;
	/** Instants; null: all times. */
	readonly begin: string | null;
	readonly end: string | null;
}

export const noFilter: ChangesFilter = { action: null, search: "", begin: null, end: null };

/** Rows of one request. */
export const pageRows = 250;

/** As the routes take it. */
export function parametersOf(
	{ action, search, begin, end }: ChangesFilter,
	more: Readonly<Record<string, string>> = {},
): URLSearchParams {
	const given = Object.entries({ action, search: search === "" ? null : search, begin, end, ...more });
	return new URLSearchParams(given.filter((entry): entry is [string, string] => entry[1] !== null));
}
