"use client";

import { FolderToggle, MoreItem, TreeItem, WaitingItem } from "#components/changes/folders/folder-item.tsx";
import { useTreeKeys } from "#components/changes/folders/use-tree-keys.ts";
import { PathText } from "#components/facts/path-text.tsx";
import { cx } from "#components/ui/cx.ts";
import { formatBytes } from "#components/ui/format.ts";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import type { ClassTotal } from "#lib/catalog/coverage/coverage-classes.ts";
import type { CoverageFolder } from "#lib/catalog/coverage/coverage-views.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { type CoverageLine, useCoverageTree } from "./use-coverage-tree.ts";

interface CoverageTreeProps {
	readonly storage: string;
	readonly asOf: string;
	readonly totals: readonly ClassTotal[];
	/** Only this class is counted; empty: all. */
	readonly shown: string;
	readonly chosen: string;
	readonly onChoose: (folder: string) => void;
}

/** The folders of a storage with their sums; choosing one narrows the list to it. */
export function CoverageTree({ storage, asOf, totals, shown, chosen, onChoose }: CoverageTreeProps) {
	const { lines, error, retry, open, showMore } = useCoverageTree({ storage, chosen, asOf, whole: wholeOf(totals) });
	const { tree, active, reach, choose, onKeyDown } = useTreeKeys({
		lines,
		keyOf,
		first: chosen,
		onChoose: (item) => {
			if (item.kind === "more") showMore(item.parent, item.after);
			else onChoose(item.folder.path === chosen ? "" : item.folder.path);
		},
		onOpen: (item, isOpen) => {
			if (item.kind === "folder") open(item.folder.path, isOpen);
		},
	});

	return (
		<section
			aria-label="Folders"
			className="flex min-h-0 flex-col rounded-md border bg-surface max-lg:max-h-80 lg:max-h-[calc(100dvh-5rem)]"
		>
			{error === null ? null : (
				<ErrorState title="The folders could not be loaded" onRetry={retry}>
					{error.message}
				</ErrorState>
			)}
			<div
				ref={tree}
				role="tree"
				aria-label="Folders of the storage"
				onKeyDown={onKeyDown}
				className="min-h-0 overflow-y-auto overscroll-contain py-1"
			>
				{lines.map((one) => {
					if (one.kind === "waiting") return <WaitingItem key={keyOf(one)} level={one.level} />;
					const isActive = one === active;
					const common = { level: one.level, isActive, onChoose: () => choose(one), onReach: () => reach(one) };
					if (one.kind === "more") return <MoreItem key={keyOf(one)} {...common} left={one.left} />;
					const { folder, isOpen, position, siblings } = one;
					return (
						<TreeItem
							key={keyOf(one)}
							{...common}
							isOpen={isOpen}
							position={position}
							siblings={siblings}
							isChosen={folder.path === chosen}
						>
							<Folder folder={folder} shown={shown} isOpen={isOpen} onOpen={() => open(folder.path, !isOpen)} />
						</TreeItem>
					);
				})}
			</div>
		</section>
	);
}

interface FolderProps {
	readonly folder: CoverageFolder;
	readonly shown: string;
	readonly isOpen: boolean | null;
	readonly onOpen: () => void;
}

function Folder({ folder, shown, isOpen, onOpen }: FolderProps) {
	const { name, totals, waits, problem, at, taken } = folder;
	const counted = totals.filter((one) => shown === "" || one.class === shown);
	const files = counted.reduce((sum, one) => sum + one.files, 0);
	const bytes = counted.reduce((sum, one) => sum + one.bytes, 0);
	return (
		<>
			<FolderToggle isOpen={isOpen} onOpen={onOpen} />
			{folder.path === "" ? (
				<span className="flex-1 whitespace-nowrap">All folders</span>
			) : (
				<PathText text={name} className={cx("min-w-16 flex-1", files === 0 && "text-muted")} />
			)}
			{problem === null ? null : (
				<span className="text-failed text-fine" title={problem}>
					not listed
				</span>
			)}
			{waits ? (
				<span className="text-fine text-overdue" title={at === null ? "Not looked at yet" : "To be looked at again"}>
					{at === null ? "not looked at" : "older"}
				</span>
			) : null}
			<span
				className="ml-auto shrink-0 text-fine text-muted tabular-nums"
				title={`${formatPlural(bytes, "byte")}${taken ? "; as the last sync listed it" : ""}`}
			>
				{formatCount(files)} · {formatBytes(bytes)}
			</span>
		</>
	);
}

function wholeOf(totals: readonly ClassTotal[]): CoverageFolder {
	return { path: "", name: "", at: null, taken: false, waits: false, problem: null, isLeaf: false, totals };
}

function keyOf(line: CoverageLine | undefined): string {
	if (line === undefined) return "";
	return line.kind === "folder" ? line.folder.path : `${line.kind} ${line.parent}/`;
}
