import { CheckCheck, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { ChangeCountsLine } from "#components/change-mark.tsx";
import { PathText } from "#components/facts/path-text.tsx";
import { cx } from "#components/ui/cx.ts";
import { Skeleton } from "#components/ui/states/skeleton.tsx";
import type { TreeFolder } from "#lib/catalog/read-models/change-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

interface ItemProps {
	readonly level: number;
	/** Tab reaches it. */
	readonly isActive: boolean;
	readonly isOpen?: boolean | null;
	readonly isChosen?: boolean;
	readonly position?: number;
	readonly siblings?: number;
	readonly onChoose?: () => void;
	/** It got the focus, but not by the tree's keys: by a screen reader, for instance. */
	readonly onReach?: () => void;
	readonly children: ReactNode;
}

const indent = 14;

/** A line of the tree; its keys are those of the tree. */
export function TreeItem(props: ItemProps) {
	const { level, isActive, isOpen = null, isChosen, position, siblings, onChoose, onReach, children } = props;
	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys of its lines
		<div
			role="treeitem"
			aria-level={level}
			aria-expanded={isOpen ?? undefined}
			aria-selected={isChosen ?? false}
			aria-posinset={position}
			aria-setsize={siblings}
			tabIndex={isActive ? 0 : -1}
			onClick={onChoose}
			onFocus={isActive ? undefined : onReach}
			style={{ paddingLeft: 8 + (level - 1) * indent }}
			className={cx(
				"-outline-offset-2 flex min-h-7 cursor-pointer flex-wrap items-center gap-x-1.5 py-0.5 pr-2.5",
				isChosen ? "bg-raised font-medium" : "hover:bg-raised",
			)}
		>
			{children}
		</div>
	);
}

interface FolderToggleProps {
	/** null: there is nothing below. */
	readonly isOpen: boolean | null;
	readonly onOpen: () => void;
}

/** For the pointer; the keyboard opens by the arrow keys. */
export function FolderToggle({ isOpen, onOpen }: FolderToggleProps) {
	if (isOpen === null) return <span className="w-4 shrink-0" />;
	return (
		<span
			aria-hidden
			onClick={(event) => {
				event.stopPropagation();
				onOpen();
			}}
			className="touch-target flex size-4 shrink-0 items-center justify-center rounded text-faint hover:bg-border hover:text-text"
		>
			<ChevronRight className={cx("size-3.5 transition-transform", isOpen && "rotate-90")} />
		</span>
	);
}

interface FolderItemProps extends Omit<ItemProps, "children"> {
	readonly folder: TreeFolder;
	readonly leading?: ReactNode;
	readonly onOpen: () => void;
}

/** A folder with its sums, and whether all below it was viewed. */
export function FolderItem({ folder, leading, onOpen, ...item }: FolderItemProps) {
	const { directory, name, counts, folders, viewed } = folder;
	return (
		<TreeItem {...item}>
			<FolderToggle isOpen={item.isOpen ?? null} onOpen={onOpen} />
			{leading}
			{directory === "" ? (
				<span className="flex-1 whitespace-nowrap">All folders</span>
			) : (
				<PathText text={name} className={cx("min-w-16 flex-1", viewed === folders && "text-muted")} />
			)}
			{viewed > 0 ? (
				<span
					title={`${formatCount(viewed)} of ${formatPlural(folders, "folder")} viewed`}
					className={cx("text-fine", viewed === folders ? "text-in-sync" : "text-faint")}
				>
					<CheckCheck aria-hidden className="size-3.5" />
					<span className="sr-only">{viewed === folders ? "viewed" : "partly viewed"}</span>
				</span>
			) : null}
			<span className="ml-auto shrink-0">
				<ChangeCountsLine counts={counts} />
			</span>
		</TreeItem>
	);
}

interface MoreItemProps {
	readonly level: number;
	readonly left: number;
	readonly isActive: boolean;
	readonly onChoose: () => void;
	readonly onReach: () => void;
}

export function MoreItem({ left, ...item }: MoreItemProps) {
	return (
		<TreeItem {...item}>
			<span className="w-4 shrink-0" />
			<span className="text-accent text-fine underline underline-offset-2">
				Show more of {formatPlural(left, "further folder")}
			</span>
		</TreeItem>
	);
}

/** What is below a folder that has just been opened; no line to go to. */
export function WaitingItem({ level }: { readonly level: number }) {
	return (
		<div role="none" style={{ paddingLeft: 8 + (level - 1) * indent }} className="flex min-h-7 items-center">
			<span className="sr-only">Loading</span>
			<Skeleton className="ml-5 h-3 w-32" />
		</div>
	);
}
