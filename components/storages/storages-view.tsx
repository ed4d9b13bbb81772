"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy, HardDrive, Plus } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { May } from "#components/access/user-context.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { readAgain } from "#components/live/read-again.ts";
import { seeded } from "#components/live/seeded.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useOpened } from "#components/ui/address/use-opened.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import type { StorageOverview } from "#lib/catalog/storages/storage-views.ts";
import { DeleteStorage } from "./delete-storage.tsx";
import { PauseStorage } from "./pause-storage.tsx";
import { type StorageActions, StorageDialog } from "./storage-dialog.tsx";
import { StorageItem } from "./storage-item.tsx";

interface StoragesViewProps {
	readonly seed: readonly StorageOverview[];
	readonly actions: StorageActions;
}

export function StoragesView({ seed, actions }: StoragesViewProps) {
	const { data: storages } = useQuery({
		queryKey: queryKeys.storages,
		queryFn: ({ signal }) => fetchJson<readonly StorageOverview[]>("/api/storages", { signal }),
		...seeded(seed),
		// A probe that finds what it found before is no event.
		refetchInterval: 60_000,
	});
	const [adding, setAdding] = useState(false);
	const [editing, setEditing] = useOpened(storages);
	const [pausing, setPausing] = useState<string | null>(null);
	const [deleting, setDeleting] = useOpened(storages);
	const client = useQueryClient();
	const onChanged = () => readAgain(client, { queryKey: queryKeys.storages });
	usePageActions([{ label: "Add storage", icon: <Plus />, act: "storages.create", go: () => setAdding(true) }]);
	const add = (
		<May act="storages.create">
			<Button variant="primary" onClick={() => setAdding(true)}>
				<Plus aria-hidden />
				Add storage
			</Button>
		</May>
	);
	return (
		<div className="space-y-3">
			<div className="flex items-center justify-between gap-3">
				<h1 className="font-semibold text-lg">Storages</h1>
				{storages.length > 0 ? (
					<div className="flex flex-wrap justify-end gap-1.5">
						<Button asChild>
							<Link href="/storages/duplicates">
								<Copy aria-hidden />
								Duplicates
							</Link>
						</Button>
						{add}
					</div>
				) : null}
			</div>
			<div className="rounded-md border bg-surface">
				{storages.length === 0 ? (
					<EmptyState icon={HardDrive} title="No storages yet" action={add}>
						A storage is a place with files: a folder of this machine, an FTP, SFTP or web server, an object store, or
						rasdaman. The sources of containers are on storages.
					</EmptyState>
				) : (
					<ul aria-label="Storages" className="divide-y">
						{storages.map((storage) => (
							<StorageItem
								key={storage.name}
								storage={storage}
								onTest={actions.test}
								onResume={actions.resume}
								onPause={() => setPausing(storage.name)}
								onChanged={onChanged}
								onEdit={() => setEditing(storage)}
								onDelete={() => setDeleting(storage)}
							/>
						))}
					</ul>
				)}
			</div>
			{adding ? (
				<StorageDialog storage={null} actions={actions} onSaved={onChanged} onClose={() => setAdding(false)} />
			) : null}
			{editing ? (
				<StorageDialog
					storage={editing.row}
					isGone={editing.isGone}
					actions={actions}
					onSaved={onChanged}
					onRefused={onChanged}
					onClose={() => setEditing(null)}
				/>
			) : null}
			{pausing === null ? null : (
				<PauseStorage name={pausing} action={actions.pause} onDone={onChanged} onClose={() => setPausing(null)} />
			)}
			{deleting ? (
				<DeleteStorage
					storage={deleting.row}
					onDelete={actions.remove}
					onDeleted={onChanged}
					onClose={() => setDeleting(null)}
				/>
			) : null}
		</div>
	);
}
