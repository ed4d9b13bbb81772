import { AccessError } from "#lib/errors.ts";
import { leastRoles, may, type Permission, type Role } from "./permissions.ts";

/** Who asks: somebody who has signed in. */
export interface Caller {
	/** Of the user. */
	readonly id: string;
	readonly name: string;
	readonly role: Role;
	/** The network address he comes from; null: not known. */
	readonly address: string | null;
	readonly session: string;
}

/**
 * The one way to change anything on behalf of a person: authorises, then does it. What is to be known of every such deed
 * (an audit log) is recorded here and nowhere else.
 * @throws AccessError when the caller may not; then `work` was not begun.
 */
export async function perform<R>(
	caller: Caller | null,
	permission: Permission,
	work: (caller: Caller) => Promise<R>,
): Promise<R> {
	return work(authorise(caller, permission));
}

/** @throws AccessError */
export function authorise(caller: Caller | null, permission: Permission): Caller {
	if (caller === null) throw new AccessError("signed-out", "You are not signed in (any more): sign in and try again.");
	if (!may(caller.role, permission)) {
		throw new AccessError(
			"forbidden",
			`This takes the role ${leastRoles[permission]}; you are ${article(caller.role)} ${caller.role}. Ask an administrator.`,
		);
	}
	return caller;
}

function article(role: Role): string {
	return role === "viewer" ? "a" : "an";
}
