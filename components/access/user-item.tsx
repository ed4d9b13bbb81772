"use client";

import { ChevronDown, ChevronRight, KeyRound, Monitor, Trash2, UserCog } from "lucide-react";
import { useId, useState } from "react";
import { toast } from "sonner";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmAction } from "#components/ui/dialogs/confirm-action.tsx";
import { Select } from "#components/ui/form/input.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import { type Role, roles } from "#lib/access/permissions.ts";
import type { SessionView } from "#lib/access/sign-in/sessions.ts";
import type { UserView } from "#lib/access/users.ts";
import { formatPlural } from "#lib/numbers.ts";
import { SessionsList } from "./sessions-list.tsx";
import type { ShownLink, UserActions } from "./user-actions.ts";

interface UserItemProps {
	readonly user: UserView;
	readonly sessions: readonly SessionView[];
	readonly own: { readonly id: string; readonly session: string };
	readonly actions: UserActions;
	readonly onLink: (link: ShownLink) => void;
}

export function UserItem({ user, sessions, own, actions, onLink }: UserItemProps) {
	const [open, setOpen] = useState(false);
	const [asking, setAsking] = useState<"reset" | "remove" | null>(null);
	const { runAction, pending } = useAction();
	const list = useId();
	const { id, name, role } = user;
	const close = () => setAsking(null);
	const change = (next: Role) =>
		runAction(
			() => actions.setRole({ id, role: next, from: role }),
			() => toast.success(`${name} is now ${next}.`),
		);
	const endSession = (session: string | null) =>
		runAction(
			() => actions.endSessions({ id, session }),
			({ ended }) => toast.success(`${formatPlural(ended, "session")} of ${name} ended.`),
		);
	const Chevron = open ? ChevronDown : ChevronRight;
	const hasRole = user.signsInBy !== "issuer";
	const hasPassword = hasRole && id !== own.id;
	usePageActions([
		...roles
			.filter((each) => hasRole && each !== role)
			.map((each) => ({ label: `Make ${name} ${each}`, icon: <UserCog />, go: () => change(each) })),
		{ label: `Sessions of ${name}`, icon: <Monitor />, go: () => setOpen(!open) },
		...(hasPassword
			? [{ label: `Reset the password of ${name}`, icon: <KeyRound />, go: () => setAsking("reset") }]
			: []),
		{ label: `Remove ${name}`, icon: <Trash2 />, go: () => setAsking("remove") },
	]);
	return (
		<li className="space-y-2 px-3 py-2.5">
			<div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
				<div className="min-w-0 flex-1 basis-52">
					<p className="flex flex-wrap items-center gap-2">
						<span className="min-w-0 truncate font-medium">{name}</span>
						{id === own.id ? <Badge tone="in-sync">you</Badge> : null}
						{user.signsInBy === "link" ? <Badge tone="out-of-sync">has not chosen a password yet</Badge> : null}
					</p>
					<p className="text-fine text-muted">
						{user.signsInBy === "issuer" ? "Signs in with OpenID Connect. " : null}
						{user.seenAt === null ? "Not signed in" : "Seen "}
						{user.seenAt === null ? null : <RelativeTime instant={user.seenAt} />}, added{" "}
						<RelativeTime instant={user.createdAt} />
					</p>
				</div>
				<div className="flex flex-wrap items-center gap-1.5">
					<Select
						aria-label={`Role of ${name}`}
						className="w-36!"
						value={role}
						disabled={pending || !hasRole}
						{...(hasRole ? {} : { title: "The OpenID Connect provider sets the role" })}
						onChange={(event) => change(event.target.value as Role)}
					>
						{roles.map((each) => (
							<option key={each}>{each}</option>
						))}
					</Select>
					<Button
						aria-expanded={open}
						aria-controls={open ? list : undefined}
						className="min-w-28"
						onClick={() => setOpen(!open)}
					>
						<Chevron aria-hidden />
						{formatPlural(user.sessions, "session")}
						<span className="sr-only"> of {name}</span>
					</Button>
					{hasPassword ? (
						<Button aria-label={`Reset password of ${name}`} onClick={() => setAsking("reset")}>
							Reset password
						</Button>
					) : null}
					<Button aria-label={`Remove ${name}`} onClick={() => setAsking("remove")}>
						Remove
					</Button>
				</div>
			</div>
			{open ? (
				<div id={list} className="rounded-md bg-raised/50 p-3">
					{sessions.length === 0 ? <p className="text-muted">{name} is not signed in.</p> : null}
					<SessionsList
						label={`Sessions of ${name}`}
						sessions={sessions}
						current={own.session}
						pending={pending}
						onEnd={(session) => endSession(session.id)}
					/>
					{sessions.length > 1 && id !== own.id ? (
						<Button className="mt-3" pending={pending} onClick={() => endSession(null)}>
							End all sessions
						</Button>
					) : null}
				</div>
			) : null}
			{asking === "reset" ? (
				<ConfirmAction
					title={`Reset the password of ${name}?`}
					confirm="Reset password"
					action={() => actions.resetPassword({ id })}
					onDone={(link) => {
						close();
						onLink(link);
					}}
					onClose={close}
				>
					<p>
						The password and all API tokens of {name} stop working, and all sessions end. You get a link to send to{" "}
						{name}, who chooses a new one with it.
					</p>
				</ConfirmAction>
			) : null}
			{asking === "remove" ? (
				<ConfirmAction
					title={`Remove ${name}?`}
					confirm={`Remove ${name}`}
					action={() => actions.remove({ id })}
					onDone={() => toast.success(`${name} removed.`)}
					onClose={close}
				>
					<p>
						{id === own.id ? "This is your own account: you will be signed out. " : "All sessions end at once. "}API
						tokens stop working. The history of runs keeps the name.
					</p>
				</ConfirmAction>
			) : null}
		</li>
	);
}
