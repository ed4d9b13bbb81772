import { join } from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { EosyncError } from "#lib/errors.ts";
import { type Database, openDatabase, type Sql } from "./database.ts";

type ReservedSql = Awaited<ReturnType<Sql["reserve"]>>;

const migrationsFolder = join(import.meta.dirname, "../../drizzle");
/** Any constant: one migration at a time per database. */
const LOCK = 7_302_001;

/**
 * Brings the database's tables to this program's version; does nothing when they are. Several processes may call it at
 * once.
 * @throws EosyncError `database-too-old` (PostgreSQL before 14), `database-too-new` (tables of a later eosync).
 */
export async function migrateDatabase({ sql, url }: Pick<Database, "sql" | "url">): Promise<void> {
	await requireVersion(sql);
	const connection = await sql.reserve();
	try {
		await connection`select pg_advisory_lock(${LOCK})`;
		const newest = Math.max(...readMigrationFiles({ migrationsFolder }).map((migration) => migration.folderMillis));
		const last = await lastMigration(connection);
		if (last > newest) {
			throw new EosyncError(
				"database-too-new",
				"The database was made by a later version of eosync: update this one; nothing was changed.",
			);
		}
		if (last < newest) await runMigrations(url);
	} finally {
		await connection`select pg_advisory_unlock(${LOCK})`.catch(() => {});
		connection.release();
	}
}

async function requireVersion(sql: Sql): Promise<void> {
	const [row] = await sql<[{ number: number; name: string }]>`
		select current_setting('server_version_num')::int as number, current_setting('server_version') as name`;
	if (row.number < 140_000) {
		throw new EosyncError(
			"database-too-old",
			`DATABASE_URL leads to PostgreSQL ${row.name}; eosync needs 14 or later.`,
		);
	}
}

/** When the last migration was written that the database has had, milliseconds since 1970; 0: none yet. */
async function lastMigration(sql: ReservedSql): Promise<number> {
	const [found] = await sql<
		[{ table: string | null }]
	>`select to_regclass('drizzle.__drizzle_migrations')::text as table`;
	if (found.table === null) return 0;
	const [row] = await sql<[{ last: number | null }]>`select max(created_at) as last from drizzle.__drizzle_migrations`;
	return row.last ?? 0;
}

/**
 * On a client of its own, because `drizzle(client)` changes the client it is given; imported only when there is something
 * to do, because loading Drizzle costs half a second and 150 MB.
 */
async function runMigrations(url: string): Promise<void> {
	const [{ drizzle }, { migrate }] = await Promise.all([
		import("drizzle-orm/postgres-js"),
		import("drizzle-orm/postgres-js/migrator"),
	]);
	await using database = await openDatabase({ url, applicationName: "eosync migrations", max: 1 });
	await migrate(drizzle(database.sql), { migrationsFolder });
}
