"use client";

import { type ReactNode, useMemo, useState } from "react";
import { GroupedRuns } from "#components/batches/grouped-runs.tsx";
import { newerRunPages } from "#components/live/newest.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { useLoadMore, usePages } from "#components/live/use-pages.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { ColumnHeader, HeaderRow, Table } from "#components/ui/table.tsx";
import { MoreRows } from "#components/virtual-list/more-rows.tsx";
import { useVirtualList } from "#components/virtual-list/use-virtual-list.ts";
import { VirtualRows } from "#components/virtual-list/virtual-rows.tsx";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import type { RunsFilter } from "#lib/catalog/runs/run-filter.ts";
import type { ApprovalActions } from "./run-actions.ts";
import { RunListRow, runListColumns } from "./run-row.tsx";
import { noRuns, RunSelection, type SelectedRuns } from "./run-selection.tsx";
import { runsFilterOf, runsParameters, unfilteredRuns } from "./runs-filter.ts";
import { RunsFilterBar } from "./runs-filter-bar.tsx";

interface RunsTableProps {
	/** EO ID; null: the runs of all containers. */
	readonly container: string | null;
	readonly approvals: ApprovalActions;
}

/**
 * Newest first; older ones come as one scrolls down. Unfiltered, the runs of a batch are one row, which opens. Two runs that are selected can
 * be compared, held ones approved together.
 */
export function RunsTable({ container, approvals }: RunsTableProps) {
	const { state, set, replace, isDefault } = useAddressState(unfilteredRuns);
	const filter = useMemo(() => runsFilterOf(state), [state]);
	const [selected, setSelected] = useState<SelectedRuns>(noRuns);
	const select = (run: RunView) =>
		setSelected((before) => {
			const next = new Map(before);
			if (!next.delete(run.run)) next.set(run.run, run);
			return next;
		});
	const showAll = () => set(unfilteredRuns);
	const shared = { columns: runListColumns(container === null), selected, onSelect: select };
	return (
		<div className="space-y-3">
			<RunsFilterBar
				container={container}
				filter={filter}
				onFilter={set}
				onSearch={(search) => replace({ search })}
				onShowAll={isDefault ? null : showAll}
			/>
			{selected.size === 0 ? null : (
				<RunSelection selected={[...selected.values()]} approvals={approvals} onClear={() => setSelected(noRuns)} />
			)}
			{container === null && isDefault ? (
				<GroupedRuns header={<RunsHeader withContainer select={null} />} {...shared} />
			) : (
				<RunsList
					container={container}
					filter={filter}
					onShowAll={isDefault ? null : showAll}
					onSelected={setSelected}
					{...shared}
				/>
			)}
		</div>
	);
}

interface RunsListProps extends Pick<RunsTableProps, "container"> {
	readonly filter: RunsFilter;
	/** null: nothing is filtered. */
	readonly onShowAll: (() => void) | null;
	readonly columns: string;
	readonly selected: SelectedRuns;
	readonly onSelect: (run: RunView) => void;
	readonly onSelected: (selected: SelectedRuns) => void;
}

function RunsList({ container, filter, onShowAll, columns, selected, onSelect, onSelected }: RunsListProps) {
	const pages = usePages<RunView>({
		queryKey: queryKeys.runs(container, filter),
		url: `/api/runs?${runsParameters(container, filter)}`,
		merge: newerRunPages,
	});
	const rows = pages.rows ?? [];
	const list = useVirtualList({
		count: rows.length,
		resetOn: `${container} ${JSON.stringify(filter)}`,
		keyOf: (index) => rows[index]?.run ?? index,
	});
	useLoadMore(list.lastShown >= rows.length - 20, pages);
	if (pages.error && pages.rows === undefined)
		return (
			<ErrorState title="The runs could not be loaded" onRetry={() => void pages.refetch()}>
				{pages.error.message}
			</ErrorState>
		);
	if (pages.rows === undefined) return <SkeletonRows />;
	const chosen = rows.filter(({ run }) => selected.has(run)).length;
	const selectAll = (
		<Checkbox
			aria-label="Select all runs that are loaded"
			checked={chosen === rows.length ? true : chosen > 0 ? "indeterminate" : false}
			onCheckedChange={() => onSelected(chosen === rows.length ? noRuns : new Map(rows.map((run) => [run.run, run])))}
		/>
	);
	if (rows.length === 0)
		return onShowAll === null ? (
			<EmptyState title="No runs yet">Runs appear here as soon as a container is synced or checked.</EmptyState>
		) : (
			<EmptyState title="No run matches" action={<Button onClick={onShowAll}>Show all</Button>} />
		);
	return (
		<Table label="Runs" rowCount={pages.total + 1} className="overflow-hidden rounded-md border bg-surface">
			<VirtualRows
				list={list}
				header={
					// To approve them together; for other runs there is nothing to do with so many.
					<RunsHeader withContainer={container === null} select={filter.state.join() === "held" ? selectAll : null} />
				}
				after={<MoreRows isFetching={pages.isFetchingNextPage}>Older runs</MoreRows>}
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
							selected={selected.has(run.run)}
							onSelect={onSelect}
						/>
					);
				}}
			</VirtualRows>
		</Table>
	);
}

interface RunsHeaderProps {
	readonly withContainer: boolean;
	/** Selects all of them; null: there is nothing to do with all. */
	readonly select: ReactNode | null;
}

function RunsHeader({ withContainer, select }: RunsHeaderProps) {
	return (
		<HeaderRow className={runListColumns(withContainer)}>
			<ColumnHeader>{select ?? <span className="sr-only">Select</span>}</ColumnHeader>
			<ColumnHeader>Run</ColumnHeader>
			<ColumnHeader>State</ColumnHeader>
			{withContainer ? <ColumnHeader className="max-sm:sr-only">Container</ColumnHeader> : null}
			<ColumnHeader className="max-sm:sr-only sm:max-md:hidden">Result</ColumnHeader>
			<ColumnHeader className="hidden lg:block">Requested</ColumnHeader>
			<ColumnHeader className="text-right">Started</ColumnHeader>
		</HeaderRow>
	);
}
