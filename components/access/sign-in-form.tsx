"use client";

import { LogIn } from "lucide-react";
import { useState } from "react";
import { useAction } from "#components/ui/actions/use-action.ts";
import { leaveFor } from "#components/ui/address/own-address.ts";
import { Button } from "#components/ui/button.tsx";
import { FormError } from "#components/ui/form/form-error.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { useHydrated } from "#components/ui/use-hydrated.ts";
import { credentials } from "#lib/access/inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { NameField, PasswordField } from "./credential-fields.tsx";

interface SignInFormProps {
	/** The path of this site to open after the sign-in. */
	readonly next: string;
	/** The error of the issuer's sign-in. */
	readonly refused: string | null;
	/** The issuer's name; null: there is none. */
	readonly issuer: string | null;
	readonly signIn: (input: { readonly name: string; readonly password: string }) => Promise<ActionResult<object>>;
	readonly startOidc: (input: { readonly next: string }) => Promise<ActionResult<{ readonly url: string }>>;
}

export function SignInForm({ next, refused, issuer, signIn, startOidc }: SignInFormProps) {
	// Before that the browser would send the form by itself: to this page, which begins anew.
	const isAlive = useHydrated();
	const { draft, set, error, errorOf, pending, formProps } = useForm({
		initial: { name: "", password: "" },
		toInput: (fields) => fields,
		schema: credentials,
		action: signIn,
		// Loads the whole page anew, so that nothing of a former user is left in it.
		onSaved: () => leaveFor(next),
	});
	return (
		<>
			<form {...formProps} className="space-y-4">
				<FormError error={error ?? refused} />
				<NameField
					label="Name"
					error={errorOf("name")}
					className="h-8"
					value={draft.name}
					autoComplete="username"
					autoFocus
					onText={(text) => set("name", text)}
				/>
				<PasswordField
					label="Password"
					error={errorOf("password")}
					className="h-8"
					value={draft.password}
					autoComplete="current-password"
					onText={(text) => set("password", text)}
				/>
				<Button type="submit" variant="primary" pending={pending} disabled={!isAlive} className="h-8! w-full">
					Sign in
				</Button>
			</form>
			{issuer === null ? null : <IssuerButton issuer={issuer} next={next} startOidc={startOidc} />}
		</>
	);
}

function IssuerButton({ issuer, next, startOidc }: Pick<SignInFormProps, "next" | "startOidc"> & { issuer: string }) {
	const [error, setError] = useState<string | null>(null);
	const { runAction, pending } = useAction({ onRefused: setError });
	const go = () =>
		runAction(
			() => startOidc({ next }),
			({ url }) => window.location.assign(url),
		);
	return (
		<div className="space-y-3 border-t pt-4">
			<FormError error={error} />
			<Button pending={pending} onClick={go} className="h-8! w-full">
				<LogIn aria-hidden />
				Sign in with {issuer}
			</Button>
		</div>
	);
}
