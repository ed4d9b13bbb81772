import { type Actor, writeAudit } from "#lib/access/audit/audit.ts";
import { type ActionScope, withAudit } from "#lib/access/audit/with-audit.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { AccessError, messageOf } from "#lib/errors.ts";
import { leastRoles, may, type Permission, type Role } from "./permissions.ts";

/** The caller: a user who has signed in. */
export interface Caller {
	/** Of the user. */
	readonly id: string;
	readonly name: string;
	readonly role: Role;
	/** The caller's network address; null: not known. */
	readonly address: string | null;
	readonly session: string;
}

/** A program that asks on behalf of a user, with one of their API tokens. */
export interface TokenCaller extends Omit<Caller, "session"> {
	/** The lower of the token's role and the user's. */
	readonly role: Role;
	readonly token: { readonly id: number; readonly name: string };
}

export interface AuthorisedAction<C, I, R> {
	readonly permission: Permission;
	/** Reads the input; called once the caller is authorised. When it throws, nothing is recorded. */
	readonly input: () => I;
	readonly work: (input: I, caller: C, scope: ActionScope) => Promise<R>;
}

/**
 * The one way to change anything on behalf of a person: authorises the caller, runs the action and records it in the audit log, refusals
 * included. Of actions that only read, only refusals are recorded.
 * @throws AccessError when the caller lacks the permission; then nothing was begun.
 */
export async function authorised<C extends Caller | TokenCaller, I, R>(
	database: Database,
	caller: C | null,
	{ permission, input, work }: AuthorisedAction<C, I, R>,
): Promise<R> {
	const allowed = await authoriseRecorded(database, caller, permission);
	const given = input();
	if (permission.endsWith(".read")) return work(given, allowed, { database, afterwards: nothingAfterwards });
	return withAudit(database, { actor: actorOf(allowed), action: permission, input: given }, (scope) =>
		work(given, allowed, scope),
	);
}

function nothingAfterwards(): never {
	throw new Error("An action that only reads has nothing to do afterwards.");
}

async function authoriseRecorded<C extends Caller | TokenCaller>(
	database: Pick<Database, "sql">,
	caller: C | null,
	action: Permission,
): Promise<C> {
	try {
		return authorise(caller, action);
	} catch (error) {
		if (caller === null) throw error;
		const about = { action, objectKind: null, object: null, details: {} };
		await writeAudit(database, { actor: actorOf(caller), ...about, outcome: "refused", error: messageOf(error) });
		throw error;
	}
}

/** @throws AccessError */
export function authorise<C extends Pick<Caller, "role">>(caller: C | null, permission: Permission): C {
	if (caller === null) throw new AccessError("signed-out", "You are not signed in: sign in and try again.");
	if (!may(caller.role, permission)) {
		throw new AccessError(
			"forbidden",
			`This needs the role ${leastRoles[permission]}; you are ${article(caller.role)} ${caller.role}. Ask an administrator.`,
		);
	}
	return caller;
}

/** Describes the caller as the audit log shows them. */
export function actorOf(caller: Caller | TokenCaller): Actor {
	const { id, name, address } = caller;
	return "token" in caller
		? { via: "api", user: id, name, token: caller.token.name, address }
		: { via: "dashboard", user: id, name, token: null, address };
}

function article(role: Role): string {
	return role === "viewer" ? "a" : "an";
}
