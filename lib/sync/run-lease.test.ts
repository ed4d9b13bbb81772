import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { claimRun, createRun, heartbeat } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { someoneWaits } from "#lib/sync/testing/pause.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { RunLease } from "./run-lease.ts";
import { RunTrace } from "./run-trace.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

async function openLease() {
	const { database } = bench;
	await bench.container("S", [{}]);
	const { run } = await createRun(database, { container: "S", kind: "sync", trigger: "command-line", actor: "tester" });
	await claimRun(database, run, "me");
	return new RunLease(database, { run, owner: "me", signal: new AbortController().signal, trace: new RunTrace(run) });
}

test("a move inside a transaction does not wait for the report that waits for the transaction", async () => {
	await using lease = await openLease();
	await bench.database.sql.begin(async (sql) => {
		await sql`update runs set added = 1 where id = ${lease.run}`;
		lease.progress.begin("planning", null);
		await someoneWaits(bench.database, "true");
		await lease.move({ state: "planned", planned: true, release: true }, sql);
	});
	expect(await runView(bench.database, lease.run)).toMatchObject({ state: "planned", added: 1 });
});

test("when the hours of a storage end, a run that lists or reads is handed back, one that plans or applies is not", async () => {
	await using lease = await openLease();
	lease.progress.begin("planning", null);
	const closing = { at: Date.now(), until: "2999-01-01T00:00:00Z" };
	lease.endAt(closing);
	await sleep(30);
	expect(lease.signal.aborted).toBe(false);
	lease.progress.begin("scanning", null);
	// The hours were edited before they ended.
	lease.endAt(closing);
	lease.endAt(null);
	await sleep(30);
	expect(lease.signal.aborted).toBe(false);
	lease.endAt(closing);
	await sleep(30);
	expect(lease.signal.reason).toMatchObject({ code: "paused", until: "2999-01-01T00:00:00Z" });
});

test("a heartbeat hears that a storage is paused or its hours were edited, unless the run was asked for by name", async () => {
	await using lease = await openLease();
	const { sql } = bench.database;
	const clock = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
	const setHours = (hours: string | null) =>
		sql`update storages set config = ${
			hours === null ? sql`config - 'hours'` : sql`config || jsonb_build_object('hours', ${hours}::text)`
		}`;
	expect(await heartbeat(bench.database, lease.run, "me")).toEqual([]);
	await setHours(`${clock(-1)}-${clock(1)}`);
	expect(await heartbeat(bench.database, lease.run, "me")).toMatchObject([{ hours: `${clock(-1)}-${clock(1)}` }]);
	await setHours(`${clock(2)}-${clock(3)}`);
	const begin = `${new Date(Date.now() + 2 * 3_600_000).toISOString().slice(0, 16)}:00Z`;
	await expect(heartbeat(bench.database, lease.run, "me")).rejects.toMatchObject({ code: "paused", until: begin });
	await setHours(null);
	await sql`update storages set paused_until = '2999-01-01T00:00:00Z'`;
	await expect(heartbeat(bench.database, lease.run, "me")).rejects.toMatchObject({ code: "paused" });
	await sql`update runs set state = 'applying'`;
	await heartbeat(bench.database, lease.run, "me");
	await sql`update runs set state = 'reading', despite_pause = true`;
	await heartbeat(bench.database, lease.run, "me");
	await sql`update storages set paused_until = null`;
});
