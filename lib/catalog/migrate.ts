import { join } from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { EosyncError } from "#lib/errors.ts";
import type { Database, Sql } from "./database.ts";

const migrationsFolder = join(import.meta.dirname, "../../drizzle");
/** Any constant: one migration at a time per database. */
const LOCK = 7_302_001;

/**
 * Brings the database's tables to this program's version; does nothing when they are. Several processes may call it at
 * once.
 * @throws EosyncError `database-too-old` (PostgreSQL before 14), `database-too-new` (tables of a later eosync).
 */
export async function migrateDatabase({ sql, db }: Pick<Database, "sql" | "db">): Promise<void> {
	await requireVersion(sql);
	const connection = await sql.reserve();
	try {
		await connection`select pg_advisory_lock(${LOCK})`;
		await refuseLaterTables(sql);
		await migrate(db, { migrationsFolder });
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

async function refuseLaterTables(sql: Sql): Promise<void> {
	const [found] = await sql<
		[{ table: string | null }]
	>`select to_regclass('drizzle.__drizzle_migrations')::text as table`;
	if (found.table === null) {
		return;
	}
	const [row] = await sql<[{ last: number | null }]>`select max(created_at) as last from drizzle.__drizzle_migrations`;
	const newest = Math.max(...readMigrationFiles({ migrationsFolder }).map((migration) => migration.folderMillis));
	if (row.last !== null && row.last > newest) {
		throw new EosyncError(
			"database-too-new",
			"The database was made by a later version of eosync: update this one; nothing was changed.",
		);
	}
}
