"use client";

import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { May, useMay } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmAction } from "#components/ui/dialogs/confirm-action.tsx";
import { FormSection } from "#components/ui/form/form-section.tsx";
import { FormState } from "#components/ui/form/form-state.tsx";
import { SaveBar } from "#components/ui/form/save-bar.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { containerInput } from "#lib/catalog/inputs.ts";
import type { ContainerDetail } from "#lib/catalog/read-models/container-view.ts";
import type { Schedule } from "#lib/catalog/schedules/schedule.ts";
import { formatPlural } from "#lib/numbers.ts";
import type { ContainerActions, SaveContainer } from "./container-actions.ts";
import { containerToDraft, draftToContainer } from "./container-draft.ts";
import { IdentityFields, PublishFields, RuleFields } from "./container-fields.tsx";
import { GridInForce } from "./grid-fields.tsx";
import { RenameContainer } from "./rename-container.tsx";

interface SettingsTabProps {
	readonly container: ContainerDetail;
	readonly save: SaveContainer;
	readonly remove: ContainerActions["remove"];
	readonly rename: ContainerActions["rename"];
	readonly deletionEffect: ContainerActions["deletionEffect"];
	readonly byDefault: Schedule | null;
}

export function SettingsTab({ container, save, remove, rename, deletionEffect, byDefault }: SettingsTabProps) {
	const [deleting, setDeleting] = useState(false);
	const allowed = useMay("containers.update");
	const form = useForm({
		initial: containerToDraft(container.input),
		version: container.version,
		toInput: (fields) => draftToContainer(fields, container.input.sources),
		schema: containerInput,
		action: save,
		onSaved: () => toast.success("Settings saved. What a run does applies from the next one on."),
	});
	const { draft, set, errorOf, pending, changed, formProps } = form;
	usePageActions([
		{ label: `Delete ${container.id}`, icon: <Trash2 />, act: "containers.delete", go: () => setDeleting(true) },
	]);
	return (
		<div className="max-w-3xl space-y-4">
			<form {...formProps} className="space-y-4">
				<FormState form={form} />
				<fieldset disabled={!allowed} className="space-y-4">
					<FormSection title="Container">
						<IdentityFields draft={draft} set={set} errorOf={errorOf} isNew={false} />
						<GridInForce grid={container.mosaicGrid} />
					</FormSection>
					<FormSection title="Schedule and safety">
						<RuleFields draft={draft} set={set} errorOf={errorOf} byDefault={byDefault} />
					</FormSection>
					<FormSection title="Publish">
						<PublishFields draft={draft} set={set} errorOf={errorOf} />
					</FormSection>
				</fieldset>
				<May act="containers.update">
					<SaveBar submit="Save settings" pending={pending} changed={changed} />
				</May>
			</form>
			<May act="containers.rename">
				<RenameContainer container={container} rename={rename} />
			</May>
			{container.kind === "dataset-series" ? (
				<May act="containers.split">
					<FormSection title="Split or merge">
						<div className="flex flex-wrap items-center justify-between gap-3">
							<p className="min-w-0 flex-1 basis-64 text-muted">
								Makes containers of parts of it, by folder, year or pattern, or one of several. Planned first, reviewed,
								and applied as a run.
							</p>
							<Button asChild>
								<Link href={`/containers/${encodeURIComponent(container.id)}/reshape`}>Split or merge</Link>
							</Button>
						</div>
					</FormSection>
				</May>
			) : null}
			<May act="containers.delete">
				<FormSection title="Delete">
					<div className="flex flex-wrap items-center justify-between gap-3">
						<p className="min-w-0 flex-1 basis-64 text-muted">
							Takes the container, its sources and its datasets out of the catalogue. It can be restored for as long as
							its retention time says; the files are not touched.
						</p>
						<Button variant="danger" onClick={() => setDeleting(true)}>
							Delete container
						</Button>
					</div>
				</FormSection>
			</May>
			{deleting ? (
				<DeleteContainer
					container={container}
					onDelete={remove}
					deletionEffect={deletionEffect}
					onClose={() => setDeleting(false)}
				/>
			) : null}
		</div>
	);
}

interface DeleteContainerProps {
	readonly container: ContainerDetail;
	readonly onDelete: ContainerActions["remove"];
	readonly deletionEffect: ContainerActions["deletionEffect"];
	readonly onClose: () => void;
}

function DeleteContainer({ container, onDelete, deletionEffect, onClose }: DeleteContainerProps) {
	const router = useRouter();
	const { id, retentionDays } = container;
	const effect = useQuery({ queryKey: ["deletion", id], queryFn: () => deletionEffect({ id }), gcTime: 0 });
	const counted = effect.data?.ok ? effect.data.datasets : null;
	return (
		<ConfirmAction
			title={`Delete ${id}?`}
			confirm="Delete container"
			phrase={id}
			isUnknown={counted === null}
			action={async () => {
				const result = await onDelete({ id, datasets: counted ?? 0 });
				if (!result.ok) void effect.refetch();
				return result;
			}}
			onDone={() => {
				toast.success(`Container ${id} deleted.`);
				router.push("/containers");
			}}
			onClose={onClose}
		>
			<p>
				{effect.data === undefined
					? effect.isError
						? "Its datasets could not be counted: close this and try again."
						: "Counting its datasets …"
					: effect.data.ok
						? effect.data.sentence
						: effect.data.error}{" "}
				It can be restored for {formatPlural(retentionDays, "day")}, from <i>Deleted containers</i>.
			</p>
		</ConfirmAction>
	);
}
