import { EosyncError } from "#lib/errors.ts";
import type { Sql } from "./database.ts";

/** Behind a pooler a notification arrives within so many milliseconds, or the session that waits for it is not the server's. */
const answerTimeoutMs = 5000;

/**
 * A pooler that gives each transaction another connection of the server (PgBouncer with `pool_mode = transaction` or `statement`)
 * answers everything that is asked of it once, and loses what eosync keeps in a session: LISTEN, locks, prepared statements.
 * @throws EosyncError `database-pooled`
 */
export async function requireSessions(sql: Sql): Promise<void> {
	if (!(await isPooled(sql))) return;
	if (await hearsItself(sql)) return;
	throw new EosyncError(
		"database-pooled",
		"DATABASE_URL leads to a connection pool that shares its connections between transactions (PgBouncer: pool_mode = transaction or statement); eosync's sessions would lose their locks, LISTEN and prepared statements. Set pool_mode = session for this database and user, or give the address of the server itself.",
	);
}

/** Whether the server's process has another number than the one it gave when the connection was opened. */
async function isPooled(sql: Sql): Promise<boolean> {
	const rows = await sql<{ own: number }[]>`select pg_backend_pid() as own`.simple();
	return rows[0]?.own !== rows.state.pid;
}

async function hearsItself(sql: Sql): Promise<boolean> {
	const heard = Promise.withResolvers<true>();
	const { unlisten } = await sql.listen("eosync_session", () => heard.resolve(true));
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<false>((resolve) => {
		timer = setTimeout(resolve, answerTimeoutMs, false);
	});
	try {
		await sql`notify eosync_session`.simple();
		return await Promise.race([heard.promise, late]);
	} finally {
		clearTimeout(timer);
		await unlisten();
	}
}
