import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { ConfirmAction } from "#components/ui/dialogs/confirm-action.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialogs/dialog.tsx";
import type { StorageView } from "#lib/catalog/storages/storage-views.ts";
import { formatPlural } from "#lib/numbers.ts";
import type { StorageActions } from "./storage-dialog.tsx";

interface DeleteStorageProps {
	readonly storage: StorageView;
	readonly onDelete: StorageActions["remove"];
	readonly onDeleted: () => void;
	readonly onClose: () => void;
}

/** Refused while a container uses the storage; the library decides. */
export function DeleteStorage({ storage, onDelete, onDeleted, onClose }: DeleteStorageProps) {
	const { name, containers } = storage;
	if (containers.length > 0) {
		return (
			<Dialog open onOpenChange={(open) => open || onClose()} title={`Storage ${name} is in use`}>
				<DialogBody className="space-y-2">
					<p>
						{formatPlural(containers.length, "container has", "containers have")} sources on it:{" "}
						{containers.slice(0, 5).join(", ")}
						{containers.length > 5 ? " …" : ""}. Remove those sources first.
					</p>
				</DialogBody>
				<DialogFooter>
					<Button onClick={onClose}>Close</Button>
				</DialogFooter>
			</Dialog>
		);
	}
	return (
		<ConfirmAction
			title={`Delete storage ${name}?`}
			confirm="Delete storage"
			action={() => onDelete({ name })}
			onDone={() => {
				toast.success(`Storage ${name} deleted.`);
				onDeleted();
				onClose();
			}}
			onClose={onClose}
		>
			<p>No container uses it. The files on it are not touched.</p>
		</ConfirmAction>
	);
}
