import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { batchView, listBatchContainers, waitingInBatches } from "#lib/catalog/batches/batches.ts";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { pauseStorage, resumeStorage } from "#lib/catalog/pauses/pauses.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { UsageError } from "#lib/errors.ts";
import { openQueue } from "#lib/jobs/queue.ts";
import { type RunsRequest, requestRuns } from "#lib/jobs/requests/requests.ts";
import { purge } from "#lib/jobs/upkeep/purge.ts";
import { work } from "#lib/jobs/worker.ts";
import { type SlowWeb, startSlowWeb } from "#lib/storage/test-servers/slow-web.ts";
import { deleteContainer } from "#lib/sync/delete-container.ts";
import { takeTurns } from "#lib/sync/take-turns.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { cancelBatch, pauseBatch, requestContainers, resumeBatch, retryBatch } from "./batch-requests.ts";
import { closeBatches } from "./close-batches.ts";

let bench: Bench;
let web: SlowWeb;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	web = await startSlowWeb(bench.archive.root, { delay: 40 });
	await saveStorage(
		bench.database,
		storageInput.parse({ name: "web", type: "http", url: web.url, listing: "json", parallel: 1 }),
	);
});
afterEach(async () => {
	for (const stop of stops.splice(0)) await stop();
	await web[Symbol.asyncDispose]();
	await emptyBench(bench);
});

/** Containers of one scene each, on a storage that takes a moment to answer. */
async function makeContainers(count: number): Promise<readonly string[]> {
	const ids = Array.from({ length: count }, (_, i) => `C${String(i + 1).padStart(2, "0")}`);
	for (const id of ids) {
		await bench.archive.scene(`${id}/a.tif`, { eoId: `A_${id}` });
		await bench.container(id, [{ storage: "web", path: id }]);
	}
	return ids;
}

function startWorker(concurrency = 1) {
	const stop = new AbortController();
	const working = (async () => {
		await using own = await openDatabase({ url: bench.database.url, applicationName: "worker", max: 7 });
		await work(own, { concurrency, log: pino({ level: "silent" }), signal: stop.signal });
	})();
	const end = async () => {
		stop.abort();
		await working;
	};
	stops.push(end);
	return end;
}

const asked = { kind: "sync", trigger: "dashboard", actor: "olga" } as const;

async function request(containers: RunsRequest["containers"], more: Partial<RunsRequest> = {}): Promise<number> {
	const { batch } = await requestContainers(bench.database, { ...asked, containers, ...more });
	if (batch === null) throw new Error("It is no batch.");
	return batch;
}

async function view(batch: number) {
	const found = await batchView(bench.database, batch);
	if (!found) throw new Error(`There is no batch ${batch}.`);
	return found;
}

async function until(condition: () => Promise<boolean>) {
	while (!(await condition())) await sleep(20);
}

const ended = (batch: number) => until(async () => (await view(batch)).finishedAt !== null);

/** Each container of each batch has one run that counts or was left out, and no run of a batch counts nowhere. */
async function expectCountedOnce() {
	const { sql } = bench.database;
	expect(await sql`select * from batch_containers where (run_id is null) = (left_out_at is null)`).toEqual([]);
	expect(
		await sql`select id from runs r where batch_id is not null and not exists (select from batch_containers where run_id = r.id)`,
	).toEqual([]);
	expect(
		await sql`select batch_id, run_id from batch_containers where run_id is not null group by 1, 2 having count(*) > 1`,
	).toEqual([]);
}

test("a batch ends whose rest is cancelled by a process that dies before it has left it out", async () => {
	await makeContainers(2);
	const batch = await request("all");
	await bench.database.sql`update batches set cancelled_at = now(), cancelled_by = 'olga' where id = ${batch}`;
	await closeBatches(bench.database);
	expect(await view(batch)).toMatchObject({ state: "cancelled", waiting: 0, finishedAt: expect.any(String) });
});

test("a run is created when its container has its turn; the batch counts what came of each", async () => {
	await makeContainers(6);
	await bench.container("C03", [{ storage: "web", path: "not/there" }]);
	const batch = await request("all");
	expect(await bench.database.sql`select from runs`).toEqual([]);
	expect(await view(batch)).toMatchObject({
		state: "running",
		total: 6,
		waiting: 6,
		done: 0,
		ofAll: true,
		actor: "olga",
	});
	startWorker();
	await until(async () => (await view(batch)).done >= 2);
	expect(await bench.database.sql`select from runs where state = 'queued'`).toEqual([]);
	await ended(batch);
	expect(await view(batch)).toMatchObject({
		state: "finished",
		done: 6,
		succeeded: 5,
		failed: 1,
		waiting: 0,
		secondsLeft: null,
	});
	const { rows } = await listBatchContainers(bench.database, batch, {});
	expect(rows.map(({ container, state, run }) => [container, state, run?.batch])).toEqual(
		["C01", "C02", "C03", "C04", "C05", "C06"].map((id) => [id, id === "C03" ? "failed" : "done", batch]),
	);
	await expectCountedOnce();
	const again = await retryBatch(bench.database, { batch, actor: "olga", trigger: "dashboard" });
	expect(again.containers).toEqual(["C03"]);
	await ended(again.batch ?? 0);
	expect(await view(again.batch ?? 0)).toMatchObject({ total: 1, failed: 1, retries: batch });
});

test("says that it waits while all that is left is on storages that are paused", async () => {
	await makeContainers(2);
	const batch = await request("all");
	const pause = { until: new Date(Date.now() + 3_600_000).toISOString(), note: "", by: "Ada" };
	expect((await view(batch)).state).toBe("running");
	for (const storage of ["archive", "web"]) await pauseStorage(bench.database, storage, pause);
	expect(await view(batch)).toMatchObject({ state: "waiting", waiting: 2, secondsLeft: null });
	for (const storage of ["archive", "web"]) await resumeStorage(bench.database, storage);
	expect((await view(batch)).state).toBe("running");
	await cancelBatch(bench.database, { batch, actor: "olga" });
});

test("paused, it holds no queued run and gives no turn; resumed, it goes on; its rest can be cancelled", async () => {
	await makeContainers(12);
	const batch = await request("all");
	startWorker();
	await until(async () => (await view(batch)).running > 0);
	await pauseBatch(bench.database, { batch, actor: "paul" });
	await expect(pauseBatch(bench.database, { batch, actor: "paul" })).rejects.toThrow(UsageError);
	// What is under way comes to its end.
	await until(async () => (await view(batch)).running === 0);
	const paused = await view(batch);
	expect(paused).toMatchObject({ state: "paused", pausedBy: "paul", secondsLeft: null });
	expect(paused.done).toBeLessThan(12);
	await sleep(1500);
	expect(await view(batch)).toMatchObject({ state: "paused", done: paused.done, waiting: paused.waiting });
	expect(await bench.database.sql`select from runs where finished_at is null`).toEqual([]);
	await resumeBatch(bench.database, { batch });
	await until(async () => (await view(batch)).done > paused.done);
	const cancelled = await cancelBatch(bench.database, { batch, actor: "carla" });
	expect(cancelled).toMatchObject({ cancelledBy: "carla", waiting: 0 });
	expect(cancelled.leftOut).toBeGreaterThan(0);
	await ended(batch);
	const end = await view(batch);
	expect(end).toMatchObject({ state: "cancelled", failed: 0, runsCancelled: 0 });
	expect(end.done + end.leftOut).toBe(12);
	await expect(cancelBatch(bench.database, { batch, actor: "carla" })).rejects.toThrow("no rest to cancel");
	await expect(resumeBatch(bench.database, { batch })).rejects.toThrow("not paused");
	await expectCountedOnce();
});

test("a person who asks for one container overtakes the batch, which counts that run; also while it is paused", async () => {
	await makeContainers(8);
	const batch = await request("all");
	await pauseBatch(bench.database, { batch, actor: "paul" });
	startWorker();
	await using queue = await openQueue(bench.database, { role: "producer", onError: () => {} });
	const { runs } = await requestContainers(bench.database, { ...asked, containers: ["C08"], actor: "petra" });
	const run = runs[0]?.run ?? 0;
	expect(await runView(bench.database, run)).toMatchObject({ batch, actor: "petra", state: "queued", place: 1 });
	await queue.enqueue(run);
	await until(async () => (await runView(bench.database, run))?.finishedAt !== null);
	expect(await view(batch)).toMatchObject({ state: "paused", done: 1, waiting: 7 });
	const ids = (await waitingInBatches(bench.database)).flatMap(({ batch: number, containers }) =>
		containers.map((id) => [number, id]),
	);
	expect(ids.sort()).toEqual(["C01", "C02", "C03", "C04", "C05", "C06", "C07"].map((id) => [batch, id]));
	await resumeBatch(bench.database, { batch });
	await ended(batch);
	expect(await waitingInBatches(bench.database)).toEqual([]);
	expect(await bench.database.sql`select container_id from runs group by 1 having count(*) > 1`).toEqual([]);
	await expectCountedOnce();
});

test("what does less does not count: the container has its turn when that is over", async () => {
	await makeContainers(2);
	const check = await createRun(bench.database, { ...asked, container: "C01", kind: "check" });
	const batch = await request("all");
	expect((await view(batch)).waiting).toBe(2);
	const [turn, ...others] = await takeTurns(bench.database, { limit: 5 });
	expect([turn?.taken.container.eoId, others]).toEqual(["C02", []]);
	await bench.execute(check.run);
	startWorker();
	await bench.database.sql`update runs set lease_until = now() - interval '1 second' where id = ${turn?.taken.id ?? 0}`;
	await ended(batch);
	const { rows } = await listBatchContainers(bench.database, batch, {});
	expect(rows.map(({ run }) => [run?.kind, run?.run === check.run])).toEqual([
		["sync", false],
		["sync", false],
	]);
	// A sync does what a check does, and more.
	const syncing = await createRun(bench.database, { ...asked, container: "C01" });
	const { batch: checks, runs } = await requestContainers(bench.database, {
		...asked,
		containers: "all",
		kind: "check",
	});
	expect(runs).toMatchObject([{ run: syncing.run, container: "C01", joined: true }]);
	expect(await view(checks ?? 0)).toMatchObject({ kind: "check", running: 1, waiting: 1 });
	await bench.execute(syncing.run);
	await ended(checks ?? 0);
	await expectCountedOnce();
});

test("two at once advance side by side, and one run counts in both", async () => {
	const ids = await makeContainers(10);
	const [all, some] = [await request("all"), await request(ids.slice(5))];
	startWorker(2);
	startWorker(2);
	await Promise.all([ended(all), ended(some)]);
	expect(await view(all)).toMatchObject({ succeeded: 10 });
	expect(await view(some)).toMatchObject({ succeeded: 5 });
	expect(await bench.database.sql`select count(*) as count from runs`).toEqual([{ count: 10 }]);
	await expectCountedOnce();
});

test("a container that is deleted meanwhile gets no turn, and the batch ends", async () => {
	await makeContainers(3);
	const batch = await request("all");
	await deleteContainer(bench.database, { id: "C02", actor: "olga", trigger: "dashboard" });
	startWorker();
	await ended(batch);
	expect(await view(batch)).toMatchObject({ state: "finished", succeeded: 2, leftOut: 1, gone: 0 });
	await bench.database.sql`delete from containers where deleted_at is not null`;
	expect(await view(batch)).toMatchObject({ total: 3, done: 2, succeeded: 2, leftOut: 0, gone: 1 });
});

test("a batch is forgotten with the last of its runs", async () => {
	await makeContainers(2);
	const { database } = bench;
	const batch = await request("all");
	startWorker();
	await ended(batch);
	await database.sql`update batches set finished_at = now() - interval '401 days'`;
	await purge(database);
	expect(await view(batch)).toMatchObject({ succeeded: 2 });
	await database.sql`delete from runs where container_id = (select id from containers where eo_id = 'C01')`;
	await purge(database);
	expect(await view(batch)).toMatchObject({ succeeded: 1, done: 1, gone: 1 });
	await database.sql`delete from runs`;
	await purge(database);
	expect(await batchView(database, batch)).toBeNull();
});

test("a console's is its own while it is heard of; then workers go on with it", async () => {
	await makeContainers(3);
	const { batch } = await requestContainers(bench.database, { ...asked, containers: "all" }, { console: "console 1" });
	if (batch === null) throw new Error("It is no batch.");
	expect(await takeTurns(bench.database, { limit: 3 })).toEqual([]);
	expect(await takeTurns(bench.database, { limit: 1, of: { batch, console: "console 2", position: 1 } })).toEqual([]);
	const [turn] = await takeTurns(bench.database, { limit: 1, of: { batch, console: "console 1", position: 2 } });
	expect(turn?.taken.container.eoId).toBe("C02");
	await bench.database.sql`update batches set console_until = now() - interval '1 second'`;
	await bench.database.sql`update runs set lease_until = now() - interval '1 second'`;
	startWorker();
	await ended(batch);
	expect(await view(batch)).toMatchObject({ succeeded: 3 });
	await expectCountedOnce();
});

test("whatever comes between, each container has one run that counts, or is left out", {
	timeout: 120_000,
}, async () => {
	const ids = await makeContainers(20);
	const { database } = bench;
	await using queue = await openQueue(database, { role: "producer", onError: () => {} });
	const enders = [startWorker(2), startWorker(1)];
	const batches = [await request("all"), await request(ids.slice(0, 10), { kind: "check" })];
	const quietly = (error: unknown) => {
		if (!(error instanceof UsageError)) throw error;
	};
	const pick = (count: number) => Math.floor(Math.random() * count);
	const story: string[] = [];
	for (let step = 0; step < 25; step++) {
		const batch = batches[pick(batches.length)] ?? 0;
		const id = ids[pick(ids.length)] ?? "";
		const kind = pick(2) === 0 ? "sync" : "check";
		const choices = [
			async () => void (await pauseBatch(database, { batch, actor: "p" }).catch(quietly)),
			async () => void (await resumeBatch(database, { batch }).catch(quietly)),
			async () => {
				for (const { run } of await requestRuns(database, { ...asked, containers: [id], kind }))
					await queue.enqueue(run);
			},
			async () => void batches.push(await request(ids.slice(pick(9), 11 + pick(9)), { kind })),
			// As if the worker had died.
			async () =>
				void (await database.sql`update runs set lease_until = now() - interval '1 second' where lease_owner is not null and id % 3 = 0`),
			async () => {
				if (pick(4) === 0) await cancelBatch(database, { batch, actor: "c" }).catch(quietly);
			},
			async () => {
				if (enders.length > 1 && pick(3) === 0) await enders.pop()?.();
			},
		];
		const choice = pick(choices.length);
		story.push(`${choice}:${batch}:${id}`);
		await Promise.all([choices[choice]?.(), choices[pick(3)]?.()]);
		await sleep(pick(80));
	}
	for (const batch of batches) await resumeBatch(database, { batch }).catch(quietly);
	for (const batch of batches) await ended(batch);
	await closeBatches(database);
	await expectCountedOnce().catch((error: unknown) => {
		throw new Error(`After ${story.join(" ")}`, { cause: error });
	});
});
