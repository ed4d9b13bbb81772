"use client";

import { ArrowDownNarrowWide } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { ChangesFilter } from "#components/changes/changes-filter.ts";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { type ActiveLine, activeNow } from "#components/virtual-list/active-line.ts";
import type { TreeFolder } from "#lib/catalog/read-models/change-view.ts";
import { formatCount } from "#lib/numbers.ts";
import { FolderItem, MoreItem, WaitingItem } from "./folder-item.tsx";
import { treeMove } from "./tree-keys.ts";
import { type TreeLine, type TreeOrder, useFolderTree } from "./use-folder-tree.ts";

interface FolderTreeProps {
	readonly run: number;
	readonly filter: ChangesFilter;
	/** All folders with matching changes, as one. */
	readonly whole: TreeFolder;
	/** How it is ordered first. */
	readonly order: TreeOrder;
	/** Empty: all folders. */
	readonly onChoose: (folder: string) => void;
	/** Marks all in a folder and below it. */
	readonly onViewed: (folder: string, viewed: boolean) => void;
	/** A control before a folder's name. */
	readonly leading?: ((folder: TreeFolder) => ReactNode) | undefined;
	readonly className?: string;
}

/** The folders of a run's changes with the sums of all below; choosing one narrows the list to it. */
export function FolderTree(props: FolderTreeProps) {
	const { run, filter, whole, order: firstOrder, onChoose, onViewed, leading, className } = props;
	const [order, setOrder] = useState<TreeOrder>(firstOrder);
	const [line, setLine] = useState<ActiveLine>({ index: 0, key: filter.folder });
	const tree = useRef<HTMLDivElement>(null);
	const wantsFocus = useRef(false);
	const { lines, error, retry, open, showMore } = useFolderTree({ run, filter, order, whole });
	const items = lines.filter((line) => line.kind !== "waiting");
	const active = activeNow(line, items.length, (index) => keyOf(items[index])).index;

	useEffect(() => {
		if (!wantsFocus.current) return;
		wantsFocus.current = false;
		tree.current?.querySelector<HTMLElement>("[role=treeitem][tabindex='0']")?.focus();
	});

	function go(index: number) {
		wantsFocus.current = true;
		setLine({ index, key: keyOf(items[index]) });
	}
	function choose(line: (typeof items)[number]) {
		setLine({ index: items.indexOf(line), key: keyOf(line) });
		if (line.kind === "more") showMore(line.parent);
		if (line.kind === "folder") onChoose(line.folder.directory === filter.folder ? "" : line.folder.directory);
	}
	function onKeyDown(event: KeyboardEvent) {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		// Controls inside a line have keys of their own.
		if ((event.target as HTMLElement).getAttribute("role") !== "treeitem") return;
		const at = items[active];
		if (event.key === "v" && at?.kind === "folder") {
			event.preventDefault();
			onViewed(at.folder.directory, at.folder.viewed < at.folder.folders);
			return;
		}
		const move = treeMove(event.key, active, items);
		const line = move === null ? undefined : items[move.index];
		if (move === null || line === undefined) return;
		event.preventDefault();
		if (move.kind === "focus") go(move.index);
		else if (move.kind === "choose") choose(line);
		else if (line.kind === "folder") open(line.folder.directory, move.kind === "open");
	}

	return (
		<section aria-label="Folders" className={cx("flex min-h-0 flex-col rounded-md border bg-surface", className)}>
			<header className="flex items-center gap-2 border-b py-1 pr-1 pl-3 text-fine text-muted">
				<span className="min-w-0 flex-1 truncate">
					{whole.viewed > 0
						? `${formatCount(whole.viewed)} of ${formatCount(whole.folders)} folders viewed`
						: whole.folders > 0
							? `${formatCount(whole.folders)} folders`
							: "Folders"}
				</span>
				<Button
					variant="quiet"
					icon
					aria-label="Most removals first"
					title="Most removals first"
					aria-pressed={order === "removals"}
					className="aria-pressed:bg-raised aria-pressed:text-text"
					onClick={() => setOrder(order === "removals" ? "name" : "removals")}
				>
					<ArrowDownNarrowWide aria-hidden />
				</Button>
			</header>
			{error === null ? null : (
				<ErrorState title="The folders could not be loaded" onRetry={retry}>
					{error.message}
				</ErrorState>
			)}
			<div
				ref={tree}
				role="tree"
				aria-label="Folders of the changes"
				onKeyDown={onKeyDown}
				className="min-h-0 overflow-y-auto overscroll-contain py-1"
			>
				{lines.map((line) => {
					if (line.kind === "waiting") return <WaitingItem key={keyOf(line)} level={line.level} />;
					const isActive = line === items[active];
					const reach = () => setLine({ index: items.indexOf(line), key: keyOf(line) });
					if (line.kind === "more")
						return (
							<MoreItem
								key={keyOf(line)}
								level={line.level}
								left={line.left}
								isActive={isActive}
								onChoose={() => choose(line)}
								onReach={reach}
							/>
						);
					const { folder } = line;
					return (
						<FolderItem
							key={keyOf(line)}
							{...line}
							isActive={isActive}
							isChosen={folder.directory === filter.folder}
							leading={leading?.(folder)}
							onChoose={() => choose(line)}
							onReach={reach}
							onOpen={() => open(folder.directory, !line.isOpen)}
						/>
					);
				})}
			</div>
		</section>
	);
}

function keyOf(line: TreeLine | undefined): string {
	if (line === undefined) return "";
	return line.kind === "folder" ? line.folder.directory : `${line.kind} ${line.parent}/`;
}
