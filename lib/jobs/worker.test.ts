import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claimRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { liveEvents } from "#lib/jobs/live/events.ts";
import { requestRuns } from "#lib/jobs/requests/requests.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { openQueue } from "./queue.ts";
import { work } from "./worker.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

test("takes what is queued, and what a dead worker left; comes to an end when told", async () => {
	const { database, archive } = bench;
	for (const id of ["ONE", "TWO"]) {
		await archive.scene(`${id}/a.tif`, { eoId: `A_${id}` });
		await bench.container(id, [{ path: id }]);
	}
	const ask = async (id: string) =>
		(await requestRuns(database, { containers: [id], kind: "sync", trigger: "dashboard", actor: "olga" }))[0]?.run ?? 0;
	const abandoned = await ask("ONE");
	await claimRun(database, abandoned, "dead");
	await database.sql`update runs set lease_until = now() - interval '1 second'`;
	const stop = new AbortController();
	const working = work(database, { concurrency: 2, log: pino({ level: "silent" }), signal: stop.signal });
	const queued = await ask("TWO");
	await using queue = await openQueue(database, { role: "producer", onError: () => {} });
	await queue.enqueue(queued);
	const done = new Set<number>();
	const heard = new AbortController();
	for await (const batch of liveEvents(database, { signal: heard.signal })) {
		for (const event of batch) if (event.type === "run" && event.run.state === "succeeded") done.add(event.run.run);
		if (done.size === 2) break;
	}
	heard.abort();
	expect(await bench.registered()).toEqual(["ONE/a.tif: A_ONE in ONE", "TWO/a.tif: A_TWO in TWO"]);
	stop.abort();
	await working;
});
