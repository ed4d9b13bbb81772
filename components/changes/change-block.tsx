import type { CSSProperties, Ref } from "react";
import type { ChangeView } from "#lib/catalog/views.ts";
import { ChangeDetail } from "./change-detail.tsx";
import { ChangeLine, FolderLine, WaitingLine } from "./change-row.tsx";
import type { ChangeFolder } from "./use-changes.ts";

/** Where the virtualiser put a line, and how it measures it. */
export interface BlockPlace {
	readonly ref: Ref<HTMLDivElement>;
	readonly "data-index": number;
	readonly style: CSSProperties;
}

const placed = "absolute inset-x-0 top-0";

interface FolderBlockProps {
	readonly place: BlockPlace;
	readonly folder: ChangeFolder;
	readonly common: number;
	readonly active: boolean;
	readonly open: boolean;
	readonly onToggle: () => void;
}

export function FolderBlock({ place, ...line }: FolderBlockProps) {
	return (
		// biome-ignore lint/a11y: virtualised rows, see ui/table
		<div {...place} role="rowgroup" className={placed}>
			{/* biome-ignore lint/a11y: see ui/table */}
			<div role="row">
				{/* biome-ignore lint/a11y: see ui/table */}
				<div role="cell" aria-colspan={4}>
					<FolderLine {...line} />
				</div>
			</div>
		</div>
	);
}

interface ChangeBlockProps {
	readonly place: BlockPlace;
	readonly run: number;
	/** null: still on its way. */
	readonly change: ChangeView | null;
	readonly rowIndex: number;
	readonly common: number;
	readonly active: boolean;
	readonly open: boolean;
	readonly highlighted: boolean;
	readonly onHighlight: (key: number | null) => void;
	readonly onToggle: (key: number) => void;
}

/** One change: its line and, when it is open, what differs. */
export function ChangeBlock({ place, run, change, onToggle, ...line }: ChangeBlockProps) {
	return (
		// biome-ignore lint/a11y: virtualised rows, see ui/table
		<div {...place} role="rowgroup" className={placed}>
			{change === null ? (
				<WaitingLine rowIndex={line.rowIndex} />
			) : (
				<ChangeLine {...line} change={change} onToggle={() => onToggle(change.key)} />
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
}
