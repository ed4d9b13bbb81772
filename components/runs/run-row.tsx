import Link from "next/link";
import type { Ref } from "react";
import { ChangeCountsLine } from "#components/change-mark.tsx";
import { PathText } from "#components/facts/path-text.tsx";
import { RunStateLabel } from "#components/state.tsx";
import { cx } from "#components/ui/cx.ts";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { formatDuration } from "#components/ui/format.ts";
import { Progress, percentOf } from "#components/ui/states/progress.tsx";
import { Cell, listRowClasses, VirtualRow } from "#components/ui/table.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { formatCount } from "#lib/numbers.ts";

/** With or without the column of the container. */
export function runListColumns(withContainer: boolean): string {
	return withContainer
		? "grid-cols-[1rem_6.5rem_6rem_minmax(0,1fr)] sm:grid-cols-[1rem_7rem_6.5rem_minmax(0,1fr)_6rem] md:grid-cols-[1rem_7rem_6.5rem_minmax(0,1fr)_minmax(0,1fr)_6rem] lg:grid-cols-[1rem_7rem_6.5rem_minmax(0,1fr)_minmax(0,1fr)_9rem_6rem]"
		: "grid-cols-[1rem_6.5rem_6rem_minmax(0,1fr)] md:grid-cols-[1rem_7rem_6.5rem_minmax(0,1fr)_6rem] lg:grid-cols-[1rem_7rem_6.5rem_minmax(0,1fr)_9rem_6rem]";
}

const kinds: Readonly<Record<RunView["kind"], string>> = {
	sync: "sync",
	check: "check",
	revert: "revert",
	delete: "delete",
	restore: "restore",
	split: "split",
	merge: "merge",
};

interface RunRowProps {
	/** Measures it: on a narrow screen it has up to three lines. */
	readonly ref: Ref<HTMLDivElement>;
	readonly run: RunView;
	readonly index: number;
	readonly top: number;
	readonly columns: string;
	readonly withContainer: boolean;
	readonly active: boolean;
	readonly selected: boolean;
	readonly onSelect: (run: RunView) => void;
	/** It stands below the batch that counts it. */
	readonly inset?: boolean;
}

export function RunListRow(props: RunRowProps) {
	const { ref, run, index, top, columns, withContainer, active, selected, onSelect, inset = false } = props;
	return (
		<VirtualRow ref={ref} index={index} top={top} className={cx(listRowClasses, columns)}>
			{/* Above the link, which is as large as the row. */}
			<Cell className="relative z-10">
				<Checkbox aria-label={`Select run ${run.run}`} checked={selected} onCheckedChange={() => onSelect(run)} />
			</Cell>
			<Cell className={inset ? "pl-5" : ""}>
				<Link
					href={`/runs/${run.run}`}
					data-line
					tabIndex={active ? 0 : -1}
					className="font-medium after:absolute after:inset-0"
				>
					Run {run.run}
				</Link>
				<span className="ml-1.5 text-faint text-fine">{kinds[run.kind]}</span>
			</Cell>
			<Cell>
				<RunStateLabel state={run.state} reason={runSentence(run)} />
			</Cell>
			{withContainer ? (
				<Cell className="max-sm:col-span-full max-sm:row-start-2">
					<PathText text={run.container} />
				</Cell>
			) : null}
			<Cell className="truncate max-sm:col-span-full sm:max-md:hidden" title={runSentence(run)}>
				<Result run={run} />
			</Cell>
			<Cell className="hidden truncate text-muted lg:block">
				{run.trigger}
				{run.actor === run.trigger ? "" : ` · ${run.actor}`}
			</Cell>
			<Cell className="text-right text-muted max-sm:col-start-4 max-sm:row-start-1">
				<RelativeTime instant={run.startedAt ?? run.createdAt} />
			</Cell>
		</VirtualRow>
	);
}

/** The run's progress or result. */
function Result({ run }: { readonly run: RunView }) {
	if (run.error !== null) return <span className="text-muted">{run.error.message}</span>;
	if (!isState(run.state, "running")) {
		return (
			<>
				<ChangeCountsLine counts={run} none={run.skipped > 0 ? "nothing applied" : "no changes"} />{" "}
				<NotDone run={run} />{" "}
				{run.seconds === null ? null : <span className="ml-2 text-faint text-fine">{formatDuration(run.seconds)}</span>}
			</>
		);
	}
	// Nothing moves while it waits.
	if (run.state === "queued") return <span className="text-muted">{runSentence(run)}</span>;
	const { done, total, phase } = run.progress;
	const percent = percentOf(done, total);
	return (
		<span className="flex items-center gap-2 text-fine text-muted">
			<Progress label={`Run ${run.run}, ${phase}`} done={done} total={total} className="w-24 shrink-0" />
			{percent === null ? formatCount(done) : `${percent} %`}
			<ChangeCountsLine counts={run} none="" />
		</span>
	);
}

/** The counts of a plan are not applied changes. */
function NotDone({ run: { state, supersededBy, skipped } }: { readonly run: RunView }) {
	const word = isState(state, "proposed")
		? "planned"
		: state === "cancelled"
			? supersededBy === null
				? "not applied"
				: `superseded by run ${supersededBy}`
			: skipped > 0
				? `${formatCount(skipped)} left out`
				: null;
	return word === null ? null : <span className="ml-2 text-faint text-fine">{word}</span>;
}
