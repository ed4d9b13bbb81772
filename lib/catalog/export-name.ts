import type { ChangesQuery } from "#lib/catalog/changes/changes-query.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";

type Filter = Pick<ChangesQuery, "action" | "search" | "folder" | "begin" | "end">;

/** Names a file with the changes of a run: `run-12-MERIS-removed-filtered.csv`. EO IDs are good in file names. */
export function exportName(
	{ run, container }: Pick<RunView, "run" | "container">,
	filter: Filter,
	format: string,
): string {
	const { action, search, folder, begin, end } = filter;
	const isFiltered = search !== "" || folder !== "" || begin !== undefined || end !== undefined;
	// File systems take 255 bytes.
	const parts = ["run", run, [...container].slice(0, 60).join(""), action, isFiltered ? "filtered" : null];
	return `${parts.filter((part) => part !== null).join("-")}.${format}`;
}
