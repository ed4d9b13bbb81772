import { createHash, randomBytes } from "node:crypto";
import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";

/** Links that let a user choose a password once. Only their hash is kept: reading the database does not suffice to use them. */

export type LinkKind = "set-up" | "invitation" | "password-reset";

/** Invitations last long enough for a user who is away; a set-up link is on the screen of the person who started the program. */
const hoursValid = { "set-up": 24, invitation: 72, "password-reset": 24 } as const satisfies Record<LinkKind, number>;

export interface NewLink {
	readonly secret: string;
	/** ISO 8601, UTC. */
	readonly expiresAt: string;
}

/** A new link; older ones for the same user (the set-up, when null) do not work any more. */
export async function makeLink(
	sql: Sql | Transaction,
	{ kind, user }: { readonly kind: LinkKind; readonly user: string | null },
): Promise<NewLink> {
	const secret = randomBytes(32).toString("base64url");
	await sql`delete from one_time_links where user_id is not distinct from ${user} or expires_at < now()`;
	const [row] = await sql<[{ expiresAt: string }]>`
		insert into one_time_links (hash, kind, user_id, expires_at)
		values (${hashOf(secret)}, ${kind}, ${user}, now() + make_interval(hours => ${hoursValid[kind]}))
		returning expires_at as "expiresAt"`;
	return { secret, expiresAt: row.expiresAt };
}

export interface OneTimeLink {
	readonly kind: LinkKind;
	/** null: the link is for the set-up. */
	readonly user: { readonly id: string; readonly name: string } | null;
}

/** Finds a link by its secret; null: there is none, or it was used or has expired. */
export async function findLink({ sql }: Pick<Database, "sql">, secret: string): Promise<OneTimeLink | null> {
	const [row] = await sql<{ kind: LinkKind; id: string | null; name: string | null }[]>`
		select l.kind, u.id, u.name from one_time_links l left join users u on u.id = l.user_id
		where l.hash = ${hashOf(secret)} and l.expires_at > now()
			and (l.kind <> 'set-up' or not exists (select from users))`;
	if (!row) return null;
	return { kind: row.kind, user: row.id === null || row.name === null ? null : { id: row.id, name: row.name } };
}

/** Uses the link up; of two callers at once one gets it. null: as for `findLink`. */
export async function takeLink(
	tx: Transaction,
	secret: string,
): Promise<{ kind: LinkKind; user: string | null } | null> {
	const [row] = await tx<{ kind: LinkKind; user: string | null }[]>`
		delete from one_time_links where hash = ${hashOf(secret)} and expires_at > now() returning kind, user_id as user`;
	return row ?? null;
}

/** The address that the secret opens below `base`, an origin. */
export function linkUrl(base: string, secret: string): string {
	return `${base}/set-up?link=${secret}`;
}

function hashOf(secret: string): string {
	return createHash("sha256").update(secret).digest("hex");
}
