"use client";

import { ChevronDown, ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode, Ref } from "react";
import { newerRunPages } from "#components/live/newest.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { useLoadMore, usePages } from "#components/live/use-pages.ts";
import { RunListRow } from "#components/runs/run-row.tsx";
import type { SelectedRuns } from "#components/runs/run-selection.tsx";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { cx } from "#components/ui/cx.ts";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { Cell, listRowClasses, Table, VirtualRow } from "#components/ui/table.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import { MoreRows } from "#components/virtual-list/more-rows.tsx";
import { useVirtualList } from "#components/virtual-list/use-virtual-list.ts";
import { VirtualRows } from "#components/virtual-list/virtual-rows.tsx";
import { batchSentence, batchTitle } from "#lib/catalog/batches/batch-sentence.ts";
import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { formatPlural } from "#lib/numbers.ts";
import { BatchProgress } from "./batch-progress.tsx";
import { BatchStateLabel } from "./batch-state.tsx";
import { type ListEntry, mergeEntries } from "./merge-entries.ts";

const closed = { opened: "" };

interface GroupedRunsProps {
	readonly columns: string;
	readonly header: ReactNode;
	readonly selected: SelectedRuns;
	readonly onSelect: (run: RunView) => void;
}

/** Runs and batches, newest first; the row of a batch opens to its runs. */
export function GroupedRuns({ columns, header, selected, onSelect }: GroupedRunsProps) {
	const { state: address, set } = useAddressState(closed);
	const opened = /^\d{1,15}$/.test(address.opened) ? Number(address.opened) : null;
	const runs = usePages<RunView>({
		queryKey: queryKeys.runsOfBatch(null),
		url: "/api/runs?batch=none",
		merge: newerRunPages,
	});
	const batches = usePages<BatchView>({ queryKey: queryKeys.batches, url: "/api/batches", refetchOnMount: "always" });
	const inside = usePages<RunView>({
		queryKey: queryKeys.runsOfBatch(opened ?? 0),
		url: `/api/runs?batch=${opened ?? 1}`,
		enabled: opened !== null,
		merge: newerRunPages,
		refetchOnMount: "always",
	});
	const entries = mergeEntries({
		runs: { rows: runs.rows ?? [], isComplete: !runs.hasNextPage },
		batches: { rows: batches.rows ?? [], isComplete: !batches.hasNextPage },
		opened: opened === null ? null : { batch: opened, runs: inside.rows ?? [] },
	});
	const list = useVirtualList({
		count: entries.length,
		resetOn: "grouped",
		keyOf: (index) => entries[index]?.key ?? index,
	});
	const nearEnd = list.lastShown >= entries.length - 20;
	useLoadMore(nearEnd, runs);
	useLoadMore(nearEnd, batches);
	const last = entries[list.lastShown];
	useLoadMore(opened !== null && (nearEnd || last?.inBatch === opened), inside);

	const error = runs.error ?? batches.error;
	if (error && (runs.rows === undefined || batches.rows === undefined)) {
		const retry = () => void Promise.all([runs.refetch(), batches.refetch()]);
		return (
			<ErrorState title="The runs could not be loaded" onRetry={retry}>
				{error.message}
			</ErrorState>
		);
	}
	if (runs.rows === undefined || batches.rows === undefined) return <SkeletonRows />;
	if (entries.length === 0)
		return <EmptyState title="No runs yet">Runs appear here as soon as a container is synced or checked.</EmptyState>;
	return (
		<Table
			label="Runs"
			rowCount={runs.total + batches.total + (opened === null ? 1 : inside.total + 1)}
			className="overflow-hidden rounded-md border bg-surface"
		>
			<VirtualRows
				list={list}
				header={header}
				after={<MoreRows isFetching={runs.isFetchingNextPage || batches.isFetchingNextPage}>Older runs</MoreRows>}
			>
				{({ key, index, start }) => {
					const entry = entries[index];
					if (entry === undefined) return null;
					const shared = {
						ref: list.virtualizer.measureElement,
						index,
						top: start,
						columns,
						active: index === list.active,
						selected,
						onSelect,
					};
					return (
						<EntryRow key={key} entry={entry} opened={opened} onOpen={(batch) => set({ opened: batch })} {...shared} />
					);
				}}
			</VirtualRows>
		</Table>
	);
}

interface EntryRowProps {
	readonly ref: Ref<HTMLDivElement>;
	readonly entry: ListEntry;
	readonly opened: number | null;
	readonly onOpen: (batch: string) => void;
	readonly index: number;
	readonly top: number;
	readonly columns: string;
	readonly active: boolean;
	readonly selected: SelectedRuns;
	readonly onSelect: (run: RunView) => void;
}

function EntryRow({ entry, opened, onOpen, selected, onSelect, ...row }: EntryRowProps) {
	if (entry.run !== undefined)
		return (
			<RunListRow
				{...row}
				run={entry.run}
				selected={selected.has(entry.run.run)}
				onSelect={onSelect}
				withContainer
				inset={entry.inBatch !== null}
			/>
		);
	const { batch } = entry;
	return <BatchListRow {...row} batch={batch} isOpen={batch.batch === opened} onOpen={onOpen} />;
}

interface BatchListRowProps extends Omit<EntryRowProps, "entry" | "opened" | "selected" | "onSelect"> {
	readonly batch: BatchView;
	readonly isOpen: boolean;
}

function BatchListRow({ ref, batch, isOpen, onOpen, index, top, columns, active }: BatchListRowProps) {
	const Icon = isOpen ? ChevronDown : ChevronRight;
	return (
		<VirtualRow ref={ref} index={index} top={top} className={cx(listRowClasses, columns)}>
			<Cell>
				<button
					type="button"
					data-line
					tabIndex={active ? 0 : -1}
					aria-expanded={isOpen}
					aria-label={`Runs of batch ${batch.batch}`}
					onClick={() => onOpen(isOpen ? "" : String(batch.batch))}
					className="touch-target flex size-5 items-center justify-center rounded text-muted hover:text-text [&_svg]:size-3.5"
				>
					<Icon aria-hidden />
				</button>
			</Cell>
			<Cell>
				<Link
					href={`/batches/${batch.batch}`}
					className="block w-fit max-w-full truncate font-medium underline-offset-2 hover:underline pointer-coarse:py-1"
				>
					Batch {batch.batch}
				</Link>
			</Cell>
			<Cell>
				<BatchStateLabel state={batch.state} />
			</Cell>
			<Cell className="truncate max-sm:col-span-full max-sm:row-start-2" title={batchTitle(batch)}>
				{batchTitle(batch)}
			</Cell>
			<Cell className="truncate tabular-nums max-sm:col-span-full sm:max-md:hidden" title={batchSentence(batch)}>
				{batch.finishedAt === null ? (
					<span className="flex items-center gap-2">
						<BatchProgress batch={batch} className="w-24 shrink-0" />
						<span className="truncate">{batchSentence(batch)}</span>
					</span>
				) : (
					batchSentence(batch)
				)}
			</Cell>
			<Cell className="hidden truncate text-muted lg:block">{formatPlural(batch.total, "container")}</Cell>
			<Cell className="text-right text-muted max-sm:col-start-4 max-sm:row-start-1">
				<RelativeTime instant={batch.createdAt} />
			</Cell>
		</VirtualRow>
	);
}
