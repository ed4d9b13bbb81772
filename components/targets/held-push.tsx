"use client";

import { Hand } from "lucide-react";
import type { FormEvent } from "react";
import { toast } from "sonner";
import { useMay } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { useApprovalReason } from "#components/ui/form/use-approval-reason.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { HeldPanel } from "#components/ui/held-panel.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { PushView } from "#lib/catalog/targets/target-views.ts";
import { countsText } from "./push-words.ts";
import type { TargetActions } from "./target-actions.ts";

interface HeldPushProps {
	/** Name. */
	readonly target: string;
	readonly push: PushView;
	readonly actions: Pick<TargetActions, "approve" | "reject">;
	readonly onDone: () => void;
}

/** Why a push is held, what it would do, and the reason to enter for letting it go on or for giving it up. */
export function HeldPush({ target, push, actions, onDone }: HeldPushProps) {
	const allowed = useMay("targets.approve");
	const removals = push.counts.removed ?? 0;
	return (
		<HeldPanel
			title="A push is held"
			decision={
				allowed ? (
					<DecideForm target={target} push={push} actions={actions} onDone={onDone} />
				) : (
					<p className="text-muted">An operator must approve it.</p>
				)
			}
		>
			<p className="wrap-anywhere">{push.reason ?? "It removes more than the guard lets through."}</p>
			<p className="text-muted">
				{removals === 0 ? "Nothing" : `It would do: ${countsText(push.counts)}. Nothing`} of it was written; it waits
				since <RelativeTime instant={push.createdAt} />.{" "}
				{removals === 0 ? "The objects are listed below." : "What it would do is listed below."}
			</p>
		</HeldPanel>
	);
}

function DecideForm({ target, push, actions, onDone }: HeldPushProps) {
	const reason = useApprovalReason("Why this is right, or not. Kept with the push.");
	const { runAction, pending } = useAction();
	usePageActions([
		{
			label: `Approve the push to ${target}`,
			icon: <Hand />,
			act: "targets.approve",
			go: reason.focus,
		},
	]);
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
	function submit(event: FormEvent) {
		event.preventDefault();
		decide(actions.approve, "The push is approved, and goes on.");
	}
	return (
		<form onSubmit={submit} noValidate className="flex flex-col gap-2">
			{reason.field}
			<div className="flex flex-wrap gap-1.5">
				<Button type="submit" variant="danger" pending={pending}>
					{removals === 0 ? "Approve" : `Remove ${formatPlural(removals, "object")} there`}
				</Button>
				<Button
					pending={pending}
					onClick={() => decide(actions.reject, "The push is given up. What differs stays as it is.")}
				>
					Reject
				</Button>
			</div>
		</form>
	);
}
