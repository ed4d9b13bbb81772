import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { UsageError } from "#lib/errors.ts";
import type { TokenCaller } from "./authorised.ts";
import type { NewTokenInput } from "./inputs.ts";
import { type Role, roles } from "./permissions.ts";
import { hashOfToken, looksLikeToken, newToken } from "./token-text.ts";

/** API tokens: what programs show at `/api/v1` instead of signing in. */

export interface TokenView {
	readonly id: number;
	readonly name: string;
	/** ID and name of the token's user. */
	readonly user: string;
	readonly userName: string;
	/** The role that the token was made with; `effectiveRole` is lower when the user's own is now. */
	readonly role: Role;
	readonly effectiveRole: Role;
	/** ISO 8601, UTC. */
	readonly createdAt: string;
	/** null: never. */
	readonly expiresAt: string | null;
	readonly expired: boolean;
	/** To the minute; null: not yet. */
	readonly lastUsedAt: string | null;
	readonly lastUsedFrom: string | null;
}

/** The lower of the token's role and the user's: demoting a user demotes their tokens. */
const effectiveRole = (sql: Sql | Transaction) => sql`least(t.role, u.role)`;

/** The newest first: of all users, or only of one. */
export async function listTokens(
	{ sql }: Pick<Database, "sql">,
	user: string | null = null,
): Promise<readonly TokenView[]> {
	return sql<TokenView[]>`
		select t.id, t.name, u.id as user, u.name as "userName", t.role, ${effectiveRole(sql)} as "effectiveRole",
			t.created_at as "createdAt", t.expires_at as "expiresAt", coalesce(t.expires_at <= now(), false) as expired,
			t.last_used_at as "lastUsedAt", t.last_used_from as "lastUsedFrom"
		from api_tokens t join users u on u.id = t.user_id
		${user === null ? sql`` : sql`where t.user_id = ${user}`}
		order by t.id desc`;
}

/** The most tokens of one user: a script that makes a token per call is a mistake. */
const most = 100;

export interface CreatedToken {
	readonly id: number;
	/** The token's text, which can never be read again. */
	readonly token: string;
	/** ISO 8601, UTC; null: never. */
	readonly expiresAt: string | null;
}

/**
 * A token of the user (ID).
 * @throws UsageError when its role is above the user's, it is never to expire and they are no administrator, or they have one of
 * that name.
 */
export async function createToken(
	{ sql }: Pick<Database, "sql">,
	user: string,
	{ name, role, days }: NewTokenInput,
): Promise<CreatedToken> {
	return sql.begin(async (tx) => {
		const [owner] = await tx<{ role: Role; tokens: number }[]>`
			select role, (select count(*)::int from api_tokens where user_id = u.id) as tokens
			from users u where id = ${user} for update`;
		if (!owner) throw new UsageError("This user does not exist, or was removed.");
		if (roles.indexOf(role) > roles.indexOf(owner.role))
			throw new UsageError(`A token cannot have a higher role than its user, ${owner.role}.`);
		if (days === null && owner.role !== "administrator")
			throw new UsageError("Only administrators can make tokens that never expire: choose at most 365 days.");
		if (owner.tokens >= most) throw new UsageError(`You have ${most} tokens already: revoke some first.`);
		const token = newToken();
		const [row] = await tx<{ id: number; expiresAt: string | null }[]>`
			insert into api_tokens (user_id, name, role, hash, expires_at)
			values (${user}, ${name}, ${role}, ${hashOfToken(token)}, now() + make_interval(days => ${days}))
			on conflict (user_id, lower(name)) do nothing returning id, expires_at as "expiresAt"`;
		if (!row) throw new UsageError(`There is a token ${name} already: choose another name, or revoke that one first.`);
		return { id: row.id, token, expiresAt: row.expiresAt };
	});
}

/** Revokes a token at once. `user`: only if it is theirs. @throws UsageError when there is no such token. */
export async function revokeToken(
	{ sql }: Pick<Database, "sql">,
	{ id, user }: { readonly id: number; readonly user: string | null },
): Promise<void> {
	const gone = await sql`
		delete from api_tokens where id = ${id} ${user === null ? sql`` : sql`and user_id = ${user}`}`;
	if (gone.count === 0) throw new UsageError("This token does not exist, or was revoked.");
}

/** The token that a program sends with a request; null: it sends none, or nothing that can be one. */
export function tokenIn(headers: Pick<Headers, "get">): string | null {
	const [, token = null] = /^Bearer +(\S{1,200})$/i.exec(headers.get("authorization") ?? "") ?? [];
	return token;
}

/** Finds the user of a token; null: there is no such token, or it has expired. Notes when and from where it was used, once a minute. */
export async function whoseToken(
	{ sql }: Pick<Database, "sql">,
	token: string,
	address: string | null,
): Promise<TokenCaller | null> {
	if (!looksLikeToken(token)) return null;
	const [row] = await sql<{ id: number; name: string; user: string; userName: string; role: Role; due: boolean }[]>`
		select t.id, t.name, u.id as user, u.name as "userName", ${effectiveRole(sql)} as role,
			coalesce(t.last_used_at < now() - interval '1 minute', true) as due
		from api_tokens t join users u on u.id = t.user_id
		where t.hash = ${hashOfToken(token)} and (t.expires_at is null or t.expires_at > now())`;
	if (!row) return null;
	if (row.due) await noteUse({ sql }, row.id, address);
	return { id: row.user, name: row.userName, role: row.role, address, token: { id: row.id, name: row.name } };
}

async function noteUse({ sql }: Pick<Database, "sql">, id: number, address: string | null): Promise<void> {
	await sql`
		update api_tokens set last_used_at = now(), last_used_from = ${address}
		where id = ${id} and (last_used_at is null or last_used_at < now() - interval '1 minute')`;
}
