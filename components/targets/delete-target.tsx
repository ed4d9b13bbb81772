import { toast } from "sonner";
import { ConfirmAction } from "#components/ui/dialogs/confirm-action.tsx";
import type { TargetActions } from "./target-actions.ts";

interface DeleteTargetProps {
	readonly name: string;
	readonly onDelete: TargetActions["remove"];
	readonly onDeleted: () => void;
	readonly onClose: () => void;
}

/** What is there stays there; what is forgotten is which of it was ours. */
export function DeleteTarget({ name, onDelete, onDeleted, onClose }: DeleteTargetProps) {
	return (
		<ConfirmAction
			title={`Delete target ${name}?`}
			confirm="Delete target"
			phrase={name}
			action={() => onDelete({ name })}
			onDone={() => {
				toast.success(`Target ${name} deleted.`);
				onDeleted();
				onClose();
			}}
			onClose={onClose}
		>
			<p>
				Nothing is removed there: what was registered stays as it is, and is not kept in step any more. Which of it is
				ours is forgotten; a target for the same database can adopt it again.
			</p>
		</ConfirmAction>
	);
}
