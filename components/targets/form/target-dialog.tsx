"use client";

import { ChevronRight } from "lucide-react";
import { toast } from "sonner";
import type { TargetActions } from "#components/targets/target-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { NameField } from "#components/ui/form/name-field.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import type { TargetFormSetting } from "#lib/catalog/targets/target-form.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import type { TargetTest, TargetView } from "#lib/catalog/targets/target-views.ts";
import { ContainerChooser } from "./container-chooser.tsx";
import { MapRows } from "./map-rows.tsx";
import { draftToTarget, type TargetFormProps, targetToDraft } from "./target-draft.ts";
import { PasswordField } from "./target-password-field.tsx";
import { TargetTestResult } from "./target-test-result.tsx";
import { useTargetTest } from "./use-target-test.ts";
import { VerificationFields } from "./verification-fields.tsx";
import { VisibilityFields } from "./visibility-fields.tsx";

interface TargetDialogProps {
	/** null: a new one. */
	readonly target: TargetView | null;
	/** It was deleted while this was open. */
	readonly isGone?: boolean;
	readonly known: TargetFormSetting;
	readonly actions: Pick<TargetActions, "create" | "update" | "testDraft">;
	readonly onClose: () => void;
	readonly onSaved: () => void;
	readonly onRefused?: () => void;
}

export function TargetDialog({
	target,
	isGone = false,
	known,
	actions,
	onClose,
	onSaved,
	onRefused,
}: TargetDialogProps) {
	const form = useForm({
		initial: targetToDraft(target),
		version: isGone ? null : (target?.version ?? ""),
		toInput: draftToTarget,
		schema: targetInput,
		action: target ? actions.update : actions.create,
		onSaved: ({ name }) => {
			toast.success(`Target ${name} saved.`);
			onSaved();
			onClose();
		},
		...(onRefused && { onRefused }),
	});
	const { draft, set: setField, errorOf, parse } = form;
	const { test, pending: isTesting, run: runTest, forget: forgetTest } = useTargetTest(actions.testDraft);
	function tryIt() {
		const input = parse();
		if (input !== null) runTest(input);
	}
	// A test is not about a target that is asked for otherwise.
	const set: typeof setField = (field, value) => {
		if (field === "url" || field === "password" || field === "removesPassword") forgetTest();
		setField(field, value);
	};
	const fields = { draft, set, errorOf, target, known };
	return (
		<FormDialog
			title={target ? `Target ${target.name}` : "Add target"}
			description={
				target
					? "Another system's catalogue, which eosync keeps in step with this one."
					: "Another system's catalogue, which eosync keeps in step with this one. It begins paused: nothing is written to it until you push or resume it."
			}
			form={form}
			submit={test?.ok === false ? "Save although the test failed" : "Save target"}
			aside={
				<Button className="mr-auto" pending={isTesting} onClick={tryIt}>
					Test
				</Button>
			}
			onClose={onClose}
		>
			<Connection {...fields} />
			<ContainerChooser
				chosen={draft.containers}
				error={errorOf("containers")}
				onChange={(containers) => set("containers", containers)}
			/>
			<Names {...fields} test={test} />
			<VerificationFields {...fields} />
			<details className="group space-y-4" open={target !== null && !isUsual(draft)}>
				<summary className="flex w-fit cursor-pointer list-none items-center gap-1 font-medium text-muted hover:text-text">
					<ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
					What its services show
				</summary>
				<VisibilityFields {...fields} />
			</details>
			{test ? <TargetTestResult test={test} isBelow /> : null}
		</FormDialog>
	);
}

function isUsual({ wcsCoverages, wcsMosaics, showsCollections, asProduct }: TargetFormProps["draft"]): boolean {
	return wcsCoverages && wcsMosaics && showsCollections && !asProduct;
}

function Connection(props: TargetFormProps) {
	const { draft, set, errorOf, target } = props;
	return (
		<div className="grid items-start gap-4 sm:grid-cols-2">
			<NameField
				value={draft.name}
				error={errorOf("name")}
				isFixed={target !== null}
				use="Commands call it by this name"
				placeholder="eox"
				onChange={(name) => set("name", name)}
			/>
			<PasswordField {...props} />
			<Field
				label="Address of its database"
				error={errorOf("url")}
				hint="PostGIS of an EOxServer 1.5: postgres://user@host:5432/database. A password in it is taken out and sealed; ?sslmode=require encrypts."
				className="sm:col-span-2"
			>
				{(control) => (
					<Input
						{...control}
						value={draft.url}
						autoComplete="off"
						spellCheck={false}
						placeholder="postgres://eoxserver@db.example.org:5432/eoxserver"
						className="font-mono text-fine!"
						onChange={(event) => set("url", event.target.value)}
					/>
				)}
			</Field>
		</div>
	);
}

/** Which names of ours are others there. */
function Names({ draft, set, errorOf, known, test }: TargetFormProps & { readonly test: TargetTest | null }) {
	return (
		<>
			<MapRows
				legend="Storages"
				hint="Where it sees the files of a storage, if that is not where eosync sees them: another mount, another address. Storages without a line are taken to be at the same place."
				ours="Storage"
				theirs="Place as it sees it"
				placeholder={
					known.storages.find(({ name }) => name === draft.storages.at(-1)?.ours)?.address ?? "/data/archive"
				}
				rows={draft.storages}
				errorOf={(name) => errorOf(`storages.${name}`)}
				oursKnown={known.storages.map(({ name }) => name)}
				theirsKnown={test?.storages ?? []}
				onChange={(rows) => set("storages", rows)}
			/>
			<MapRows
				legend="Range types"
				hint="What a range type is called there, if otherwise. One that is there already is used as it is, never changed; one that is not is made."
				ours="Range type"
				theirs="Name there"
				placeholder="RGB"
				rows={draft.rangeTypes}
				errorOf={(name) => errorOf(`rangeTypes.${name}`)}
				oursKnown={known.rangeTypes}
				theirsKnown={test?.rangeTypes ?? []}
				onChange={(rows) => set("rangeTypes", rows)}
			/>
		</>
	);
}
