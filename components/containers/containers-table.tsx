"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useRouter } from "next/navigation";
import { useLayoutEffect, useRef, useState } from "react";
import { May, useMay } from "#components/access/user-context.tsx";
import { useBatchWaitedIn } from "#components/batches/use-open-batches.ts";
import { useShortcuts } from "#components/shell/shortcuts.ts";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { ColumnHeader, HeaderRow, RowGroup, type Sort, Table } from "#components/ui/table.tsx";
import { toggled } from "#components/ui/toggled.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { ContainerRow, columnClasses } from "./container-row.tsx";
import type { SortColumn } from "./select-rows.ts";

interface ContainersTableProps {
	readonly rows: readonly ContainerView[];
	readonly sort: Sort<SortColumn>;
	readonly onSort: (sort: Sort<SortColumn>) => void;
	readonly selected: ReadonlySet<string>;
	readonly onSelected: (selected: ReadonlySet<string>) => void;
	/** By key, on the row the keyboard is at; a selected one stands for all that are. */
	readonly onStart: (kind: "sync" | "check", id: string) => void;
}

export function ContainersTable({ rows, sort, onSort, selected, onSelected, onStart }: ContainersTableProps) {
	const body = useRef<HTMLDivElement>(null);
	const [offset, setOffset] = useState(0);
	const [cursor, setCursor] = useState<string | null>(null);
	const router = useRouter();
	const waitedIn = useBatchWaitedIn();
	const selects = useMay("runs.request");
	useLayoutEffect(() => setOffset(body.current?.offsetTop ?? 0), []);
	const virtual = useWindowVirtualizer({
		count: rows.length,
		estimateSize: () => 33,
		overscan: 12,
		scrollMargin: offset,
		// Below the pinned bars.
		scrollPaddingStart: 130,
		scrollPaddingEnd: 16,
		getItemKey: (index) => rows[index]?.id ?? index,
		initialRect: { width: 1440, height: 900 },
	});
	const at = rows.findIndex(({ id }) => id === cursor);

	function move(step: 1 | -1) {
		const next = at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step));
		const row = rows[next];
		if (!row) return;
		setCursor(row.id);
		virtual.scrollToIndex(next, { align: "auto" });
		// The row may only be drawn once it has been scrolled to.
		requestAnimationFrame(() =>
			body.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.id)}"] a`)?.focus({ preventScroll: true }),
		);
	}
	function toggle(id: string) {
		if (selects) onSelected(toggled(selected, id));
	}
	const atRow = (action: (id: string) => void) => () => {
		const row = rows[at];
		if (row) action(row.id);
	};
	useShortcuts({
		j: () => move(1),
		k: () => move(-1),
		x: atRow(toggle),
		c: atRow((id) => onStart("check", id)),
		s: atRow((id) => onStart("sync", id)),
		o: atRow((id) => router.push(`/containers/${encodeURIComponent(id)}`)),
	});

	const chosen = rows.filter(({ id }) => selected.has(id)).length;
	const all = chosen === rows.length;
	return (
		<Table label="Containers" rowCount={rows.length + 1} className="overflow-x-clip rounded-md border bg-surface">
			<HeaderRow pinned="lg:sticky lg:top-[5.5rem] z-10" className={`rounded-t-md ${columnClasses}`}>
				<ColumnHeader>
					<May act="runs.request">
						<Checkbox
							aria-label="Select all"
							checked={all ? true : chosen > 0 ? "indeterminate" : false}
							onCheckedChange={() => onSelected(new Set(all ? [] : rows.map(({ id }) => id)))}
						/>
					</May>
				</ColumnHeader>
				<ColumnHeader name="id" sort={sort} onSort={onSort}>
					Container
				</ColumnHeader>
				<ColumnHeader name="state" sort={sort} onSort={onSort}>
					State
				</ColumnHeader>
				<ColumnHeader name="datasets" sort={sort} onSort={onSort} className="hidden text-right lg:block">
					Datasets
				</ColumnHeader>
				<ColumnHeader name="lastRun" sort={sort} onSort={onSort} className="hidden lg:block lg:pl-3">
					Last run
				</ColumnHeader>
				<ColumnHeader className="hidden lg:block">Last changes</ColumnHeader>
				<ColumnHeader className="hidden text-right xl:block">History</ColumnHeader>
				<ColumnHeader name="nextRun" sort={sort} onSort={onSort} className="hidden lg:block">
					Next run
				</ColumnHeader>
			</HeaderRow>
			<RowGroup ref={body} className="relative" style={{ height: virtual.getTotalSize() }}>
				{virtual.getVirtualItems().map((item) => {
					const container = rows[item.index];
					return container ? (
						<ContainerRow
							key={item.key}
							ref={virtual.measureElement}
							index={item.index}
							top={item.start - offset}
							container={container}
							waitsIn={waitedIn(container)}
							selected={selected.has(container.id)}
							current={container.id === cursor}
							onToggle={toggle}
							onCurrent={setCursor}
						/>
					) : null;
				})}
			</RowGroup>
		</Table>
	);
}
