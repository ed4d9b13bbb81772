"use client";

import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import type { SaveContainer } from "#components/container/container-actions.ts";
import type { RequestRuns } from "#components/containers/use-request-runs.tsx";
import { type StorageActions, StorageDialog } from "#components/storages/storage-dialog.tsx";
import { storageTypeLabels } from "#components/storages/storage-fields.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import type { StorageType } from "#lib/storage/storage.ts";
import { FolderChooser } from "./folder-chooser.tsx";
import { type FromFolderAddress, fromFolderAddress } from "./from-folder-address.ts";
import { SurveyView } from "./survey-view.tsx";

interface StorageOffered {
	readonly name: string;
	readonly type: StorageType;
	readonly address: string;
}

interface FromFolderProps {
	readonly storages: readonly StorageOffered[];
	/** EO IDs that there are. */
	readonly taken: readonly string[];
	readonly storageActions: StorageActions;
	readonly create: SaveContainer;
	readonly requestRuns: RequestRuns;
}

/** Storage → folder → what is in it → containers and their first check, without typing a path. */
export function FromFolder({ storages, taken, storageActions, create, requestRuns }: FromFolderProps) {
	const router = useRouter();
	const { state, set } = useAddressState<FromFolderAddress>(fromFolderAddress);
	const [adding, setAdding] = useState(false);
	// One alone is chosen.
	const storage = state.storage !== "" ? state.storage : storages.length === 1 ? (storages[0]?.name ?? "") : "";
	const { path } = state;
	return (
		<div className="mx-auto max-w-4xl space-y-4">
			<header>
				<h1 className="font-semibold text-lg">Add from a folder</h1>
				<p className="text-muted">
					Choose a folder: eosync looks what lies in it, tries how it would be read, and suggests containers. Nothing is
					written to the archive.
				</p>
			</header>
			<Step number={1} title="Storage" isCurrent={storage === ""}>
				{storages.length === 0 ? (
					<p className="mb-2 text-muted">
						A storage is a place with files: a folder of this machine or a mounted share, an FTP or SFTP server, a
						bucket, a web directory.
					</p>
				) : (
					<ul aria-label="Storages" className="mb-2 flex flex-wrap gap-2">
						{storages.map(({ name, type, address: place }) => (
							<li key={name} className="min-w-0 max-w-full">
								<button
									type="button"
									aria-pressed={name === storage}
									onClick={() => set({ storage: name, path: "", looked: "" })}
									className={cx(
										"flex max-w-full flex-col items-start rounded-md border px-3 py-1.5 text-left hover:bg-raised",
										name === storage ? "border-accent bg-raised" : "bg-surface",
									)}
								>
									<span className="max-w-full break-all font-medium">{name}</span>
									<span className="max-w-full break-all text-faint text-fine">
										{storageTypeLabels[type]}: {place}
									</span>
								</button>
							</li>
						))}
					</ul>
				)}
				<Button variant={storages.length === 0 ? "primary" : "secondary"} onClick={() => setAdding(true)}>
					<Plus aria-hidden />
					Add storage
				</Button>
			</Step>
			{storage === "" ? null : (
				<Step number={2} title="Folder" isCurrent={state.looked === ""}>
					<FolderChooser
						key={storage}
						storage={storage}
						path={path}
						onOpen={(next) => set({ storage, path: next, looked: "" })}
						isChosen={state.looked !== ""}
						onChoose={() => set({ storage, looked: "yes" })}
					/>
				</Step>
			)}
			{storage === "" || state.looked === "" ? null : (
				<Step number={3} title="What is in it" isCurrent>
					<SurveyView
						key={`${storage}/${path}`}
						storage={storage}
						path={path}
						taken={taken}
						create={create}
						requestRuns={requestRuns}
						onLeave={() => set({ looked: "" })}
					/>
				</Step>
			)}
			{adding ? (
				<StorageDialog
					storage={null}
					actions={storageActions}
					onClose={() => setAdding(false)}
					onSaved={({ name }) => {
						set({ storage: name, path: "", looked: "" });
						router.refresh();
					}}
				/>
			) : null}
		</div>
	);
}

interface StepProps {
	readonly number: number;
	readonly title: string;
	readonly isCurrent: boolean;
	readonly children: ReactNode;
}

function Step({ number, title, isCurrent, children }: StepProps) {
	return (
		<section aria-label={title} className="rounded-md border bg-surface px-3 py-2.5">
			<h2 className="mb-2 flex items-center gap-2 font-medium">
				<span
					aria-hidden
					className={cx(
						"flex size-5 items-center justify-center rounded-full text-fine",
						isCurrent ? "bg-accent text-on-accent" : "bg-raised text-muted",
					)}
				>
					{number}
				</span>
				{title}
			</h2>
			{children}
		</section>
	);
}
