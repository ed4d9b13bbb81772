import { toast } from "sonner";
import { Field } from "#components/ui/form/field.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { targetPauseInput } from "#lib/catalog/targets/target-pause-input.ts";
import type { TargetActions } from "./target-actions.ts";

interface PauseTargetProps {
	readonly name: string;
	readonly action: TargetActions["pause"];
	readonly onDone: () => void;
	readonly onClose: () => void;
}

/** Leaves a target alone, for its maintenance: until a time, or until somebody resumes it. */
export function PauseTarget({ name, action, onDone, onClose }: PauseTargetProps) {
	const form = useForm({
		initial: { until: "", note: "" },
		// The field has no zone: it is UTC.
		toInput: ({ until, note }) => ({ until: until === "" ? null : `${until}:00Z`, note }),
		schema: targetPauseInput,
		action: (input) => action({ name, ...input }),
		onSaved: () => {
			toast.success(`Target ${name} is paused.`);
			onDone();
			onClose();
		},
	});
	const { draft, set, errorOf } = form;
	return (
		<FormDialog
			title={`Pause target ${name}`}
			description="Nothing is pushed to it by itself meanwhile. What changes is kept, and pushed when the pause is over."
			form={form}
			submit="Pause target"
			onClose={onClose}
		>
			<Field label="Until (UTC)" hint="Leave empty: until somebody resumes it." error={errorOf("until")}>
				{(control) => (
					<Input
						{...control}
						type="datetime-local"
						value={draft.until}
						onChange={(event) => set("until", event.target.value)}
					/>
				)}
			</Field>
			<Field label="Note" hint="Why: others read it here." error={errorOf("note")}>
				{(control) => (
					<Input
						{...control}
						value={draft.note}
						maxLength={2000}
						onChange={(event) => set("note", event.target.value)}
					/>
				)}
			</Field>
		</FormDialog>
	);
}
