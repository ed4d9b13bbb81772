"use client";

import { z } from "zod";
import { leaveFor } from "#components/ui/address/own-address.ts";
import { Button } from "#components/ui/button.tsx";
import { FormError } from "#components/ui/form/form-error.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { useHydrated } from "#components/ui/use-hydrated.ts";
import { newPasswordTwice, userName } from "#lib/access/inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { NameField, PasswordField } from "./credential-fields.tsx";

interface SetUpFormProps {
	/** The secret of the one-time link. */
	readonly link: string;
	/** Of the user who was invited; null: the first administrator chooses one. */
	readonly name: string | null;
	readonly choosePassword: (input: {
		readonly link: string;
		readonly name: string | null;
		readonly password: string;
	}) => Promise<ActionResult<object>>;
}

export function SetUpForm({ link, name, choosePassword }: SetUpFormProps) {
	// Before that the browser would send the form by itself: to this page, which begins anew.
	const isAlive = useHydrated();
	const { draft, set, error, errorOf, pending, formProps } = useForm({
		initial: { name: name ?? "", password: "", again: "" },
		toInput: (fields) => fields,
		schema: z.intersection(z.object({ name: userName }), newPasswordTwice),
		action: (input) => choosePassword({ link, name: name === null ? input.name : null, password: input.password }),
		onSaved: () => leaveFor("/"),
	});
	return (
		<form {...formProps} className="space-y-4">
			<FormError error={error} />
			<NameField
				label="Name"
				{...(name === null ? { hint: "Used to sign in, and shown in the history of runs." } : {})}
				error={errorOf("name")}
				className="h-8"
				value={draft.name}
				readOnly={name !== null}
				autoComplete="username"
				onText={(text) => set("name", text)}
			/>
			<PasswordField
				label="Password"
				hint="At least 12 characters. Four or more unusual words make a good one."
				error={errorOf("password")}
				className="h-8"
				value={draft.password}
				autoComplete="new-password"
				onText={(text) => set("password", text)}
			/>
			<PasswordField
				label="Password again"
				error={errorOf("again")}
				className="h-8"
				value={draft.again}
				autoComplete="new-password"
				onText={(text) => set("again", text)}
			/>
			<Button type="submit" variant="primary" pending={pending} disabled={!isAlive} className="h-8! w-full">
				{name === null ? "Create administrator" : "Save password"}
			</Button>
		</form>
	);
}
