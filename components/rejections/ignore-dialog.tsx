import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Textarea } from "#components/ui/form/input.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { useAction } from "#components/ui/use-action.ts";
import type { RejectionActions, RejectionsChoice } from "./rejection-actions.ts";

interface IgnoreDialogProps {
	readonly choice: RejectionsChoice;
	readonly files: number;
	readonly action: RejectionActions["ignore"];
	readonly onClose: () => void;
}

/** Asks why. */
export function IgnoreDialog({ choice, files, action, onClose }: IgnoreDialogProps) {
	const [note, setNote] = useState("");
	const [error, setError] = useState<string>();
	const { runAction, pending } = useAction({ onRefused: setError });
	function submit(event: FormEvent) {
		event.preventDefault();
		runAction(
			() => action({ ...choice, note }),
			({ files: count }) => {
				toast.success(`${formatPlural(count, "file")} ignored.`);
				onClose();
			},
		);
	}
	return (
		<Dialog
			open
			onOpenChange={(open) => open || onClose()}
			title={`Ignore ${formatPlural(files, "file")}`}
			description={`Until ${files === 1 ? "it changes, it counts" : "they change, they count"} for no mark and no state. Exit statuses stay as they are.`}
		>
			<form onSubmit={submit} className="contents" noValidate>
				<DialogBody>
					<Field label="Note" hint="Why; others read it beside each file." error={error}>
						{(control) => (
							<Textarea {...control} value={note} maxLength={2000} onChange={(event) => setNote(event.target.value)} />
						)}
					</Field>
				</DialogBody>
				<DialogFooter>
					<Button onClick={onClose}>Cancel</Button>
					<Button type="submit" variant="primary" pending={pending}>
						Ignore {formatPlural(files, "file")}
					</Button>
				</DialogFooter>
			</form>
		</Dialog>
	);
}
