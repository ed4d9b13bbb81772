"use client";

import { LayoutGrid, Rows3 } from "lucide-react";
import { useMemo } from "react";
import { NoContainers } from "#components/containers/no-containers.tsx";
import { type ContainersSeed, useContainers } from "#components/containers/use-containers.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Button } from "#components/ui/button.tsx";
import { Select } from "#components/ui/form/input.tsx";
import { sortName } from "#components/ui/sort-name.ts";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { Skeleton } from "#components/ui/states/skeleton.tsx";
import type { CauseView } from "#lib/catalog/causes/cause-records.ts";
import type { HealthHistory } from "#lib/catalog/health/health-history.ts";
import { type HealthNumbers, healthNumbers } from "#lib/catalog/health/health-numbers.ts";
import type { ClosedStorage } from "#lib/catalog/pauses/pauses.ts";
import type { PublicationTotals } from "#lib/catalog/publications/totals.ts";
import type { TargetTrouble } from "#lib/catalog/targets/target-troubles.ts";
import { ContainerCells } from "./container-cells.tsx";
import { type Grouping, groupingNamed, groupings, groupingWords } from "./group-containers.ts";
import { HealthList } from "./health-list.tsx";
import { healthSortNamed } from "./health-order.ts";
import { NumberTiles } from "./number-tiles.tsx";
import { OpenCauses } from "./open-causes.tsx";
import { PausedStorages } from "./paused-storages.tsx";
import { PublishedLine } from "./published-line.tsx";
import { TargetTroubles } from "./target-troubles.tsx";
import { useHealthHistory } from "./use-health-history.ts";
import { Verdict } from "./verdict.tsx";
import { WorseningList } from "./worsening-list.tsx";

interface HealthViewProps extends ContainersSeed {
	/** Of all containers, also where only the first came with the page. */
	readonly numbers: HealthNumbers;
	readonly history: HealthHistory;
	readonly causes: readonly CauseView[];
	readonly publications: PublicationTotals;
	readonly closed: readonly ClosedStorage[];
	readonly troubles: readonly TargetTrouble[];
}

const initialAddress = { by: "storage", view: "cells", sort: "state" };

/** Whether the catalogue is true, and where not. */
export function HealthView(props: HealthViewProps) {
	const { seed, total, numbers: seedNumbers, history: seedHistory, causes, publications, closed, troubles } = props;
	const { containers, error, isPlaceholderData, refetch } = useContainers({ seed, total });
	const { days, worsening } = useHealthHistory(seedHistory);
	const { state, set } = useAddressState(initialAddress);
	const by = groupingNamed(state.by);
	const numbers = useMemo(
		() => (isPlaceholderData ? seedNumbers : healthNumbers(containers)),
		[isPlaceholderData, seedNumbers, containers],
	);
	const sort = useMemo(() => healthSortNamed(state.sort), [state.sort]);
	const isList = state.view === "list";
	const turn = () => set({ view: isList ? "cells" : "list" });
	usePageActions([
		{ label: isList ? "Show containers as cells" : "Show containers as a list", icon: <Rows3 />, go: turn },
		...groupings
			.filter((each) => each !== by)
			.map((each) => ({
				label: `Group by: ${groupingWords[each]}`,
				icon: <LayoutGrid />,
				go: () => set({ by: each }),
			})),
	]);
	if (numbers.containers === 0)
		return (
			<div className="space-y-3">
				<Heading />
				<NoContainers />
			</div>
		);
	return (
		<div className="space-y-4">
			<Heading />
			<div className="space-y-2">
				<Verdict numbers={numbers} />
				<OpenCauses seed={causes} />
				<PausedStorages seed={closed} />
				<TargetTroubles seed={troubles} />
			</div>
			{error ? (
				<ErrorState bar title="The containers could not be refreshed" onRetry={() => void refetch()}>
					{error.message} What you see may be out of date.
				</ErrorState>
			) : null}
			<NumberTiles numbers={numbers} days={days} />
			<PublishedLine seed={publications} />
			<WorseningList containers={worsening} />
			<section aria-labelledby="containers-heading" className="space-y-2">
				<div className="flex flex-wrap items-center gap-x-4 gap-y-2">
					<h2 id="containers-heading" className="font-semibold">
						Containers
					</h2>
					<GroupSelect by={by} onBy={(next) => set({ by: next })} />
					<Button aria-pressed={isList} onClick={turn} className="aria-pressed:bg-raised">
						{isList ? <LayoutGrid aria-hidden /> : <Rows3 aria-hidden />}
						As a list
					</Button>
					{isList ? null : (
						<p className="text-faint text-fine max-sm:hidden">
							The stronger the colour, the more files differ: 1, 10, 100, 1,000.
						</p>
					)}
				</div>
				{isPlaceholderData ? (
					<div role="status" aria-label="Loading">
						<Skeleton className="h-80" />
					</div>
				) : isList ? (
					<HealthList containers={containers} by={by} sort={sort} onSort={(next) => set({ sort: sortName(next) })} />
				) : (
					<div className="rounded-md border bg-surface px-3 py-3 sm:px-4">
						<ContainerCells containers={containers} by={by} />
					</div>
				)}
			</section>
		</div>
	);
}

function Heading() {
	return <h1 className="font-semibold text-lg">Health</h1>;
}

function GroupSelect({ by, onBy }: { readonly by: Grouping; readonly onBy: (by: Grouping) => void }) {
	return (
		<div className="flex items-center gap-2 text-muted">
			<label htmlFor="health-groups">Group by</label>
			<Select
				id="health-groups"
				value={by}
				onChange={({ target }) => onBy(groupingNamed(target.value))}
				className="w-auto!"
			>
				{groupings.map((each) => (
					<option key={each} value={each}>
						{groupingWords[each]}
					</option>
				))}
			</Select>
		</div>
	);
}
