"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { May } from "#components/access/user-context.tsx";
import type { SaveContainer, UnlinkEffect } from "#components/container/container-actions.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import type { TestAction } from "#components/storages/use-test.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { type Opened, useOpened } from "#components/ui/address/use-opened.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmAction } from "#components/ui/dialogs/confirm-action.tsx";
import { SaveEffectText } from "#components/ui/form/save-effect-text.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import type { SourceInput } from "#lib/catalog/inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import type { ContainerDetail, SourceView } from "#lib/catalog/read-models/container-view.ts";
import type { FileNameActions } from "./file-name-assistant.tsx";
import { SourceDialog } from "./source-dialog.tsx";
import { type StorageChoice, sourceInputOf } from "./source-draft.ts";
import { SourceItem } from "./source-item.tsx";

interface SourcesTabProps {
	readonly container: ContainerDetail;
	readonly storages: readonly StorageChoice[];
	readonly save: SaveContainer;
	readonly unlinkEffect: UnlinkEffect;
	readonly test: TestAction<SourceInput>;
	readonly fileNames: FileNameActions;
}

const noField = { source: "", field: "", add: "", drop: "" } as const;

export function SourcesTab({ container, storages, save, unlinkEffect, test, fileNames }: SourcesTabProps) {
	const [adding, setAdding] = useState(false);
	// A link to a field of a source's form opens it there.
	const { state: address, replace } = useAddressState(noField);
	const [editing, setEditing] = useOpened(
		container.sources,
		container.sources.find(({ id }) => String(id) === address.source) ?? null,
	);
	const [removing, setRemoving] = useOpened(container.sources);
	const { version, input } = container;

	/** @param id the source that `source` replaces; null: none, it is a new one */
	function sourcesWith(id: number | null, source: SourceInput) {
		const others = container.sources.map((other) => (other.id === id ? source : sourceInputOf(other)));
		return id === null ? [...others, source] : others;
	}
	const sourcesWithout = (id: number) => container.sources.filter((other) => other.id !== id).map(sourceInputOf);
	async function saveSource(id: number | null, source: SourceInput, read: string) {
		const sources = sourcesWith(id, source);
		const at = sources.indexOf(source);
		const result = await save({ ...input, sources }, read);
		return result.ok || !result.fields ? result : { ...result, fields: fieldsOf(result.fields, `sources.${at}.`) };
	}
	usePageActions([{ label: "Add source", icon: <Plus />, act: "containers.update", go: () => setAdding(true) }]);
	const add = (
		<May act="containers.update">
			<Button onClick={() => setAdding(true)}>
				<Plus aria-hidden />
				Add source
			</Button>
		</May>
	);
	return (
		<div className="space-y-3">
			{container.sources.length === 0 ? (
				<div className="rounded-md border bg-surface">
					<EmptyState title="No sources yet" action={add}>
						A source is a folder of a storage and the patterns of the files that belong here. Without one a sync finds
						nothing.
					</EmptyState>
				</div>
			) : (
				<>
					<ul aria-label="Sources" className="divide-y rounded-md border bg-surface">
						{container.sources.map((source) => (
							<SourceItem
								key={source.id}
								source={source}
								onTest={test}
								onEdit={() => setEditing(source)}
								onRemove={() => setRemoving(source)}
							/>
						))}
					</ul>
					{add}
				</>
			)}
			{adding ? (
				<SourceDialog
					source={null}
					version={version}
					storages={storages}
					onTest={test}
					fileNames={fileNames}
					onSave={(source, read) => saveSource(null, source, read)}
					onClose={() => setAdding(false)}
				/>
			) : null}
			{editing !== null ? (
				<SourceDialog
					source={editing.row}
					version={editing.isGone ? null : version}
					storages={storages}
					onTest={test}
					fileNames={fileNames}
					onSave={(source, read) => saveSource(editing.row.id, source, read)}
					effect={(source) => unlinkEffect({ id: input.id, sources: sourcesWith(editing.row.id, source) })}
					focus={address.field}
					edit={address}
					onClose={() => {
						setEditing(null);
						replace(noField);
					}}
				/>
			) : null}
			{removing !== null ? (
				<RemoveSource
					source={removing}
					onRemove={() => save({ ...input, sources: sourcesWithout(removing.row.id) }, version)}
					effect={() => unlinkEffect({ id: input.id, sources: sourcesWithout(removing.row.id) })}
					onClose={() => setRemoving(null)}
				/>
			) : null}
		</div>
	);
}

/** The container's field errors as its source's form knows them. */
function fieldsOf(fields: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
	return Object.fromEntries(
		Object.entries(fields).map(([path, message]) => [
			path.startsWith(prefix) ? path.slice(prefix.length) : path,
			message,
		]),
	);
}

interface RemoveSourceProps {
	readonly source: Opened<SourceView>;
	readonly onRemove: () => Promise<ActionResult<object>>;
	readonly effect: () => ReturnType<UnlinkEffect>;
	readonly onClose: () => void;
}

function RemoveSource({ source: { row, isGone }, onRemove, effect, onClose }: RemoveSourceProps) {
	const place = `${row.storage}:/${row.path}`;
	const asked = useQuery({ queryKey: ["unlink effect", row.id], queryFn: effect, gcTime: 0 });
	return (
		<ConfirmAction
			title="Remove this source?"
			confirm="Remove source"
			isUnknown={asked.data?.ok !== true}
			action={async () => (isGone ? { ok: false, error: `${place} was removed already.` } : onRemove())}
			onDone={() => {
				toast.success("Source removed. The next run unlinks its datasets.");
				onClose();
			}}
			onClose={onClose}
		>
			<p className="break-all font-mono">{place}</p>
			{asked.data === undefined ? (
				<p>
					{asked.isError
						? "Its datasets could not be counted: close this and try again."
						: "Looking which datasets only this source provides …"}
				</p>
			) : asked.data.ok ? (
				<SaveEffectText
					effect={{ ...asked.data, sentence: asked.data.sentence || "The other sources match all of its datasets." }}
				/>
			) : (
				<p>{asked.data.error}</p>
			)}
			<p>Nothing changes yet: the guard applies to that run. The files are not touched.</p>
		</ConfirmAction>
	);
}
