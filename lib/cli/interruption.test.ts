import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listBatches } from "#lib/catalog/batches/batches.ts";
import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { cancelBatch, pauseBatch, resumeBatch } from "#lib/jobs/batches/batch-requests.ts";
import { work } from "#lib/jobs/worker.ts";
import { type Cli, openCli } from "./testing.ts";

/** So many that a run is still under way when a signal arrives. */
const files = 1500;
const configuration = `
storages: [{ name: archive, type: local, root: archive }]
containers:
  - id: many
    kind: dataset-series
    sources: [{ storage: archive, path: many, include: ["*.tif"], fileName: '_(?<begin>\\d{8})_' }]
  - { id: few, kind: dataset-series, sources: [{ storage: archive, path: few, include: ["*.tif"] }] }
  - { id: two, kind: dataset-series, sources: [{ storage: archive, path: two, include: ["*.tif"] }] }
  - { id: three, kind: dataset-series, sources: [{ storage: archive, path: three, include: ["*.tif"] }] }
`;

let database: Database;
let cli: Cli;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database);
	const tiff = writeGeoTiff({ size: [4, 4], crs: 4326, georeference: { origin: [14, 49], pixelSize: [0.1, 0.1] } });
	for (let index = 0; index < files; index += 1) {
		cli.write(`archive/many/${index % 100}/scene${index}_20060816_.tif`, tiff);
	}
	for (const path of ["few/one", "two/two", "three/three"]) cli.writeScene(`archive/${path}.tif`);
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

beforeEach(async () => {
	await database.sql`truncate batches, containers, datasets, dataset_versions, storages, changes cascade`;
	const wanted = { text: configuration, file: join(cli.folder, "eosync.yaml"), variable: () => undefined };
	await applyConfiguration(database, parseConfiguration(wanted), { prune: false, say: async () => {} });
});

const endings: ReturnType<typeof follow>[] = [];
const listed = async () => (await listBatches(database, {})).rows;

async function datasets(): Promise<number> {
	const [row] = await database.sql<{ count: number }[]>`select count(*) as count from datasets`;
	return row?.count ?? 0;
}

interface Line {
	readonly type: string;
	readonly run: number;
	readonly phase: string;
	readonly runs: readonly { readonly container: string; readonly state: string; readonly added: number }[];
}

/** All lines of `--json`; `onLine` sees each as it comes. */
async function follow(child: ChildProcess, onLine: (line: Line) => void = () => {}) {
	const ended = once(child, "exit");
	child.stderr?.pipe(process.stderr);
	let last: Line | undefined;
	if (!child.stdout) throw new Error("no standard output");
	for await (const line of createInterface(child.stdout)) {
		last = JSON.parse(line) as Line;
		onLine(last);
	}
	const [status] = await ended;
	return { status, summary: last };
}

/** Sends the signal when the engine is at work on the container of many files; twice, as a terminal and npx together do. */
function signalWhenWorking(child: ChildProcess, signal: NodeJS.Signals) {
	let sent = false;
	return (line: Line) => {
		if (sent || line.type !== "progress" || line.phase === "queued") return;
		sent = child.kill(signal);
		setTimeout(() => child.kill(signal), 50);
	};
}

describe("sync that is interrupted", () => {
	it("by Ctrl-C cancels what it started, says so, and has status 130", async () => {
		const child = cli.start("sync", "many", "few", "--concurrency", "1", "--json");
		const { status, summary } = await follow(child, signalWhenWorking(child, "SIGINT"));
		expect(status).toBe(130);
		expect(summary).toMatchObject({
			type: "summary",
			ok: false,
			runs: [{ container: "many", state: "cancelled" }],
		});
		expect(await datasets()).toBe(0);
		expect(await database.sql`select state, count(*) as count from runs group by 1`).toEqual([
			{ state: "cancelled", count: 1 },
		]);
	});

	it("by SIGTERM hands its run back; the next sync goes on with it", async () => {
		const child = cli.start("sync", "many", "--json");
		const { status, summary } = await follow(child, signalWhenWorking(child, "SIGTERM"));
		expect(status).toBe(130);
		expect(summary?.runs).toMatchObject([{ state: "interrupted" }]);
		const again = await follow(cli.start("sync", "many", "--json"));
		// The interrupted run comes to its end, and then the archive is looked at again.
		expect(again).toMatchObject({ status: 0, summary: { runs: [{ state: "succeeded", added: 0, unchanged: files }] } });
		expect(await database.sql`select state, added from runs order by id`).toEqual([
			{ state: "succeeded", added: files },
			{ state: "succeeded", added: 0 },
		]);
	});

	it("ends although the engine waits for another's lock, and changes nothing", async () => {
		await whileLocked(async () => {
			const child = cli.start("sync", "few", "--json");
			const ended = follow(child);
			await waitFor(async () => (await waitingForALock()) === 1);
			child.kill("SIGINT");
			expect((await ended).status).toBe(130);
		});
		expect(await datasets()).toBe(0);
	});

	it("in the middle of several at once cancels those under way, and leaves out those that were still to come", async () => {
		await whileLocked(async () => {
			const child = cli.start("sync", "few", "two", "three", "--concurrency", "2", "--json");
			const ended = follow(child);
			await waitFor(async () => (await waitingForALock()) === 2);
			expect(await database.sql`select count(*) as count from runs`).toEqual([{ count: 2 }]);
			child.kill("SIGINT");
			expect(await ended).toMatchObject({
				status: 130,
				summary: {
					ok: false,
					runs: [
						{ container: "few", state: "cancelled" },
						{ container: "two", state: "cancelled" },
					],
				},
			});
		});
		const [batch] = await listed();
		expect(batch).toMatchObject({ state: "cancelled", total: 3, runsCancelled: 2, leftOut: 1, onConsole: true });
		expect(await datasets()).toBe(0);
	});
});

describe("sync of several", () => {
	it("is a batch, which is killed and which a worker goes on with", async () => {
		const child = cli.start("sync", "--all", "--concurrency", "1", "--json");
		await follow(child, signalWhenWorking(child, "SIGKILL"));
		const [killed] = await listed();
		expect(killed).toMatchObject({ state: "running", ofAll: true, total: 4, onConsole: true });
		expect(killed?.waiting).toBeGreaterThan(0);
		await database.sql`update batches set console_until = now() - interval '1 second'`;
		await database.sql`update runs set lease_until = now() - interval '1 second' where lease_owner is not null`;
		const stop = new AbortController();
		const working = work(database, { concurrency: 1, log: pino({ level: "silent" }), signal: stop.signal });
		await waitFor(async () => (await listed())[0]?.finishedAt !== null);
		stop.abort();
		await working;
		expect((await listed())[0]).toMatchObject({ state: "finished", succeeded: 4 });
		expect(await database.sql`select count(*) as count from runs`).toEqual([{ count: 4 }]);
	});

	it("obeys who pauses and resumes it, and counts the run of a person who overtakes", async () => {
		await whileLocked(async () => {
			const child = cli.start("sync", "few", "three", "two", "--concurrency", "1", "--json");
			const ended = follow(child);
			await waitFor(async () => (await waitingForALock()) === 1);
			const [{ batch } = { batch: 0 }] = await listed();
			await pauseBatch(database, { batch, actor: "paul" });
			const asked = { kind: "sync", trigger: "dashboard", actor: "petra" } as const;
			await createRun(database, { ...asked, container: "two" });
			expect((await listed())[0]).toMatchObject({ running: 2, waiting: 1, state: "paused" });
			endings.push(ended);
		});
		// What petra asked for waits for a worker.
		await waitFor(async () => (await listed())[0]?.running === 1);
		expect((await listed())[0]).toMatchObject({ state: "paused", succeeded: 1, waiting: 1 });
		const [{ batch } = { batch: 0 }] = await listed();
		await resumeBatch(database, { batch });
		await waitFor(async () => (await listed())[0]?.finishedAt !== null);
		expect((await listed())[0]).toMatchObject({ state: "finished", succeeded: 3 });
		expect(await endings.pop()).toMatchObject({
			status: 0,
			summary: { runs: [{ container: "few" }, { container: "three" }, { container: "two" }] },
		});
	});

	it("obeys who cancels its rest: says so, and fails", async () => {
		await whileLocked(async () => {
			const child = cli.start("sync", "few", "three", "two", "--concurrency", "1", "--json");
			const ended = follow(child);
			await waitFor(async () => (await waitingForALock()) === 1);
			await cancelBatch(database, { batch: (await listed())[0]?.batch ?? 0, actor: "carla" });
			endings.push(ended);
		});
		const { status, summary } = (await endings.pop()) ?? {};
		expect({ status, summary }).toMatchObject({
			status: 1,
			summary: { ok: false, runs: [{ container: "few", state: "succeeded" }] },
		});
		expect((await listed())[0]).toMatchObject({ state: "cancelled", cancelledBy: "carla", succeeded: 1, leftOut: 2 });
	});
});

describe("a run of another process", () => {
	it("is joined, and taken over when its worker's lease ends", async () => {
		const { run } = await createRun(database, {
			container: "few",
			kind: "sync",
			trigger: "dashboard",
			actor: "somebody",
		});
		await database.sql`
			update runs set state = 'scanning', lease_owner = 'a dead worker', lease_until = now() + interval '2 seconds' where id = ${run}`;
		const child = cli.start("sync", "few", "--json");
		let advice = "";
		child.stderr?.on("data", (chunk) => {
			advice += chunk;
		});
		const { status, summary } = await follow(child);
		expect(advice.match(/^few: another process works on run \d+; this one follows/gm)).toHaveLength(1);
		expect({ status, summary }).toMatchObject({
			status: 0,
			summary: { runs: [{ run, state: "succeeded", added: 1 }] },
		});
	});

	it("is left alone by Ctrl-C", async () => {
		const { run } = await createRun(database, {
			container: "few",
			kind: "sync",
			trigger: "dashboard",
			actor: "somebody",
		});
		await database.sql`
			update runs set state = 'scanning', lease_owner = 'a live worker', lease_until = now() + interval '1 hour' where id = ${run}`;
		const child = cli.start("sync", "few", "--json");
		const { status } = await follow(child, (line) => line.type === "progress" && child.kill("SIGINT"));
		expect(status).toBe(130);
		expect(await runView(database, run)).toMatchObject({ state: "scanning", cancelRequested: false });
	});

	it("that was interrupted after its scan is finished, and what came since is found by another one", async () => {
		const { run } = await createRun(database, {
			container: "few",
			kind: "sync",
			trigger: "dashboard",
			actor: "tester",
		});
		await database.sql`
			update runs set state = 'interrupted', started_at = now(), scanned_at = now(),
				base_revision = (select revision from containers where eo_id = 'few') where id = ${run}`;
		const { status, summary } = await follow(cli.start("sync", "few", "--json"));
		expect({ status, summary }).toMatchObject({ status: 0, summary: { runs: [{ state: "succeeded", added: 1 }] } });
		expect(await datasets()).toBe(1);
		expect(await runView(database, run)).toMatchObject({ state: "succeeded", added: 0 });
	});

	it("that only checks does not do for a sync: a sync follows it", async () => {
		await createRun(database, { container: "few", kind: "check", trigger: "dashboard", actor: "somebody" });
		const { status, summary } = await follow(cli.start("sync", "few", "--json"));
		expect({ status, summary }).toMatchObject({ status: 0, summary: { runs: [{ state: "succeeded", added: 1 }] } });
		expect(await datasets()).toBe(1);
	});
});

describe("a reader that goes away", () => {
	it("ends a list quietly", async () => {
		expect((await follow(cli.start("sync", "many", "--json"))).status).toBe(0);
		const child = cli.start("datasets", "many", "--json");
		const [stderr, ended] = [text(child.stderr ?? process.stdin), once(child, "exit")];
		child.stdout?.once("data", () => child.stdout?.destroy());
		expect([(await ended)[0], await stderr]).toEqual([0, ""]);
	});

	it("does not stop a sync", async () => {
		const child = cli.start("sync", "many", "--json");
		const ended = once(child, "exit");
		child.stdout?.once("data", () => child.stdout?.destroy());
		expect((await ended)[0]).toBe(0);
		expect(await datasets()).toBe(files);
	});
});

/** Does it while nothing can be applied. */
async function whileLocked(work: () => Promise<void>): Promise<void> {
	const blocked = Promise.withResolvers<void>();
	const release = Promise.withResolvers<void>();
	const holder = database.sql.begin(async (sql) => {
		await sql`select pg_advisory_xact_lock(${catalogueLock})`;
		blocked.resolve();
		await release.promise;
	});
	try {
		await blocked.promise;
		await work();
	} finally {
		release.resolve();
		await holder;
	}
}

/** How many do in this database: `pg_locks` shows those of the whole server, which other tests share. */
async function waitingForALock(): Promise<number> {
	const waiting = await database.sql`
		select from pg_locks join pg_database on pg_database.oid = pg_locks.database
		where datname = current_database() and locktype = 'advisory' and not granted`;
	return waiting.length;
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
	while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
