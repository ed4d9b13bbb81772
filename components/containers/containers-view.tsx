"use client";

import { useSearchParams } from "next/navigation";
import { useMemo, useRef, useState } from "react";
import { useShortcuts } from "#components/shell/shortcuts.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import type { Sort } from "#components/ui/table.tsx";
import type { DeletedContainer } from "#lib/catalog/containers/deleted-containers.ts";
import { countStates, type StateChoice, stateChoices } from "./container-order.ts";
import { ContainersTable } from "./containers-table.tsx";
import { ContainersToolbar } from "./containers-toolbar.tsx";
import { DeletedContainers, type RestoreContainer } from "./deleted-containers.tsx";
import { NoContainers } from "./no-containers.tsx";
import { firstSort, type SortColumn, selectRows, sortName, sortNamed } from "./select-rows.ts";
import { StateFilter } from "./state-filter.tsx";
import { type ContainersSeed, useContainers } from "./use-containers.ts";
import { type RequestRuns, useRequestRuns } from "./use-request-runs.tsx";

interface ContainersViewProps extends ContainersSeed {
	readonly search: string;
	readonly state: string;
	readonly requestRuns: RequestRuns;
	readonly deleted: readonly DeletedContainer[];
	readonly restore: RestoreContainer;
}

export function ContainersView({ seed, total, requestRuns, deleted, restore, ...initial }: ContainersViewProps) {
	const { containers, error, isPlaceholderData, refetch } = useContainers({ seed, total });
	const parameters = useSearchParams();
	const [search, setSearch] = useState(initial.search);
	const [state, setState] = useState(stateChoices.find((each) => each === initial.state) ?? null);
	const [sort, setSort] = useState(() => sortNamed(parameters.get("sort")));
	const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
	const searchInput = useRef<HTMLInputElement>(null);
	const { request, pending } = useRequestRuns(requestRuns);
	const rows = useMemo(() => selectRows(containers, { search, state, sort }), [containers, search, state, sort]);
	const counts = useMemo(() => countStates(containers), [containers]);
	const chosen = useMemo(
		() => containers.filter(({ id }) => selected.has(id)).map(({ id }) => id),
		[containers, selected],
	);
	const clear = () => setSelected(new Set());
	useShortcuts({ "/": () => searchInput.current?.focus(), Escape: clear });

	/** The filter and sort are in the address, for Back, a reload and a copied link. */
	function show(next: {
		readonly search: string;
		readonly state: StateChoice | null;
		readonly sort: Sort<SortColumn>;
	}) {
		setSearch(next.search);
		setState(next.state);
		setSort(next.sort);
		const name = sortName(next.sort);
		const query = new URLSearchParams({
			...(next.search && { q: next.search }),
			...(next.state && { state: next.state }),
			...(name !== sortName(firstSort) && { sort: name }),
		});
		window.history.replaceState(null, "", query.size > 0 ? `?${query}` : window.location.pathname);
	}
	const narrow = (nextSearch: string, nextState: StateChoice | null) =>
		show({ search: nextSearch, state: nextState, sort });
	function start(kind: "sync" | "check", ids: "all" | readonly string[]) {
		request(ids, kind);
		if (ids !== "all") setSelected(new Set());
	}

	return (
		<div className="space-y-2">
			<ContainersToolbar
				count={containers.length}
				selected={chosen}
				pending={pending}
				onStart={start}
				onClear={clear}
			/>
			{containers.length === 0 ? (
				<NoContainers />
			) : (
				<>
					<StateFilter
						counts={isPlaceholderData ? null : counts}
						total={isPlaceholderData ? total : containers.length}
						state={state}
						onState={(next) => narrow(search, next)}
						search={search}
						onSearch={(next) => narrow(next, state)}
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
							action={<Button onClick={() => narrow("", null)}>Show all</Button>}
						/>
					) : (
						<ContainersTable
							rows={rows}
							sort={sort}
							onSort={(next) => show({ search, state, sort: next })}
							selected={selected}
							onSelected={setSelected}
							onStart={(kind, id) => start(kind, selected.has(id) ? chosen : [id])}
						/>
					)}
				</>
			)}
			<DeletedContainers seed={deleted} restore={restore} />
		</div>
	);
}
