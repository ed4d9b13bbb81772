import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { StorageActions } from "./storage-dialog.tsx";

interface PauseStorageProps {
	readonly name: string;
	readonly action: StorageActions["pause"];
	readonly onDone: () => void;
	readonly onClose: () => void;
}

/** Leaves a storage alone until a time, for its maintenance. */
export function PauseStorage({ name, action, onDone, onClose }: PauseStorageProps) {
	const [until, setUntil] = useState("");
	const [note, setNote] = useState("");
	const [error, setError] = useState<string>();
	const { runAction, pending } = useAction({ onRefused: setError });
	function submit(event: FormEvent) {
		event.preventDefault();
		if (until === "") return setError("Enter until when.");
		// The field has no zone: it is UTC, as all times here are.
		runAction(
			() => action({ name, until: `${until}:00Z`, note }),
			() => {
				toast.success(`Storage ${name} is paused.`);
				onDone();
				onClose();
			},
		);
	}
	return (
		<Dialog
			open
			onOpenChange={(open) => open || onClose()}
			title={`Pause storage ${name}`}
			description="No schedule, watch or probe uses it until then. Its containers can still be synced by name; what was missed is caught up once."
		>
			<form onSubmit={submit} className="contents" noValidate>
				<DialogBody className="space-y-3">
					<Field label="Until (UTC)" error={error}>
						{(control) => (
							<Input
								{...control}
								type="datetime-local"
								value={until}
								onChange={(event) => setUntil(event.target.value)}
							/>
						)}
					</Field>
					<Field label="Note" hint="Why: others read it here.">
						{(control) => (
							<Input {...control} value={note} maxLength={2000} onChange={(event) => setNote(event.target.value)} />
						)}
					</Field>
				</DialogBody>
				<DialogFooter>
					<Button onClick={onClose}>Cancel</Button>
					<Button type="submit" variant="primary" pending={pending}>
						Pause storage
					</Button>
				</DialogFooter>
			</form>
		</Dialog>
	);
}
