import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { claimRun, createRun } from "#lib/catalog/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs.ts";
import { Session } from "./session.ts";
import { type Bench, emptyBench, makeBench } from "./testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

async function openSession() {
	const { database } = bench;
	await bench.container("S", [{}]);
	const { run } = await createRun(database, { container: "S", kind: "sync", trigger: "command-line", actor: "tester" });
	await claimRun(database, run, "me");
	return new Session(database, run, "me", new AbortController().signal);
}

/** Until something in the database waits for a lock. */
async function someoneWaits() {
	const { sql } = bench.database;
	for (;;) {
		const waiting =
			await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
		if (waiting.length > 0) return;
		await pause(10);
	}
}

test("a move inside a transaction does not wait for the report that waits for the transaction", async () => {
	await using session = await openSession();
	await bench.database.sql.begin(async (sql) => {
		await sql`update runs set added = 1 where id = ${session.run}`;
		session.begin("planning", null);
		await someoneWaits();
		await session.move({ state: "planned", planned: true, release: true }, sql);
	});
	expect(await runView(bench.database, session.run)).toMatchObject({ state: "planned", added: 1 });
});
