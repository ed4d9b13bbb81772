import { toast } from "sonner";
import { Field } from "#components/ui/form/field.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { Textarea } from "#components/ui/form/input.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { ignoreInput } from "#lib/catalog/rejections/rejections-input.ts";
import { formatPlural } from "#lib/numbers.ts";
import type { RejectionActions, RejectionsChoice } from "./rejection-actions.ts";

interface IgnoreDialogProps {
	readonly choice: RejectionsChoice;
	readonly files: number;
	readonly action: RejectionActions["ignore"];
	readonly onClose: () => void;
}

/** Asks why. */
export function IgnoreDialog({ choice, files, action, onClose }: IgnoreDialogProps) {
	const form = useForm({
		initial: { note: "" },
		toInput: ({ note }) => ({ ...choice, note }),
		schema: ignoreInput,
		action: ({ note }) => action({ ...choice, note }),
		onSaved: ({ files: count }) => {
			toast.success(`${formatPlural(count, "file")} ignored.`);
			onClose();
		},
	});
	return (
		<FormDialog
			title={`Ignore ${formatPlural(files, "file")}`}
			description={`Until ${files === 1 ? "it changes, marks and states do not count it" : "they change, marks and states do not count them"}. Exit statuses stay as they are.`}
			form={form}
			submit={`Ignore ${formatPlural(files, "file")}`}
			onClose={onClose}
		>
			<Field label="Note" hint="Why; others read it beside each file." error={form.errorOf("note")}>
				{(control) => (
					<Textarea
						{...control}
						value={form.draft.note}
						maxLength={2000}
						onChange={(event) => form.set("note", event.target.value)}
					/>
				)}
			</Field>
		</FormDialog>
	);
}
