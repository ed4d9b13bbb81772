import { memo } from "react";
import { VirtualRowGroup, WholeRow } from "#components/ui/table.tsx";
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

interface FolderBlockProps extends BlockPlace {
	readonly folder: ChangeFolder;
	readonly common: number;
	readonly active: boolean;
	readonly open: boolean;
	readonly onToggle: (index: number, directory: string) => void;
}

export const FolderBlock = memo(function FolderBlock({ index, start, measure, onToggle, ...line }: FolderBlockProps) {
	return (
		<VirtualRowGroup ref={measure} index={index} top={start}>
			<WholeRow columns={4}>
				<FolderLine {...line} onToggle={() => onToggle(index, line.folder.directory)} />
			</WholeRow>
		</VirtualRowGroup>
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
		<VirtualRowGroup ref={measure} index={index} top={start}>
			{change === null ? (
				<WaitingLine rowIndex={line.rowIndex} />
			) : (
				<ChangeLine {...line} change={change} onToggle={() => onToggle(index, change.key)} />
			)}
			{change !== null && line.open ? (
				<WholeRow columns={4}>
					<ChangeDetail run={run} change={change} />
				</WholeRow>
			) : null}
		</VirtualRowGroup>
	);
});
