"use client";

import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { ConfirmAction } from "#components/ui/confirm-action.tsx";
import { formatPlural } from "#components/ui/format.ts";
import type { ContainerDetail } from "#lib/catalog/read-models.ts";
import type { ContainerActions } from "./container-actions.ts";

interface DeleteContainerProps {
	readonly container: ContainerDetail;
	readonly onDelete: ContainerActions["remove"];
	readonly onClose: () => void;
}

export function DeleteContainer({ container, onDelete, onClose }: DeleteContainerProps) {
	const router = useRouter();
	const { id, datasets } = container;
	return (
		<ConfirmAction
			title={`Delete ${id}?`}
			confirm="Delete container"
			phrase={id}
			action={() => onDelete({ id })}
			onDone={() => {
				toast.success(`Container ${id} deleted.`);
				router.push("/containers");
			}}
			onClose={onClose}
		>
			<p>
				It holds {formatPlural(datasets, "dataset")}. The container and the history of its runs are deleted for good;
				this cannot be undone.
			</p>
		</ConfirmAction>
	);
}
