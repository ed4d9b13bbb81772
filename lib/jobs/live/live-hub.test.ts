import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import type { LiveEvent } from "#lib/catalog/live-events.ts";
import { pauseBatch, requestContainers } from "#lib/jobs/batches/batch-requests.ts";
import { takeTurns } from "#lib/sync/take-turns.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { LiveHub } from "./live-hub.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

/** A hub with one receiver. */
async function enter() {
	const hub = new LiveHub(bench.database);
	await heardAll();
	const events: LiveEvent[] = [];
	const leave = await hub.enter((event) => events.push(event));
	const until = async (isThere: (event: LiveEvent) => boolean) => {
		while (!events.some(isThere)) await new Promise((resolve) => setTimeout(resolve, 10));
	};
	const count = (type: LiveEvent["type"]) => events.filter((event) => event.type === type).length;
	return { hub, events, until, count, [Symbol.dispose]: leave };
}

/** Notifications come in the order of the transactions: then all have come that were sent before. */
async function heardAll() {
	const { sql } = bench.database;
	const { promise, resolve } = Promise.withResolvers<void>();
	const { unlisten } = await sql.listen("eosync_test", () => resolve());
	await sql.notify("eosync_test", "");
	await promise;
	await unlisten();
}

test("listening again after a lost connection is a gap, and then it hears again", async () => {
	await bench.container("S", []);
	using receiver = await enter();
	const { sql } = bench.database;
	const before = receiver.count("gap");
	const ended = await sql`
		select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and query ilike 'listen %' and pid <> pg_backend_pid()`;
	expect(ended.count).toBeGreaterThan(0);
	while (receiver.count("gap") === before) await new Promise((resolve) => setTimeout(resolve, 10));
	await receiver.hub.testHearing();
	await sql`insert into runs (container_id, kind, trigger, actor) values (1, 'sync', 'dashboard', 'olga')`;
	await receiver.until((event) => event.type === "run");
});

test("what it does not hear of itself is a gap", async () => {
	using receiver = await enter();
	await receiver.hub.testHearing();
	await heardAll();
	await receiver.hub.testHearing();
	await heardAll();
	const before = receiver.count("gap");
	// The second one comes before the notification of the first can have come.
	const both = [receiver.hub.testHearing(), receiver.hub.testHearing()];
	expect(receiver.count("gap")).toBe(before + 1);
	await Promise.all(both);
});

test("a container that became overdue is sent once, though nothing but the clock changed it", async () => {
	const { sql } = bench.database;
	await bench.container("S", [], { schedule: { cron: "* * * * *", zone: "UTC", kind: "sync", jitter: 0 } });
	using receiver = await enter();
	const overdue = () =>
		receiver.events.filter((event) => event.type === "container" && event.container.state === "overdue").length;
	await receiver.hub.sendOverdue();
	expect(overdue()).toBe(0);
	await sql`update containers set configured_at = now() - interval '1 day'`;
	await receiver.hub.sendOverdue();
	await receiver.hub.sendOverdue();
	expect(overdue()).toBe(1);
});

test("a storage that can no longer be reached sends its containers", async () => {
	const { sql } = bench.database;
	await bench.container("S", [{}]);
	await bench.container("OTHER", []);
	await heardAll();
	using receiver = await enter();
	await sql`update storages set unreachable_since = now(), unreachable_reason = 'timeout'`;
	await receiver.until((event) => event.type === "container");
	expect(receiver.events.flatMap((event) => (event.type === "container" ? [event.container] : []))).toMatchObject([
		{ id: "S", unreachable: [{ storage: "archive", reason: "timeout" }] },
	]);
	expect(receiver.count("configuration")).toBe(0);
});

test("with nobody there it remembers nothing for the next one", async () => {
	await bench.container("S", []);
	const { sql } = bench.database;
	const hub = new LiveHub(bench.database);
	(await hub.enter(() => {}))();
	await sql`insert into runs (container_id, kind, trigger, actor) values (1, 'sync', 'dashboard', 'olga')`;
	await heardAll();
	const events: LiveEvent[] = [];
	const leave = await hub.enter((event) => events.push(event));
	await sql`insert into runs (container_id, kind, trigger, actor, state, finished_at) values (1, 'check', 'dashboard', 'olga', 'cancelled', now())`;
	while (!events.some((event) => event.type === "run")) await new Promise((resolve) => setTimeout(resolve, 10));
	expect(events.flatMap((event) => (event.type === "run" ? [event.run.run] : []))).toEqual([2]);
	leave();
});

test("who follows some runs hears of these, and of no containers", async () => {
	await bench.container("S", []);
	await bench.container("T", []);
	const { sql } = bench.database;
	const hub = new LiveHub(bench.database);
	const events: LiveEvent[] = [];
	const leave = await hub.enter((event) => events.push(event), { onlyRuns: (run) => run === 2 });
	await sql`insert into runs (container_id, kind, trigger, actor) values (1, 'sync', 'dashboard', 'olga')`;
	await sql`insert into runs (container_id, kind, trigger, actor) values (2, 'sync', 'dashboard', 'olga')`;
	await bench.container("T", [], { title: "another" });
	while (!events.some((event) => event.type === "run")) await new Promise((resolve) => setTimeout(resolve, 10));
	await heardAll();
	leave();
	expect(events.filter(({ type }) => type !== "gap")).toMatchObject([{ type: "run", run: { run: 2 } }]);
});

test("a batch is sent when it comes, when a run that it counts moves, and when it is paused", async () => {
	for (const id of ["S", "T"]) await bench.container(id, []);
	using receiver = await enter();
	const asked = { containers: "all", kind: "sync", trigger: "dashboard", actor: "olga" } as const;
	const { batch } = await requestContainers(bench.database, asked);
	const seen = (state: Partial<BatchView>) =>
		receiver.until(
			(event) =>
				event.type === "batch" &&
				Object.entries(state).every(([key, value]) => event.batch[key as keyof BatchView] === value),
		);
	await seen({ batch: batch ?? 0, waiting: 2, running: 0 });
	const [turn] = await takeTurns(bench.database, { limit: 1 });
	await seen({ waiting: 1, running: 1 });
	await pauseBatch(bench.database, { batch: batch ?? 0, actor: "paul" });
	await seen({ state: "paused", pausedBy: "paul" });
	await bench.database.sql`
		update runs set state = 'failed', finished_at = now(), lease_owner = null, lease_until = null where id = ${turn?.taken.id ?? 0}`;
	await seen({ running: 0, failed: 1, done: 1 });
});
