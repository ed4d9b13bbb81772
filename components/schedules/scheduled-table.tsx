"use client";

import Link from "next/link";
import { ContainerStateLabel, RunStateLabel } from "#components/state.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { cx } from "#components/ui/cx.ts";
import { Cell, ColumnHeader, HeaderRow, RowGroup, Table, VirtualRow } from "#components/ui/table.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import { useWindowRows } from "#components/virtual-list/use-window-rows.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { scheduleText } from "#lib/catalog/schedules/schedule-text.ts";

/** One line on a wide screen, a card of three on a narrow one. */
const columns =
	"grid-cols-[minmax(0,1fr)_auto] lg:grid-cols-[minmax(12rem,1.4fr)_minmax(16rem,2fr)_6rem_9rem_minmax(9rem,1fr)]";

/** The containers that run by themselves, the next one first. */
export function ScheduledTable({ rows }: { readonly rows: readonly ContainerView[] }) {
	const { body, offset, virtual } = useWindowRows({ count: rows.length, keyOf: (index) => rows[index]?.id ?? index });
	return (
		<Table
			label="Scheduled containers"
			rowCount={rows.length + 1}
			className="overflow-x-clip rounded-md border bg-surface"
		>
			<HeaderRow pinned="" className={`rounded-t-md ${columns}`}>
				<ColumnHeader>Container</ColumnHeader>
				<ColumnHeader className="hidden lg:block">Schedule</ColumnHeader>
				<ColumnHeader className="text-right lg:text-left">Next run</ColumnHeader>
				<ColumnHeader className="hidden lg:block">State</ColumnHeader>
				<ColumnHeader className="hidden lg:block">Last run</ColumnHeader>
			</HeaderRow>
			<RowGroup ref={body} className="relative" style={{ height: virtual.getTotalSize() }}>
				{virtual.getVirtualItems().map((item) => {
					const container = rows[item.index];
					return container?.schedule ? (
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
							<ScheduledCells container={container} schedule={container.schedule} />
						</VirtualRow>
					) : null;
				})}
			</RowGroup>
		</Table>
	);
}

interface ScheduledCellsProps {
	readonly container: ContainerView;
	readonly schedule: NonNullable<ContainerView["schedule"]>;
}

function ScheduledCells({ container: { id, state, stateReason, nextRun, lastRun }, schedule }: ScheduledCellsProps) {
	return (
		<>
			<Cell>
				<Link
					href={`/containers/${encodeURIComponent(id)}?tab=settings`}
					prefetch={false}
					title={id}
					className="block truncate font-medium font-mono text-fine hover:underline pointer-coarse:py-1"
				>
					{id}
				</Link>
			</Cell>
			<Cell className="col-span-2 row-start-2 flex items-center gap-2 text-muted lg:col-auto lg:row-auto">
				<span title={schedule.cron} className="lg:truncate">
					{scheduleText(schedule)}
				</span>
				{schedule.isDefault ? <Badge>default</Badge> : null}
			</Cell>
			<Cell className="justify-self-end lg:justify-self-start">
				{nextRun === null ? "never" : <RelativeTime instant={nextRun} />}
			</Cell>
			<Cell className="row-start-3 lg:row-auto">
				<ContainerStateLabel state={state} reason={stateReason} run={lastRun} />
			</Cell>
			<Cell className="row-start-3 flex items-center gap-2 justify-self-end text-muted lg:row-auto lg:justify-self-start">
				{lastRun === null ? (
					<span className="text-faint">none</span>
				) : (
					<Link href={`/runs/${lastRun.run}`} prefetch={false} className="flex items-center gap-2 hover:underline">
						<RunStateLabel state={lastRun.state} />
						<RelativeTime instant={lastRun.finishedAt ?? lastRun.startedAt ?? lastRun.createdAt} />
					</Link>
				)}
			</Cell>
		</>
	);
}
