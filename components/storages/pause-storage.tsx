import { toast } from "sonner";
import { Field } from "#components/ui/form/field.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { pauseInput } from "#lib/catalog/inputs.ts";
import type { StorageActions } from "./storage-dialog.tsx";

interface PauseStorageProps {
	readonly name: string;
	readonly action: StorageActions["pause"];
	readonly onDone: () => void;
	readonly onClose: () => void;
}

/** Leaves a storage alone until a time, for its maintenance. */
export function PauseStorage({ name, action, onDone, onClose }: PauseStorageProps) {
	const form = useForm({
		initial: { until: "", note: "" },
		// The field has no zone: it is UTC.
		toInput: ({ until, note }) => ({ until: until === "" ? "" : `${until}:00Z`, note }),
		schema: pauseInput,
		action: (input) => action({ name, ...input }),
		onSaved: () => {
			toast.success(`Storage ${name} is paused.`);
			onDone();
			onClose();
		},
	});
	const { draft, set, errorOf } = form;
	return (
		<FormDialog
			title={`Pause storage ${name}`}
			description="No schedule, watch or probe uses it until then. Its containers can still be synced by name; what was missed is caught up once."
			form={form}
			submit="Pause storage"
			onClose={onClose}
		>
			<Field label="Until (UTC)" error={draft.until === "" && errorOf("until") ? "Enter until when" : errorOf("until")}>
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
