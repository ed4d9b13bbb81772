"use client";

import { useState, useTransition } from "react";
import { toast } from "sonner";
import type { StorageView } from "#lib/catalog/views.ts";
import { messageOf } from "#lib/errors.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Dialog, DialogBody, DialogFooter } from "../ui/dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { formatPlural } from "../ui/format.ts";
import type { StorageActions } from "./storage-dialog.tsx";

interface DeleteStorageProps {
	readonly storage: StorageView;
	readonly onDelete: StorageActions["remove"];
	readonly onDeleted: () => void;
	readonly onClose: () => void;
}

/** Refused while a container uses it; the library has the last word. */
export function DeleteStorage({ storage, onDelete, onDeleted, onClose }: DeleteStorageProps) {
	const [error, setError] = useState<string | null>(null);
	const [pending, start] = useTransition();
	const { name, containers } = storage;
	function remove() {
		start(async () => {
			try {
				const result = await onDelete({ name });
				if (!result.ok) return setError(result.error);
				toast.success(`Storage ${name} deleted.`);
				onDeleted();
				onClose();
			} catch (thrown) {
				setError(`Not deleted, the server could not be asked: ${messageOf(thrown)}`);
			}
		});
	}
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
		<ConfirmDialog
			open
			onOpenChange={(open) => open || onClose()}
			title={`Delete storage ${name}?`}
			confirm="Delete storage"
			pending={pending}
			onConfirm={remove}
		>
			<p>No container uses it. The files on it are not touched.</p>
			<FormError error={error} />
		</ConfirmDialog>
	);
}
