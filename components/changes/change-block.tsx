import { memo, type ReactNode } from "react";
import { VirtualRowGroup, WholeRow } from "#components/ui/table.tsx";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import { ChangeDetail } from "./change-detail.tsx";
import { ChangeLine, FolderLine, WaitingLine } from "./change-row.tsx";
import type { ChangeFolder } from "./use-changes.ts";

/** Where the virtualiser put a line, and how it measures it. Only plain values: equal ones spare a rendering. */
interface BlockPlace {
	readonly index: number;
	/** Pixels from the top of the list. */
	readonly start: number;
	readonly measure: (element: HTMLDivElement | null) => void;
	/** What stands before the line; undefined: the list has no such column. */
	readonly control: ReactNode;
}

interface FolderBlockProps extends BlockPlace {
	readonly folder: ChangeFolder;
	readonly common: number;
	readonly active: boolean;
	readonly open: boolean;
	readonly viewed: boolean;
	readonly onViewed: (directory: string, viewed: boolean) => void;
	readonly onToggle: (index: number, directory: string) => void;
}

export const FolderBlock = memo(function FolderBlock(props: FolderBlockProps) {
	const { index, start, measure, onToggle, onViewed, ...line } = props;
	const { directory } = line.folder;
	return (
		<VirtualRowGroup ref={measure} index={index} top={start}>
			<WholeRow columns={columnsOf(line.control)}>
				<FolderLine
					{...line}
					onToggle={() => onToggle(index, directory)}
					onViewed={(viewed) => onViewed(directory, viewed)}
				/>
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
	/** Stands below the line. */
	readonly note: string | null;
	readonly highlighted: boolean;
	readonly onHighlight: (key: number | null) => void;
	readonly onToggle: (index: number, key: number) => void;
	/** Goes on to the change after the one at `index`, or before it, and opens that instead. */
	readonly onStep: (index: number, step: 1 | -1) => void;
}

/** One change: its line and, when it is open, what differs. */
export const ChangeBlock = memo(function ChangeBlock({
	index,
	start,
	measure,
	run,
	change,
	note,
	onToggle,
	onStep,
	...line
}: ChangeBlockProps) {
	return (
		<VirtualRowGroup ref={measure} index={index} top={start}>
			{change === null ? (
				<WaitingLine rowIndex={line.rowIndex} withControl={line.control !== undefined} />
			) : (
				<ChangeLine {...line} change={change} onToggle={() => onToggle(index, change.key)} />
			)}
			{note === null ? null : (
				<WholeRow columns={columnsOf(line.control)}>
					<p className="break-words border-b bg-out-of-sync-soft px-3 py-1 text-fine">{note}</p>
				</WholeRow>
			)}
			{change !== null && line.open ? (
				<WholeRow columns={columnsOf(line.control)}>
					<ChangeDetail run={run} change={change} onStep={(step) => onStep(index, step)} />
				</WholeRow>
			) : null}
		</VirtualRowGroup>
	);
});

const columnsOf = (control: ReactNode): number => (control === undefined ? 4 : 5);
