"use client";

import { TriangleAlert, UserPlus } from "lucide-react";
import { useState } from "react";
import { usePageActions } from "#components/shell/page-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialogs/dialog.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { SessionView } from "#lib/access/sign-in/sessions.ts";
import type { UserView } from "#lib/access/users.ts";
import { AddUser } from "./add-user.tsx";
import type { ShownLink, UserActions } from "./user-actions.ts";
import { UserItem } from "./user-item.tsx";

interface UsersViewProps {
	readonly users: readonly UserView[];
	/** By user. */
	readonly sessions: Readonly<Record<string, readonly SessionView[]>>;
	/** ID and session of the user who looks at the page. */
	readonly own: { readonly id: string; readonly session: string };
	readonly actions: UserActions;
}

export function UsersView({ users, sessions, own, actions }: UsersViewProps) {
	const [adding, setAdding] = useState(false);
	const [link, setLink] = useState<LinkFor | null>(null);
	usePageActions([{ label: "Add user", icon: <UserPlus />, act: "users.add", go: () => setAdding(true) }]);
	return (
		<div className="space-y-3">
			<div className="flex items-center justify-between gap-3">
				<h1 className="font-semibold text-lg">Users</h1>
				<Button variant="primary" onClick={() => setAdding(true)}>
					<UserPlus aria-hidden />
					Add user
				</Button>
			</div>
			<ul aria-label="Users" className="divide-y rounded-md border bg-surface">
				{users.map((user) => (
					<UserItem
						key={user.id}
						user={user}
						sessions={sessions[user.id] ?? []}
						own={own}
						actions={actions}
						onLink={(shown) => setLink({ name: user.name, ...shown })}
					/>
				))}
			</ul>
			{adding ? (
				<AddUser
					add={actions.add}
					onClose={() => setAdding(false)}
					onAdded={(name, shown) => {
						setAdding(false);
						setLink({ name, ...shown });
					}}
				/>
			) : null}
			{link === null ? null : <LinkDialog link={link} onClose={() => setLink(null)} />}
		</div>
	);
}

interface LinkFor extends ShownLink {
	/** The link's user. */
	readonly name: string;
}

/** Shows a one-time link, the only time that it can be seen. */
function LinkDialog({ link, onClose }: { readonly link: LinkFor; readonly onClose: () => void }) {
	return (
		<Dialog
			open
			onOpenChange={(open) => open || onClose()}
			title={`Link for ${link.name}`}
			description="Send it only to this user: the first person to open it chooses the password."
		>
			<DialogBody className="space-y-3">
				<div className="rounded-md bg-raised px-2.5 py-2">
					<Copyable text={link.link} label="link" whole className="[&>button]:opacity-100" />
				</div>
				{link.ownMachineOnly ? (
					<p role="alert" className="flex items-start gap-1.5 text-out-of-sync">
						<TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
						<span>
							The link works on the server's own machine only. For users of others set <code>EOSYNC_URL</code> to the
							address where they reach the dashboard, and <code>HOST</code> to one that it listens at.
						</span>
					</p>
				) : null}
				<p className="text-muted">
					It works once, until <InstantText instant={link.expiresAt} />, and cannot be shown again. To make a new one,
					use <em>Reset password</em>.
				</p>
			</DialogBody>
			<DialogFooter>
				<Button onClick={onClose}>Done</Button>
			</DialogFooter>
		</Dialog>
	);
}
