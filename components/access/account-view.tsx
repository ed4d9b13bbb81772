"use client";

import type { ReactNode } from "react";
import { toast } from "sonner";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { FormSection } from "#components/ui/form/form-section.tsx";
import type { DisplayInput } from "#lib/access/inputs.ts";
import type { SessionView } from "#lib/access/sign-in/sessions.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { formatPlural } from "#lib/numbers.ts";
import { ChangePassword, type ChangePasswordAction } from "./change-password.tsx";
import { DisplayForm, type SetDisplay } from "./display-form.tsx";
import { SessionsList } from "./sessions-list.tsx";
import { useUser } from "./user-context.tsx";

interface AccountViewProps {
	readonly sessions: readonly SessionView[];
	/** The session of this browser. */
	readonly current: string;
	readonly hasPassword: boolean;
	readonly changePassword: ChangePasswordAction;
	readonly display: DisplayInput;
	readonly setDisplay: SetDisplay;
	/** Ends one session; null: all others. */
	readonly endSessions: (input: {
		readonly session: string | null;
	}) => Promise<ActionResult<{ readonly ended: number }>>;
	/** Further sections. */
	readonly children: ReactNode;
}

/** A user's own account: sessions, password, tokens. */
export function AccountView({
	sessions,
	current,
	hasPassword,
	changePassword,
	display,
	setDisplay,
	endSessions,
	children,
}: AccountViewProps) {
	const { name, role } = useUser();
	const { runAction, pending } = useAction();
	const end = (session: string | null) =>
		runAction(
			() => endSessions({ session }),
			({ ended }) => toast.success(`${formatPlural(ended, "session")} ended.`),
		);
	return (
		<div className="mx-auto max-w-3xl space-y-4">
			<h1 className="font-semibold text-lg">Your account</h1>
			<FormSection title="Profile">
				<dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2">
					<dt className="text-faint">Name</dt>
					<dd className="break-words">{name}</dd>
					<dt className="text-faint">Role</dt>
					<dd>
						{role}: {roleWords[role]}
					</dd>
				</dl>
			</FormSection>
			<FormSection title="Display">
				<DisplayForm saved={display} setDisplay={setDisplay} />
			</FormSection>
			<FormSection title="Password">
				{hasPassword ? (
					<ChangePassword name={name} changePassword={changePassword} />
				) : (
					<p className="text-muted">You sign in with OpenID Connect: change your password there.</p>
				)}
			</FormSection>
			<FormSection title="Sessions">
				<SessionsList
					label="Your sessions"
					sessions={sessions}
					current={current}
					pending={pending}
					onEnd={({ id }) => end(id)}
				/>
				{sessions.length > 1 ? (
					<Button className="mt-3" pending={pending} onClick={() => end(null)}>
						Sign out everywhere else
					</Button>
				) : null}
			</FormSection>
			{children}
		</div>
	);
}

export const roleWords = {
	viewer: "can see everything and change nothing",
	operator: "can see everything, check, sync, apply, approve, cancel and revert",
	administrator: "can do what operators can, and edit storages, containers, users and settings",
} as const;
