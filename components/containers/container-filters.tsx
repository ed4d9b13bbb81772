import { useQuery } from "@tanstack/react-query";
import { FileX } from "lucide-react";
import type { RefObject } from "react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { containerLooks } from "#components/state.tsx";
import { tones } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { Facet } from "#components/ui/facet.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { truncateMiddle } from "#components/ui/format.ts";
import { Spinner } from "#components/ui/states/spinner.tsx";
import type { CauseView } from "#lib/catalog/causes/cause-records.ts";
import {
	type ContainerFacets,
	type ContainerFilter,
	isNarrowed,
	noContainerFilter,
	scheduleFacets,
	unseenChoices,
} from "#lib/catalog/containers/container-filter.ts";
import type { ContainerState } from "#lib/catalog/read-models/container-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { needsPerson, orderedStates } from "./container-order.ts";

interface ContainerFiltersProps {
	/** null while not all containers are here. */
	readonly facets: ContainerFacets | null;
	/** All there are. */
	readonly total: number;
	/** That the filter leaves. */
	readonly shown: number;
	readonly filter: ContainerFilter;
	/** A step that Back takes back. */
	readonly onFilter: (change: Partial<ContainerFilter>) => void;
	readonly search: string;
	readonly onSearch: (search: string) => void;
	readonly searchInput: RefObject<HTMLInputElement | null>;
}

/** The overview: how many containers are in each state, and by what else they may be told apart. */
export function ContainerFilters(props: ContainerFiltersProps) {
	const { facets, total, shown, filter, onFilter, search, onSearch, searchInput } = props;
	return (
		<div className="flex flex-wrap items-center gap-x-2 gap-y-2">
			<Input
				ref={searchInput}
				type="search"
				aria-label="Search containers"
				placeholder="Search ID or title"
				value={search}
				onChange={(event) => onSearch(event.target.value)}
				onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
				className="w-full! sm:w-60!"
			/>
			{facets === null ? (
				<span className="text-muted">{formatPlural(total, "container")}</span>
			) : (
				<>
					<StateChips facets={facets} filter={filter} onFilter={onFilter} />
					<Facets facets={facets} filter={filter} onFilter={onFilter} />
				</>
			)}
			{isNarrowed(filter) ? (
				<>
					<span role="status" className="text-muted">
						{formatCount(shown)} of {formatPlural(total, "container")}
					</span>
					<Button variant="quiet" onClick={() => onFilter(noContainerFilter)}>
						Show all
					</Button>
				</>
			) : null}
		</div>
	);
}

interface FacetProps {
	readonly facets: ContainerFacets;
	readonly filter: ContainerFilter;
	readonly onFilter: (change: Partial<ContainerFilter>) => void;
}

/** Any number of states together. Those that need a person are in colour. */
function StateChips({ facets, filter, onFilter }: FacetProps) {
	const { states } = filter;
	const present = orderedStates.filter((state) => facets.states.has(state) || states.includes(state));
	const toggled = (state: ContainerState) =>
		states.includes(state) ? states.filter((each) => each !== state) : [...states, state];
	return (
		<fieldset className="flex flex-wrap items-center gap-1">
			<legend className="sr-only">Filter by state</legend>
			{present.map((state) => (
				<Chip
					key={state}
					look={containerLooks[state]}
					isLoud={needsPerson(state)}
					word={state}
					count={facets.states.get(state) ?? 0}
					pressed={states.includes(state)}
					onPress={() => onFilter({ states: toggled(state) })}
				/>
			))}
			{facets.rejected > 0 || filter.rejected ? (
				<Chip
					look={{ icon: FileX, tone: "failed" }}
					isLoud
					word="rejected"
					count={facets.rejected}
					pressed={filter.rejected}
					onPress={() => onFilter({ rejected: !filter.rejected })}
				/>
			) : null}
		</fieldset>
	);
}

interface ChipProps {
	readonly look: Pick<(typeof containerLooks)[ContainerState], "icon" | "tone">;
	readonly isLoud: boolean;
	readonly word: string;
	readonly count: number;
	readonly pressed: boolean;
	readonly onPress: () => void;
}

function Chip({ look: { icon: Icon, tone }, isLoud, word, count, pressed, onPress }: ChipProps) {
	return (
		<button
			type="button"
			aria-pressed={pressed}
			onClick={onPress}
			className={cx(
				"inline-flex h-7 items-center gap-1.5 rounded-md border px-2 [&_svg]:size-3.5",
				isLoud ? tones[tone] : "bg-surface text-muted",
				pressed ? "border-current font-medium" : "border-transparent hover:border-border-strong",
			)}
		>
			{Icon === null ? <Spinner /> : <Icon aria-hidden strokeWidth={2.25} />}
			<span className="font-semibold">{formatCount(count)}</span> {word}
		</button>
	);
}

const kindWords = { "dataset-series": "Dataset series", "rectified-stitched-mosaic": "Stitched mosaics" } as const;
const unseenWords = { "1d": "a day", "7d": "7 days", "30d": "30 days" } as const;

/** Only where there is something to choose. */
function Facets({ facets, filter, onFilter }: FacetProps) {
	const kinds = Object.keys(kindWords) as (keyof typeof kindWords)[];
	const storages = [...new Set([...facets.storage.keys(), ...(filter.storage === null ? [] : [filter.storage])])];
	return (
		<>
			<Facet
				label="Storage"
				any="Any storage"
				value={filter.storage}
				choices={storages.toSorted().map((storage) => [storage, storage])}
				counts={facets.storage}
				onChoose={(storage) => onFilter({ storage })}
			/>
			<Facet
				label="Kind"
				any="Any kind"
				value={filter.kind}
				choices={kinds.map((kind) => [kind, kindWords[kind]])}
				counts={facets.kind}
				onChoose={(kind) => onFilter({ kind })}
			/>
			<Facet
				label="Schedule"
				any="Any schedule"
				value={filter.schedule}
				choices={scheduleFacets.map((each) => [
					each,
					each === "by hand" ? "By hand" : `${each === "own" ? "Its own" : "The default"} schedule`,
				])}
				counts={facets.schedule}
				onChoose={(schedule) => onFilter({ schedule })}
			/>
			<CauseFacet facets={facets} filter={filter} onFilter={onFilter} />
			<Facet
				label="Not looked at since"
				any="Looked at any time"
				least={1}
				value={filter.unseen}
				choices={unseenChoices.map((each) => [each, `Not looked at for ${unseenWords[each]}`])}
				counts={facets.unseen}
				onChoose={(unseen) => onFilter({ unseen })}
			/>
		</>
	);
}

/** Causes of failures are named by their sentences. */
function CauseFacet({ facets, filter, onFilter }: FacetProps) {
	const keys = [...new Set([...facets.cause.keys(), ...(filter.cause === null ? [] : [filter.cause])])];
	const { data: causes = [] } = useQuery({
		queryKey: queryKeys.causes,
		queryFn: ({ signal }) => fetchJson<readonly CauseView[]>("/api/problems", { signal }),
		enabled: keys.length > 0,
	});
	const words = new Map(causes.map(({ key, sentence }) => [key, truncateMiddle(sentence, 80)]));
	return (
		<Facet
			label="Problem"
			any="With or without problems"
			least={1}
			value={filter.cause}
			choices={keys.toSorted().map((key) => [key, words.get(key) ?? key])}
			counts={facets.cause}
			onChoose={(cause) => onFilter({ cause })}
		/>
	);
}
