"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { Facet } from "#components/ui/facet.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { SeveralFacet } from "#components/ui/several-facet.tsx";
import { ShowChoice } from "#components/ui/show-choice.tsx";
import { SearchField } from "#components/virtual-list/search-field.tsx";
import { type RunFacets, type RunsFilter, runsShown } from "#lib/catalog/runs/run-filter.ts";
import { runsParameters, type unfilteredRuns } from "./runs-filter.ts";

interface RunsFilterBarProps {
	/** null: the list has the runs of all containers. */
	readonly container: string | null;
	readonly filter: RunsFilter;
	/** Of the address. A step that Back takes back. */
	readonly onFilter: (change: Partial<typeof unfilteredRuns>) => void;
	readonly onSearch: (search: string) => void;
	/** null: nothing is filtered. */
	readonly onShowAll: (() => void) | null;
}

/** What of the runs is shown: by what people look for, and by container, trigger, user, state and day. */
export function RunsFilterBar({ container, filter, onFilter, onSearch, onShowAll }: RunsFilterBarProps) {
	const { data: facets } = useQuery({
		queryKey: queryKeys.runFacets(container, filter),
		queryFn: ({ signal }) => fetchJson<RunFacets>(`/api/runs/facets?${runsParameters(container, filter)}`, { signal }),
		refetchOnMount: "always",
		placeholderData: (before) => before,
	});
	const countsOf = (facet: keyof RunFacets) => new Map(Object.entries(facets?.[facet] ?? {}));
	const several = (facet: "trigger" | "state", label: string) => (
		<SeveralFacet
			label={label}
			any={`Any ${facet}`}
			values={filter[facet]}
			counts={countsOf(facet)}
			onChoose={(chosen) => onFilter({ [facet]: chosen.join(",") })}
		/>
	);
	const { actor = null } = filter;
	const actors = countsOf("actor");
	const users = [...new Set([...actors.keys(), ...(actor === null ? [] : [actor])])].toSorted();
	return (
		<div className="flex flex-wrap items-center gap-2">
			<ShowChoice choices={runsShown} chosen={filter.show} onChoose={(show) => onFilter({ show })} />
			{container === null ? (
				<SearchField
					label="Search containers of runs"
					placeholder="Container"
					search={filter.search}
					onSearch={onSearch}
				/>
			) : null}
			{several("trigger", "Trigger")}
			<Facet
				label="User"
				any="Any user"
				value={actor}
				choices={users.map((user) => [user, user])}
				counts={actors}
				onChoose={(chosen) => onFilter({ actor: chosen ?? "" })}
			/>
			{several("state", "State")}
			<Day label="Asked for since" value={filter.since} onChange={(since) => onFilter({ since })} />
			<span aria-hidden className="-mx-1 text-faint">
				–
			</span>
			<Day label="Asked for until" value={filter.until} onChange={(until) => onFilter({ until })} />
			{onShowAll === null ? null : (
				<Button variant="quiet" onClick={onShowAll}>
					Show all
				</Button>
			)}
		</div>
	);
}

interface DayProps {
	readonly label: string;
	readonly value: string | undefined;
	/** Empty: any day. */
	readonly onChange: (day: string) => void;
}

function Day({ label, value = "", onChange }: DayProps) {
	return (
		<Input
			type="date"
			aria-label={`${label} (UTC)`}
			title={`${label} (UTC)`}
			value={value}
			onChange={(event) => onChange(event.target.value)}
			className={cx("w-32!", value === "" && "text-muted")}
		/>
	);
}
