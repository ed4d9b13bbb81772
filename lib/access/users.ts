import { randomBytes } from "node:crypto";
import { makeLink, type NewLink } from "#lib/access/sign-in/one-time-links.ts";
import { unlockName } from "#lib/access/sign-in/throttle.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import type { users } from "#lib/catalog/schema/access-schema.ts";
import { UsageError } from "#lib/errors.ts";
import type { Role } from "./permissions.ts";
import { sameName } from "./same-name.ts";

export interface UserView {
	readonly id: string;
	readonly name: string;
	readonly role: Role;
	/** `link`: the user was invited, or their password was reset, and they have not chosen one yet. */
	readonly signsInBy: "password" | "issuer" | "link";
	/** ISO 8601, UTC. */
	readonly createdAt: string;
	/** When one of the sessions was last used, to the hour; null: none is open. */
	readonly seenAt: string | null;
	/** Open ones. */
	readonly sessions: number;
}

export async function listUsers({ sql }: Pick<Database, "sql">): Promise<readonly UserView[]> {
	return sql<UserView[]>`
		select u.id, u.name, u.role, u.created_at as "createdAt", s.seen_at as "seenAt", s.sessions,
			case when exists (select from identities i where i.user_id = u.id and i.provider_id <> 'credential') then 'issuer'
				when exists (select from identities i where i.user_id = u.id) then 'password' else 'link' end as "signsInBy"
		from users u cross join lateral (
			select max(updated_at) as seen_at, count(*)::int as sessions from sessions
			where user_id = u.id and expires_at > now()) s
		order by lower(u.name)`;
}

/** Whether there is a user; while there is none, the dashboard only shows the set-up. */
export async function hasUsers({ sql }: Pick<Database, "sql">): Promise<boolean> {
	const [row] = await sql<[{ found: boolean }]>`select exists (select from users) as found`;
	return row.found;
}

/** A user without a password, and the link by which they choose one. */
export async function addUser(
	{ sql }: Pick<Database, "sql">,
	{ name, role }: { readonly name: string; readonly role: Role },
): Promise<NewLink> {
	return sql.begin(async (tx) => {
		const id = await insertUser(tx, { name, role });
		return makeLink(tx, { kind: "invitation", user: id });
	});
}

interface RoleChange {
	readonly id: string;
	readonly role: Role;
	/** The role that the user had when the change was decided; default: any. */
	readonly from?: Role | undefined;
}

/** Takes effect at once, on open sessions too. @throws UsageError for the last administrator, or another role than `from`. */
export async function setRole({ sql }: Pick<Database, "sql">, { id, role, from }: RoleChange): Promise<void> {
	await sql.begin(async (tx) => {
		const user = await lockUser(tx, id);
		if (from !== undefined && user.role !== from)
			throw new UsageError(
				`The role of ${user.name} is now ${user.role}, not ${from}: it was changed in the meantime. Reload the page and decide again.`,
			);
		if (role !== "administrator") await keepAnAdministrator(tx, user);
		await tx`update users set role = ${role}, updated_at = now() where id = ${id}`;
	});
}

/** Takes away the password, ends all sessions, revokes the API tokens, and returns the link by which a new one is chosen. */
export async function resetPassword({ sql }: Pick<Database, "sql">, id: string): Promise<NewLink> {
	return sql.begin(async (tx) => {
		const { name } = await lockUser(tx, id);
		await tx`delete from identities where user_id = ${id} and provider_id = 'credential'`;
		await tx`delete from sessions where user_id = ${id}`;
		await tx`delete from api_tokens where user_id = ${id}`;
		await unlockName(tx, name);
		return makeLink(tx, { kind: "password-reset", user: id });
	});
}

/** With all their sessions; the history of runs keeps their name. @throws UsageError for the last administrator. */
export async function removeUser({ sql }: Pick<Database, "sql">, id: string): Promise<void> {
	await sql.begin(async (tx) => {
		await keepAnAdministrator(tx, await lockUser(tx, id));
		await tx`delete from users where id = ${id}`;
	});
}

/** @throws UsageError when there is no such user. */
export async function userNamed({ sql }: Pick<Database, "sql">, name: string): Promise<{ id: string; name: string }> {
	const [user] = await sql<Pick<typeof users.$inferSelect, "id" | "name">[]>`
		select id, name from users where ${sameName(sql, "name", name)}`;
	if (!user) throw new UsageError(`There is no user ${name}: see eosync users list.`);
	return user;
}

/** Returns the ID. @throws UsageError when the name is taken. */
export async function insertUser(
	tx: Transaction,
	{ name, role }: { readonly name: string; readonly role: Role },
): Promise<string> {
	const id = randomBytes(16).toString("hex");
	const made = await tx`
		insert into users (id, name, role, email) values (${id}, ${name}, ${role}, ${placeholderEmail(id)})
		on conflict do nothing`;
	if (made.count === 0) throw new UsageError(`There is already a user ${name}: choose another name.`);
	return id;
}

/** An e-mail address that is never used: better-auth requires one. */
export function placeholderEmail(id: string): string {
	return `${id}@users.invalid`;
}

type LockedUser = Pick<typeof users.$inferSelect, "name" | "role">;

/** Serialises changes of users, so that two at once cannot remove the last two administrators. */
async function lockUser(tx: Transaction, id: string): Promise<LockedUser> {
	await tx`lock table users in share row exclusive mode`;
	const [user] = await tx<LockedUser[]>`select name, role from users where id = ${id}`;
	if (!user) throw new UsageError("This user does not exist, or was removed.");
	return user;
}

async function keepAnAdministrator(tx: Transaction, { name, role }: LockedUser): Promise<void> {
	if (role !== "administrator") return;
	const [row] = await tx<[{ count: number }]>`select count(*)::int as count from users where role = 'administrator'`;
	if (row.count > 1) return;
	throw new UsageError(`${name} is the only administrator: make another user an administrator first.`);
}
