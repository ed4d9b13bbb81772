import type { Role } from "#lib/access/permissions.ts";
import type { Database } from "#lib/catalog/database/database.ts";

export interface SessionView {
	readonly id: string;
	/** null: not known. */
	readonly address: string | null;
	/** The browser's `User-Agent` header. */
	readonly userAgent: string | null;
	/** ISO 8601, UTC. */
	readonly createdAt: string;
	/** Last used, to the hour. */
	readonly seenAt: string;
}

/** Open sessions by the ID of their user, the one used last first: of all users, or only `user`'s. */
export async function sessionsByUser(
	{ sql }: Pick<Database, "sql">,
	user: string | null = null,
): Promise<Readonly<Record<string, readonly SessionView[]>>> {
	const rows = await sql<(SessionView & { readonly user: string })[]>`
		select id, user_id as user, nullif(ip_address, '') as address, nullif(user_agent, '') as "userAgent",
			created_at as "createdAt", updated_at as "seenAt"
		from sessions where expires_at > now() ${user === null ? sql`` : sql`and user_id = ${user}`}
		order by updated_at desc, id`;
	const sessions: Record<string, SessionView[]> = {};
	for (const { user: owner, ...session } of rows) {
		sessions[owner] ??= [];
		sessions[owner].push(session);
	}
	return sessions;
}

export interface EndSessions {
	/** The sessions' user. */
	readonly user: string;
	/** Only this one; else all but `except`. */
	readonly id?: string;
	readonly except?: string;
}

/** Ends sessions at once: their users have to sign in again. Returns how many ended. */
export async function endSessions({ sql }: Pick<Database, "sql">, { user, id, except }: EndSessions): Promise<number> {
	const ended = await sql`
		delete from sessions where user_id = ${user}
			${id === undefined ? sql`` : sql`and id = ${id}`} ${except === undefined ? sql`` : sql`and id <> ${except}`}`;
	return ended.count;
}

/** Returns the current role of the session's user; null: the session has ended. */
export async function roleOfSession({ sql }: Pick<Database, "sql">, id: string): Promise<Role | null> {
	const [row] = await sql<{ role: Role }[]>`
		select u.role from sessions s join users u on u.id = s.user_id where s.id = ${id} and s.expires_at > now()`;
	return row?.role ?? null;
}
