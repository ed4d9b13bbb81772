import { memo } from "react";
import type { ChangeView } from "#lib/catalog/read-models.ts";
import { ChangeDetail } from "./change-detail.tsx";
import { ChangeLine, FolderLine, WaitingLine } from "./change-row.tsx";
import type { ChangeFolder } from "./use-changes.ts";

/** Where the virtualiser put a line, and how it measures it. Only plain values: equal ones spare a rendering. */
interface BlockPlace {
	readonly index: number;
	/** Pixels from the top of the list. */
	readonly start: number;
	readonly measure: (element: HTMLDivElement | null) => void;
}

const placed = "absolute inset-x-0 top-0";

interface FolderBlockProps extends BlockPlace {
	readonly folder: ChangeFolder;
	readonly common: number;
	readonly active: boolean;
	readonly open: boolean;
	readonly onToggle: (index: number, directory: string) => void;
}

export const FolderBlock = memo(function FolderBlock({ index, start, measure, onToggle, ...line }: FolderBlockProps) {
	return (
		// biome-ignore lint/a11y: virtualised rows, see ui/table
		<div
			ref={measure}
			data-index={index}
			style={{ transform: `translateY(${start}px)` }}
			role="rowgroup"
			className={placed}
		>
			{/* biome-ignore lint/a11y: see ui/table */}
			<div role="row">
				{/* biome-ignore lint/a11y: see ui/table */}
				<div role="cell" aria-colspan={4}>
					<FolderLine {...line} onToggle={() => onToggle(index, line.folder.directory)} />
				</div>
			</div>
		</div>
	);
});

interface ChangeBlockProps extends BlockPlace {
	readonly run: number;
	/** null: still on its way. */
	readonly change: ChangeView | null;
	readonly rowIndex: number;
	readonly common: number;
	readonly active: boolean;
	readonly open: boolean;
	readonly highlighted: boolean;
	readonly onHighlight: (key: number | null) => void;
	readonly onToggle: (index: number, key: number) => void;
}

/** One change: its line and, when it is open, what differs. */
export const ChangeBlock = memo(function ChangeBlock({
	index,
	start,
	measure,
	run,
	change,
	onToggle,
	...line
}: ChangeBlockProps) {
	return (
		// biome-ignore lint/a11y: virtualised rows, see ui/table
		<div
			ref={measure}
			data-index={index}
			style={{ transform: `translateY(${start}px)` }}
			role="rowgroup"
			className={placed}
		>
			{change === null ? (
				<WaitingLine rowIndex={line.rowIndex} />
			) : (
				<ChangeLine {...line} change={change} onToggle={() => onToggle(index, change.key)} />
			)}
			{change !== null && line.open ? (
				// biome-ignore lint/a11y: see ui/table
				<div role="row">
					{/* biome-ignore lint/a11y: see ui/table */}
					<div role="cell" aria-colspan={4}>
						<ChangeDetail run={run} change={change} />
					</div>
				</div>
			) : null}
		</div>
	);
});
