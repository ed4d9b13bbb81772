import { ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import { ActionMark, ChangeCountsLine } from "#components/change-mark.tsx";
import { PathText } from "#components/facts/path-text.tsx";
import { Chevron } from "#components/ui/chevron.tsx";
import { cx } from "#components/ui/cx.ts";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { Skeleton } from "#components/ui/states/skeleton.tsx";
import { Cell, Row, rowClasses } from "#components/ui/table.tsx";
import { OpenableRow, RowToggle } from "#components/virtual-list/openable-row.tsx";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import { formatPlural } from "#lib/numbers.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { outcomeTitle, outcomeWords } from "./change-words.ts";
import type { ChangeFolder } from "./use-changes.ts";

/** With or without a control before each row. */
export function changeColumns(withControl: boolean): string {
	return withControl
		? "grid-cols-[1rem_6.5rem_minmax(0,1fr)] md:grid-cols-[1rem_6.5rem_minmax(0,1.4fr)_minmax(0,1fr)_5rem]"
		: "grid-cols-[6.5rem_minmax(0,1fr)] md:grid-cols-[6.5rem_minmax(0,1.4fr)_minmax(0,1fr)_5rem]";
}

interface LineProps {
	/** What stands before the line; undefined: the list has no such column. */
	readonly control: ReactNode;
	readonly active: boolean;
	readonly open: boolean;
	readonly onToggle: () => void;
}

interface FolderLineProps extends LineProps {
	readonly folder: ChangeFolder;
	readonly common: number;
	readonly viewed: boolean;
	readonly onViewed: (viewed: boolean) => void;
}

/** A folder with its counts, which closes and opens its rows, and the mark that it was viewed. */
export function FolderLine(props: FolderLineProps) {
	const { folder, common, control, active, open, viewed, onViewed, onToggle } = props;
	return (
		<div className="flex h-8 items-center gap-3 border-b bg-raised px-3">
			{control}
			<button
				type="button"
				data-line
				tabIndex={active ? 0 : -1}
				aria-expanded={open}
				onClick={onToggle}
				className="-outline-offset-2 flex h-full min-w-0 flex-1 items-center gap-2 text-left"
			>
				<Chevron open={open} />
				<PathText
					text={folder.directory === "" ? "(top folder)" : folder.directory}
					common={common}
					className={cx("flex-1", viewed && "text-muted")}
				/>
				<span className="shrink-0">
					<ChangeCountsLine counts={folder.counts} />
					<span className="sr-only"> in {formatPlural(folder.rows, "row")}</span>
				</span>
			</button>
			{/* biome-ignore lint/a11y/noLabelWithoutControl: the box is inside */}
			<label className="flex shrink-0 cursor-pointer items-center gap-1.5 text-fine text-muted">
				<Checkbox
					checked={viewed}
					aria-label={`Viewed ${folder.directory || "top folder"}`}
					onCheckedChange={(checked) => onViewed(checked === true)}
				/>
				<span aria-hidden className="max-sm:hidden">
					Viewed
				</span>
			</label>
		</div>
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
	const { change, control, active, open, highlighted, common, rowIndex, onToggle, onHighlight } = props;
	const outcome = outcomeWords[change.outcome];
	return (
		<OpenableRow
			rowIndex={rowIndex}
			columns={changeColumns(control !== undefined)}
			highlighted={highlighted}
			onToggle={onToggle}
			onPoint={(pointed) => onHighlight(pointed ? change.key : null)}
		>
			{control === undefined ? null : <Cell>{control}</Cell>}
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
					<span title={outcomeTitle(change)}>{outcome.word}</span>
				)}
			</Cell>
		</OpenableRow>
	);
}

/** A moved file shows where it came from: the folder too, when that is another. */
function Name({ change, common }: { readonly change: ChangeView; readonly common: number }) {
	const name = baseName(change.path);
	if (change.action !== "moved" || change.fromPath === null) return <PathText text={name} common={common} />;
	const from = folderOf(change.fromPath) === folderOf(change.path) ? baseName(change.fromPath) : change.fromPath;
	return (
		<>
			<PathText text={from} className="flex-1 overflow-hidden text-muted max-sm:hidden" />
			<ArrowRight aria-label="moved to" className="size-3 shrink-0 text-moved" />
			<PathText text={name} className="flex-1 overflow-hidden" />
		</>
	);
}

interface WaitingLineProps {
	readonly rowIndex: number;
	readonly withControl: boolean;
}

export function WaitingLine({ rowIndex, withControl }: WaitingLineProps) {
	return (
		<Row aria-rowindex={rowIndex} aria-busy="true" className={cx(rowClasses, changeColumns(withControl), "bg-surface")}>
			{withControl ? <Cell /> : null}
			<Cell>
				<Skeleton className="h-3 w-16" />
			</Cell>
			<Cell>
				<Skeleton className="h-3 w-2/3" />
			</Cell>
		</Row>
	);
}
