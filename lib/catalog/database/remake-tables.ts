import { readMigrationFiles } from "drizzle-orm/migrator";
import { EosyncError } from "#lib/errors.ts";
import type { Transaction } from "./database.ts";
import { migrationsFolder } from "./migrate.ts";

/**
 * Drops all tables, types and functions of schema `public` but those of extensions, and makes the tables as they were
 * after the migration that was written at `level`, empty. To be followed by `migrateDatabase`.
 * @throws EosyncError `unknown-migration` when this program does not know it.
 */
export async function remakeTables(sql: Transaction, level: number): Promise<void> {
	const all = readMigrationFiles({ migrationsFolder });
	const wanted = all.filter(({ folderMillis }) => folderMillis <= level);
	if (wanted.at(-1)?.folderMillis !== level) {
		throw new EosyncError(
			"unknown-migration",
			"This eosync does not know that version of the tables: it is one that was never published. Nothing was changed.",
		);
	}
	await dropAll(sql);
	await sql`delete from drizzle.__drizzle_migrations`;
	for (const { sql: statements, hash, folderMillis } of wanted) {
		for (const statement of statements) await sql.unsafe(statement);
		await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`;
	}
}

async function dropAll(sql: Transaction): Promise<void> {
	const drops = await sql<{ statement: string }[]>`
		with own as (
			select 1 as step, 'table' as kind, oid::regclass::text as name, oid from pg_class
			where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
			union all select 2, 'function', oid::regprocedure::text, oid from pg_proc
			where pronamespace = 'public'::regnamespace and prokind = 'f'
			union all select 3, 'type', oid::regtype::text, oid from pg_type
			where typnamespace = 'public'::regnamespace and typtype = 'e')
		select format('drop %s %s cascade', kind, name) as statement from own
		where not exists (select from pg_depend d where d.objid = own.oid and d.deptype = 'e') order by step, name`;
	for (const { statement } of drops) await sql.unsafe(statement);
}
