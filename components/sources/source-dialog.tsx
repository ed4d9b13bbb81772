"use client";

import { toast } from "sonner";
import { StorageTestResult } from "#components/storages/storage-test-result.tsx";
import { type TestAction, useTest } from "#components/storages/use-test.ts";
import { Button } from "#components/ui/button.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { type SaveEffect, useForm } from "#components/ui/form/use-form.ts";
import { type SourceInput, sourceInput } from "#lib/catalog/inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import type { LineEdit } from "#lib/catalog/rejections/mending.ts";
import type { FileNameActions } from "./file-name-assistant.tsx";
import {
	draftToSource,
	editedLines,
	newSourceDraft,
	onStorage,
	type StorageChoice,
	sourceToDraft,
} from "./source-draft.ts";
import { SourceFields } from "./source-fields.tsx";

interface SourceDialogProps {
	/** null: a new one. */
	readonly source: SourceInput | null;
	/** Of its container; null: the source was removed while this was open. */
	readonly version: string | null;
	readonly storages: readonly StorageChoice[];
	/** Saves it, if the container's version is still the one that was read. */
	readonly onSave: (source: SourceInput, version: string) => Promise<ActionResult<object>>;
	/** What saving it would do to datasets; left out for a new one, which unlinks none. */
	readonly effect?: (source: SourceInput) => Promise<ActionResult<SaveEffect>>;
	readonly onTest: TestAction<SourceInput>;
	readonly fileNames: FileNameActions;
	/** The name of the field to begin with; `""`: the first. */
	readonly focus?: string;
	/** Lines that are written into that field, or taken out, when it opens. */
	readonly edit?: LineEdit;
	readonly onClose: () => void;
}

export function SourceDialog({
	source,
	version,
	storages,
	onSave,
	effect,
	onTest,
	fileNames,
	focus = "",
	edit = {},
	onClose,
}: SourceDialogProps) {
	const initial = source ? sourceToDraft(source) : newSourceDraft(storages);
	const form = useForm({
		initial,
		typed: editedLines(initial, focus, edit),
		version,
		toInput: draftToSource,
		schema: sourceInput,
		action: onSave,
		...(effect && { effect }),
		onSaved: () => {
			toast.success("Source saved. It applies from the next run on.");
			onClose();
		},
	});
	const { draft, set, errorOf, parse } = form;
	const test = useTest(onTest);
	function tryIt() {
		const input = parse();
		if (input !== null) test.run(input);
	}
	return (
		<FormDialog
			wide
			title={source ? "Edit source" : "Add source"}
			description="Which files of which storage belong to this container, and how they are read."
			form={form}
			submit="Save source"
			aside={
				<Button className="mr-auto" pending={test.pending} onClick={tryIt}>
					Test
				</Button>
			}
			onClose={onClose}
		>
			{focus === "" ? null : <FocusField name={focus} />}
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
				fileNames={fileNames}
			/>
			{test.test ? <StorageTestResult test={test.test} isBelow /> : null}
		</FormDialog>
	);
}

/** Focuses a field of the form it stands in, once it is shown; the dialog itself focuses the first only where nothing is focused yet. */
function FocusField({ name }: { readonly name: string }) {
	return (
		<span
			hidden
			ref={(element) => {
				const field = element?.closest("form")?.elements.namedItem(name);
				if (field instanceof HTMLElement) field.focus();
			}}
		/>
	);
}
