import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { startEmbedded } from "#lib/catalog/embedded/embedded.ts";
import { mutateDemoArchive, writeDemoArchive } from "#lib/demo/archive.ts";
import { childEnvironment } from "#lib/env.ts";
import { messageOf, UsageError } from "#lib/errors.ts";
import { commitOf } from "./versions.ts";

/**
 * `npm run try-upgrade -- VERSION`: while a worker of that released version is at work on a catalogue, this version migrates it and goes on;
 * then the way back is gone, as `docs/operating.md` says it. Says what it saw. Needs the history, and the network for the packages of then.
 */

const root = join(import.meta.dirname, "..");
/** Of the container that is synced while it happens: a run of several seconds. */
const files = 10_000;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { checkout: { type: "string" } } });
const folder = mkdtempSync(join(tmpdir(), "eosync-upgrade-"));
chmodSync(folder, 0o755); // As root the embedded database runs as another user.
const began = performance.now();

try {
	const [version] = positionals;
	if (version === undefined)
		throw new UsageError("Say which version: npm run try-upgrade -- 0.1.0 [--checkout DIR, where it is already]");
	const older = values.checkout === undefined ? checkOut(version) : resolve(values.checkout);
	const server = await startEmbedded({ home: join(folder, "server") });
	try {
		await tryUpgrade(version, older, server.urlOf);
	} finally {
		await server.stop();
	}
} catch (error) {
	console.error(`✗ ${messageOf(error)}`);
	process.exitCode = 1;
} finally {
	rmSync(folder, { recursive: true, force: true });
}

async function tryUpgrade(version: string, older: string, urlOf: (database: string) => string): Promise<void> {
	for (const name of ["upgraded", "returned"]) await createDatabase(urlOf("postgres"), name);
	const [url, returned] = [urlOf("upgraded"), urlOf("returned")];
	const before = program(`eosync ${version}`, older);
	const now = program("this version", root);
	const archive = join(folder, "archive");
	mkdirSync(archive);
	writeDemoArchive(archive);
	writeMany(archive);
	const file = join(folder, "eosync.yaml");
	writeFileSync(file, configuration());

	await using database = await openDatabase({ url, applicationName: "try-upgrade", max: 2 });
	before.run(url, ["configure", file]);
	before.run(url, ["sync", "BEFORE"], [0, 1]);
	const datasets = await count(database);
	say(`eosync ${version} synced a container of ${datasets} datasets`);
	const backup = join(folder, "before.eosync");
	before.run(url, ["backup", backup]);
	mutateDemoArchive(archive);

	// It begins with the next minute: the other container has a schedule.
	const worker = before.start(url, ["worker"]);
	await until("the worker reads", worker, async () => (await readSoFar(database)) > files / 10);
	say(`its worker is at work on another one of ${files}, of which it has read ${await readSoFar(database)}`);
	const migrating = performance.now();
	const said = now.run(url, ["migrate"]);
	say(`this version migrated meanwhile, in ${seconds(migrating)}; it said: ${said.trim() || "nothing"}`);
	const [status] = worker.exitCode === null ? await once(worker, "exit") : [worker.exitCode];
	expect(status === 1, `The worker of ${version} ended with status ${status}.`);
	say(`the worker of ${version} handed back its run and ended by itself, with status 1`);
	const handed = await database.sql<
		{ id: number }[]
	>`select id from runs where started_at is not null and finished_at is null`;
	const refused = before.run(url, ["sync", "BEFORE"], [1]);
	say(`eosync ${version} refuses from now on: ${refused.trim().split("\n").at(-1)}`);

	const next = now.start(url, ["worker", "--concurrency", "2"]);
	await until("the new worker is done", next, async () => (await unsynced(database)) === 0);
	next.kill("SIGTERM");
	await once(next, "exit");
	const ends = await database.sql<
		{ state: string }[]
	>`select state from runs where id in ${database.sql(handed.map(({ id }) => id))}`;
	const failed = await database.sql`select from runs where state not in ('succeeded', 'partial')`;
	expect(failed.length === 0, `${failed.length} runs failed.`);
	say(
		`a worker of this version went on with what was handed back (${ends.map(({ state }) => state).join(", ")}); no run failed`,
	);
	const doctor = now.run(url, ["doctor"], [0, 1]);
	const complaints = doctor.split("\n").filter((line) => line.startsWith("fail "));
	expect(complaints.length === 0, `doctor says ${complaints.join("; ")}`);
	say("doctor finds nothing that failed");
	now.run(url, ["sync", "--all"], [0, 1]);
	const again = now.run(url, ["check", "--all", "--json"], [0, 1]);
	const different = again.split("\n").filter((line) => /"(added|removed|updated|moved)":[1-9]/.test(line));
	expect(different.length === 0, `A check after a sync finds differences: ${different[0]}`);
	say(`${await count(database)} datasets; a check after a sync finds no difference`);

	before.run(returned, ["restore", backup]);
	await using back = await openDatabase({ url: returned, applicationName: "try-upgrade", max: 2 });
	expect((await count(back)) === datasets, "The catalogue that was restored has other datasets.");
	before.run(returned, ["sync", "--all"], [0, 1]);
	expect((await unsynced(back)) === 0, "After the way back not all containers were synced.");
	const agree = (await list(back)) === (await list(database));
	say(
		`the way back: ${version} restored its backup and synced all: ${await count(back)} datasets${agree ? ", the same as after the upgrade" : ""}`,
	);
	say(`all in ${seconds(began)}`);
}

function checkOut(version: string): string {
	const target = join(folder, "older");
	mkdirSync(target);
	const archive = execFileSync("git", ["archive", commitOf(root, version)], { cwd: root, maxBuffer: 1 << 30 });
	execFileSync("tar", ["-x", "-C", target], { input: archive });
	execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: target, stdio: ["ignore", "ignore", "inherit"] });
	return target;
}

/** A checkout, as a program. */
function program(name: string, checkout: string) {
	const options = (url: string) => ({
		cwd: checkout,
		env: childEnvironment({
			DATABASE_URL: url,
			EOSYNC_HOME: join(folder, "home"),
			EOSYNC_SECRET: "the-secret-of-the-trial",
			LOG_LEVEL: "warn",
		}),
	});
	const main = join(checkout, "lib/cli/main.js");
	return {
		/** @returns what it printed, on both */
		run(url: string, args: readonly string[], fine: readonly number[] = [0]): string {
			const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
				...options(url),
				maxBuffer: 1 << 28,
			});
			const printed = `${stdout}${stderr}`;
			if (status === null || !fine.includes(status))
				throw new Error(`${name}: eosync ${args[0]} ended with ${status}: ${printed.slice(-2000)}`);
			return printed;
		},
		start: (url: string, args: readonly string[]): ChildProcess =>
			spawn(process.execPath, [main, ...args], { ...options(url), stdio: ["ignore", "ignore", "inherit"] }),
	};
}

function writeMany(archive: string): void {
	const [scene] = readdirSync(join(archive, "mosaic")).filter((name) => name.endsWith(".tif"));
	if (scene === undefined) throw new Error("The demonstration has no tiles.");
	for (let n = 0; n < files; n++) {
		const target = join(archive, "many", String(n % 50));
		if (n < 50) mkdirSync(target, { recursive: true });
		linkSync(join(archive, "mosaic", scene), join(target, `SCENE_20240612_${n}.tif`));
	}
}

/** Of what every version knows. */
function configuration(): string {
	const source = (rest: string) => `[{ storage: archive, include: ["*.tif"], ${rest} }]`;
	return `storages:
  - { name: archive, type: local, root: ${join(folder, "archive")} }
containers:
  - id: BEFORE
    kind: dataset-series
    schedule: "0 0 1 1 *"
    sources: ${source('path: sentinel2, metadata: ["{stem}.xml"]')}
  - id: MEANWHILE
    kind: dataset-series
    schedule: "* * * * *"
    sources: ${source("path: many, fileName: '_(?<begin>\\d{8})_'")}
`;
}

async function createDatabase(url: string, name: string): Promise<void> {
	await using maintenance = await openDatabase({ url, applicationName: "try-upgrade", max: 1 });
	await maintenance.sql`create database ${maintenance.sql(name)}`;
}

async function count({ sql }: Database): Promise<number> {
	const [row] = await sql<[{ count: number }]>`select count(*)::int as count from datasets`;
	return row.count;
}

async function list({ sql }: Database): Promise<string> {
	const rows = await sql<{ id: string }[]>`select eo_id as id from datasets order by eo_id collate "C"`;
	return rows.map(({ id }) => id).join("\n");
}

async function readSoFar({ sql }: Database): Promise<number> {
	const [row] = await sql<[{ count: number }]>`
		select count(*)::int as count from changes c join runs r on r.id = c.run_id
		where r.state = 'reading' and not c.to_read`;
	return row.count;
}

async function unsynced({ sql }: Database): Promise<number> {
	const [row] = await sql<[{ count: number }]>`
		select count(*)::int as count from containers c where not exists (
			select from runs r where r.container_id = c.id and r.finished_at is not null)`;
	return row.count;
}

async function until(what: string, child: ChildProcess, holds: () => Promise<boolean>): Promise<void> {
	for (const deadline = performance.now() + 300_000; !(await holds()); await pause(50)) {
		if (child.exitCode !== null) throw new Error(`A worker ended before ${what}, with status ${child.exitCode}.`);
		if (performance.now() > deadline) throw new Error(`It takes more than five minutes until ${what}.`);
	}
}

function seconds(since: number): string {
	return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function expect(condition: boolean, message: string): void {
	if (!condition) throw new Error(message);
}

function say(line: string): void {
	console.log(`✓ ${line}`);
}
