"use client";

import { Hand } from "lucide-react";
import type { FormEvent } from "react";
import { useMay } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { useApprovalReason } from "#components/ui/form/use-approval-reason.tsx";
import { HeldPanel } from "#components/ui/held-panel.tsx";
import type { GuardVerdict } from "#lib/catalog/json-columns.ts";
import type { RunTick, RunView } from "#lib/catalog/read-models/run-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { approveWords } from "./action-words.ts";
import { type CountPoint, datasetCounts } from "./dataset-counts.ts";
import type { RunActions } from "./run-actions.ts";
import { useFocusKept } from "./use-focus-kept.ts";
import { useShowRun } from "./use-show-run.ts";

interface GuardPanelProps {
	readonly run: RunView;
	readonly guard: GuardVerdict;
	/** Earlier runs of the container, oldest first. */
	readonly history: readonly RunTick[];
	readonly approve: RunActions["approve"];
	/** Some of the plan's boxes are not ticked: then it is not approved as a whole. */
	readonly isPart: boolean;
}

/** Why the run is held: the guard's findings beside the earlier runs, and the reason to enter for approval. */
export function GuardPanel({ run, guard, history, approve, isPart }: GuardPanelProps) {
	const left = guard.datasets - guard.removals + run.added + run.linked;
	return (
		<HeldPanel
			title="Held by the guard"
			decision={run.sameAs === null ? <Approval run={run} approve={approve} isPart={isPart} /> : null}
		>
			<ul className="list-disc space-y-0.5 pl-5">
				{guard.reasons.map((reason) => (
					<li key={reason}>{reason}</li>
				))}
			</ul>
			<dl className="grid grid-cols-[auto_1fr] gap-x-4 text-muted">
				<dt>Would be removed</dt>
				<dd className="text-text">
					{formatCount(guard.removals)} of {formatPlural(guard.datasets, "dataset")} ({percent(guard)})
				</dd>
				<dt>Limit</dt>
				<dd className="text-text">{guard.maxRemovals}</dd>
				{guard.updates ? <Count name="Would be updated" count={guard.updates} /> : null}
				{guard.rejections ? <Count name="Would be rejected" count={guard.rejections} /> : null}
				{guard.emptied.map((path) => (
					<div key={path} className="contents">
						<dt>Became empty</dt>
						<dd className="break-all font-mono text-fine text-text">{path || "the storage's root"}</dd>
					</div>
				))}
			</dl>
			<CountsChart points={datasetCounts(history, { datasets: guard.datasets, left })} />
		</HeldPanel>
	);
}

function Count({ name, count }: { readonly name: string; readonly count: number }) {
	return (
		<>
			<dt>{name}</dt>
			<dd className="text-text">{formatPlural(count, "dataset")}</dd>
		</>
	);
}

function percent({ removals, datasets }: GuardVerdict): string {
	return datasets === 0 ? "0 %" : `${Math.round((removals / datasets) * 100)} %`;
}

type ApprovalProps = Pick<GuardPanelProps, "run" | "approve" | "isPart">;

function Approval(props: ApprovalProps) {
	const allowed = useMay("runs.approve");
	return allowed ? <ApproveForm {...props} /> : <p className="text-muted">An operator must approve it.</p>;
}

function ApproveForm({ run, approve, isPart }: ApprovalProps) {
	const reason = useApprovalReason("Why these removals are right. Kept with the run.");
	const { confirm, does } = approveWords(run);
	const isReady = run.can.approve && !isPart;
	const { runAction, pending } = useAction();
	const show = useShowRun();
	usePageActions([{ label: `Approve run ${run.run}`, icon: <Hand />, act: "runs.approve", go: reason.focus }]);
	useFocusKept();
	function submit(event: FormEvent) {
		event.preventDefault();
		const text = reason.parse();
		if (text !== null && !pending && isReady)
			runAction(
				() => approve({ run: run.run, reason: text }),
				(result) => {
					reason.empty();
					show(result);
				},
			);
	}
	return (
		<form onSubmit={submit} noValidate className="flex flex-col gap-2">
			{reason.field}
			<p className="text-muted">Approving applies the plan at once: {does}. Reverting the run undoes that.</p>
			{/* While another run is at work the form stays, with what was typed. */}
			{run.can.approve ? null : (
				<p role="status">Another run of {run.container} is active; approve when it has ended.</p>
			)}
			{isPart ? <p role="status">Some changes are not ticked: apply the others below, or tick all.</p> : null}
			<div>
				<Button type="submit" variant="danger" pending={pending} disabled={!isReady}>
					{confirm}
				</Button>
			</div>
		</form>
	);
}

/** The container's last dataset counts as bars, and dashed what the held run would leave. */
function CountsChart({ points }: { readonly points: readonly CountPoint[] }) {
	const shown = points.slice(-16);
	const most = Math.max(...shown.map(({ datasets }) => datasets), 1);
	return (
		<figure className="space-y-1">
			<figcaption className="text-fine text-muted">Datasets after the last runs, and after this one</figcaption>
			<ol className="flex h-20 items-end gap-1">
				{shown.map(({ run, datasets }) => (
					<li
						key={run ?? "left"}
						title={`${run === null ? "This run would leave" : `After run ${run}:`} ${formatPlural(datasets, "dataset")}`}
						className="flex h-full max-w-12 flex-1 flex-col justify-end text-center"
					>
						<span className="truncate text-[10px] text-muted">{formatCount(datasets)}</span>
						<span
							aria-hidden
							className={
								run === null
									? "rounded-t-sm border border-removed border-b-0 border-dashed bg-removed-soft"
									: "rounded-t-sm bg-border-strong/60"
							}
							style={{ height: `${Math.max(2, (datasets / most) * 72)}%` }}
						/>
						<span className="sr-only">
							{datasets === 1 ? " dataset" : " datasets"} {run === null ? "would be left" : `after run ${run}`}
						</span>
					</li>
				))}
			</ol>
		</figure>
	);
}
