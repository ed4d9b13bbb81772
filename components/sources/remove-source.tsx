"use client";

import { useState, useTransition } from "react";
import { toast } from "sonner";
import type { ActionResult } from "#lib/catalog/views.ts";
import { messageOf } from "#lib/errors.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { formatPlural } from "../ui/format.ts";

interface RemoveSourceProps {
	readonly datasets: number;
	readonly onRemove: () => Promise<ActionResult<object>>;
	readonly onClose: () => void;
}

export function RemoveSource({ datasets, onRemove, onClose }: RemoveSourceProps) {
	const [error, setError] = useState<string | null>(null);
	const [pending, start] = useTransition();
	function remove() {
		start(async () => {
			try {
				const result = await onRemove();
				if (!result.ok) return setError(result.error);
				toast.success("Source removed. The next run unlinks what it brought in.");
				onClose();
			} catch (thrown) {
				setError(`Not removed, the server could not be asked: ${messageOf(thrown)}`);
			}
		});
	}
	return (
		<ConfirmDialog
			open
			onOpenChange={(open) => open || onClose()}
			title="Remove this source?"
			confirm="Remove source"
			pending={pending}
			onConfirm={remove}
		>
			<p>
				Nothing changes at once: the next run unlinks the {formatPlural(datasets, "dataset")} that only this source
				brought in, and the guard applies. The files are not touched.
			</p>
			<FormError error={error} />
		</ConfirmDialog>
	);
}
