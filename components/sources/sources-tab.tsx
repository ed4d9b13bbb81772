"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { May } from "#components/access/user-context.tsx";
import type { SaveContainer } from "#components/container/container-actions.ts";
import type { TestAction } from "#components/storages/use-test.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmAction } from "#components/ui/confirm-action.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { formatPlural } from "#components/ui/format.ts";
import type { SourceInput } from "#lib/catalog/inputs.ts";
import type { ActionResult, ContainerDetail } from "#lib/catalog/read-models.ts";
import { SourceDialog } from "./source-dialog.tsx";
import type { StorageChoice } from "./source-draft.ts";
import { SourceItem } from "./source-item.tsx";

interface SourcesTabProps {
	readonly container: ContainerDetail;
	readonly storages: readonly StorageChoice[];
	readonly save: SaveContainer;
	readonly test: TestAction<SourceInput>;
}

export function SourcesTab({ container, storages, save, test }: SourcesTabProps) {
	const [editing, setEditing] = useState<number | "new" | null>(null);
	const [removing, setRemoving] = useState<number | null>(null);
	const { sources } = container.input;

	async function saveSources(changed: readonly SourceInput[], at: number) {
		const result = await save({ ...container.input, sources: [...changed] });
		return result.ok || !result.fields ? result : { ...result, fields: fieldsOf(result.fields, `sources.${at}.`) };
	}
	const add = (
		<May act="containers.update">
			<Button onClick={() => setEditing("new")}>
				<Plus aria-hidden />
				Add source
			</Button>
		</May>
	);
	return (
		<div className="space-y-3">
			{sources.length === 0 ? (
				<div className="rounded-md border bg-surface">
					<EmptyState title="No sources yet" action={add}>
						A source is a folder of a storage and the patterns of the files that belong here. Without one a sync finds
						nothing.
					</EmptyState>
				</div>
			) : (
				<>
					<ul aria-label="Sources" className="divide-y rounded-md border bg-surface">
						{sources.map((source, index) => (
							<SourceItem
								key={container.sources[index]?.id ?? index}
								source={source}
								datasets={container.sources[index]?.datasets ?? 0}
								watching={container.sources[index]?.watching ?? null}
								unmatched={container.sources[index]?.unmatched ?? []}
								onTest={test}
								onEdit={() => setEditing(index)}
								onRemove={() => setRemoving(index)}
							/>
						))}
					</ul>
					{add}
				</>
			)}
			{editing !== null ? (
				<SourceDialog
					source={editing === "new" ? null : (sources[editing] ?? null)}
					storages={storages}
					onTest={test}
					onSave={(source) =>
						editing === "new"
							? saveSources([...sources, source], sources.length)
							: saveSources(sources.with(editing, source), editing)
					}
					onClose={() => setEditing(null)}
				/>
			) : null}
			{removing !== null ? (
				<RemoveSource
					datasets={container.sources[removing]?.datasets ?? 0}
					onRemove={() => saveSources(sources.toSpliced(removing, 1), removing)}
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
	readonly datasets: number;
	readonly onRemove: () => Promise<ActionResult<object>>;
	readonly onClose: () => void;
}

function RemoveSource({ datasets, onRemove, onClose }: RemoveSourceProps) {
	return (
		<ConfirmAction
			title="Remove this source?"
			confirm="Remove source"
			action={onRemove}
			onDone={() => {
				toast.success("Source removed. The next run unlinks its datasets.");
				onClose();
			}}
			onClose={onClose}
		>
			<p>
				Nothing changes yet: the next run unlinks the {formatPlural(datasets, "dataset")} that only this source
				provides, and the guard applies. The files are not touched.
			</p>
		</ConfirmAction>
	);
}
