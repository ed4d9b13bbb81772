import type { Caller } from "#lib/access/authorised.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { UsageError } from "#lib/errors.ts";
import { passwordProblem } from "./password-strength.ts";
import { countFailure, forgetFailures, lockedUntil } from "./throttle.ts";

/** Whether the user signs in with a password; otherwise they sign in with OpenID Connect. */
export async function hasPassword({ sql }: Pick<Database, "sql">, user: string): Promise<boolean> {
	const [row] = await sql<[{ found: boolean }]>`
		select exists (select from identities where user_id = ${user} and password is not null) as found`;
	return row.found;
}

/** better-auth's. */
interface Hashing {
	readonly hash: (password: string) => Promise<string>;
	readonly verify: (given: { readonly password: string; readonly hash: string }) => Promise<boolean>;
}

export interface PasswordChange {
	readonly caller: Caller;
	readonly current: string;
	/** The new one. */
	readonly password: string;
	/** Whether the caller's API tokens stop working as well. */
	readonly revokeTokens: boolean;
}

export interface PasswordDatabases {
	readonly database: Database;
	/** Counts guesses outside the transaction, which a wrong guess rolls back. */
	readonly counted: Database;
}

/**
 * Ends all other sessions of the caller. Guessing the current password counts like a failed sign-in.
 * @throws UsageError when it is not the current one, or the new one is too weak.
 */
export async function changePassword(
	{ database, counted }: PasswordDatabases,
	hashing: Hashing,
	{ caller, current, password, revokeTokens }: PasswordChange,
): Promise<void> {
	const { sql } = database;
	const attempt = { name: caller.name, address: caller.address };
	const [identity] = await sql<{ hash: string }[]>`
		select password as hash from identities
		where user_id = ${caller.id} and provider_id = 'credential' and password is not null`;
	if (!identity) throw new UsageError("You have no password here: you sign in with OpenID Connect.");
	if ((await lockedUntil(counted, attempt)) ?? (await countFailure(counted, attempt))) {
		throw new UsageError("Too many attempts: wait 15 minutes.");
	}
	if (!(await hashing.verify({ password: current, hash: identity.hash }))) {
		throw new UsageError("This is not your current password.");
	}
	await forgetFailures(counted, attempt);
	const problem = await passwordProblem(password, [caller.name, current]);
	if (problem !== null) throw new UsageError(problem);
	const hash = await hashing.hash(password);
	await sql.begin(async (tx) => {
		await tx`
			update identities set password = ${hash}, updated_at = now()
			where user_id = ${caller.id} and provider_id = 'credential'`;
		await tx`delete from sessions where user_id = ${caller.id} and id <> ${caller.session}`;
		if (revokeTokens) await tx`delete from api_tokens where user_id = ${caller.id}`;
	});
}
