import { toast } from "sonner";
import { ConfirmAction } from "#components/ui/confirm-action.tsx";
import { formatPlural } from "#components/ui/format.ts";
import type { ActionResult } from "#lib/catalog/read-models.ts";

interface RemoveSourceProps {
	readonly datasets: number;
	readonly onRemove: () => Promise<ActionResult<object>>;
	readonly onClose: () => void;
}

export function RemoveSource({ datasets, onRemove, onClose }: RemoveSourceProps) {
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
