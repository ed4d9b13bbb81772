import { toast } from "sonner";
import { useUser } from "#components/access/user-context.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { Select, Textarea } from "#components/ui/form/input.tsx";
import { instantOfLocal } from "#components/ui/form/local-time.ts";
import { UntilField } from "#components/ui/form/until-field.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { acknowledgementInput } from "#lib/catalog/causes/cause-inputs.ts";
import type { CauseView } from "#lib/catalog/causes/cause-records.ts";
import type { ProblemActions } from "./problem-actions.ts";

interface AcknowledgeDialogProps {
	readonly cause: CauseView;
	readonly action: ProblemActions["acknowledge"];
	readonly onDone: () => void;
	readonly onClose: () => void;
}

interface Draft {
	readonly note: string;
	readonly ends: "changes" | "time";
	readonly time: string;
}

/** A note and an end: until then no message is sent about the cause. */
export function AcknowledgeDialog({ cause, action, onDone, onClose }: AcknowledgeDialogProps) {
	const { timeZone } = useUser();
	const form = useForm({
		initial: { note: "", ends: "changes", time: "" } satisfies Draft as Draft,
		toInput: ({ note, ends, time }) => ({ note, until: ends === "changes" ? null : instantOfLocal(time, timeZone) }),
		schema: acknowledgementInput,
		action: (input) => action({ key: cause.key, ...input }),
		onSaved: () => {
			toast.success("Acknowledged. No message is sent about it.");
			onDone();
			onClose();
		},
	});
	const { draft, set, errorOf } = form;
	return (
		<FormDialog
			title="Acknowledge this problem"
			description={cause.sentence}
			form={form}
			submit="Acknowledge"
			onClose={onClose}
		>
			<Field label="Note" hint="What is known about it: others read it here." error={errorOf("note")}>
				{(control) => (
					<Textarea
						{...control}
						value={draft.note}
						maxLength={2000}
						onChange={(event) => set("note", event.target.value)}
					/>
				)}
			</Field>
			<Field label="Ends" hint="States and exit statuses stay as they are; only messages stop.">
				{(control) => (
					<Select
						{...control}
						value={draft.ends}
						onChange={(event) => set("ends", event.target.value === "time" ? "time" : "changes")}
					>
						<option value="changes">when the problem changes</option>
						<option value="time">at a time</option>
					</Select>
				)}
			</Field>
			{draft.ends === "time" ? (
				<UntilField value={draft.time} onChange={(time) => set("time", time)} error={errorOf("until")} />
			) : null}
		</FormDialog>
	);
}
