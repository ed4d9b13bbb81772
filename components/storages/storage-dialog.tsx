"use client";

import { ChevronRight } from "lucide-react";
import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { Select } from "#components/ui/form/input.tsx";
import { NameField } from "#components/ui/form/name-field.tsx";
import { type SaveEffect, useForm } from "#components/ui/form/use-form.ts";
import { type StorageInput, storageInput } from "#lib/catalog/inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import type { StorageView } from "#lib/catalog/storages/storage-views.ts";
import type { StorageType } from "#lib/storage/storage.ts";
import { draftToInput, isElsewhere, isShown, type StorageFormProps, storageToDraft } from "./storage-draft.ts";
import { StorageFieldControl } from "./storage-field-control.tsx";
import { fieldsByType, type StorageField, storageTypeLabels } from "./storage-fields.ts";
import { StorageTestResult } from "./storage-test-result.tsx";
import { type TestAction, useTest } from "./use-test.ts";

/** An edit: of `StorageView.version`, no other. */
type SaveStorage = (input: StorageInput, version: string) => Promise<ActionResult<{ readonly name: string }>>;

export interface StorageActions {
	readonly create: SaveStorage;
	readonly update: SaveStorage;
	readonly remove: (input: { readonly name: string }) => Promise<ActionResult>;
	/** Describes for which datasets a storage that is edited would be another place. */
	readonly effect: (input: StorageInput) => Promise<ActionResult<SaveEffect>>;
	/** As it is saved. */
	readonly test: TestAction<{ readonly name: string }>;
	/** As a form has it, with the secrets that stay. */
	readonly testDraft: TestAction<StorageInput>;
	readonly pause: (input: {
		readonly name: string;
		readonly until: string;
		readonly note: string;
	}) => Promise<ActionResult>;
	readonly resume: (input: { readonly name: string }) => Promise<ActionResult>;
}

interface StorageDialogProps {
	/** null: a new one. */
	readonly storage: StorageView | null;
	/** It was deleted while this was open. */
	readonly isGone?: boolean;
	readonly actions: Pick<StorageActions, "create" | "update" | "effect" | "testDraft">;
	readonly onClose: () => void;
	readonly onSaved?: (storage: { readonly name: string; readonly type: StorageType }) => void;
	readonly onRefused?: () => void;
}

export function StorageDialog({ storage, isGone = false, actions, onClose, onSaved, onRefused }: StorageDialogProps) {
	const form = useForm({
		initial: storageToDraft(storage),
		version: isGone ? null : (storage?.version ?? ""),
		toInput: draftToInput,
		schema: storageInput,
		action: storage ? actions.update : actions.create,
		...(storage && { effect: actions.effect }),
		onSaved: ({ name }) => {
			toast.success(`Storage ${name} saved.`);
			onSaved?.({ name, type: form.draft.type });
			onClose();
		},
		...(onRefused && { onRefused }),
	});
	const { draft, set: setField, forgetErrors, errorOf, parse } = form;
	const test = useTest(actions.testDraft);
	function tryIt() {
		const input = parse();
		if (input !== null) test.run(input);
	}
	// Errors in the fields of another type do not concern those of this one.
	const set: typeof setField = (field, value) => {
		if (field === "type") forgetErrors();
		// Nor does a test about a storage that is asked for otherwise.
		test.forget();
		setField(field, value);
	};
	const fields = { draft, set, errorOf, storage };
	return (
		<FormDialog
			title={storage ? `Storage ${storage.name}` : "Add storage"}
			description="A place with files. eosync only reads it and never writes to it."
			form={form}
			submit={test.test?.ok === false ? "Save although the test failed" : "Save storage"}
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
			<NameField
				value={draft.name}
				error={errorOf("name")}
				isFixed={storage !== null}
				use="Sources refer to it by this name"
				placeholder="archive"
				onChange={(name) => set("name", name)}
			/>
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

/** The fields of a storage of the draft's type; those with good defaults are behind one click. */
function StorageFormFields(props: StorageFormProps) {
	const { draft, errorOf, storage } = props;
	const shown = fieldsByType[draft.type].filter((field) => isShown(field, draft.values));
	const further = shown.filter(({ isFurther }) => isFurther);
	const secretsStay = storage !== null && !isElsewhere(draft, storage);
	const control = (field: StorageField) => (
		<StorageFieldControl key={field.name} {...props} field={field} secretsStay={secretsStay} />
	);
	return (
		<>
			<div className="grid grid-cols-6 items-start gap-4">
				{shown.filter(({ isFurther }) => !isFurther).map(control)}
			</div>
			{further.length === 0 ? null : (
				<details className="group" open={further.some(({ name }) => errorOf(name) !== undefined) || undefined}>
					<summary className="flex w-fit items-center gap-1 rounded font-medium text-muted hover:text-text">
						<ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
						Further settings
					</summary>
					<div className="grid grid-cols-6 items-start gap-4 pt-3">{further.map(control)}</div>
				</details>
			)}
		</>
	);
}
