import Link from "next/link";
import { memo, type Ref } from "react";
import { May } from "#components/access/user-context.tsx";
import { ChangeCountsLine } from "#components/change-mark.tsx";
import { ContainerStateLabel } from "#components/state.tsx";
import { cx } from "#components/ui/cx.ts";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { Progress } from "#components/ui/states/progress.tsx";
import { Cell, VirtualRow } from "#components/ui/table.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import { changeActions } from "#lib/catalog/inputs.ts";
import type { ContainerState, ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { formatCount } from "#lib/numbers.ts";
import { ContainerMarks, isMarked } from "./container-marks.tsx";
import { HistoryStrip } from "./history-strip.tsx";
import { useHistory } from "./use-history.ts";

/** One line on a wide screen; a card of up to three lines on a narrow one. Header and rows share it. */
export const columnClasses =
	"grid-cols-[1rem_minmax(0,1fr)_auto] lg:grid-cols-[1rem_minmax(14rem,2.2fr)_8.5rem_5.5rem_minmax(6.5rem,0.8fr)_minmax(7rem,1fr)_6rem] xl:grid-cols-[1rem_minmax(14rem,2.2fr)_8.5rem_5.5rem_minmax(7rem,0.9fr)_minmax(8rem,1.1fr)_11.5rem_6rem]";

interface ContainerRowProps {
	readonly ref: Ref<HTMLDivElement>;
	readonly index: number;
	/** Pixels from the table's first row. */
	readonly top: number;
	readonly container: ContainerView;
	/** The batch in which it waits for its turn; null: in none. */
	readonly waitsIn: number | null;
	readonly selected: boolean;
	/** The row has the keyboard's focus. */
	readonly current: boolean;
	readonly onToggle: (id: string) => void;
	readonly onCurrent: (id: string) => void;
}

export const ContainerRow = memo(function ContainerRow(props: ContainerRowProps) {
	const { ref, index, top, container, waitsIn, selected, current, onToggle, onCurrent } = props;
	const { id, title, state, lastRun } = container;
	const history = useHistory(container);
	const running = state === "syncing" && lastRun !== null && isState(lastRun.state, "running") ? lastRun : null;
	const hasChanges = lastRun !== null && changeActions.some((action) => lastRun[action] > 0);
	return (
		<VirtualRow
			ref={ref}
			data-row={container.id}
			index={index}
			aria-selected={selected}
			onFocus={() => onCurrent(id)}
			top={top}
			className={cx(
				"grid items-center gap-x-3 gap-y-0.5 border-b px-3 py-1.5 hover:bg-raised/60 lg:h-[33px] lg:py-0",
				columnClasses,
				selected && "bg-syncing-soft/60",
				current && "shadow-[inset_2px_0_0_var(--accent)]",
			)}
		>
			<Cell className="self-start pt-0.5 lg:self-center lg:pt-0">
				<May act="runs.request">
					<Checkbox aria-label={`Select ${id}`} checked={selected} onCheckedChange={() => onToggle(id)} />
				</May>
			</Cell>
			<Cell className="flex items-baseline gap-2">
				<Link
					href={`/containers/${encodeURIComponent(id)}`}
					prefetch={false}
					title={id}
					className="max-w-full shrink-0 truncate font-medium font-mono text-fine hover:underline pointer-coarse:min-w-6 pointer-coarse:py-1"
				>
					{id}
				</Link>
				<span title={title} className="hidden min-w-0 truncate text-faint sm:inline">
					{title}
				</span>
				<ContainerMarks container={container} waitsIn={waitsIn} className="ml-auto shrink-0 self-center" />
			</Cell>
			<Cell className="justify-self-end lg:justify-self-start">
				<ContainerStateLabel state={state} reason={container.stateReason} run={running} marked={isMarked(container)} />
				{running && running.state !== "queued" ? (
					<Progress
						label={`Progress of ${id}`}
						done={running.progress.done}
						total={running.progress.total}
						className="absolute inset-x-0 -bottom-px h-0.5! rounded-none!"
					/>
				) : null}
			</Cell>
			<Cell className="col-start-2 row-start-2 text-muted lg:col-auto lg:row-auto lg:text-right lg:text-text">
				{formatCount(container.datasets)}
				<span className="lg:sr-only"> datasets</span>
			</Cell>
			<Cell className="col-start-3 row-start-2 justify-self-end truncate text-muted lg:col-auto lg:row-auto lg:justify-self-start lg:pl-3">
				{running ? <RunningNow run={running} /> : <LastRun run={lastRun} />}
			</Cell>
			<Cell className={cx("col-span-2 col-start-2 truncate lg:col-auto", !hasChanges && "max-lg:hidden")}>
				{lastRun === null || (running && !hasChanges) ? null : needsReason(state) ? (
					<span className="text-muted" title={container.stateReason}>
						{container.stateReason}
					</span>
				) : (
					<LastChanges run={lastRun} />
				)}
			</Cell>
			<Cell className="hidden xl:block">
				{history === null ? null : <HistoryStrip container={id} history={history} />}
			</Cell>
			<Cell className="hidden truncate text-muted lg:block">
				<NextRun container={container} />
			</Cell>
		</VirtualRow>
	);
});

function NextRun({ container }: { readonly container: ContainerView }) {
	if (container.nextRun) return <RelativeTime instant={container.nextRun} />;
	return <span className="text-faint">{container.schedule?.cron ?? "by hand"}</span>;
}

/** In these states the reason says more than the last changes do, and without a pointer the state's tooltip cannot be read. */
function needsReason(state: ContainerState): boolean {
	return state === "failed" || state === "overdue";
}

/** A check or a revert is named: it is no sync. */
function LastRun({ run }: { readonly run: RunView | null }) {
	if (run === null) return <span className="text-faint">never</span>;
	return (
		<>
			<RelativeTime instant={run.finishedAt ?? run.startedAt ?? run.createdAt} />
			{run.kind === "sync" ? null : (
				<span className="ml-1.5 text-faint text-fine">
					{run.kind === "check" && run.appliedAt !== null ? "check, applied" : run.kind}
				</span>
			)}
		</>
	);
}

/** The counts of a plan are changes that are not applied yet. */
function LastChanges({ run }: { readonly run: RunView }) {
	const planned = isState(run.state, "proposed");
	const nothing = changeActions.every((action) => run[action] === 0);
	// The run may not have examined anything.
	if (nothing && run.state === "cancelled") return <span className="text-faint">not known</span>;
	return (
		<>
			<ChangeCountsLine counts={run} none="none" />
			{planned ? <span className="ml-2 text-faint text-fine">planned</span> : null}
		</>
	);
}

function RunningNow({ run }: { readonly run: RunView }) {
	const { phase, done, total } = run.progress;
	return (
		<Link href={`/runs/${run.run}`} prefetch={false} className="text-syncing hover:underline">
			{phase}
			{done > 0 ? ` ${formatCount(done)}` : null}
			{total === null ? null : ` of ${formatCount(total)}`}
		</Link>
	);
}
