import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { migrateDatabase } from "#lib/catalog/database/migrate.ts";
import { startEmbedded } from "#lib/catalog/embedded/embedded.ts";
import type { TestServer } from "./server.ts";

/**
 * An empty, migrated catalogue of its own: a copy of a template that the first caller of a test run makes. Close it in
 * `afterAll`; that also drops it. The server is DATABASE_URL's if set, else an embedded one that lives as long as the run.
 */
export async function createTestDatabase(): Promise<Database> {
	const server = inject("databaseServer");
	const template = `${server.prefix}_template`;
	const name = `${server.prefix}_${randomBytes(6).toString("hex")}`;
	const { urlOf, leave } = await reachServer(server);
	await using maintenance = await openDatabase({ url: urlOf("postgres"), applicationName: "tests", max: 1 });
	const { sql } = maintenance;
	await sql`select pg_advisory_lock(${TEMPLATE_LOCK})`;
	const found = await sql`select from pg_database where datname = ${template}`;
	if (found.length === 0) {
		if (server.url === null) await waitForNoDisk(sql);
		await makeTemplate(sql, template, urlOf);
	}
	const [{ version } = { version: 0 }] = await sql<{ version: number }[]>`
		select current_setting('server_version_num')::int as version`;
	// The template's files are copied as they are, which costs half of copying its pages through the log; PostgreSQL 14 knows nothing else.
	const strategy = version < 150_000 ? sql`` : sql`strategy file_copy`;
	await sql`create database ${sql(name)} template ${sql(template)} ${strategy}`;
	await sql`select pg_advisory_unlock(${TEMPLATE_LOCK})`;
	const database = await openDatabase({ url: urlOf(name), applicationName: "tests" });
	const close = async () => {
		await database.close();
		await using again = await openDatabase({ url: urlOf("postgres"), applicationName: "tests", max: 1 });
		await again.sql`drop database if exists ${again.sql(name)} with (force)`;
		await leave();
	};
	return { ...database, close, [Symbol.asyncDispose]: close };
}

/** Any constant: one template is made and copied at a time. */
const TEMPLATE_LOCK = 7_302_003;

async function reachServer({ url, home }: TestServer) {
	if (url === null) {
		const embedded = await startEmbedded({ home });
		return { urlOf: embedded.urlOf, leave: () => embedded.stop() };
	}
	const urlOf = (database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
	return { urlOf, leave: async () => {} };
}

/**
 * The tests' server lives no longer than the machine is up, and what a killed process had written stays without it: tests
 * need not wait until the disk has it.
 */
async function waitForNoDisk(sql: Database["sql"]): Promise<void> {
	await sql`alter system set fsync = off`;
	await sql`alter system set full_page_writes = off`;
	await sql`select pg_reload_conf()`;
}

/** Renamed when it is complete: a template whose making failed is never copied. */
async function makeTemplate(sql: Database["sql"], template: string, urlOf: (database: string) => string) {
	const draft = `${template}_draft`;
	await sql`drop database if exists ${sql(draft)}`;
	await sql`create database ${sql(draft)}`;
	const database = await openDatabase({ url: urlOf(draft), applicationName: "tests", max: 2 });
	await migrateDatabase(database);
	await database.close();
	await sql`alter database ${sql(draft)} rename to ${sql(template)}`;
}
