import { toast } from "sonner";
import { z } from "zod";
import { useMay } from "#components/access/user-context.tsx";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { type SavedViewInput, savedViewInput } from "#lib/access/inputs.ts";
import type { ViewActions } from "./view-actions.ts";

interface SaveViewProps {
	readonly page: SavedViewInput["page"];
	readonly query: string;
	/** Of the view that is shown; empty: it has none. */
	readonly name: string;
	readonly actions: Pick<ViewActions, "save" | "share">;
	readonly onSaved: () => void;
	readonly onClose: () => void;
}

interface Draft {
	readonly name: string;
	readonly shared: boolean;
}

export function SaveView({ page, query, name, actions, onSaved, onClose }: SaveViewProps) {
	const mayShare = useMay("views.share");
	const form = useForm({
		initial: { name, shared: false } satisfies Draft as Draft,
		toInput: ({ name: typed, shared }) => ({ view: { page, query, name: typed }, shared }),
		schema: z.object({ view: savedViewInput, shared: z.boolean() }),
		action: ({ view, shared }) => (shared ? actions.share(view) : actions.save(view)),
		onSaved: () => {
			toast.success("View saved.");
			onSaved();
			onClose();
		},
	});
	const { draft, set, errorOf } = form;
	return (
		<FormDialog
			title="Save view"
			description="Keeps the filter and sort of this page under a name. One of the same name is replaced."
			form={form}
			submit="Save view"
			onClose={onClose}
		>
			<Field label="Name" error={errorOf("view.name") ?? errorOf("name") ?? errorOf("view.query")}>
				{(control) => (
					<Input
						{...control}
						value={draft.name}
						autoComplete="off"
						placeholder="Failed on tape"
						onChange={(event) => set("name", event.target.value)}
					/>
				)}
			</Field>
			{mayShare ? (
				<div className="flex items-center gap-2">
					<Checkbox
						id="share-view"
						checked={draft.shared}
						onCheckedChange={(checked) => set("shared", checked === true)}
					/>
					<label htmlFor="share-view">Share it with all users</label>
				</div>
			) : null}
		</FormDialog>
	);
}
