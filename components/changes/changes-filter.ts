import { givenParameters } from "#components/live/given-parameters.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import type { ChangeAction } from "#lib/catalog/inputs.ts";

/** Which of a run's changes are shown. */
export interface ChangesFilter {
	readonly action: ChangeAction | null;
	readonly search: string;
	/** With all below it; empty: everywhere. */
	readonly folder: string;
	/** Instants; null: all times. */
	readonly begin: string | null;
	readonly end: string | null;
	/** What they are compared with; null: nothing. */
	readonly against: Against | null;
}

/** Another run, and whether the changes are shown that it does not have, or those that both have. */
export interface Against {
	readonly run: number;
	readonly side: "only" | "both";
}

export const noChangesFilter: ChangesFilter = {
	action: null,
	search: "",
	folder: "",
	begin: null,
	end: null,
	against: null,
};

/** Rows of one request. */
export const pageRows = 250;

/** As the routes take it. */
export function changesParameters(
	{ action, search, folder, begin, end, against }: ChangesFilter,
	more: Readonly<Record<string, string>> = {},
): URLSearchParams {
	const other = against === null ? {} : { other: String(against.run), side: against.side };
	return givenParameters({ action, search, folder, begin, end, ...other, ...more });
}

/** A filter as the page's address has it; empty: not filtered. */
export const unfiltered = { action: "", search: "", folder: "", begin: "", end: "" };

/** Reads the filter from the page's address; malformed parts are ignored. */
export function filterOf(state: Readonly<Partial<Record<keyof typeof unfiltered, string>>>): ChangesFilter {
	const given = Object.entries(state).filter(([, value]) => value !== "");
	const { data } = changesQuery.safeParse(Object.fromEntries(given));
	if (data === undefined) return noChangesFilter;
	const { action, search, folder, begin = null, end = null } = data;
	return { action, search, folder, begin, end, against: null };
}
