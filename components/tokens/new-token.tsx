"use client";

import { useState } from "react";
import { roleWords } from "#components/access/account-view.tsx";
import { useUser } from "#components/access/user-context.tsx";
import { Button } from "#components/ui/button.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialogs/dialog.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { FormDialog } from "#components/ui/form/form-dialog.tsx";
import { Input, Select } from "#components/ui/form/input.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { InstantText } from "#components/ui/times/instant.tsx";
import { newTokenInput } from "#lib/access/inputs.ts";
import { type Role, roles } from "#lib/access/permissions.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

export interface ShownToken {
	readonly token: string;
	/** ISO 8601, UTC; null: never. */
	readonly expiresAt: string | null;
}

export type CreateToken = (input: {
	readonly name: string;
	readonly role: Role;
	readonly days: number | null;
}) => Promise<ActionResult<ShownToken>>;

const terms = [7, 30, 90, 180, 365] as const;

/** Asks what the token is for, then shows it, the only time that it can be seen. */
export function NewToken({ create, onClose }: { readonly create: CreateToken; readonly onClose: () => void }) {
	const [made, setMade] = useState<ShownToken | null>(null);
	const { role: own } = useUser();
	const form = useForm({
		initial: { name: "", role: "viewer" as Role, days: "90" },
		toInput: ({ days, ...fields }) => ({ ...fields, days: days === "" ? null : Number(days) }),
		schema: newTokenInput,
		action: create,
		onSaved: setMade,
	});
	const { draft, set, errorOf } = form;
	if (made !== null) return <TokenShown made={made} name={draft.name.trim()} onClose={onClose} />;
	return (
		<FormDialog
			title="New API token"
			description="A program with this token can do what you can, within the token's role."
			form={form}
			submit="Make token"
			onClose={onClose}
		>
			<Field
				label="Name"
				error={errorOf("name")}
				hint="Which program uses it. Shown in the history of runs and the audit log."
			>
				{(control) => (
					<Input
						{...control}
						value={draft.name}
						autoComplete="off"
						spellCheck={false}
						onChange={(event) => set("name", event.target.value)}
					/>
				)}
			</Field>
			<Field
				label="Role"
				error={errorOf("role")}
				hint={`Through the API, a program with this token ${roleWords[draft.role]}.`}
			>
				{(control) => (
					<Select {...control} value={draft.role} onChange={(event) => set("role", event.target.value as Role)}>
						{roles.slice(0, roles.indexOf(own) + 1).map((role) => (
							<option key={role}>{role}</option>
						))}
					</Select>
				)}
			</Field>
			<Field
				label="Expires"
				error={errorOf("days")}
				hint="If your role is lowered, so is the token's; if you are removed, the token stops working."
			>
				{(control) => (
					<Select {...control} value={draft.days} onChange={(event) => set("days", event.target.value)}>
						{terms.map((days) => (
							<option key={days} value={days}>
								in {days} days
							</option>
						))}
						{own === "administrator" ? <option value="">never</option> : null}
					</Select>
				)}
			</Field>
		</FormDialog>
	);
}

interface TokenShownProps {
	readonly made: ShownToken;
	readonly name: string;
	readonly onClose: () => void;
}

function TokenShown({ made: { token, expiresAt }, name, onClose }: TokenShownProps) {
	return (
		<Dialog
			open
			onOpenChange={(open) => open || onClose()}
			title={`Token ${name}`}
			description="Copy it now: it cannot be shown again."
		>
			<DialogBody className="space-y-3">
				<div className="rounded-md bg-raised px-2.5 py-2">
					<Copyable text={token} label="token" whole className="[&>button]:opacity-100" />
				</div>
				<p className="text-muted">
					{expiresAt === null ? (
						"It does not expire."
					) : (
						<>
							It expires on <InstantText instant={expiresAt} />.
						</>
					)}{" "}
					Programs send it as <code className="font-mono text-fine">Authorization: Bearer {token.slice(0, 8)}…</code>
				</p>
			</DialogBody>
			<DialogFooter>
				<Button onClick={onClose}>Done</Button>
			</DialogFooter>
		</Dialog>
	);
}
