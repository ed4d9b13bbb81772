"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import type { FileNameActions } from "#components/sources/file-name-assistant.tsx";
import {
	draftToSource,
	newSourceDraft,
	onStorage,
	type SourceDraft,
	type StorageChoice,
} from "#components/sources/source-draft.ts";
import { SourceFields } from "#components/sources/source-fields.tsx";
import { type StorageActions, StorageDialog } from "#components/storages/storage-dialog.tsx";
import { StorageTestResult } from "#components/storages/storage-test-result.tsx";
import { type TestAction, useTest } from "#components/storages/use-test.ts";
import { Button } from "#components/ui/button.tsx";
import { FormError } from "#components/ui/form/form-error.tsx";
import { FormSection } from "#components/ui/form/form-section.tsx";
import { useUnsaved } from "#components/ui/form/unsaved.ts";
import { useForm } from "#components/ui/form/use-form.ts";
import { containerInput, type SourceInput, sourceInput } from "#lib/catalog/inputs.ts";
import type { Schedule } from "#lib/catalog/schedules/schedule.ts";
import { messagesInOneLine } from "#lib/validation-messages.ts";
import type { SaveContainer } from "./container-actions.ts";
import { type ContainerDraft, draftToContainer, newContainerDraft } from "./container-draft.ts";
import { IdentityFields, RuleFields } from "./container-fields.tsx";

interface NewContainerProps {
	readonly storages: readonly StorageChoice[];
	readonly create: SaveContainer;
	readonly storageActions: StorageActions;
	readonly testSource: TestAction<SourceInput>;
	readonly fileNames: FileNameActions;
	readonly byDefault: Schedule | null;
}

interface Draft {
	readonly container: ContainerDraft;
	readonly source: SourceDraft;
}

/** A container with its first source; further ones are added on its page. */
export function NewContainer({
	storages,
	create,
	storageActions,
	testSource,
	fileNames,
	byDefault,
}: NewContainerProps) {
	const router = useRouter();
	const [added, setAdded] = useState<readonly StorageChoice[]>([]);
	const [adding, setAdding] = useState(false);
	// A storage that was added here also comes with the page's next answer.
	const all = [...storages, ...added.filter(({ name }) => !storages.some((storage) => storage.name === name))];
	const { draft, set, error, errorOf, pending, changed, formProps } = useForm({
		initial: {
			container: newContainerDraft,
			source: newSourceDraft(storages),
		} satisfies Draft as Draft,
		toInput: ({ container, source }) => draftToContainer(container, [draftToSource(source)]),
		schema: containerInput,
		action: create,
		onSaved: ({ id }) => {
			toast.success(`Container ${id} added. Check it to see what a sync would do.`);
			router.push(`/containers/${encodeURIComponent(id)}`);
		},
	});
	useUnsaved(changed);
	const setContainer = <K extends keyof ContainerDraft>(field: K, value: ContainerDraft[K]) =>
		set("container", { ...draft.container, [field]: value });
	const setSource = <K extends keyof SourceDraft>(field: K, value: SourceDraft[K]) =>
		set("source", { ...draft.source, [field]: value });
	const chooseStorage = (name: string, among: readonly StorageChoice[]) =>
		set("source", onStorage(draft.source, name, among));
	return (
		<div className="mx-auto max-w-3xl space-y-4">
			<header>
				<h1 className="font-semibold text-lg">Add container</h1>
				<p className="text-muted">
					Not sure of patterns and metadata?{" "}
					<Link href="/containers/from-folder" className="text-accent underline underline-offset-2">
						Add from a folder
					</Link>{" "}
					looks what lies there, and suggests them.
				</p>
			</header>
			<form {...formProps} className="space-y-4">
				<FormError error={error} />
				<FormSection title="Container">
					<IdentityFields draft={draft.container} set={setContainer} errorOf={errorOf} isNew />
				</FormSection>
				<FormSection title="First source">
					<SourceFields
						draft={draft.source}
						set={setSource}
						onChooseStorage={(name) => chooseStorage(name, all)}
						errorOf={(field) => errorOf(`sources.0.${field}`)}
						storages={all}
						fileNames={fileNames}
						addStorage={
							<button
								type="button"
								className="text-accent underline decoration-dotted underline-offset-2"
								onClick={() => setAdding(true)}
							>
								Add a storage
							</button>
						}
					/>
					<SourceTest draft={draft.source} onTest={testSource} />
				</FormSection>
				<FormSection title="Schedule and safety">
					<RuleFields draft={draft.container} set={setContainer} errorOf={errorOf} byDefault={byDefault} />
				</FormSection>
				<div className="flex justify-end gap-2">
					<Button onClick={() => router.push("/containers")}>Cancel</Button>
					<Button type="submit" variant="primary" pending={pending}>
						Add container
					</Button>
				</div>
			</form>
			{adding ? (
				<StorageDialog
					storage={null}
					actions={storageActions}
					onClose={() => setAdding(false)}
					onSaved={(storage) => {
						setAdded([...added, storage]);
						chooseStorage(storage.name, [...all, storage]);
					}}
				/>
			) : null}
		</div>
	);
}

interface SourceTestProps {
	readonly draft: SourceDraft;
	readonly onTest: TestAction<SourceInput>;
}

/** *Test* of a source whose container does not exist yet. */
function SourceTest({ draft, onTest }: SourceTestProps) {
	const test = useTest(onTest);
	const [error, setError] = useState<string | null>(null);
	function tryIt() {
		const parsed = sourceInput.safeParse(draftToSource(draft));
		setError(
			parsed.success ? null : `Some fields of the source are not valid yet: ${messagesInOneLine(parsed.error)}.`,
		);
		if (parsed.success) test.run(parsed.data);
	}
	return (
		<div className="mt-4 space-y-3">
			<Button pending={test.pending} onClick={tryIt}>
				Test
			</Button>
			<FormError error={error} />
			{error === null && test.test ? <StorageTestResult test={test.test} /> : null}
		</div>
	);
}
