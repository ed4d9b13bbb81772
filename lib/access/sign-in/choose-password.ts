import { withAudit } from "#lib/access/audit/with-audit.ts";
import { insertUser } from "#lib/access/users.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { users } from "#lib/catalog/schema/access-schema.ts";
import { UsageError } from "#lib/errors.ts";
import { findLink, takeLink } from "./one-time-links.ts";
import { passwordProblem } from "./password-strength.ts";
import { unlockName } from "./throttle.ts";

export interface LinkChoice {
	/** Of the one-time link. */
	readonly secret: string;
	/** Of the first administrator; who has been invited has one. */
	readonly name: string | null;
	readonly password: string;
	/** The network address of the request; null: not known. */
	readonly address: string | null;
}

/**
 * Sets the password of the link's user and records that in the audit log. Returns the user's ID.
 * @throws UsageError for a link that was used or has expired, or a password that is easy to guess.
 */
export async function choosePasswordByLink(
	database: Database,
	hashing: { readonly hash: (password: string) => Promise<string> },
	{ secret, name, password, address }: LinkChoice,
): Promise<string> {
	const link = await findLink(database, secret);
	if (link === null) throw new UsageError(usedUp);
	const who = link.user?.name ?? name ?? "";
	const problem = await passwordProblem(password, [who]);
	if (problem !== null) throw new UsageError(problem);
	const passwordHash = await hashing.hash(password);
	const actor = { via: "dashboard", user: null, name: who, token: null, address } as const;
	const audited = { actor, action: "users.choose-password", input: { name: who } };
	return withAudit(database, audited, (scope) => choosePassword(scope.database, { secret, name, passwordHash }));
}

const usedUp = "This link was used already or has expired: ask for a new one.";

export interface Choice {
	/** Of the one-time link. */
	readonly secret: string;
	/** Of the first administrator; who has been invited has one. */
	readonly name: string | null;
	/** As better-auth hashes it. */
	readonly passwordHash: string;
}

/** Uses the link up: the user's password is the chosen one, their former sessions end. Returns their ID. */
export async function choosePassword({ sql }: Pick<Database, "sql">, choice: Choice): Promise<string> {
	return sql.begin(async (tx) => {
		const link = await takeLink(tx, choice.secret);
		if (link === null) throw new UsageError(usedUp);
		const id = link.user ?? (await insertFirst(choice.name));
		await tx`delete from identities where user_id = ${id} and provider_id = 'credential'`;
		await tx`
			insert into identities (id, user_id, provider_id, account_id, password)
			values (gen_random_uuid()::text, ${id}, 'credential', ${id}, ${choice.passwordHash})`;
		await tx`delete from sessions where user_id = ${id}`;
		const [user] = await tx<[Pick<typeof users.$inferSelect, "name">]>`select name from users where id = ${id}`;
		await unlockName(tx, user.name);
		return id;

		async function insertFirst(name: string | null): Promise<string> {
			if (name === null) throw new UsageError("The first administrator needs a name.");
			await tx`lock table users in share row exclusive mode`;
			const there = await tx`select from users limit 1`;
			if (there.length > 0) throw new UsageError("There are users already: ask an administrator to invite you.");
			return insertUser(tx, { name, role: "administrator" });
		}
	});
}
