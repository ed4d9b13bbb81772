"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { ChangeCountsLine } from "#components/change-mark.tsx";
import { PathText } from "#components/facts/path-text.tsx";
import { applyEvents } from "#components/live/apply-events.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { useAnswer } from "#components/ui/actions/use-answer.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialogs/dialog.tsx";
import { mayLeave } from "#components/ui/form/unsaved.ts";
import { useApprovalReason } from "#components/ui/form/use-approval-reason.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import type { WaitingRuns } from "#lib/catalog/inputs.ts";
import type { ApprovableRun, RunView } from "#lib/catalog/read-models/run-view.ts";
import { formatPlural } from "#lib/numbers.ts";
import { approveWords } from "./action-words.ts";
import type { ApprovalActions } from "./run-actions.ts";

interface ApproveSeveralProps {
	/** Of which runs; those of containers are the ones that wait there. */
	readonly waiting: WaitingRuns;
	readonly actions: ApprovalActions;
	readonly onClose: () => void;
	readonly onDone: () => void;
}

/** Names each held run with what it would remove, and approves them with one reason: all of them, or none. */
export function ApproveSeveral({ waiting, actions, onClose, onDone }: ApproveSeveralProps) {
	const asked = useAnswer(["approvable", waiting], () => actions.approvable(waiting));
	return (
		<Dialog
			open
			onOpenChange={(open) => open || (mayLeave() && onClose())}
			wide
			title="Approve held runs"
			description="All of them are applied, or none if one cannot be."
		>
			{asked.error ? (
				<DialogBody>
					<ErrorState title="The runs could not be read" onRetry={() => void asked.refetch()}>
						{asked.error.message}
					</ErrorState>
				</DialogBody>
			) : asked.data === undefined ? (
				<DialogBody>
					<SkeletonRows rows={3} />
				</DialogBody>
			) : (
				<ApproveForm
					runs={asked.data.runs}
					approve={actions.approve}
					onRefused={() => void asked.refetch()}
					onClose={onClose}
					onDone={onDone}
				/>
			)}
		</Dialog>
	);
}

interface ApproveFormProps extends Pick<ApproveSeveralProps, "onClose" | "onDone"> {
	readonly runs: readonly ApprovableRun[];
	readonly approve: ApprovalActions["approve"];
	readonly onRefused: () => void;
}

/** As many as the server takes at once. */
const mostAtOnce = 1000;

function ApproveForm({ runs, approve, onRefused, onClose, onDone }: ApproveFormProps) {
	const reason = useApprovalReason("Why this is right. Kept with each run.");
	const [refusal, setRefusal] = useState<string>();
	const client = useQueryClient();
	const { runAction, pending } = useAction({
		onRefused: (why) => {
			setRefusal(why);
			onRefused();
		},
	});
	const can = runs.filter(({ obstacle }) => obstacle === null).map(({ view }) => view);
	const meant = can.slice(0, mostAtOnce);
	const cannot = runs.filter(({ obstacle }) => obstacle !== null);

	function submit(event: FormEvent) {
		event.preventDefault();
		const given = reason.parse();
		if (given === null || pending || meant.length === 0) return;
		runAction(
			() => approve({ runs: meant.map(({ run }) => run), reason: given }),
			({ views }) => {
				applyEvents(
					client,
					views.map((run) => ({ type: "run", run })),
				);
				toast.success(`${formatPlural(views.length, "run is", "runs are")} approved, and applied now.`);
				onDone();
				onClose();
			},
		);
	}
	if (runs.length === 0)
		return (
			<DialogBody>
				<EmptyState title="No run waits for an approval">
					They were approved, cancelled or superseded meanwhile.
				</EmptyState>
			</DialogBody>
		);
	return (
		<form onSubmit={submit} noValidate className="contents">
			<DialogBody className="space-y-3">
				{meant.length === 0 ? null : <HeldRuns label="Would be approved" runs={meant} />}
				{can.length > meant.length ? (
					<p>{formatPlural(can.length - meant.length, "more waits", "more wait")}: approve these afterwards.</p>
				) : null}
				{cannot.length === 0 ? null : <NotApprovable runs={cannot} />}
				{meant.length === 0 ? null : reason.field}
				{refusal === undefined ? null : (
					<p role="alert" className="wrap-anywhere text-failed">
						Nothing was approved. {refusal}
					</p>
				)}
			</DialogBody>
			<DialogFooter>
				<Button onClick={onClose}>Cancel</Button>
				<Button type="submit" variant="danger" pending={pending} disabled={meant.length === 0}>
					{approveWords(sumOf(meant), meant.length).confirm}
				</Button>
			</DialogFooter>
		</form>
	);
}

function HeldRuns({ label, runs }: { readonly label: string; readonly runs: readonly RunView[] }) {
	return (
		<section
			aria-label={label}
			// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
			tabIndex={0}
			className="max-h-[40dvh] overflow-y-auto rounded-md border"
		>
			<ul className="divide-y">
				{runs.map((run) => (
					<li key={run.run} className="space-y-0.5 px-3 py-1.5">
						<RunLine run={run} />
						<p className="wrap-anywhere text-held">{run.guard?.reasons.join(" ")}</p>
					</li>
				))}
			</ul>
		</section>
	);
}

function NotApprovable({ runs }: { readonly runs: readonly ApprovableRun[] }) {
	return (
		<section aria-label="Left out" className="space-y-1">
			<p>{formatPlural(runs.length, "run is", "runs are")} left out:</p>
			<ul className="max-h-40 space-y-1 overflow-y-auto text-muted">
				{runs.map(({ view, obstacle }) => (
					<li key={view.run}>
						<RunLine run={view} />
						{obstacle}
					</li>
				))}
			</ul>
		</section>
	);
}

function RunLine({ run }: { readonly run: RunView }) {
	return (
		<div className="flex flex-wrap items-center gap-x-3">
			<Link
				href={`/runs/${run.run}`}
				target="_blank"
				className="shrink-0 font-medium underline-offset-2 hover:underline"
			>
				Run {run.run}
			</Link>
			<PathText text={run.container} className="min-w-24 flex-1" />
			<span className="shrink-0">
				<ChangeCountsLine counts={run} />
			</span>
		</div>
	);
}

function sumOf(runs: readonly RunView[]): Pick<RunView, "removed" | "unlinked"> {
	return {
		removed: runs.reduce((sum, { removed }) => sum + removed, 0),
		unlinked: runs.reduce((sum, { unlinked }) => sum + unlinked, 0),
	};
}
