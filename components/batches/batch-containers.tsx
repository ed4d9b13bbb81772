"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect } from "react";
import { PathText } from "#components/facts/path-text.tsx";
import { queryKeys } from "#components/live/query-keys.ts";
import { readAgain } from "#components/live/read-again.ts";
import { usePages } from "#components/live/use-pages.ts";
import { RunStateLabel } from "#components/state.tsx";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { ShowChoice } from "#components/ui/show-choice.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { Cell, ColumnHeader } from "#components/ui/table.tsx";
import { PagedTable } from "#components/virtual-list/paged-table.tsx";
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
	return (
		<section aria-label="Containers" className="space-y-3">
			<ShowChoice
				choices={["all", ...batchContainerStates]}
				chosen={show ?? "all"}
				onChoose={(each) => set({ show: each === "all" ? "" : each })}
			/>
			<PagedTable
				label="Containers of the batch"
				pages={pages}
				rowsName="containers"
				resetOn={`${batch.batch} ${show}`}
				keyOf={({ position }) => position}
				columns={columns}
				header={
					<>
						<ColumnHeader>Turn</ColumnHeader>
						<ColumnHeader>Container</ColumnHeader>
						<ColumnHeader>State</ColumnHeader>
						<ColumnHeader className="max-md:sr-only">Result</ColumnHeader>
						<ColumnHeader className="max-md:sr-only">Run</ColumnHeader>
					</>
				}
				empty={
					<EmptyState
						title={show === null ? "Its containers are gone" : `No container is ${show}`}
						action={show === null ? undefined : <Button onClick={() => set({ show: "" })}>Show all</Button>}
					/>
				}
			>
				{(row, active) => <ContainerCells row={row} active={active} />}
			</PagedTable>
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
