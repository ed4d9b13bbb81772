import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { lastMigration, migrateDatabase, newestMigration } from "#lib/catalog/database/migrate.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { mutateDemoArchive, writeDemoArchive } from "#lib/demo/archive.ts";
import { readEnv } from "#lib/env.ts";
import { examineAll } from "#lib/operations/doctor/doctor.ts";
import { moveDatabase } from "#lib/operations/move-database.ts";
import { restoreBackup } from "#lib/operations/restore.ts";
import { executeRun } from "#lib/sync/execute.ts";

const backup = join(import.meta.dirname, "released/0.1.0/backup.eosync");

/**
 * What a server must be able to do: every migration over a catalogue of the first version, `doctor`, a check, a sync and one more that finds nothing to do,
 * and a backup that is restored in another database and is the same there.
 * @param folder empty, of this process
 * @throws Error saying what was otherwise
 * @returns the server's version
 */
export async function tryServer(urlOf: (database: string) => string, folder: string): Promise<string> {
	for (const name of ["first", "second"]) await createDatabase(urlOf("postgres"), name);
	await using database = await openDatabase({ url: urlOf("first"), applicationName: "tests", max: 4 });
	await migrateDatabase(database);
	await restoreBackup(database, backup, { replace: false });
	if ((await lastMigration(database.sql)) !== newestMigration()) throw new Error("The tables are not up to date.");
	const archive = join(folder, "archive");
	mkdirSync(archive);
	writeDemoArchive(archive);
	mutateDemoArchive(archive);
	await saveStorage(database, storageInput.parse({ name: "demo", type: "local", root: archive }));

	await requireHealth(urlOf("first"), folder);
	await expectRun(database, "check", "planned: 1 of 86 to add");
	await expectRun(database, "sync", "succeeded: 1 of 86 to add");
	await expectRun(database, "sync", "succeeded: 0 of 86 to add");
	await moveDatabase(database, urlOf("second"), { folder, afterwards: async () => {} });
	rmSync(archive, { recursive: true });
	const [server] = await database.sql<{ version: string }[]>`select current_setting('server_version') as version`;
	return server?.version ?? "";
}

async function createDatabase(url: string, name: string): Promise<void> {
	await using maintenance = await openDatabase({ url, applicationName: "tests", max: 1 });
	await maintenance.sql`create database ${maintenance.sql(name)}`;
}

async function requireHealth(url: string, home: string): Promise<void> {
	const env = readEnv({ DATABASE_URL: url, EOSYNC_HOME: home, EOSYNC_SECRET: "the-secret-of-the-upgrade-test" });
	// Datasets of the other containers have changed.
	for await (const { check, status, message } of examineAll(env, { sample: 5, signal: new AbortController().signal }))
		if (status === "fail" && check !== "archive") throw new Error(`doctor says of ${check}: ${message}`);
}

async function expectRun(database: Database, kind: "check" | "sync", expected: string): Promise<void> {
	const container = "GLOBAL_MOSAIC";
	const { run } = await createRun(database, { container, kind, trigger: "command-line", actor: "olga" });
	await executeRun(database, run, { signal: new AbortController().signal });
	const view = await runView(database, run);
	const found = `${view?.state}: ${view?.added} of ${(view?.added ?? 0) + (view?.updated ?? 0) + (view?.unchanged ?? 0)} to add`;
	if (found !== expected)
		throw new Error(`The ${kind} of ${container} is ${found}, not ${expected}: ${view?.error?.message ?? ""}`);
}
