import { afterAll, beforeAll, expect, test } from "vitest";
import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { requestCancel, requestRuns } from "#lib/jobs/requests/requests.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { connectionsFor } from "./connections.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

test("as many runs as a worker may have, all waiting for the catalogue's lock: each is still cancelled at once", async () => {
	const concurrency = 3;
	const containers = Array.from({ length: 2 * concurrency }, (_, number) => `S${number}`);
	for (const id of containers) {
		await bench.archive.scene(`${id}/a.tif`, { eoId: `A-${id}` });
		await bench.container(id, [{ path: id }]);
	}
	const { url } = bench.database;
	await using database = await openDatabase({ url, applicationName: "worker", max: connectionsFor(concurrency) });
	const request = { containers, kind: "sync", trigger: "dashboard", actor: "olga" } as const;
	const runs = (await requestRuns(bench.database, request)).map(({ run }) => run);
	const waiting = async () =>
		(
			await bench.database.sql`
				select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`
		).length;
	const states = await bench.database.sql.begin(async (holder) => {
		await holder`select pg_advisory_xact_lock(${catalogueLock})`;
		const working = runs.map((run) => executeRun(database, run, { signal: new AbortController().signal }));
		while ((await waiting()) < runs.length) await new Promise((resolve) => setTimeout(resolve, 20));
		for (const run of runs) await requestCancel(bench.database, { run, actor: "olga" });
		return Promise.all(working);
	});
	expect(states).toEqual(runs.map(() => "cancelled"));
});
