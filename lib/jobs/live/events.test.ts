import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { LiveEvent } from "#lib/catalog/live-events.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { liveEvents } from "./events.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

test("begins with a gap when it listens, then every run and container that changes, and that the configuration did", async () => {
	await bench.archive.scene("a.tif");
	await bench.container("S", [{}]);
	await bench.database
		.sql`insert into runs (container_id, kind, trigger, actor) values (1, 'sync', 'dashboard', 'olga')`;
	const stop = new AbortController();
	const events: LiveEvent[] = [];
	const until = async (wanted: (event: LiveEvent) => boolean) => {
		for await (const batch of liveEvents(bench.database, { signal: stop.signal })) {
			if (events.length === 0) void bench.execute(1).then(() => bench.container("T", []));
			events.push(...batch);
			// The end of a run may be read of its container first.
			const isOver = events.some((event) => event.type === "run" && event.run.finishedAt !== null);
			if (isOver && events.some(wanted) && events.some(({ type }) => type === "configuration")) return;
		}
	};
	await until((event) => event.type === "container" && event.container.state === "in sync");
	expect(events[0]).toEqual({ type: "gap" });
	const last = events.findLast((event) => event.type === "run");
	expect(last).toMatchObject({ run: { run: 1, state: "succeeded", added: 1 } });
	stop.abort();
});

test("ends when no page listens any more", async () => {
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
		let isInSync = false;
		for await (const batch of liveEvents(bench.database, { signal: stop.signal })) {
			for (const event of batch) if (event.type === "run") states.push(`${event.run.state} ${event.run.progress.done}`);
			// It may be read of the container first.
			isInSync ||= batch.some((event) => event.type === "container" && event.container.state === "in sync");
			if (isInSync && states.at(-1)?.startsWith("succeeded")) return states;
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

test("two thousand runs that change at once are a few messages, and the last one is not late", async () => {
	const { sql } = bench.database;
	const count = 2000;
	await sql`insert into containers (eo_id, kind) select 'C' || i, 'dataset-series' from generate_series(1, ${count}) i`;
	await sql`insert into runs (container_id, kind, trigger, actor) select id, 'check', 'dashboard', 'olga' from containers`;
	const stop = new AbortController();
	const listening = Promise.withResolvers<void>();
	const succeeded = new Set<number>();
	let messages = 0;
	const heard = (async () => {
		for await (const batch of liveEvents(bench.database, { signal: stop.signal })) {
			messages += 1;
			if (batch.some(({ type }) => type === "gap")) listening.resolve();
			for (const event of batch)
				if (event.type === "run" && event.run.state === "succeeded") succeeded.add(event.run.run);
			if (succeeded.size === count) return;
		}
	})();
	await listening.promise;
	const before = messages;
	await sql`update runs set state = 'succeeded', finished_at = now()`;
	await heard;
	stop.abort();
	// One pause of 0.2 s for each event would be 400 messages, or minutes of silence.
	expect(messages - before).toBeLessThanOrEqual(20);
});

test("a newcomer gets a gap, and the others get none again", async () => {
	await bench.container("S", []);
	const stop = new AbortController();
	const first = liveEvents(bench.database, { signal: stop.signal });
	const second = liveEvents(bench.database, { signal: stop.signal });
	const isGap = (batch: readonly LiveEvent[] | undefined) => batch?.some(({ type }) => type === "gap");
	expect(isGap((await first.next()).value)).toBe(true);
	const again = first.next();
	expect(isGap((await second.next()).value)).toBe(true);
	await bench.container("T", []);
	const batches = [(await again).value];
	while (!batches.at(-1)?.some(({ type }: LiveEvent) => type === "configuration"))
		batches.push((await first.next()).value);
	// Events of the tests before may still arrive.
	expect(batches.some(isGap)).toBe(false);
	stop.abort();
});

async function waitFor(isTrue: () => Promise<boolean>): Promise<void> {
	while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10));
}
