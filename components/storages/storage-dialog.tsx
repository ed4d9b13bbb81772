"use client";

import { toast } from "sonner";
import { type StorageInput, storageInput } from "#lib/catalog/inputs.ts";
import type { ActionResult, StorageView } from "#lib/catalog/views.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input } from "../ui/input.tsx";
import { useForm } from "../ui/use-form.ts";
import { StorageTestResult } from "./storage-test-result.tsx";
import { type TestAction, useTest } from "./use-test.ts";

type SaveStorage = (input: StorageInput) => Promise<ActionResult<{ readonly name: string }>>;

export interface StorageActions {
	readonly create: SaveStorage;
	readonly update: SaveStorage;
	readonly remove: (input: { readonly name: string }) => Promise<ActionResult>;
	readonly test: TestAction<{ readonly name: string }>;
	readonly testDraft: TestAction<StorageInput>;
}

interface StorageDialogProps {
	/** null: a new one. */
	readonly storage: StorageView | null;
	readonly actions: Pick<StorageActions, "create" | "update" | "testDraft">;
	readonly onClose: () => void;
	readonly onSaved?: (name: string) => void;
}

export function StorageDialog({ storage, actions, onClose, onSaved }: StorageDialogProps) {
	const { draft, set, error, errorOf, pending, parse, formProps } = useForm({
		initial: { name: storage?.name ?? "", root: storage?.config.type === "local" ? storage.config.root : "" },
		toInput: (fields) => ({ ...fields, type: "local" }),
		schema: storageInput,
		action: storage ? actions.update : actions.create,
		onSaved: ({ name }) => {
			toast.success(`Storage ${name} saved.`);
			onSaved?.(name);
			onClose();
		},
	});
	const test = useTest(actions.testDraft);
	function tryIt() {
		const input = parse();
		if (input !== null) test.run(input);
	}
	return (
		<Dialog
			open
			onOpenChange={(open) => open || onClose()}
			title={storage ? `Storage ${storage.name}` : "Add storage"}
			description="A place that can be listed and read. eosync never writes to it."
		>
			<form className="contents" {...formProps}>
				<DialogBody className="space-y-4">
					<FormError error={error} />
					<Field
						label="Name"
						error={errorOf("name")}
						hint={
							storage
								? "Sources refer to it by this name; it cannot be changed."
								: "What sources refer to it by; no white space, no /."
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
					<Field
						label="Folder"
						error={errorOf("root")}
						hint="Absolute path on the machine that runs the workers, or of a network share mounted there. Sources lie below it."
					>
						{(control) => (
							<Input
								{...control}
								value={draft.root}
								autoComplete="off"
								spellCheck={false}
								placeholder="/data/archive"
								className="font-mono text-fine!"
								onChange={(event) => set("root", event.target.value)}
							/>
						)}
					</Field>
					{test.test ? <StorageTestResult test={test.test} /> : null}
				</DialogBody>
				<DialogFooter>
					<Button className="mr-auto" pending={test.pending} onClick={tryIt}>
						Test
					</Button>
					<Button onClick={onClose}>Cancel</Button>
					<Button type="submit" variant="primary" pending={pending}>
						Save storage
					</Button>
				</DialogFooter>
			</form>
		</Dialog>
	);
}
