"use client";

import { toast } from "sonner";
import { type SourceInput, sourceInput } from "#lib/catalog/inputs.ts";
import type { ActionResult } from "#lib/catalog/views.ts";
import { StorageTestResult } from "../storages/storage-test-result.tsx";
import { type TestAction, useTest } from "../storages/use-test.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../ui/dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { useForm } from "../ui/use-form.ts";
import { draftToSource, newSourceDraft, onStorage, type StorageChoice, sourceToDraft } from "./source-draft.ts";
import { SourceFields } from "./source-fields.tsx";

interface SourceDialogProps {
	/** null: a new one. */
	readonly source: SourceInput | null;
	readonly storages: readonly StorageChoice[];
	readonly onSave: (source: SourceInput) => Promise<ActionResult<object>>;
	readonly onTest: TestAction<SourceInput>;
	readonly onClose: () => void;
}

export function SourceDialog({ source, storages, onSave, onTest, onClose }: SourceDialogProps) {
	const { draft, set, error, errorOf, pending, parse, formProps } = useForm({
		initial: source ? sourceToDraft(source) : newSourceDraft(storages),
		toInput: draftToSource,
		schema: sourceInput,
		action: onSave,
		onSaved: () => {
			toast.success("Source saved. The next run goes by it.");
			onClose();
		},
	});
	const test = useTest(onTest);
	function tryIt() {
		const input = parse();
		if (input !== null) test.run(input);
	}
	return (
		<Dialog
			open
			wide
			onOpenChange={(open) => open || onClose()}
			title={source ? "Edit source" : "Add source"}
			description="Which files of which storage belong to this container, and how they are read."
		>
			<form className="contents" {...formProps}>
				<DialogBody className="space-y-4">
					<FormError error={error} />
					<SourceFields
						draft={draft}
						set={set}
						errorOf={errorOf}
						storages={storages}
						onChooseStorage={(name) => {
							const moved = onStorage(draft, name, storages);
							set("storage", moved.storage);
							set("include", moved.include);
						}}
						expanded={source !== null}
					/>
					{test.test ? <StorageTestResult test={test.test} /> : null}
				</DialogBody>
				<DialogFooter>
					<Button className="mr-auto" pending={test.pending} onClick={tryIt}>
						Test
					</Button>
					<Button onClick={onClose}>Cancel</Button>
					<Button type="submit" variant="primary" pending={pending}>
						Save source
					</Button>
				</DialogFooter>
			</form>
		</Dialog>
	);
}
