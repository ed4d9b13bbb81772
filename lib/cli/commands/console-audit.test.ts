import { afterAll, beforeAll, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { keyOf, seal } from "#lib/catalog/secrets/sealing.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { type Cli, openCli } from "#lib/cli/testing.ts";

/** What is done on the console is in the audit log. */

let database: Database;
let cli: Cli;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database);
	cli.write("archive/a.tif", "x");
	await saveStorage(database, storageInput.parse({ name: "archive", type: "local", root: `${cli.folder}/archive` }));
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

const entries = async (action: string) =>
	(
		await database.sql<{ line: string }[]>`
		select via || ' ' || coalesce(object, '-') || ' ' || outcome as line from audit_log where action = ${action} order by id`
	).map(({ line }) => line);

test("the test of a storage, begun before and concluded after", async () => {
	expect(await cli.run("storages", "test", "archive")).toMatchObject({ status: 0 });
	expect(await entries("storages.test")).toEqual(["command-line archive begun", "command-line archive done"]);
});

test("a schedule of backups, and what is said of it", async () => {
	const command = ["backup", "schedule", "--folder", cli.folder, "--cron", "30 4 * * *", "--keep", "3"];
	expect(await cli.run(...command)).toMatchObject({
		status: 0,
		stdout: expect.stringMatching(/^Next backup: .*T04:30:00/),
	});
	expect(await cli.run(...command)).toMatchObject({ status: 0 });
	expect(await entries("settings.update")).toHaveLength(1);
	expect(await cli.run("backup", "schedule", "--folder", "here", "--cron", "30 4 * * *")).toMatchObject({ status: 2 });
	expect(await cli.run("backup", "schedule", "--off")).toMatchObject({ stdout: expect.stringMatching(/^No backups/) });
});

test("a restoration, in the log that was restored, and one that was refused", async () => {
	expect(await cli.run("backup", "one.backup")).toMatchObject({ status: 0 });
	expect(await cli.run("restore", "one.backup")).toMatchObject({ status: 2 });
	expect(await entries("catalogue.restore")).toEqual(["command-line - refused"]);
	expect(await cli.run("restore", "one.backup", "--replace")).toMatchObject({ status: 0 });
	// The refusal is of after the backup.
	expect(await entries("catalogue.restore")).toEqual(["command-line - done"]);
});

test("a worker whose secret does not open the stored credentials does not start", async () => {
	const sealed = JSON.stringify({ password: seal("x", keyOf("the secret of before"), "any") });
	await database.sql`
		insert into storages (name, type, config, sealed) values ('partner', 'ftp', ${database.sql.json({ type: "ftp" })}, ${sealed})`;
	const { status, stderr, stdout } = await cli.alone.run("worker");
	expect(status).toBe(2);
	expect(stderr + stdout).toMatch(/does not open the credentials of storage partner/);
});
