"use client";

import Link from "next/link";
import { useMemo } from "react";
import { isMarked } from "#components/containers/container-marks.tsx";
import { ContainerStateLabel } from "#components/state.tsx";
import { cx } from "#components/ui/cx.ts";
import { Cell, ColumnHeader, HeaderRow, RowGroup, type Sort, Table, VirtualRow } from "#components/ui/table.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import { useWindowRows } from "#components/virtual-list/use-window-rows.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { formatCount } from "#lib/numbers.ts";
import { type Grouping, groupingWords, groupOf } from "./group-containers.ts";
import { type HealthColumn, orderContainers } from "./health-order.ts";

/** One line on a wide screen, a card of up to three on a narrow one. */
const columns =
	"grid-cols-[minmax(0,1fr)_auto] lg:grid-cols-[minmax(12rem,1.4fr)_8.5rem_6rem_5rem_5.5rem_6.5rem_minmax(0,0.8fr)_minmax(0,2fr)]";

interface HealthListProps {
	readonly containers: readonly ContainerView[];
	readonly by: Grouping;
	readonly sort: Sort<HealthColumn>;
	readonly onSort: (sort: Sort<HealthColumn>) => void;
}

/** The same as the cells, as a table. */
export function HealthList({ containers, by, sort, onSort }: HealthListProps) {
	const rows = useMemo(() => orderContainers(containers, sort), [containers, sort]);
	const { body, offset, virtual } = useWindowRows({ count: rows.length, keyOf: (index) => rows[index]?.id ?? index });
	const header = { sort, onSort };
	return (
		<Table label="Containers" rowCount={rows.length + 1} className="overflow-x-clip rounded-md border bg-surface">
			<HeaderRow pinned="" className={`rounded-t-md ${columns}`}>
				<ColumnHeader name="id" {...header}>
					Container
				</ColumnHeader>
				<ColumnHeader name="state" {...header}>
					State
				</ColumnHeader>
				<ColumnHeader name="differences" {...header} className="hidden text-right lg:block">
					Out of step
				</ColumnHeader>
				<ColumnHeader name="rejected" {...header} className="hidden text-right lg:block">
					Rejected
				</ColumnHeader>
				<ColumnHeader name="asOf" {...header} className="hidden lg:block">
					As of
				</ColumnHeader>
				<ColumnHeader name="verifiedAt" {...header} className="hidden lg:block">
					Files read
				</ColumnHeader>
				<ColumnHeader className="hidden lg:block">{by === "none" ? "Storage" : groupingWords[by]}</ColumnHeader>
				<ColumnHeader className="hidden lg:block">Why</ColumnHeader>
			</HeaderRow>
			<RowGroup ref={body} className="relative" style={{ height: virtual.getTotalSize() }}>
				{virtual.getVirtualItems().map((item) => {
					const container = rows[item.index];
					return container ? (
						<VirtualRow
							key={item.key}
							ref={virtual.measureElement}
							index={item.index}
							top={item.start - offset}
							className={cx(
								"grid items-center gap-x-3 gap-y-0.5 border-b px-3 py-1.5 hover:bg-raised/60 lg:h-[33px] lg:py-0",
								columns,
							)}
						>
							<HealthCells container={container} group={groupOf(container, by === "none" ? "storage" : by)} />
						</VirtualRow>
					) : null;
				})}
			</RowGroup>
		</Table>
	);
}

function HealthCells({ container, group }: { readonly container: ContainerView; readonly group: string }) {
	const { id, state, stateReason, lastRun, differences, rejected, asOf, verifiedAt } = container;
	return (
		<>
			<Cell>
				<Link
					href={`/containers/${encodeURIComponent(id)}`}
					prefetch={false}
					title={id}
					className="block truncate font-medium font-mono text-fine hover:underline pointer-coarse:py-1"
				>
					{id}
				</Link>
			</Cell>
			<Cell className="justify-self-end lg:justify-self-start">
				<ContainerStateLabel state={state} reason={stateReason} run={lastRun} marked={isMarked(container)} />
			</Cell>
			<NumberCell count={differences} words="out of step" />
			<NumberCell count={rejected} words="rejected" />
			<Cell className="text-muted max-lg:hidden">{asOf === null ? "never" : <RelativeTime instant={asOf} />}</Cell>
			<Cell className="text-muted max-lg:hidden">
				{verifiedAt === null ? "not known" : <RelativeTime instant={verifiedAt} />}
			</Cell>
			<Cell className="truncate text-muted max-lg:hidden" title={group}>
				{group}
			</Cell>
			<Cell className="col-span-2 truncate text-muted lg:col-auto" title={stateReason}>
				{stateReason}
			</Cell>
		</>
	);
}

function NumberCell({ count, words }: { readonly count: number; readonly words: string }) {
	return (
		<Cell className={cx("lg:text-right", count === 0 ? "text-faint max-lg:hidden" : "max-lg:text-fine")}>
			{formatCount(count)}
			<span className="lg:sr-only"> {words}</span>
		</Cell>
	);
}
