import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { remakeTables } from "#lib/catalog/database/remake-tables.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { type Cli, openCli } from "#lib/cli/testing.ts";
import { openQueue } from "#lib/jobs/queue.ts";
import { startWebArchive } from "#lib/sync/testing/web-archive.ts";

/** `eosync worker` as a process: how it comes to its end. */

let database: Database;
let cli: Cli;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database, { LOG_LEVEL: "info", EOSYNC_METRICS_PORT: "0" });
	const configuration = `
storages: [{ name: archive, type: local, root: archive }]
containers: [{ id: series, kind: dataset-series, sources: [{ storage: archive, include: ["*.tif"] }] }]`;
	cli.writeScene("archive/a.tif");
	const wanted = { text: configuration, file: `${cli.folder}/eosync.yaml`, variable: () => undefined };
	await applyConfiguration(database, parseConfiguration(wanted), { prune: false, say: async () => {} });
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});
beforeEach(() => database.sql`delete from runs`);
let worker: ChildProcess | null = null;
afterEach(() => void worker?.kill("SIGKILL"));

interface Line {
	readonly level: string;
	readonly msg: string;
	readonly run?: number;
	readonly container?: string;
	readonly state?: string;
	readonly seconds?: number;
	readonly port?: number;
}

/** A worker that is ready, and everything it says until it ends. */
async function startWorker() {
	const child = cli.start("worker");
	worker = child;
	const lines: Line[] = [];
	const ended = Promise.all([once(child, "exit"), text(child.stderr ?? process.stdin)]);
	const ready = Promise.withResolvers<void>();
	if (!child.stdout) throw new Error("The worker has no output.");
	createInterface(child.stdout).on("line", (line) => {
		lines.push(JSON.parse(line));
		if (lines.at(-1)?.msg === "worker ready") ready.resolve();
	});
	await Promise.race([ready.promise, ended]);
	return { child, lines, ended: ended.then(([[status], stderr]) => ({ status, stderr })) };
}

async function request(container: string): Promise<number> {
	const { run } = await createRun(database, { container, kind: "sync", trigger: "dashboard", actor: "olga" });
	await using queue = await openQueue(database, { role: "producer", onError: () => {} });
	await queue.enqueue(run);
	return run;
}

/** A run that the worker works on, which waits for a lock that the test holds. */
async function runThatWaits(held: Database) {
	await held.sql`select pg_advisory_lock(${catalogueLock})`;
	const run = await request("series");
	for (;;) {
		const [row] = await database.sql`select from runs where id = ${run} and state = 'applying'`;
		const waiting = await database.sql`
			select from pg_locks join pg_database on pg_database.oid = pg_locks.database
			where datname = current_database() and locktype = 'advisory' and not granted`;
		if (row && waiting.length > 0) return run;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

async function stateOf(run: number) {
	const [row] = await database.sql`select state, lease_owner as owner from runs where id = ${run}`;
	return row;
}

it("told to stop it hands back what it works on, says so in JSON, and ends", async () => {
	await using held = await openDatabase({ url: database.url, applicationName: "tests", max: 1 });
	const { child, lines, ended } = await startWorker();
	const run = await runThatWaits(held);
	expect(await database.sql`select running from workers`).toHaveLength(1);
	const { port } = lines.find((line) => line.port !== undefined) ?? {};
	expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain("nodejs_eventloop_lag_seconds");
	child.kill("SIGTERM");
	expect(await ended).toEqual({ status: 0, stderr: "" });
	expect(await stateOf(run)).toEqual({ state: "interrupted", owner: null });
	expect(lines.find(({ msg }) => msg === "run taken")).toMatchObject({ run, container: "series", level: "info" });
	expect(lines.find(({ msg }) => msg === "run left")).toMatchObject({ run, state: "interrupted" });
	expect(await database.sql`select from workers`).toHaveLength(0);
});

it("ends although it cannot hand back", async () => {
	await using held = await openDatabase({ url: database.url, applicationName: "tests", max: 1 });
	const { child, ended } = await startWorker();
	const run = await runThatWaits(held);
	const release = Promise.withResolvers<void>();
	const isLocked = Promise.withResolvers<void>();
	const locking = database.sql.begin(async (sql) => {
		await sql`select from runs where id = ${run} for update`;
		isLocked.resolve();
		await release.promise;
	});
	await isLocked.promise;
	child.kill("SIGTERM");
	expect(await ended).toMatchObject({ status: 1, stderr: expect.stringMatching(/did not stop in time; run \d+: not/) });
	release.resolve();
	await locking;
});

it("hands back and ends when a later eosync has changed the tables", async () => {
	await using held = await openDatabase({ url: database.url, applicationName: "tests", max: 1 });
	const { ended } = await startWorker();
	const run = await runThatWaits(held);
	await database.sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 99999999999999)`;
	const { status, stderr } = await ended;
	await database.sql`delete from drizzle.__drizzle_migrations where hash = 'later'`;
	expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/later version of eosync/) });
	expect(await stateOf(run)).toEqual({ state: "interrupted", owner: null });
});

it("refuses tables of an earlier eosync, until they have been migrated", async () => {
	await using older = await createTestDatabase();
	await older.sql.begin((sql) => remakeTables(sql, 1_795_371_798_596));
	using other = openCli(older);
	const refused = await other.run("worker");
	expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("eosync migrate") });
	expect(await other.run("migrate")).toMatchObject({ status: 0 });
	worker = other.start("worker");
	for (;;) if ((await older.sql`select from workers`).length > 0) break;
});

it.runIf(existsSync("/dev/full"))("works on although its log cannot be written", async () => {
	const full = openSync("/dev/full", "w");
	using writesNothing = openCli(database, { LOG_LEVEL: "info" }, full);
	worker = writesNothing.start("worker");
	closeSync(full);
	const run = await request("series");
	while ((await stateOf(run))?.state !== "succeeded") await new Promise((resolve) => setTimeout(resolve, 100));
	expect(worker.exitCode).toBeNull();
});

it("told to stop while a storage never answers it hands back, and ends", async () => {
	await using web = await startWebArchive(`${cli.folder}/archive`);
	web.answer = () => "never";
	const storage = { name: "web", type: "http", url: web.url, listing: "json", timeout: 600 };
	await saveStorage(database, storageInput.parse(storage));
	const container = { id: "stuck", kind: "dataset-series", sources: [{ storage: "web", include: ["*.tif"] }] };
	await saveContainer(database, containerInput.parse(container), { create: true });
	const stuck = web.stuck();
	const run = await request("stuck");
	const { child, ended } = await startWorker();
	await stuck;
	child.kill("SIGTERM");
	expect(await ended).toEqual({ status: 0, stderr: "" });
	expect(await stateOf(run)).toEqual({ state: "interrupted", owner: null });
});
