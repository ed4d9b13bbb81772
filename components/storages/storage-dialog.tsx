"use client";

import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { FormDialog } from "#components/ui/form-dialog.tsx";
import { Input, Select } from "#components/ui/input.tsx";
import { useForm } from "#components/ui/use-form.ts";
import { type StorageInput, storageInput } from "#lib/catalog/inputs.ts";
import type { ActionResult, StorageView } from "#lib/catalog/read-models.ts";
import type { StorageType } from "#lib/storage/storage.ts";
import { draftToInput, type StorageFormProps, storageToDraft } from "./storage-draft.ts";
import { storageTypeLabels } from "./storage-fields.ts";
import { StorageFormFields } from "./storage-form-fields.tsx";
import { StorageTestResult } from "./storage-test-result.tsx";
import { type TestAction, useTest } from "./use-test.ts";

type SaveStorage = (input: StorageInput) => Promise<ActionResult<{ readonly name: string }>>;

export interface StorageActions {
	readonly create: SaveStorage;
	readonly update: SaveStorage;
	readonly remove: (input: { readonly name: string }) => Promise<ActionResult>;
	/** As it is saved. */
	readonly test: TestAction<{ readonly name: string }>;
	/** As a form has it, with the secrets that stay. */
	readonly testDraft: TestAction<StorageInput>;
}

interface StorageDialogProps {
	/** null: a new one. */
	readonly storage: StorageView | null;
	readonly actions: Pick<StorageActions, "create" | "update" | "testDraft">;
	readonly onClose: () => void;
	readonly onSaved?: (storage: { readonly name: string; readonly type: StorageType }) => void;
}

export function StorageDialog({ storage, actions, onClose, onSaved }: StorageDialogProps) {
	const form = useForm({
		initial: storageToDraft(storage),
		toInput: draftToInput,
		schema: storageInput,
		action: storage ? actions.update : actions.create,
		onSaved: ({ name }) => {
			toast.success(`Storage ${name} saved.`);
			onSaved?.({ name, type: form.draft.type });
			onClose();
		},
	});
	const { draft, set: setField, forgetErrors, errorOf, parse } = form;
	const test = useTest(actions.testDraft);
	function tryIt() {
		const input = parse();
		if (input !== null) test.run(input);
	}
	// What was wrong with fields of another type says nothing about those of this one.
	const set: typeof setField = (field, value) => {
		if (field === "type") forgetErrors();
		setField(field, value);
	};
	const fields = { draft, set, errorOf, storage };
	return (
		<FormDialog
			title={storage ? `Storage ${storage.name}` : "Add storage"}
			description="A place with files. eosync only reads it and never writes to it."
			form={form}
			submit="Save storage"
			aside={
				<Button className="mr-auto" pending={test.pending} onClick={tryIt}>
					Test
				</Button>
			}
			onClose={onClose}
		>
			<NameAndType {...fields} />
			<StorageFormFields {...fields} />
			{test.test ? <StorageTestResult test={test.test} isBelow /> : null}
		</FormDialog>
	);
}

function NameAndType({ draft, set, errorOf, storage }: StorageFormProps) {
	return (
		<div className="grid items-start gap-4 sm:grid-cols-2">
			<Field
				label="Name"
				error={errorOf("name")}
				hint={
					storage
						? "Sources refer to it by this name; it cannot be changed."
						: "Sources refer to it by this name. No spaces, no /."
				}
			>
				{(control) => (
					<Input
						{...control}
						value={draft.name}
						readOnly={storage !== null}
						autoComplete="off"
						placeholder="archive"
						onChange={(event) => set("name", event.target.value)}
					/>
				)}
			</Field>
			<Field label="Type">
				{(control) => (
					<Select {...control} value={draft.type} onChange={(event) => set("type", event.target.value as StorageType)}>
						{Object.entries(storageTypeLabels).map(([type, label]) => (
							<option key={type} value={type}>
								{label}
							</option>
						))}
					</Select>
				)}
			</Field>
		</div>
	);
}
