import { givenParameters } from "#components/live/given-parameters.ts";
import { noRunsFilter, type RunsFilter, runsFilter } from "#lib/catalog/runs/run-filter.ts";

/** The filter of a list of runs as the page's address has it; empty: not filtered. */
export const unfilteredRuns = { show: "all", search: "", trigger: "", actor: "", state: "", since: "", until: "" };

/** Reads the filter from the address; parts that make no sense are left out. */
export function runsFilterOf(address: Readonly<typeof unfilteredRuns>): RunsFilter {
	const shape = runsFilter.shape;
	const given = Object.entries(address).filter(
		([name, value]) => value !== "" && shape[name as keyof typeof shape].safeParse(value).success,
	);
	return runsFilter.safeParse(Object.fromEntries(given)).data ?? noRunsFilter;
}

/** As the routes take it. */
export function runsParameters(container: string | null, filter: RunsFilter): URLSearchParams {
	return givenParameters({
		container,
		...filter,
		trigger: filter.trigger.join(","),
		state: filter.state.join(","),
	});
}
