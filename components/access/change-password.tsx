"use client";

import { toast } from "sonner";
import { z } from "zod";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { FormError } from "#components/ui/form/form-error.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { currentPassword, newPasswordTwice } from "#lib/access/inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { PasswordField } from "./credential-fields.tsx";

export type ChangePasswordAction = (input: {
	readonly current: string;
	readonly password: string;
	readonly revokeTokens: boolean;
}) => Promise<ActionResult<object>>;

interface ChangePasswordProps {
	/** The user's name, for the browser's password manager. */
	readonly name: string;
	readonly changePassword: ChangePasswordAction;
}

const empty = { current: "", password: "", again: "", revokeTokens: false };
const labels = { current: "Current password", password: "New password", again: "New password again" } as const;

export function ChangePassword({ name, changePassword }: ChangePasswordProps) {
	const { draft, set, error, errorOf, pending, formProps } = useForm({
		initial: empty,
		toInput: (fields) => fields,
		schema: z.intersection(z.object({ current: currentPassword, revokeTokens: z.boolean() }), newPasswordTwice),
		action: ({ current, password, revokeTokens }) => changePassword({ current, password, revokeTokens }),
		onSaved: () => {
			for (const field of ["current", "password", "again"] as const) set(field, "");
			const tokens = draft.revokeTokens ? " Your API tokens are revoked." : " Your API tokens still work.";
			toast.success(`Password changed. All your other sessions have ended.${tokens}`);
			set("revokeTokens", false);
		},
	});
	return (
		<form {...formProps} className="max-w-sm space-y-3">
			<FormError error={error} />
			<input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
			{(["current", "password", "again"] as const).map((field) => (
				<PasswordField
					key={field}
					label={labels[field]}
					error={errorOf(field)}
					value={draft[field]}
					autoComplete={field === "current" ? "current-password" : "new-password"}
					onText={(text) => set(field, text)}
				/>
			))}
			<div className="flex items-center gap-2">
				<Checkbox
					id="revoke-tokens"
					checked={draft.revokeTokens}
					onCheckedChange={(checked) => set("revokeTokens", checked === true)}
				/>
				<label htmlFor="revoke-tokens">Revoke my API tokens as well: programs that use them stop working</label>
			</div>
			<Button type="submit" pending={pending}>
				Change password
			</Button>
		</form>
	);
}
