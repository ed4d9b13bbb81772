import { toast } from "sonner";
import { useUser } from "#components/access/user-context.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { newPause, PauseFields, pauseInstant } from "#components/ui/form/pause-fields.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { targetPauseInput } from "#lib/catalog/pauses/pause-inputs.ts";
import type { TargetActions } from "./target-actions.ts";

interface PauseTargetProps {
	readonly name: string;
	readonly action: TargetActions["pause"];
	readonly onDone: () => void;
	readonly onClose: () => void;
}

/** Leaves a target alone, for its maintenance: until a time, or until a person resumes it. */
export function PauseTarget({ name, action, onDone, onClose }: PauseTargetProps) {
	const { timeZone } = useUser();
	const form = useForm({
		initial: newPause,
		toInput: (draft) => ({ until: pauseInstant(draft, timeZone), note: draft.note }),
		schema: targetPauseInput,
		action: (input) => action({ name, ...input }),
		onSaved: () => {
			toast.success(`Target ${name} is paused.`);
			onDone();
			onClose();
		},
	});
	return (
		<FormDialog
			title={`Pause target ${name}`}
			description="Nothing is pushed to it by itself meanwhile. What changes is kept, and pushed when the pause is over."
			form={form}
			submit="Pause target"
			onClose={onClose}
		>
			<PauseFields form={form} endless="Leave empty: until it is resumed." />
		</FormDialog>
	);
}
