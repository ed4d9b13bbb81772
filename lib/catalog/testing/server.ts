import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { TestProject } from "vitest/node";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { findServer } from "#lib/catalog/embedded/process.ts";
import { readEnv } from "#lib/env.ts";
import { isAlive, signalProcess } from "#lib/process-signal.ts";

/** What `testing.ts` needs to know of the run's database server. */
export interface TestServer {
	/** Every database of this run begins with it. */
	readonly prefix: string;
	/** The embedded server's home; the first test that wants a database starts it. */
	readonly home: string;
	/** Another server, of DATABASE_URL. */
	readonly url: string | null;
}

declare module "vitest" {
	interface ProvidedContext {
		databaseServer: TestServer;
	}
}

const homePrefix = "eosync-tests-";

/** Vitest's global set-up; returns the tear-down. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	await removeLeftHomes();
	const home = mkdtempSync(join(tmpdir(), `${homePrefix}${process.pid}-`));
	chmodSync(home, 0o755); // As root the server runs as another user.
	const server = { prefix: `eosync_test_${process.pid}`, home, url: readEnv().databaseUrl };
	project.provide("databaseServer", server);
	return async () => {
		await removeHome(home);
		if (server.url !== null) {
			await dropDatabases(server.url, server.prefix);
		}
	};
}

/** Runs that were killed could not clean up. */
async function removeLeftHomes(): Promise<void> {
	for (const name of readdirSync(tmpdir())) {
		const pid = Number(new RegExp(`^${homePrefix}(\\d+)-`).exec(name)?.[1] ?? Number.NaN);
		if (pid > 0 && !isAlive(pid)) {
			await removeHome(join(tmpdir(), name));
		}
	}
}

async function removeHome(home: string): Promise<void> {
	// The others are the PostGIS of tests of targets, and the oldest that eosync works with.
	for (const data of ["postgres", "postgis/data", "postgresql-14/data"].map((path) => join(home, path)))
		for (let server = findServer(data); server !== null; server = findServer(data)) {
			signalProcess(server.pid, "SIGQUIT");
			await pause(20);
		}
	rmSync(home, { recursive: true, force: true });
}

async function dropDatabases(url: string, prefix: string): Promise<void> {
	await using database = await openDatabase({ url, applicationName: "tests", max: 1 });
	const { sql } = database;
	const names = await sql<{ datname: string }[]>`select datname from pg_database where starts_with(datname, ${prefix})`;
	for (const { datname } of names) {
		await sql`drop database if exists ${sql(datname)} with (force)`;
	}
}
