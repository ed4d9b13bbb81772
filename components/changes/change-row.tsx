import { ArrowRight, ChevronRight } from "lucide-react";
import { ActionMark, ChangeCountsLine } from "#components/change-mark.tsx";
import { PathText } from "#components/facts/path-text.tsx";
import { cx } from "#components/ui/cx.ts";
import { formatPlural } from "#components/ui/format.ts";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Cell, Row, rowClasses } from "#components/ui/table.tsx";
import { OpenableRow, RowToggle } from "#components/virtual-list/openable-row.tsx";
import type { ChangeView } from "#lib/catalog/read-models.ts";
import { outcomeWords } from "./change-words.ts";
import type { ChangeFolder } from "./use-changes.ts";

export const changeColumns =
	"grid-cols-[6.5rem_minmax(0,1fr)] md:grid-cols-[6.5rem_minmax(0,1.4fr)_minmax(0,1fr)_5rem]";

interface LineProps {
	readonly active: boolean;
	readonly open: boolean;
	readonly onToggle: () => void;
}

interface FolderLineProps extends LineProps {
	readonly folder: ChangeFolder;
	readonly common: number;
}

/** A folder with its counts; closes and opens its rows. */
export function FolderLine({ folder, common, active, open, onToggle }: FolderLineProps) {
	return (
		<button
			type="button"
			data-line
			tabIndex={active ? 0 : -1}
			aria-expanded={open}
			onClick={onToggle}
			className="flex h-8 w-full min-w-0 items-center gap-2 border-b bg-raised px-3 text-left -outline-offset-2"
		>
			<ChevronRight
				aria-hidden
				className={cx("size-3.5 shrink-0 text-faint transition-transform", open && "rotate-90")}
			/>
			<PathText text={folder.directory === "" ? "(top folder)" : folder.directory} common={common} className="flex-1" />
			<span className="shrink-0">
				<ChangeCountsLine counts={folder.counts} />
				<span className="sr-only"> in {formatPlural(folder.rows, "row")}</span>
			</span>
		</button>
	);
}

interface ChangeLineProps extends LineProps {
	readonly change: ChangeView;
	readonly highlighted: boolean;
	readonly onHighlight: (key: number | null) => void;
	readonly rowIndex: number;
	/** Characters at the start of the file name that its neighbours share. */
	readonly common: number;
}

export function ChangeLine(props: ChangeLineProps) {
	const { change, active, open, highlighted, common, rowIndex, onToggle, onHighlight } = props;
	const outcome = outcomeWords[change.outcome];
	return (
		<OpenableRow
			rowIndex={rowIndex}
			columns={changeColumns}
			highlighted={highlighted}
			onToggle={onToggle}
			onPoint={(pointed) => onHighlight(pointed ? change.key : null)}
		>
			<Cell>
				<ActionMark action={change.action} withWord />
			</Cell>
			<Cell>
				<RowToggle active={active} open={open} onToggle={onToggle}>
					<Name change={change} common={common} />
				</RowToggle>
			</Cell>
			<Cell className="hidden text-muted md:block">
				{change.dataset === null ? null : <PathText text={change.dataset} />}
			</Cell>
			<Cell className={cx("hidden text-fine md:block", outcome.className)}>
				{/* A rejection has no outcome of its own; the only one shown is that the file was not examined. */}
				{change.action === "rejected" && change.outcome !== "skipped" ? null : (
					<span title={outcome.title}>{outcome.word}</span>
				)}
			</Cell>
		</OpenableRow>
	);
}

/** A moved file shows where it came from: the folder too, when that is another. */
function Name({ change, common }: { readonly change: ChangeView; readonly common: number }) {
	const name = baseName(change.path);
	if (change.action !== "moved" || change.fromPath === null) return <PathText text={name} common={common} />;
	const from = directoryOf(change.fromPath) === directoryOf(change.path) ? baseName(change.fromPath) : change.fromPath;
	return (
		<>
			<PathText text={from} className="flex-1 overflow-hidden text-muted max-sm:hidden" />
			<ArrowRight aria-label="moved to" className="size-3 shrink-0 text-moved" />
			<PathText text={name} className="flex-1 overflow-hidden" />
		</>
	);
}

export function WaitingLine({ rowIndex }: { readonly rowIndex: number }) {
	return (
		<Row aria-rowindex={rowIndex} aria-busy="true" className={cx(rowClasses, changeColumns, "bg-surface")}>
			<Cell>
				<Skeleton className="h-3 w-16" />
			</Cell>
			<Cell>
				<Skeleton className="h-3 w-2/3" />
			</Cell>
		</Row>
	);
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
export const directoryOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
