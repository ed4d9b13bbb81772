import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { LiveEvent } from "#lib/catalog/read-models.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { liveEvents } from "./events.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

test("tells of what is active at first, then of every run and container that changes, and of the configuration", async () => {
	await bench.archive.scene("a.tif");
	await bench.container("S", [{}]);
	await bench.database
		.sql`insert into runs (container_id, kind, trigger, actor) values (1, 'sync', 'dashboard', 'olga')`;
	const stop = new AbortController();
	const events: LiveEvent[] = [];
	const until = async (wanted: (event: LiveEvent) => boolean) => {
		for await (const event of liveEvents(bench.database, { signal: stop.signal })) {
			events.push(event);
			if (events.length === 1) void bench.execute(1).then(() => bench.container("T", []));
			if (events.some(wanted) && events.some(({ type }) => type === "configuration")) return;
		}
	};
	await until((event) => event.type === "container" && event.container.state === "in sync");
	expect(events[0]).toMatchObject({ type: "run", run: { run: 1, state: "queued" } });
	expect(events[1]).toMatchObject({ type: "container", container: { id: "S", state: "syncing" } });
	const last = events.findLast((event) => event.type === "run");
	expect(last).toMatchObject({ run: { run: 1, state: "succeeded", added: 1 }, problems: [] });
	stop.abort();
});

test("ends when nobody listens any more", async () => {
	const stop = new AbortController();
	const events = liveEvents(bench.database, { signal: stop.signal });
	const next = events.next();
	stop.abort();
	expect(await next).toEqual({ value: undefined, done: true });
});

test("many listeners each hear of the latest only, and of the end", async () => {
	await bench.container("S", []);
	const stop = new AbortController();
	const listeners = Array.from({ length: 5 }, async () => {
		const states: string[] = [];
		for await (const event of liveEvents(bench.database, { signal: stop.signal })) {
			if (event.type === "run") states.push(`${event.run.state} ${event.run.progress.done}`);
			if (event.type === "container" && event.container.state === "in sync") return states;
		}
		return states;
	});
	const { sql } = bench.database;
	await waitFor(
		async () =>
			(await sql`select from pg_stat_activity where datname = current_database() and query ilike 'listen %'`).length >
			0,
	);
	const [run] =
		await sql`insert into runs (container_id, kind, trigger, actor) values (1, 'sync', 'dashboard', 'olga') returning id`;
	for (let done = 1; done <= 50; done++)
		await sql`update runs set state = 'scanning', progress = jsonb_build_object('phase', 'scanning', 'done', ${done}::int) where id = ${run?.id}`;
	await sql`update runs set state = 'succeeded', finished_at = now() where id = ${run?.id}`;
	for (const states of await Promise.all(listeners)) {
		expect(states.at(-1)).toBe("succeeded 50");
		expect(states.length).toBeLessThan(25);
	}
	stop.abort();
});

async function waitFor(isTrue: () => Promise<boolean>): Promise<void> {
	while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10));
}
