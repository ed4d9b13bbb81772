"use client";

import { newerRunPages } from "#components/live/newest.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { useLoadMore, usePages } from "#components/live/use-pages.ts";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { ColumnHeader, HeaderRow, Table } from "#components/ui/table.tsx";
import { useAddressState } from "#components/ui/use-address-state.ts";
import { useVirtualList } from "#components/virtual-list/use-virtual-list.ts";
import { VirtualRows } from "#components/virtual-list/virtual-rows.tsx";
import type { RunState, RunView } from "#lib/catalog/read-models.ts";
import { stateSets } from "#lib/catalog/runs/run-states.ts";
import { RunListRow, runListColumns } from "./run-row.tsx";

interface RunsTableProps {
	/** EO ID; null: the runs of all containers. */
	readonly container: string | null;
}

/** Newest first; older ones come as one scrolls down. */
export function RunsTable({ container }: RunsTableProps) {
	const { state, set } = useAddressState(unfiltered);
	const filter = runFilters.find((each) => each === state.show) ?? "all";
	const setFilter = (show: RunFilter) => set({ show });
	const pages = usePages<RunView>({
		queryKey: queryKeys.runs(container),
		url: `/api/runs${container === null ? "" : `?${new URLSearchParams({ container })}`}`,
		merge: newerRunPages,
	});
	const rows = (pages.rows ?? []).filter((run) => matchesRun(run, filter));
	const list = useVirtualList({
		count: rows.length,
		resetOn: `${container} ${filter}`,
		keyOf: (index) => rows[index]?.run ?? index,
	});
	useLoadMore(list.lastShown >= rows.length - 20, pages);

	if (pages.error && pages.rows === undefined) {
		return (
			<ErrorState title="The runs could not be loaded" onRetry={() => void pages.refetch()}>
				{pages.error.message}
			</ErrorState>
		);
	}
	if (pages.rows === undefined) return <SkeletonRows />;
	if (filter === "all" && rows.length === 0) {
		return <EmptyState title="No runs yet">Runs appear here as soon as a container is synced or checked.</EmptyState>;
	}
	const columns = runListColumns(container === null);
	return (
		<div className="space-y-3">
			<fieldset className="flex flex-wrap gap-1">
				<legend className="sr-only">Show</legend>
				{runFilters.map((each) => (
					<button
						key={each}
						type="button"
						aria-pressed={filter === each}
						onClick={() => setFilter(each)}
						className={cx(
							"h-7 rounded-md border px-2",
							filter === each
								? "border-border-strong font-medium"
								: "border-transparent text-muted hover:border-border-strong",
						)}
					>
						{each}
					</button>
				))}
			</fieldset>
			{rows.length === 0 && !pages.hasNextPage ? (
				<EmptyState title="No run matches" action={<Button onClick={() => setFilter("all")}>Show all</Button>} />
			) : (
				<Table label="Runs" rowCount={pages.total + 1} className="overflow-hidden rounded-md border bg-surface">
					<VirtualRows
						list={list}
						header={
							<HeaderRow className={columns}>
								<ColumnHeader>Run</ColumnHeader>
								<ColumnHeader>State</ColumnHeader>
								{container === null ? <ColumnHeader className="max-sm:sr-only">Container</ColumnHeader> : null}
								<ColumnHeader className="max-sm:sr-only sm:max-md:hidden">Result</ColumnHeader>
								<ColumnHeader className="hidden lg:block">Requested</ColumnHeader>
								<ColumnHeader className="text-right">Started</ColumnHeader>
							</HeaderRow>
						}
						after={
							pages.isFetchingNextPage ? (
								<p role="status" className="flex h-8 items-center gap-2 px-3 text-muted">
									<Spinner /> Older runs
								</p>
							) : null
						}
					>
						{({ key, index, start }) => {
							const run = rows[index];
							return run === undefined ? null : (
								<RunListRow
									key={key}
									ref={list.virtualizer.measureElement}
									run={run}
									index={index}
									top={start}
									columns={columns}
									withContainer={container === null}
									active={index === list.active}
								/>
							);
						}}
					</VirtualRows>
				</Table>
			)}
		</div>
	);
}

/** What people look for in a list of runs. */
const runFilters = ["all", "running", "waiting", "with changes", "needs attention"] as const;
type RunFilter = (typeof runFilters)[number];
const unfiltered = { show: "all" };

const statesByFilter: Readonly<Partial<Record<RunFilter, readonly RunState[]>>> = {
	running: stateSets.running,
	waiting: stateSets.proposed,
	"needs attention": ["held", "partial", "failed", "interrupted"],
};

function matchesRun(run: RunView, filter: RunFilter): boolean {
	if (filter === "all") return true;
	if (filter !== "with changes") return statesByFilter[filter]?.includes(run.state) ?? false;
	return run.added + run.removed + run.updated + run.moved + run.linked + run.unlinked + run.rejected > 0;
}
