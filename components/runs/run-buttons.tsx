"use client";

import { Ban, Check, Undo2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { May } from "#components/access/user-context.tsx";
import { ChangeCountsLine } from "#components/change-mark.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialogs/confirm-dialog.tsx";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { applyWords, revertWords } from "./action-words.ts";
import type { RunActions } from "./run-actions.ts";
import { useFocusKept } from "./use-focus-kept.ts";
import { useShowRun } from "./use-show-run.ts";

interface RunButtonsProps {
	readonly run: RunView;
	readonly actions: RunActions;
}

/**
 * The buttons for what may be done with the run now, as the library decides it. While some of the plan's boxes are not ticked, none applies
 * all of it: that is asked where the boxes are.
 */
export function RunButtons({ run, actions, isPart }: RunButtonsProps & { readonly isPart: boolean }) {
	return (
		<div className="flex flex-wrap gap-1.5">
			<May act="runs.cancel">
				{run.can.cancel || (run.cancelRequested && isState(run.state, "running")) ? (
					<CancelButton run={run} actions={actions} />
				) : null}
			</May>
			<May act="runs.revert">{run.can.revert ? <RevertButton run={run} actions={actions} /> : null}</May>
			<May act="runs.apply">{run.can.apply && !isPart ? <ApplyButton run={run} actions={actions} /> : null}</May>
		</div>
	);
}

function CancelButton({ run, actions }: RunButtonsProps) {
	const { runAction, pending } = useAction();
	const show = useShowRun();
	useFocusKept();
	const stopping = run.cancelRequested && !run.can.cancel;
	const cancel = () => runAction(() => actions.cancel({ run: run.run }), show);
	usePageActions(stopping ? [] : [{ label: `Cancel run ${run.run}`, icon: <Ban />, act: "runs.cancel", go: cancel }]);
	return (
		<Button pending={pending || stopping} onClick={cancel}>
			<Ban aria-hidden />
			{stopping ? "Cancelling" : "Cancel"}
		</Button>
	);
}

function ApplyButton({ run, actions }: RunButtonsProps) {
	const [asking, setAsking] = useState(false);
	const { runAction, pending } = useAction();
	const { dangerous, confirm } = applyWords(run);
	useFocusKept();
	const show = useShowRun();
	const apply = () =>
		runAction(
			() => actions.apply({ run: run.run }),
			(result) => {
				setAsking(false);
				show(result);
			},
		);
	const begin = () => (dangerous ? setAsking(true) : apply());
	usePageActions([{ label: `Apply the plan of run ${run.run}`, icon: <Check />, act: "runs.apply", go: begin }]);
	return (
		<>
			<Button variant="primary" pending={pending} onClick={begin}>
				<Check aria-hidden />
				Apply
			</Button>
			<ConfirmDialog
				open={asking}
				onOpenChange={setAsking}
				title={`Apply the plan of run ${run.run}?`}
				confirm={confirm}
				pending={pending}
				onConfirm={apply}
			>
				<p>
					The plan changes <code className="font-mono">{run.container}</code>: <ChangeCountsLine counts={run} />
				</p>
				<p className="text-muted">
					Removed datasets can be restored by reverting the run, within the container's retention time. Files that
					changed since the plan was made are left out.
				</p>
			</ConfirmDialog>
		</>
	);
}

const isReshaping = ({ kind }: RunView) => kind === "split" || kind === "merge";

function RevertButton({ run, actions }: RunButtonsProps) {
	const router = useRouter();
	const [asking, setAsking] = useState(false);
	const { runAction, pending } = useAction();
	const revert = () =>
		runAction(
			() => actions.revert({ run: run.run }),
			(result) => {
				setAsking(false);
				toast.success(`Run ${result.run} reverts run ${run.run}.`);
				router.push(`/runs/${result.run}`);
			},
		);
	usePageActions([{ label: `Revert run ${run.run}`, icon: <Undo2 />, act: "runs.revert", go: () => setAsking(true) }]);
	return (
		<>
			<Button onClick={() => setAsking(true)}>
				<Undo2 aria-hidden />
				Revert
			</Button>
			<ConfirmDialog
				open={asking}
				onOpenChange={setAsking}
				title={`Revert run ${run.run}?`}
				confirm={`Revert run ${run.run}`}
				pending={pending}
				onConfirm={revert}
			>
				<p>
					<code className="font-mono">{run.container}</code> goes back to what it was before:
				</p>
				<ul className="list-disc pl-5">
					{isReshaping(run) ? <li>its containers with their sources: as they were before the {run.kind}</li> : null}
					{revertWords(run).map((line) => (
						<li key={line}>{line}</li>
					))}
				</ul>
				<p className="text-muted">
					{isReshaping(run)
						? "It is refused once a run changed anything in one of them, or one was edited."
						: "Datasets that a later run changed again are left as they are."}{" "}
					The archive is not touched; the next sync compares it again.
				</p>
			</ConfirmDialog>
		</>
	);
}
