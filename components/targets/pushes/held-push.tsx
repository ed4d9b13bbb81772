"use client";

import { Hand } from "lucide-react";
import type { FormEvent } from "react";
import { toast } from "sonner";
import { May, useMay } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import type { TargetActions } from "#components/targets/target-actions.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { useApprovalReason } from "#components/ui/form/use-approval-reason.tsx";
import { HeldPanel } from "#components/ui/held-panel.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { PushView } from "#lib/catalog/targets/target-views.ts";
import { formatPlural } from "#lib/numbers.ts";

interface HeldPushProps {
	/** Name. */
	readonly target: string;
	readonly push: PushView;
	/** Shows what it is about; null: it is shown. */
	readonly onShow: (() => void) | null;
	readonly actions: Pick<TargetActions, "approve" | "reject" | "adopt">;
	readonly onDone: () => void;
}

/** The two questions that a push may ask; an answer to one is none to the other. */
const questions = {
	removals: {
		heading: "Removals are held",
		goesOn: "All else goes on.",
		listed: "What would be removed is listed below.",
		show: "Show what would be removed",
		hint: "Why this is right, or not. Kept with the push.",
		action: "Approve the removals from",
		approved: "What is listed is removed from the target.",
		reject: "Reject",
		rejected: "It stays in the target until something else of it changes.",
	},
	adoption: {
		heading: "Whose are the objects that the target has already?",
		goesOn: "Nothing is written to the target before that is answered.",
		listed: "The objects are listed below.",
		show: "Show the objects",
		hint: "Not needed to adopt them. Kept with the push.",
		action: "Say whose the objects are in",
		approved: "They are others', and are left alone; new ones are made beside them.",
		reject: "Not now",
		rejected: "Nothing is written to the target until something else changes.",
	},
} as const;

/** What a person is asked, what it is about, and the reason to enter for the answer. */
export function HeldPush({ target, push, onShow, actions, onDone }: HeldPushProps) {
	const allowed = useMay("targets.approve");
	const { heading, goesOn, listed, show } = questions[push.hold ?? "removals"];
	return (
		<HeldPanel
			title={heading}
			decision={
				allowed ? (
					<DecideForm target={target} push={push} actions={actions} onDone={onDone} />
				) : (
					<p className="text-muted">An operator must decide that.</p>
				)
			}
		>
			<p className="wrap-anywhere">{push.reason ?? "It removes more than the guard lets through."}</p>
			<p className="text-muted">
				{goesOn} {onShow === null ? `${listed} ` : ""}It waits since <RelativeTime instant={push.createdAt} />.
			</p>
			{onShow === null ? null : <Button onClick={onShow}>{show}</Button>}
		</HeldPanel>
	);
}

function DecideForm({ target, push, actions, onDone }: Omit<HeldPushProps, "onShow">) {
	const isAdoption = push.hold === "adoption";
	const question = questions[push.hold ?? "removals"];
	const reason = useApprovalReason(question.hint);
	const { runAction, pending } = useAction();
	usePageActions([{ label: `${question.action} ${target}`, icon: <Hand />, act: "targets.approve", go: reason.focus }]);
	const removals = push.counts.removed ?? 0;
	function decide(action: TargetActions["approve"], words: string) {
		const text = reason.parse();
		if (text === null || pending) return reason.focus();
		runAction(
			() => action({ push: push.id, reason: text }),
			() => {
				toast.success(words);
				reason.empty();
				onDone();
			},
		);
	}
	function adopt() {
		runAction(
			() => actions.adopt({ name: target }),
			() => {
				toast.success("What matches is adopted; nothing is written there.");
				onDone();
			},
		);
	}
	function submit(event: FormEvent) {
		event.preventDefault();
		decide(actions.approve, question.approved);
	}
	return (
		<form onSubmit={submit} noValidate className="flex flex-col gap-2">
			{reason.field}
			<div className="flex flex-wrap gap-1.5">
				{isAdoption ? (
					<May act="targets.adopt">
						<Button variant="primary" pending={pending} onClick={adopt}>
							Adopt them
						</Button>
					</May>
				) : null}
				<Button type="submit" variant="danger" pending={pending}>
					{isAdoption ? "They are others'" : `Remove ${formatPlural(removals, "object")} there`}
				</Button>
				<Button pending={pending} onClick={() => decide(actions.reject, question.rejected)}>
					{question.reject}
				</Button>
			</div>
		</form>
	);
}
