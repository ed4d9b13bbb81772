import { toast } from "sonner";
import { useUser } from "#components/access/user-context.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { newPause, PauseFields, pauseInstant } from "#components/ui/form/pause-fields.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { pauseInput } from "#lib/catalog/pauses/pause-inputs.ts";
import type { StorageActions } from "./storage-dialog.tsx";

interface PauseStorageProps {
	readonly name: string;
	readonly action: StorageActions["pause"];
	readonly onDone: () => void;
	readonly onClose: () => void;
}

/** Leaves a storage alone until a time, for its maintenance. */
export function PauseStorage({ name, action, onDone, onClose }: PauseStorageProps) {
	const { timeZone } = useUser();
	const form = useForm({
		initial: newPause,
		toInput: (draft) => ({ until: pauseInstant(draft, timeZone), note: draft.note }),
		schema: pauseInput,
		action: (input) => action({ name, ...input }),
		onSaved: () => {
			toast.success(`Storage ${name} is paused.`);
			onDone();
			onClose();
		},
	});
	return (
		<FormDialog
			title={`Pause storage ${name}`}
			description="No schedule, watch or probe uses it until then. Its containers can still be synced by name; what was missed is caught up once."
			form={form}
			submit="Pause storage"
			onClose={onClose}
		>
			<PauseFields form={form} />
		</FormDialog>
	);
}
