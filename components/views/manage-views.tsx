import { Trash2 } from "lucide-react";
import { toast } from "sonner";
import { useMay } from "#components/access/user-context.tsx";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialogs/dialog.tsx";
import type { SavedView } from "#lib/access/saved-views.ts";
import type { ViewActions } from "./view-actions.ts";

interface ManageViewsProps {
	readonly views: readonly SavedView[];
	readonly actions: Pick<ViewActions, "remove" | "unshare">;
	readonly onDeleted: () => void;
	readonly onClose: () => void;
}

/** Deletes one's own views; administrators shared ones, too. */
export function ManageViews({ views, actions, onDeleted, onClose }: ManageViewsProps) {
	const mayUnshare = useMay("views.unshare");
	const { runAction, pending } = useAction();
	const remove = ({ id, name, shared }: SavedView) =>
		runAction(
			() => (shared ? actions.unshare({ id }) : actions.remove({ id })),
			() => {
				toast.success(`View ${name} deleted.`);
				onDeleted();
			},
		);
	return (
		<Dialog open onOpenChange={(open) => open || onClose()} title="Delete views">
			<DialogBody>
				{views.length === 0 ? <p className="text-muted">No view is left.</p> : null}
				<ul aria-label="Views" className="divide-y">
					{views.map((view) => (
						<li key={view.id} className="flex items-center gap-3 py-1.5">
							<span className="min-w-0 flex-1 truncate" title={view.name}>
								{view.name}
							</span>
							<span className="shrink-0 text-fine text-muted">{view.shared ? `shared by ${view.by}` : "your own"}</span>
							<Button
								variant="quiet"
								icon
								aria-label={`Delete ${view.name}`}
								disabled={pending || (view.shared && !mayUnshare)}
								onClick={() => remove(view)}
							>
								<Trash2 aria-hidden />
							</Button>
						</li>
					))}
				</ul>
			</DialogBody>
			<DialogFooter>
				<Button onClick={onClose}>Close</Button>
			</DialogFooter>
		</Dialog>
	);
}
