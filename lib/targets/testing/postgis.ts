import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { startOtherServer } from "#lib/catalog/testing/other-server.ts";

/** A PostgreSQL with PostGIS, as `.ci/test-servers` installs it, with databases that are those of an EOxServer 1.5. */

const versions = "/usr/lib/postgresql";

/** The folder of its programs; null: it is not installed here. */
export const postgisPrograms =
	(existsSync(versions) ? readdirSync(versions) : [])
		.filter((version) => existsSync(`/usr/share/postgresql/${version}/extension/postgis.control`))
		.map((version) => join(versions, version, "bin"))
		.find((bin) => existsSync(join(bin, "postgres"))) ?? null;

/**
 * A database of its own, empty but for the tables; a copy of a template that the first caller makes. The server runs in that folder, for all who
 * name it, until somebody ends it. Closing the database drops it.
 */
export async function createEoxDatabase(folder: string): Promise<Database> {
	const urlOf = await startPostgis(folder);
	const name = `eox_${randomBytes(6).toString("hex")}`;
	await using maintenance = await openDatabase({ url: urlOf("postgres"), applicationName: "tests", max: 1 });
	const { sql } = maintenance;
	await sql`select pg_advisory_lock(1)`;
	if ((await sql`select from pg_database where datname = 'eox'`).length === 0) {
		await sql`create database draft`;
		await using draft = await openDatabase({ url: urlOf("draft"), applicationName: "tests", max: 1 });
		await draft.sql.file(join(import.meta.dirname, "eoxserver-tables.sql")).simple();
		await draft.close();
		await sql`alter database draft rename to eox`;
	}
	await sql`create database ${sql(name)} template eox`;
	await sql`select pg_advisory_unlock(1)`;
	const database = await openDatabase({ url: urlOf(name), applicationName: "tests", max: 4 });
	const close = async () => {
		await database.close();
		await using again = await openDatabase({ url: urlOf("postgres"), applicationName: "tests", max: 1 });
		await again.sql`drop database if exists ${again.sql(name)} with (force)`;
	};
	return { ...database, close, [Symbol.asyncDispose]: close };
}

/** The first who comes makes it and starts it; others wait for that. */
async function startPostgis(folder: string): Promise<(database: string) => string> {
	const data = join(folder, "data");
	const ready = join(folder, "ready");
	if (mkdirSync(folder, { recursive: true }) !== undefined) {
		if (postgisPrograms === null) throw new Error("PostGIS is not installed: run .ci/test-servers.");
		await startOtherServer({ bin: postgisPrograms, data, superuser: "eoxserver" });
		writeFileSync(ready, "");
	}
	while (!existsSync(ready)) await pause(20);
	return (database) => `postgres://eoxserver@localhost/${database}?host=${encodeURIComponent(data)}`;
}
