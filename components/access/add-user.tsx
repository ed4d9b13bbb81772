"use client";

import { z } from "zod";
import { Field } from "#components/ui/form/field.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { Select } from "#components/ui/form/input.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { roleName, userName } from "#lib/access/inputs.ts";
import { type Role, roles } from "#lib/access/permissions.ts";
import { roleWords } from "./account-view.tsx";
import { NameField } from "./credential-fields.tsx";
import type { ShownLink, UserActions } from "./user-actions.ts";

interface AddUserProps {
	readonly add: UserActions["add"];
	readonly onAdded: (name: string, link: ShownLink) => void;
	readonly onClose: () => void;
}

export function AddUser({ add, onAdded, onClose }: AddUserProps) {
	const form = useForm({
		initial: { name: "", role: "viewer" as Role },
		toInput: (fields) => fields,
		schema: z.object({ name: userName, role: roleName }),
		action: add,
		onSaved: (link) => onAdded(form.draft.name.trim(), link),
	});
	const { draft, set, errorOf } = form;
	return (
		<FormDialog
			title="Add user"
			description="You get a link to send to the new user, who chooses a password with it."
			form={form}
			submit="Add user"
			onClose={onClose}
		>
			<NameField
				label="Name"
				hint="Used to sign in, and shown in the history of runs."
				error={errorOf("name")}
				value={draft.name}
				autoComplete="off"
				onText={(text) => set("name", text)}
			/>
			<Field label="Role" error={errorOf("role")} hint={`A user with this role ${roleWords[draft.role]}.`}>
				{(control) => (
					<Select {...control} value={draft.role} onChange={(event) => set("role", event.target.value as Role)}>
						{roles.map((role) => (
							<option key={role}>{role}</option>
						))}
					</Select>
				)}
			</Field>
		</FormDialog>
	);
}
