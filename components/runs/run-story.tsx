"use client";

import { Ban, Check, CircleDashed, CircleX, Minus } from "lucide-react";
import { cx } from "#components/ui/cx.ts";
import { formatDuration } from "#components/ui/format.ts";
import { Progress, percentOf } from "#components/ui/states/progress.tsx";
import { Spinner } from "#components/ui/states/spinner.tsx";
import { useNow } from "#components/ui/times/now.tsx";
import { Elapsed } from "#components/ui/times/relative-time.tsx";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { type PhaseStep, paceOf, rateText, runSteps } from "./run-steps.ts";
import { runSentenceId } from "./use-focus-kept.ts";

/** The phases of the run, its current one, and its result. */
export function RunStory({ run }: { readonly run: RunView }) {
	return (
		<section aria-label="Progress" className="rounded-md border bg-surface">
			{/* Its counts change several times a second: a screen reader says them when it is asked, and each new state by itself. */}
			<p
				id={runSentenceId}
				role="status"
				aria-live={isState(run.state, "running") ? "off" : "polite"}
				tabIndex={-1}
				className="px-3 py-2.5 font-medium text-sm"
			>
				{runSentence(run)}
			</p>
			<p aria-live="polite" className="sr-only">
				{isState(run.state, "running") ? `The run is ${run.state}` : ""}
			</p>
			{isState(run.state, "running") && run.state !== "queued" ? <Now run={run} /> : null}
			<ol aria-label="Phases" className="grid grid-cols-2 border-t sm:grid-cols-3 lg:grid-cols-6">
				{runSteps(run).map((step) => (
					<Step key={step.phase} step={step} cancelled={run.state === "cancelled"} />
				))}
			</ol>
		</section>
	);
}

const statusWords = {
	done: "done",
	current: "now",
	ahead: "to come",
	stopped: "stopped here",
	skipped: "not needed",
	unreached: "not reached",
} as const;

function Step({ step, cancelled }: { readonly step: PhaseStep; readonly cancelled: boolean }) {
	const { status } = step;
	const quiet = status === "ahead" || status === "skipped" || status === "unreached";
	return (
		<li aria-current={status === "current" ? "step" : undefined} className="flex min-w-0 gap-2 px-3 py-2">
			<span className="mt-0.5 [&_svg]:size-4">
				{status === "done" ? <Check aria-hidden className="text-in-sync" /> : null}
				{status === "current" ? <Spinner className="text-syncing" /> : null}
				{status === "ahead" ? <CircleDashed aria-hidden className="text-faint" /> : null}
				{status === "skipped" || status === "unreached" ? <Minus aria-hidden className="text-faint" /> : null}
				{status === "stopped" && cancelled ? <Ban aria-hidden className="text-never" /> : null}
				{status === "stopped" && !cancelled ? <CircleX aria-hidden className="text-failed" /> : null}
			</span>
			<span className="min-w-0">
				<span className={cx("block", quiet ? "text-faint" : "font-medium")}>
					{step.phase}
					<span className="sr-only">{`, ${statusWords[status]}`}</span>
				</span>
				<span className="block text-fine text-muted">
					{[step.counted, step.took].filter((text) => text !== "").join(" in ") ||
						(quiet ? <span aria-hidden>{statusWords[status]}</span> : "")}
				</span>
			</span>
		</li>
	);
}

function Now({ run }: { readonly run: RunView }) {
	const { progress } = run;
	const percent = percentOf(progress.done, progress.total);
	return (
		<div className="space-y-1.5 px-3 pb-3">
			<Progress
				label={`Run ${run.run}, ${progress.phase}`}
				done={progress.done}
				total={progress.total}
				className="h-1.5"
			/>
			<p className="flex flex-wrap gap-x-4 text-fine text-muted">
				{percent === null ? null : <span className="font-medium text-text">{percent} %</span>}
				<PaceText run={run} />
				{run.startedAt === null ? null : (
					<span>
						<Elapsed since={run.startedAt} format={formatDuration} /> so far
					</span>
				)}
			</p>
			{progress.current === undefined ? null : (
				<p className="truncate font-mono text-faint text-fine" title={progress.current}>
					{progress.current}
				</p>
			)}
		</div>
	);
}

function PaceText({ run }: { readonly run: RunView }) {
	const text = useNow((now) => {
		const { rate, remaining } = paceOf(run.progress, now);
		const pace = rate === null ? "" : rateText(run.progress.phase, rate);
		return remaining === null || remaining < 1 ? pace : `${pace} · about ${formatDuration(Math.ceil(remaining))} left`;
	});
	return text === "" ? null : <span>{text}</span>;
}
