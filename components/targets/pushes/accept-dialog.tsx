"use client";

import { useState } from "react";
import { toast } from "sonner";
import { Flag } from "#components/notifications/flag.tsx";
import { fieldLabel } from "#components/targets/differences/difference-words.ts";
import type { AcceptChoice, TargetActions } from "#components/targets/target-actions.ts";
import { useAnswer } from "#components/ui/actions/use-answer.ts";
import { ConfirmAction } from "#components/ui/dialogs/confirm-action.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { formatPlural } from "#lib/numbers.ts";

interface AcceptDialogProps {
	/** Name. */
	readonly target: string;
	readonly push: number;
	readonly choice: AcceptChoice;
	readonly actions: Pick<TargetActions, "accept" | "acceptEffect">;
	readonly onDone: () => void;
	readonly onClose: () => void;
}

/** Says what would be written there, field by field, and lets the next push write it. */
export function AcceptDialog({ target, push, choice, actions, onDone, onClose }: AcceptDialogProps) {
	/** null: all of them. */
	const [fields, setFields] = useState<readonly string[] | null>(choice.fields);
	const asked = { name: target, push, ...choice, fields: fields === null ? null : [...fields] };
	const all = useAnswer(["accept", target, push, choice.number, choice.container], () =>
		actions.acceptEffect({ ...asked, fields: null }),
	);
	const chosen = useAnswer(["accept", target, push, choice.number, choice.container, fields], () =>
		actions.acceptEffect(asked),
	);
	const there = all.data?.fields ?? [];
	const isTicked = (field: string) => fields === null || fields.includes(field);
	const toggle = (field: string) =>
		setFields(there.map((one) => one.field).filter((one) => isTicked(one) !== (one === field)));
	const objects = chosen.data?.objects ?? 0;
	const error = all.error ?? chosen.error;
	return (
		<ConfirmAction
			title={titleOf(choice)}
			confirm={chosen.data === undefined ? "Accept" : `Write ${formatPlural(objects, "object")} there`}
			isUnknown={objects === 0}
			action={() => actions.accept(asked)}
			onDone={({ accepted }) => {
				toast.success(`${formatPlural(accepted, "object")} accepted: the next push writes what the catalogue says.`);
				onDone();
				onClose();
			}}
			onClose={onClose}
		>
			{error ? (
				<ErrorState
					title="What it would do is not known"
					onRetry={() => void Promise.all([all.refetch(), chosen.refetch()])}
				>
					{error.message}
				</ErrorState>
			) : all.data === undefined ? (
				<SkeletonRows rows={3} />
			) : there.length === 0 ? (
				<p>Nothing is left to accept: it was accepted meanwhile, or does not differ any more.</p>
			) : (
				<>
					<fieldset className="space-y-1.5">
						<legend className="mb-1">In {target}, what the catalogue says is written into these fields:</legend>
						{there.map(({ field, objects: many }) => (
							<Flag
								key={field}
								label={`${fieldLabel(field)}, of ${formatPlural(many, "object")}`}
								checked={isTicked(field)}
								onChange={() => toggle(field)}
							/>
						))}
					</fieldset>
					<p className="text-muted">
						What stands there in these fields is written over, and is not kept. Identifiers stay as they are.
					</p>
				</>
			)}
		</ConfirmAction>
	);
}

function titleOf({ number, container }: AcceptChoice): string {
	if (number !== null) return "Accept what the catalogue says?";
	return container === null
		? "Accept what the catalogue says, everywhere?"
		: `Accept what the catalogue says of ${container}?`;
}
