"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { toast } from "sonner";
import type { ContainerDetail } from "#lib/catalog/views.ts";
import { messageOf } from "#lib/errors.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { formatPlural } from "../ui/format.ts";
import type { ContainerActions } from "./container-actions.ts";

interface DeleteContainerProps {
	readonly container: ContainerDetail;
	readonly onDelete: ContainerActions["remove"];
	readonly onClose: () => void;
}

export function DeleteContainer({ container, onDelete, onClose }: DeleteContainerProps) {
	const router = useRouter();
	const [error, setError] = useState<string | null>(null);
	const [pending, start] = useTransition();
	const { id, datasets } = container;
	function remove() {
		start(async () => {
			try {
				const result = await onDelete({ id });
				if (!result.ok) return setError(result.error);
				toast.success(`Container ${id} deleted.`);
				router.push("/containers");
			} catch (thrown) {
				setError(`Not deleted, the server could not be asked: ${messageOf(thrown)}`);
			}
		});
	}
	return (
		<ConfirmDialog
			open
			onOpenChange={(open) => open || onClose()}
			title={`Delete ${id}?`}
			confirm="Delete container"
			phrase={id}
			pending={pending}
			onConfirm={remove}
		>
			<p>
				It holds {formatPlural(datasets, "dataset")}. The container and the history of its runs are gone for good; this
				cannot be reverted.
			</p>
			<FormError error={error} />
		</ConfirmDialog>
	);
}
