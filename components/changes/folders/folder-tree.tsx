"use client";

import { ArrowDownNarrowWide } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ChangesFilter } from "#components/changes/changes-filter.ts";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import type { TreeFolder } from "#lib/catalog/read-models/change-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { FolderItem, MoreItem, WaitingItem } from "./folder-item.tsx";
import { type TreeLine, type TreeOrder, useFolderTree } from "./use-folder-tree.ts";
import { useTreeKeys } from "./use-tree-keys.ts";

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
	const { lines, error, retry, open, showMore } = useFolderTree({ run, filter, order, whole });
	const { tree, active, reach, choose, onKeyDown } = useTreeKeys({
		lines,
		keyOf,
		first: filter.folder,
		onChoose: (item) => {
			if (item.kind === "more") showMore(item.parent);
			else onChoose(item.folder.directory === filter.folder ? "" : item.folder.directory);
		},
		onOpen: (item, isOpen) => {
			if (item.kind === "folder") open(item.folder.directory, isOpen);
		},
		onOtherKey: (key, item) => {
			if (key !== "v" || item?.kind !== "folder") return false;
			onViewed(item.folder.directory, item.folder.viewed < item.folder.folders);
			return true;
		},
	});

	return (
		<section aria-label="Folders" className={cx("flex min-h-0 flex-col rounded-md border bg-surface", className)}>
			<header className="flex items-center gap-2 border-b py-1 pr-1 pl-3 text-fine text-muted">
				<span className="min-w-0 flex-1 truncate">
					{whole.viewed > 0
						? `${formatCount(whole.viewed)} of ${formatPlural(whole.folders, "folder")} viewed`
						: whole.folders > 0
							? formatPlural(whole.folders, "folder")
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
					const isActive = line === active;
					if (line.kind === "more")
						return (
							<MoreItem
								key={keyOf(line)}
								level={line.level}
								left={line.left}
								isActive={isActive}
								onChoose={() => choose(line)}
								onReach={() => reach(line)}
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
							onReach={() => reach(line)}
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
