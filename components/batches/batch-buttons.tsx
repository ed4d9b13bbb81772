"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Ban, Pause, Play, RotateCcw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { May } from "#components/access/user-context.tsx";
import { applyEvents } from "#components/live/apply-events.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialogs/confirm-dialog.tsx";
import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import { formatPlural } from "#lib/numbers.ts";
import type { BatchActions } from "./batch-actions.ts";

interface BatchButtonsProps {
	readonly batch: BatchView;
	readonly actions: BatchActions;
}

/** *Pause* or *Resume*, and *Cancel the rest*, while there is a rest. */
export function BatchButtons({ batch, actions }: BatchButtonsProps) {
	if (batch.finishedAt !== null || batch.waiting === 0) return null;
	return (
		<div className="flex flex-wrap gap-1.5">
			<PauseButton batch={batch} actions={actions} />
			<CancelRestButton batch={batch} actions={actions} />
		</div>
	);
}

/** Shows the batch as an action left it, without waiting for the event stream. */
function useShowBatch() {
	const client = useQueryClient();
	return ({ view }: { readonly view: BatchView }) => applyEvents(client, [{ type: "batch", batch: view }]);
}

function PauseButton({ batch: { batch, state }, actions }: BatchButtonsProps) {
	const { runAction, pending } = useAction();
	const show = useShowBatch();
	const isPaused = state === "paused";
	const Icon = isPaused ? Play : Pause;
	const act = isPaused ? "batches.resume" : "batches.pause";
	const change = () => runAction(() => (isPaused ? actions.resume({ batch }) : actions.pause({ batch })), show);
	usePageActions([{ label: `${isPaused ? "Resume" : "Pause"} batch ${batch}`, icon: <Icon />, act, go: change }]);
	return (
		<May act={act}>
			<Button pending={pending} onClick={change}>
				<Icon aria-hidden />
				{isPaused ? "Resume" : "Pause"}
			</Button>
		</May>
	);
}

function CancelRestButton({ batch: { batch, waiting, running }, actions }: BatchButtonsProps) {
	const [asking, setAsking] = useState(false);
	const { runAction, pending } = useAction();
	const show = useShowBatch();
	const cancel = () =>
		runAction(
			() => actions.cancel({ batch }),
			(result) => {
				setAsking(false);
				show(result);
			},
		);
	usePageActions([
		{ label: `Cancel the rest of batch ${batch}`, icon: <Ban />, act: "batches.cancel", go: () => setAsking(true) },
	]);
	return (
		<May act="batches.cancel">
			<Button onClick={() => setAsking(true)}>
				<Ban aria-hidden />
				Cancel the rest
			</Button>
			<ConfirmDialog
				open={asking}
				onOpenChange={setAsking}
				title={`Cancel the rest of batch ${batch}?`}
				confirm={`Leave out ${formatPlural(waiting, "container")}`}
				pending={pending}
				onConfirm={cancel}
			>
				<p>
					{formatPlural(waiting, "container")} that {waiting === 1 ? "has" : "have"} not had{" "}
					{waiting === 1 ? "its" : "their"} turn {waiting === 1 ? "is" : "are"} left out.
					{running > 0 ? ` ${formatPlural(running, "run")} under way will finish.` : ""}
				</p>
			</ConfirmDialog>
		</May>
	);
}

/** Once the batch is over: a new one of those that failed. */
export function RetryButton({ batch: { batch, failed, partial, finishedAt }, actions }: BatchButtonsProps) {
	const router = useRouter();
	const { runAction, pending } = useAction();
	const isOffered = finishedAt !== null && failed + partial > 0;
	const label = `Retry ${formatPlural(failed + partial, "failed container")}`;
	const retry = () =>
		runAction(
			() => actions.retry({ batch }),
			(created) => {
				toast.success(`Batch ${created.batch} of ${formatPlural(created.containers, "container")} started.`);
				router.push(`/batches/${created.batch}`);
			},
		);
	usePageActions(isOffered ? [{ label, icon: <RotateCcw />, act: "batches.retry", go: retry }] : []);
	if (!isOffered) return null;
	return (
		<May act="batches.retry">
			<Button pending={pending} onClick={retry}>
				<RotateCcw aria-hidden />
				{label}
			</Button>
		</May>
	);
}
