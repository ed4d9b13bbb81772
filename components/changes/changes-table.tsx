"use client";

import { useCallback, useEffect, useMemo, useState } from "react";
import { commonStart } from "#components/facts/common-start.ts";
import { ErrorState } from "#components/ui/error-state.tsx";
import { ColumnHeader, HeaderRow, Table } from "#components/ui/table.tsx";
import { useVirtualList } from "#components/virtual-list/use-virtual-list.ts";
import { VirtualRows } from "#components/virtual-list/virtual-rows.tsx";
import type { ChangeView } from "#lib/catalog/read-models.ts";
import { ChangeBlock, FolderBlock } from "./change-block.tsx";
import { baseName, changeColumns } from "./change-row.tsx";
import type { ChangesFilter } from "./changes-filter.ts";
import { folderLayout, type LayoutItem } from "./folder-layout.ts";
import { type ChangeFolder, useChangeRows } from "./use-changes.ts";

interface ChangesTableProps {
	readonly run: number;
	readonly filter: ChangesFilter;
	readonly folders: readonly ChangeFolder[];
	readonly closedFolders: ReadonlySet<string>;
	readonly onToggleFolder: (directory: string) => void;
	/** Key of the change that is pointed at on the map. */
	readonly highlighted: number | null;
	readonly onHighlight: (key: number | null) => void;
	/** A row to scroll to and open: its number among all that match. A new object each time. */
	readonly reveal: { readonly row: number; readonly key: number } | null;
}

/** The changes of a run, folder by folder; any number of them, of which only what is seen is fetched and rendered. */
export function ChangesTable(props: ChangesTableProps) {
	const { run, filter, folders, closedFolders, onToggleFolder, highlighted, onHighlight, reveal } = props;
	const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
	const layout = useMemo(() => folderLayout(folders, closedFolders), [folders, closedFolders]);
	const common = useMemo(() => commonStart(folders.map(({ directory }) => directory)), [folders]);
	const list = useVirtualList({
		count: layout.length,
		resetOn: JSON.stringify([run, filter]),
		keyOf: (index) => {
			const item = layout.at(index);
			return item?.kind === "row" ? item.row : `folder ${item?.folder.directory}`;
		},
	});
	const { virtualizer } = list;
	const rows = virtualizer.getVirtualItems().flatMap(({ index }) => {
		const item = layout.at(index);
		return item?.kind === "row" ? [item] : [];
	});
	const { rowAt, error, retry } = useChangeRows(
		run,
		filter,
		rows.map(({ row }) => row),
	);
	const commonByFolder = commonNames(rows, rowAt);

	const { setActive } = list;
	const toggle = useCallback(
		(index: number, key: number) => {
			setActive(index);
			setOpened((before) => {
				const after = new Set(before);
				if (!after.delete(key)) after.add(key);
				return after;
			});
		},
		[setActive],
	);
	const toggleFolder = useCallback(
		(index: number, directory: string) => {
			setActive(index);
			onToggleFolder(directory);
		},
		[setActive, onToggleFolder],
	);

	// biome-ignore lint/correctness/useExhaustiveDependencies: only a new wish moves the table
	useEffect(() => {
		if (reveal === null) return;
		setOpened((before) => new Set(before).add(reveal.key));
		list.go(layout.indexOfRow(reveal.row), false);
	}, [reveal]);

	return (
		<Table label="Changes" rowCount={layout.rows + 1} className="overflow-hidden rounded-md border bg-surface">
			<HeaderRow className={changeColumns}>
				<ColumnHeader>Change</ColumnHeader>
				<ColumnHeader>File</ColumnHeader>
				<ColumnHeader className="hidden md:block">EO ID</ColumnHeader>
				<ColumnHeader className="hidden md:block">Outcome</ColumnHeader>
			</HeaderRow>
			{error === null ? null : (
				<ErrorState title="The changes could not be loaded" onRetry={retry}>
					{error.message}
				</ErrorState>
			)}
			<VirtualRows list={list}>
				{(line) => {
					const item = layout.at(line.index);
					if (item === null) return null;
					const { directory } = item.folder;
					const place = { index: line.index, start: line.start, measure: virtualizer.measureElement };
					const active = line.index === list.active;
					if (item.kind === "folder") {
						const open = !closedFolders.has(directory);
						return (
							<FolderBlock
								key={line.key}
								{...place}
								folder={item.folder}
								common={common}
								active={active}
								open={open}
								onToggle={toggleFolder}
							/>
						);
					}
					const change = rowAt(item.row);
					return (
						<ChangeBlock
							key={line.key}
							{...place}
							run={run}
							change={change}
							rowIndex={item.row + 2}
							common={commonByFolder.get(directory) ?? 0}
							active={active}
							open={change !== null && opened.has(change.key)}
							highlighted={change !== null && highlighted === change.key}
							onHighlight={onHighlight}
							onToggle={toggle}
						/>
					);
				}}
			</VirtualRows>
		</Table>
	);
}

type RowItem = Extract<LayoutItem<ChangeFolder>, { readonly kind: "row" }>;

/** How much of their file names the seen rows of each folder share. */
function commonNames(rows: readonly RowItem[], rowAt: (row: number) => ChangeView | null): ReadonlyMap<string, number> {
	const byFolder = Map.groupBy(rows, ({ folder }) => folder.directory);
	const names = (items: readonly RowItem[]) =>
		items.flatMap(({ row }) => {
			const change = rowAt(row);
			return change === null ? [] : [baseName(change.path)];
		});
	return new Map([...byFolder].map(([directory, items]) => [directory, commonStart(names(items))]));
}
