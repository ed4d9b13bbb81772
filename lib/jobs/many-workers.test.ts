import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { requestRuns } from "#lib/jobs/requests/requests.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { openQueue } from "./queue.ts";
import { work } from "./worker.ts";

/** Enough that the workers meet all the time. */
const containers = 60;

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

test("three workers share all containers: each is synced, and once", { timeout: 240_000 }, async () => {
	const { database, archive } = bench;
	const ids = Array.from({ length: containers }, (_, i) => `C${i}`);
	for (const id of ids) {
		await archive.scene(`${id}/a.tif`, { eoId: `A_${id}` });
		await bench.container(id, [{ path: id }]);
	}
	const stop = new AbortController();
	const workers = Array.from({ length: 3 }, async () => {
		await using own = await openDatabase({ url: database.url, applicationName: "worker", max: 3 });
		await work(own, { concurrency: 2, log: pino({ level: "silent" }), signal: stop.signal });
	});
	const runs = await requestRuns(database, { containers: "all", kind: "sync", trigger: "dashboard", actor: "olga" });
	await using queue = await openQueue(database, { role: "producer", onError: () => {} });
	// Twice: a second job for a run finds nothing to do.
	for (const { run } of [...runs, ...runs]) await queue.enqueue(run);
	const { sql } = database;
	while ((await sql`select from runs where finished_at is null`).length > 0)
		await new Promise((resolve) => setTimeout(resolve, 50));
	expect(await sql`select state, added, count(*) as count from runs group by 1, 2`).toEqual([
		{ state: "succeeded", added: 1, count: containers },
	]);
	// Applied as often as any other: once.
	expect(await sql`select distinct revision from containers`).toHaveLength(1);
	stop.abort();
	await Promise.all(workers);
});
