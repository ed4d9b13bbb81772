"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { folderLayout, type LayoutItem } from "#components/changes/folders/folder-layout.ts";
import { commonStart } from "#components/facts/common-start.ts";
import { useShortcuts } from "#components/shell/shortcuts.ts";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { ColumnHeader, HeaderRow, Table } from "#components/ui/table.tsx";
import { useVirtualList } from "#components/virtual-list/use-virtual-list.ts";
import { VirtualRows } from "#components/virtual-list/virtual-rows.tsx";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import { baseName } from "#lib/paths.ts";
import { ChangeBlock, FolderBlock } from "./change-block.tsx";
import type { ChangeControls } from "./change-controls.ts";
import { changeColumns } from "./change-row.tsx";
import type { ChangesFilter } from "./changes-filter.ts";
import { type ChangeFolder, useChangeRows } from "./use-changes.ts";

interface ChangesTableProps {
	readonly run: number;
	readonly filter: ChangesFilter;
	readonly folders: readonly ChangeFolder[];
	readonly closedFolders: ReadonlySet<string>;
	readonly onToggleFolder: (directory: string) => void;
	readonly viewed: ReadonlySet<string>;
	readonly onViewed: (directory: string, viewed: boolean) => void;
	readonly controls?: ChangeControls | undefined;
	/** Key of the change that is pointed at on the map. */
	readonly highlighted: number | null;
	readonly onHighlight: (key: number | null) => void;
	readonly opened: ReadonlySet<number>;
	readonly onToggleChange: (key: number) => void;
	/** Opens a change instead of the one that was opened last. */
	readonly onOpenInstead: (key: number) => void;
	/** A row to scroll to: its number among all that match. A new object each time. */
	readonly reveal: { readonly row: number } | null;
}

/** The changes of a run, folder by folder; any number of them, of which only what is seen is fetched and rendered. */
export function ChangesTable(props: ChangesTableProps) {
	const { run, filter, folders, closedFolders, onToggleFolder, viewed, onViewed, controls } = props;
	const { highlighted, onHighlight, opened, onToggleChange, onOpenInstead, reveal } = props;
	/** Number of a row that is to be opened as soon as it has come. */
	const [wanted, setWanted] = useState<number | null>(null);
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
			onToggleChange(key);
		},
		[setActive, onToggleChange],
	);
	const toggleFolder = useCallback(
		(index: number, directory: string) => {
			setActive(index);
			onToggleFolder(directory);
		},
		[setActive, onToggleFolder],
	);

	const latest = useRef({ layout, list });
	useEffect(() => {
		latest.current = { layout, list };
	});
	/** To the next row below or above a line; lines of folders lie between. */
	const step = useCallback((from: number, by: 1 | -1) => {
		const { layout, list } = latest.current;
		let index = from + by;
		let item = layout.at(index);
		while (item?.kind === "folder") {
			index += by;
			item = layout.at(index);
		}
		if (item === null) return;
		list.go(index);
		list.virtualizer.scrollToIndex(index, { align: "start" });
		setWanted(item.row);
	}, []);
	const wantedKey = wanted === null ? undefined : rowAt(wanted)?.key;
	useEffect(() => {
		if (wantedKey === undefined) return;
		setWanted(null);
		onOpenInstead(wantedKey);
	}, [wantedKey, onOpenInstead]);
	const activeFolder = layout.at(list.active)?.folder.directory;
	useShortcuts({
		n: () => step(list.active, 1),
		p: () => step(list.active, -1),
		v: () => activeFolder !== undefined && onViewed(activeFolder, !viewed.has(activeFolder)),
	});

	// biome-ignore lint/correctness/useExhaustiveDependencies: only a new wish moves the table
	useEffect(() => {
		if (reveal !== null) list.go(layout.indexOfRow(reveal.row), false);
	}, [reveal]);

	return (
		<Table label="Changes" rowCount={layout.rows + 1} className="overflow-hidden rounded-md border bg-surface">
			{error === null ? null : (
				<ErrorState title="The changes could not be loaded" onRetry={retry}>
					{error.message}
				</ErrorState>
			)}
			<VirtualRows
				list={list}
				header={
					<HeaderRow className={changeColumns(controls !== undefined)}>
						{controls === undefined ? null : <ColumnHeader>{controls.header}</ColumnHeader>}
						<ColumnHeader>Change</ColumnHeader>
						<ColumnHeader>File</ColumnHeader>
						<ColumnHeader className="hidden md:block">EO ID</ColumnHeader>
						<ColumnHeader className="hidden md:block">Outcome</ColumnHeader>
					</HeaderRow>
				}
			>
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
								control={controls?.ofFolder(directory)}
								active={active}
								open={open}
								viewed={viewed.has(directory)}
								onViewed={onViewed}
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
							control={controls === undefined ? undefined : change === null ? null : controls.ofChange(change)}
							note={change === null ? null : (controls?.noteOf(change) ?? null)}
							active={active}
							open={change !== null && opened.has(change.key)}
							highlighted={change !== null && highlighted === change.key}
							onHighlight={onHighlight}
							onToggle={toggle}
							onStep={step}
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
