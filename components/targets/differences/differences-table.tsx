"use client";

import { useCallback, useEffect, useMemo, useRef } from "react";
import { commonStart } from "#components/facts/common-start.ts";
import { useShortcuts } from "#components/shell/shortcuts.ts";
import type { AcceptChoice } from "#components/targets/target-actions.ts";
import { ColumnHeader, HeaderRow, Table } from "#components/ui/table.tsx";
import { MoreRows } from "#components/virtual-list/more-rows.tsx";
import { useVirtualList } from "#components/virtual-list/use-virtual-list.ts";
import { VirtualRows } from "#components/virtual-list/virtual-rows.tsx";
import type { TargetDifference } from "#lib/catalog/targets/target-views.ts";
import { DifferenceBlock, differenceColumns } from "./difference-row.tsx";

interface DifferencesTableProps {
	readonly label: string;
	/** Those that have come. */
	readonly rows: readonly TargetDifference[];
	/** Of all that match. */
	readonly total: number;
	/** Another text: something else is shown. */
	readonly shows: string;
	/** Numbers. */
	readonly opened: ReadonlySet<number>;
	readonly onToggle: (number: number) => void;
	/** Opens one instead of the one that was opened last. */
	readonly onOpenInstead: (number: number) => void;
	/** Whether a difference can be accepted; then it is asked by this. */
	readonly onAccept: (choice: AcceptChoice) => void;
	readonly isAcceptable: (difference: TargetDifference) => boolean;
	readonly linkOf: (number: number) => string;
	/** The last rows are in sight. */
	readonly onNearEnd: (near: boolean) => void;
	readonly isFetching: boolean;
}

/** Objects that differ; any number of them, of which only what is seen is rendered. */
export function DifferencesTable(props: DifferencesTableProps) {
	const { label, rows, total, shows, opened, onToggle, onOpenInstead, onAccept, isAcceptable, linkOf } = props;
	const { onNearEnd, isFetching } = props;
	const list = useVirtualList({
		count: rows.length,
		resetOn: shows,
		keyOf: (index) => rows[index]?.number ?? `at ${index}`,
	});
	const { virtualizer, setActive } = list;
	const seen = virtualizer.getVirtualItems();
	const first = seen[0]?.index ?? 0;
	const last = list.lastShown;
	const common = useMemo(
		() => commonStart(rows.slice(first, last + 1).map(({ identifier }) => identifier)),
		[rows, first, last],
	);
	const near = last >= rows.length - 50;
	useEffect(() => onNearEnd(near), [near, onNearEnd]);
	const toggle = useCallback(
		(index: number, number: number) => {
			setActive(index);
			onToggle(number);
		},
		[setActive, onToggle],
	);
	const latest = useRef({ rows, list });
	useEffect(() => {
		latest.current = { rows, list };
	});
	const step = useCallback(
		(from: number, by: 1 | -1) => {
			const { rows, list } = latest.current;
			const next = rows[from + by];
			if (next === undefined) return;
			list.go(from + by);
			list.virtualizer.scrollToIndex(from + by, { align: "start" });
			onOpenInstead(next.number);
		},
		[onOpenInstead],
	);
	useShortcuts({ n: () => step(list.active, 1), p: () => step(list.active, -1) });
	return (
		<Table label={label} rowCount={total + 1} className="overflow-hidden rounded-md border bg-surface">
			<VirtualRows
				list={list}
				header={
					<HeaderRow className={differenceColumns}>
						<ColumnHeader>Difference</ColumnHeader>
						<ColumnHeader>Identifier there</ColumnHeader>
						<ColumnHeader className="hidden md:block">What</ColumnHeader>
						<ColumnHeader className="hidden md:block">Container</ColumnHeader>
					</HeaderRow>
				}
				after={<MoreRows isFetching={isFetching}>Further differences</MoreRows>}
			>
				{({ key, index, start }) => {
					const difference = rows[index];
					return difference === undefined ? null : (
						<DifferenceBlock
							key={key}
							difference={difference}
							index={index}
							start={start}
							measure={virtualizer.measureElement}
							common={common}
							active={index === list.active}
							open={opened.has(difference.number)}
							onAccept={isAcceptable(difference) ? onAccept : undefined}
							linkOf={linkOf}
							onToggle={toggle}
							onStep={step}
						/>
					);
				}}
			</VirtualRows>
		</Table>
	);
}
