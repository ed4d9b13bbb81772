"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect } from "react";
import { PathText } from "#components/facts/path-text.tsx";
import { queryKeys } from "#components/live/query-keys.ts";
import { readAgain } from "#components/live/read-again.ts";
import { useLoadMore, usePages } from "#components/live/use-pages.ts";
import { RunStateLabel } from "#components/state.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { ShowChoice } from "#components/ui/show-choice.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Cell, ColumnHeader, HeaderRow, listRowClasses, Table, VirtualRow } from "#components/ui/table.tsx";
import { useAddressState } from "#components/ui/use-address-state.ts";
import { MoreRows } from "#components/virtual-list/more-rows.tsx";
import { useVirtualList } from "#components/virtual-list/use-virtual-list.ts";
import { VirtualRows } from "#components/virtual-list/virtual-rows.tsx";
import type { BatchContainerView, BatchView } from "#lib/catalog/batches/batch-views.ts";
import { batchContainerStates } from "#lib/catalog/batches/container-in-batch.ts";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";

const columns = "grid-cols-[3.5rem_minmax(0,1fr)_7rem] md:grid-cols-[3.5rem_minmax(0,1fr)_7rem_minmax(0,1.5fr)_6rem]";
const unfiltered = { show: "" };
/**
 * How often a list is read again while the batch is under way. In a list of one state containers come and go; in the list of all, a run
 * that was requested otherwise may begin to count for a container, and no event says so.
 */
const rereadMs = { some: 2000, all: 10_000 } as const;

/** The containers in the order of their turns, each with the run that counts. */
export function BatchContainers({ batch }: { readonly batch: BatchView }) {
	const { state: address, set } = useAddressState(unfiltered);
	const show = batchContainerStates.find((each) => each === address.show) ?? null;
	const query = show === null ? "" : `?${new URLSearchParams({ state: show })}`;
	const client = useQueryClient();
	const isOver = batch.finishedAt !== null;
	const pages = usePages<BatchContainerView>({
		// The event stream brings runs, not which containers were left out.
		queryKey: queryKeys.batchContainers(batch.batch, show, batch.leftOut, isOver),
		url: `/api/batches/${batch.batch}/containers${query}`,
		keepPrevious: true,
		refetchOnMount: "always",
	});
	useEffect(() => {
		if (isOver) return;
		const reread = () => readAgain(client, { queryKey: queryKeys.batchContainers(batch.batch, show) });
		const timer = setInterval(reread, show === null ? rereadMs.all : rereadMs.some);
		return () => clearInterval(timer);
	}, [client, batch.batch, isOver, show]);
	const rows = pages.rows ?? [];
	const list = useVirtualList({
		count: rows.length,
		resetOn: `${batch.batch} ${show}`,
		keyOf: (index) => rows[index]?.position ?? index,
	});
	useLoadMore(list.lastShown >= rows.length - 20, pages);
	if (pages.error && pages.rows === undefined)
		return (
			<ErrorState title="The containers could not be loaded" onRetry={() => void pages.refetch()}>
				{pages.error.message}
			</ErrorState>
		);
	if (pages.rows === undefined) return <SkeletonRows />;
	return (
		<section aria-label="Containers" className="space-y-3">
			<ShowChoice
				choices={["all", ...batchContainerStates]}
				chosen={show ?? "all"}
				onChoose={(each) => set({ show: each === "all" ? "" : each })}
			/>
			{rows.length === 0 ? (
				<EmptyState
					title={show === null ? "Its containers are gone" : `No container is ${show}`}
					action={show === null ? undefined : <Button onClick={() => set({ show: "" })}>Show all</Button>}
				/>
			) : (
				<Table
					label="Containers of the batch"
					rowCount={pages.total + 1}
					className="overflow-hidden rounded-md border bg-surface"
				>
					<VirtualRows
						list={list}
						header={
							<HeaderRow className={columns}>
								<ColumnHeader>Turn</ColumnHeader>
								<ColumnHeader>Container</ColumnHeader>
								<ColumnHeader>State</ColumnHeader>
								<ColumnHeader className="max-md:sr-only">Result</ColumnHeader>
								<ColumnHeader className="max-md:sr-only">Run</ColumnHeader>
							</HeaderRow>
						}
						after={<MoreRows isFetching={pages.isFetchingNextPage}>More containers</MoreRows>}
					>
						{({ key, index, start }) => {
							const row = rows[index];
							return row === undefined ? null : (
								<VirtualRow
									key={key}
									ref={list.virtualizer.measureElement}
									index={index}
									top={start}
									className={cx(listRowClasses, columns)}
								>
									<ContainerCells row={row} active={index === list.active} />
								</VirtualRow>
							);
						}}
					</VirtualRows>
				</Table>
			)}
		</section>
	);
}

function ContainerCells({
	row: { position, container, state, run },
	active,
}: {
	readonly row: BatchContainerView;
	readonly active: boolean;
}) {
	return (
		<>
			<Cell className="text-faint tabular-nums">{position}</Cell>
			<Cell>
				<Link
					href={run === null ? `/containers/${encodeURIComponent(container)}` : `/runs/${run.run}`}
					data-line
					tabIndex={active ? 0 : -1}
					className="after:absolute after:inset-0"
				>
					<PathText text={container} />
				</Link>
			</Cell>
			<Cell>
				{run === null ? (
					<Badge tone="never" className="bg-transparent!">
						{state}
					</Badge>
				) : (
					<RunStateLabel state={run.state} reason={runSentence(run)} />
				)}
			</Cell>
			<Cell className="truncate text-muted max-md:hidden" title={run === null ? undefined : runSentence(run)}>
				{run === null ? "" : runSentence(run)}
			</Cell>
			<Cell className="text-muted max-md:hidden">{run === null ? "" : `Run ${run.run}`}</Cell>
		</>
	);
}
