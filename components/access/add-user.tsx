"use client";

import { z } from "zod";
import { roleName, userName } from "#lib/access/inputs.ts";
import { type Role, roles } from "#lib/access/permissions.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input, Select } from "../ui/input.tsx";
import { useForm } from "../ui/use-form.ts";
import { roleWords } from "./account-view.tsx";
import type { ShownLink, UserActions } from "./user-actions.ts";

interface AddUserProps {
	readonly add: UserActions["add"];
	readonly onAdded: (name: string, link: ShownLink) => void;
	readonly onClose: () => void;
}

export function AddUser({ add, onAdded, onClose }: AddUserProps) {
	const { draft, set, error, errorOf, pending, formProps } = useForm({
		initial: { name: "", role: "viewer" as Role },
		toInput: (fields) => fields,
		schema: z.object({ name: userName, role: roleName }),
		action: add,
		onSaved: (link) => onAdded(draft.name.trim(), link),
	});
	return (
		<Dialog
			open
			onOpenChange={(open) => open || onClose()}
			title="Add user"
			description="You get a link to send; whoever opens it chooses the password."
		>
			<form {...formProps} className="contents">
				<DialogBody className="space-y-3">
					<FormError error={error} />
					<Field label="Name" error={errorOf("name")} hint="He signs in by it, and the history of runs shows it.">
						{(control) => (
							<Input
								{...control}
								value={draft.name}
								autoComplete="off"
								autoCapitalize="none"
								spellCheck={false}
								onChange={(event) => set("name", event.target.value)}
							/>
						)}
					</Field>
					<Field label="Role" error={errorOf("role")} hint={`Who has it ${roleWords[draft.role]}.`}>
						{(control) => (
							<Select {...control} value={draft.role} onChange={(event) => set("role", event.target.value as Role)}>
								{roles.map((role) => (
									<option key={role}>{role}</option>
								))}
							</Select>
						)}
					</Field>
				</DialogBody>
				<DialogFooter>
					<Button onClick={onClose}>Cancel</Button>
					<Button type="submit" variant="primary" pending={pending}>
						Add user
					</Button>
				</DialogFooter>
			</form>
		</Dialog>
	);
}
