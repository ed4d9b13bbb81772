import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { countStatements } from "#lib/catalog/testing/sent-statements.ts";
import { requestRuns } from "#lib/jobs/requests/requests.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { openQueue } from "./queue.ts";
import { work } from "./worker.ts";

/** Most runs find nothing new, and most containers are small: what such a run costs is what it asks of the database. */
const mostStatements = 15;

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

test(`a run of a running worker that finds nothing new sends ${mostStatements} statements, its request and the queue included`, async () => {
	const { database, archive } = bench;
	for (const name of ["a", "b", "c", "d", "e"]) await archive.scene(`sub/${name}.tif`);
	await bench.container("S", [{}]);
	await bench.run("S");

	await using sent = await countStatements(database);
	await using own = await openDatabase({ url: sent.url, applicationName: "worker" });
	await using queue = await openQueue(sent, { role: "producer", onError: () => {} });
	const stop = new AbortController();
	const log = pino({ level: "silent" });
	const working = work(own, { concurrency: 2, log, signal: stop.signal, helpEvery: 3600 });
	const one = async () => {
		sent.take();
		const request = { containers: ["S"], kind: "sync", trigger: "dashboard", actor: "olga" } as const;
		const [requested] = await requestRuns(own, request);
		await queue.enqueue(requested?.run ?? 0);
		const isDone = async () =>
			(
				await database.sql`select from pgboss.job_common where singleton_key = ${String(requested?.run)} and state = 'completed'`
			).length > 0;
		while (!(await isDone())) await sleep(20);
		return sent.take();
	};
	// The first ones prepare, and what a worker does every few seconds falls into some of them.
	const runs: (readonly string[])[] = [];
	for (let round = 0; round < 12; round++) runs.push(await one());
	const [least = []] = runs.toSorted((a, b) => a.length - b.length);
	stop.abort();
	await working;
	expect(await database.sql`select distinct state, unchanged from runs where id > 1`).toEqual([
		{ state: "succeeded", unchanged: 5 },
	]);
	expect(least.some((text) => text.includes("insert into runs"))).toBe(true);
	expect(least.some((text) => text.includes("INSERT INTO pgboss"))).toBe(true);
	expect(least.length, least.join("\n\n")).toBeLessThanOrEqual(mostStatements);
});
