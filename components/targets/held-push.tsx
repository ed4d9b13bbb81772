"use client";

import { Hand } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { toast } from "sonner";
import { useMay } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Textarea } from "#components/ui/form/input.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { approvalReason } from "#lib/catalog/inputs.ts";
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
		<section
			aria-labelledby="held-heading"
			className="grid gap-4 rounded-md border border-held/40 bg-surface p-3 lg:grid-cols-2"
		>
			<div className="min-w-0 space-y-2">
				<h2 id="held-heading" className="flex items-center gap-1.5 font-semibold text-held text-sm">
					<Hand aria-hidden className="size-4" /> A push is held
				</h2>
				<p className="wrap-anywhere">{push.reason ?? "It removes more than the guard lets through."}</p>
				<p className="text-muted">
					{removals === 0 ? "Nothing" : `It would do: ${countsText(push.counts)}. Nothing`} of it was written; it waits
					since <RelativeTime instant={push.createdAt} />.{" "}
					{removals === 0 ? "The objects are listed below." : "What it would do is listed below."}
				</p>
			</div>
			{allowed ? (
				<DecideForm target={target} push={push} actions={actions} onDone={onDone} />
			) : (
				<p className="text-muted">An operator must approve it.</p>
			)}
		</section>
	);
}

function DecideForm({ target, push, actions, onDone }: HeldPushProps) {
	const [reason, setReason] = useState("");
	const [error, setError] = useState<string>();
	const { runAction, pending } = useAction();
	const field = useRef<HTMLTextAreaElement>(null);
	usePageActions([
		{
			label: `Approve the push to ${target}`,
			icon: <Hand />,
			act: "targets.approve",
			go: () => field.current?.focus(),
		},
	]);
	const removals = push.counts.removed ?? 0;
	function decide(action: TargetActions["approve"], words: string) {
		const parsed = approvalReason.safeParse(reason);
		setError(parsed.error?.issues[0]?.message);
		if (!parsed.success || pending) return field.current?.focus();
		runAction(
			() => action({ push: push.id, reason: parsed.data }),
			() => {
				toast.success(words);
				setReason("");
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
			<Field label="Reason" hint="Why this is right, or not. Kept with the push." error={error}>
				{(control) => (
					<Textarea
						{...control}
						ref={field}
						value={reason}
						required
						onChange={(event) => setReason(event.target.value)}
					/>
				)}
			</Field>
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
