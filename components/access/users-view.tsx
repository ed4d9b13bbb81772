"use client";

import { UserPlus } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { SessionView } from "#lib/access/sessions.ts";
import type { UserView } from "#lib/access/users.ts";
import { AddUser } from "./add-user.tsx";
import { LinkDialog, type LinkFor } from "./link-dialog.tsx";
import type { UserActions } from "./user-actions.ts";
import { UserItem } from "./user-item.tsx";

interface UsersViewProps {
	readonly users: readonly UserView[];
	/** By user. */
	readonly sessions: Readonly<Record<string, readonly SessionView[]>>;
	/** Of whoever looks: user and session. */
	readonly own: { readonly id: string; readonly session: string };
	readonly actions: UserActions;
}

export function UsersView({ users, sessions, own, actions }: UsersViewProps) {
	const [adding, setAdding] = useState(false);
	const [link, setLink] = useState<LinkFor | null>(null);
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
