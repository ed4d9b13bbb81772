import type { Role } from "#lib/access/permissions.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

/** A one-time link, shown once. */
export interface ShownLink {
	readonly link: string;
	/** ISO 8601, UTC. */
	readonly expiresAt: string;
	/** It leads to this machine, and nowhere for users of others. */
	readonly ownMachineOnly: boolean;
}

/** The server actions of the users' page. */
export interface UserActions {
	readonly add: (input: { readonly name: string; readonly role: Role }) => Promise<ActionResult<ShownLink>>;
	readonly setRole: (input: {
		readonly id: string;
		readonly role: Role;
		/** As it was shown. */
		readonly from: Role;
	}) => Promise<ActionResult<object>>;
	readonly resetPassword: (input: { readonly id: string }) => Promise<ActionResult<ShownLink>>;
	readonly remove: (input: { readonly id: string }) => Promise<ActionResult<object>>;
	/** One of the user's; null: all. */
	readonly endSessions: (input: {
		readonly id: string;
		readonly session: string | null;
	}) => Promise<ActionResult<{ readonly ended: number }>>;
}
