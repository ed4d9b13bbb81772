"use client";

import { Filter, Hand, ListChecks, RefreshCw, Search, SearchCheck, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { ApproveSeveral } from "#components/runs/approve-several.tsx";
import type { ApprovalActions } from "#components/runs/run-actions.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useShortcuts } from "#components/shell/shortcuts.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Button } from "#components/ui/button.tsx";
import { sortName } from "#components/ui/sort-name.ts";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { serverTime } from "#components/ui/times/now.tsx";
import type { ViewActions } from "#components/views/view-actions.ts";
import {
	type ContainerFilter,
	facetsOf,
	filterContainers,
	isNarrowed,
	noContainerFilter,
} from "#lib/catalog/containers/container-filter.ts";
import type { DeletedContainer } from "#lib/catalog/containers/deleted-containers.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { addressOfFilter, filterOf, noContainersAddress } from "./container-address.ts";
import { ContainerFilters } from "./container-filters.tsx";
import { ContainersTable } from "./containers-table.tsx";
import { ContainersToolbar } from "./containers-toolbar.tsx";
import { DeletedContainers, type RestoreContainer } from "./deleted-containers.tsx";
import { NoContainers } from "./no-containers.tsx";
import { PausedDialog, type PausedQuestion, pausedQuestion } from "./paused-question.tsx";
import { containersSortNamed, sortRows } from "./select-rows.ts";
import { type ContainersSeed, useContainers } from "./use-containers.ts";
import { type RequestRuns, useRequestRuns } from "./use-request-runs.tsx";

interface ContainersViewProps extends ContainersSeed {
	readonly requestRuns: RequestRuns;
	readonly deleted: readonly DeletedContainer[];
	readonly restore: RestoreContainer;
	readonly viewActions: ViewActions;
	readonly approvals: ApprovalActions;
}

export function ContainersView(props: ContainersViewProps) {
	const { seed, total, requestRuns, deleted, restore, viewActions, approvals } = props;
	const { containers, error, isPlaceholderData, refetch } = useContainers({ seed, total });
	const { state: address, set, replace } = useAddressState(noContainersAddress);
	const [search, type] = useTyped(address.q);
	const filter = useMemo(() => ({ ...filterOf(address), search }), [address, search]);
	const sort = useMemo(() => containersSortNamed(address.sort), [address.sort]);
	const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
	const searchInput = useRef<HTMLInputElement>(null);
	const { request, pending } = useRequestRuns(requestRuns);
	const rows = useMemo(
		() => sortRows(filterContainers(containers, filter, serverTime()), sort),
		[containers, filter, sort],
	);
	const facets = useMemo(() => facetsOf(containers, filter, serverTime()), [containers, filter]);
	const { chosen, held } = useMemo(() => {
		const those = containers.filter(({ id }) => selected.has(id));
		const idsOf = (some: readonly ContainerView[]) => some.map(({ id }) => id);
		return { chosen: idsOf(those), held: idsOf(those.filter(({ state }) => state === "held")) };
	}, [containers, selected]);
	/** EO IDs, as they were when the dialog opened. */
	const [approving, setApproving] = useState<string[] | null>(null);
	const [asking, setAsking] = useState<PausedQuestion | null>(null);
	const clear = () => setSelected(new Set());
	useShortcuts({ "/": () => searchInput.current?.focus(), Escape: clear });

	function narrow(change: Partial<ContainerFilter>) {
		const next = { ...filter, ...change };
		type(next.search);
		set(addressOfFilter(next));
	}
	/** *All* leaves out containers whose storage is paused; where such containers are named, the user is asked first. */
	function start(kind: "sync" | "check", ids: "all" | readonly string[]) {
		const question = ids === "all" ? null : pausedQuestion(kind, ids, containers);
		if (question === null) begin(kind, ids);
		else setAsking(question);
	}
	function begin(kind: "sync" | "check", ids: "all" | readonly string[]) {
		setAsking(null);
		request(ids, kind);
		if (ids !== "all") clear();
	}

	usePageActions([
		...(chosen.length > 0
			? [
					{
						label: `Sync selected (${chosen.length})`,
						icon: <RefreshCw />,
						act: "runs.request" as const,
						go: () => start("sync", chosen),
					},
					{
						label: `Check selected (${chosen.length})`,
						icon: <SearchCheck />,
						act: "runs.request" as const,
						go: () => start("check", chosen),
					},
					...(held.length > 0
						? [
								{
									label: `Approve selected (${held.length} held)`,
									icon: <Hand />,
									act: "runs.approve" as const,
									go: () => setApproving(held),
								},
							]
						: []),
					{ label: "Clear selection", icon: <X />, go: clear },
				]
			: []),
		{
			label: "Select all that are shown",
			icon: <ListChecks />,
			act: "runs.request",
			go: () => setSelected(new Set(rows.map(({ id }) => id))),
		},
		...[...facets.states].map(([state, count]) => ({
			label: `Show ${state} (${count})`,
			icon: <Filter />,
			go: () => narrow({ states: [state] }),
		})),
		...[...facets.storage].map(([storage, count]) => ({
			label: `Show those on ${storage} (${count})`,
			icon: <Filter />,
			go: () => narrow({ storage }),
		})),
		...(facets.rejected > 0
			? [
					{
						label: `Show those with rejected files (${facets.rejected})`,
						icon: <Filter />,
						go: () => narrow({ rejected: true }),
					},
				]
			: []),
		...(isNarrowed(filter) ? [{ label: "Show all", icon: <X />, go: () => narrow(noContainerFilter) }] : []),
		{ label: "Search containers", icon: <Search />, go: () => searchInput.current?.focus() },
	]);

	return (
		<div className="space-y-2">
			<ContainersToolbar
				count={isPlaceholderData ? total : containers.length}
				shown={isNarrowed(filter) ? rows.map(({ id }) => id) : null}
				selected={chosen}
				held={held.length}
				onApprove={() => setApproving(held)}
				pending={pending || (isPlaceholderData && isNarrowed(filter))}
				onStart={start}
				onClear={clear}
				viewActions={viewActions}
			/>
			{approving === null ? null : (
				<ApproveSeveral
					waiting={{ containers: approving }}
					actions={approvals}
					onClose={() => setApproving(null)}
					onDone={clear}
				/>
			)}
			{containers.length === 0 ? (
				<NoContainers />
			) : (
				<>
					<ContainerFilters
						facets={isPlaceholderData ? null : facets}
						total={isPlaceholderData ? total : containers.length}
						shown={rows.length}
						filter={filter}
						onFilter={narrow}
						search={search}
						onSearch={(next) => {
							type(next);
							replace({ q: next });
						}}
						searchInput={searchInput}
					/>
					{error ? (
						<ErrorState bar title="The containers could not be refreshed" onRetry={() => void refetch()}>
							{error.message} What you see may be out of date.
						</ErrorState>
					) : null}
					{rows.length === 0 ? (
						<EmptyState
							title="No container matches"
							action={<Button onClick={() => narrow(noContainerFilter)}>Show all</Button>}
						/>
					) : (
						<ContainersTable
							rows={rows}
							sort={sort}
							onSort={(next) => set({ sort: sortName(next) })}
							selected={selected}
							onSelected={setSelected}
							onStart={(kind, id) => start(kind, selected.has(id) ? chosen : [id])}
						/>
					)}
				</>
			)}
			{asking === null ? null : (
				<PausedDialog question={asking} onStart={(ids) => begin(asking.kind, ids)} onClose={() => setAsking(null)} />
			)}
			<DeletedContainers seed={deleted} restore={restore} />
		</div>
	);
}

/** What is typed, which the address follows; it follows the address when that changes otherwise: by Back, a link. */
function useTyped(inAddress: string) {
	const [typed, setTyped] = useState(inAddress);
	const written = useRef(inAddress);
	useEffect(() => {
		// An answer to something typed before.
		if (inAddress !== written.current && new URLSearchParams(window.location.search).get("q") === written.current)
			return;
		written.current = inAddress;
		setTyped(inAddress);
	}, [inAddress]);
	function type(text: string) {
		written.current = text;
		setTyped(text);
	}
	return [typed, type] as const;
}
