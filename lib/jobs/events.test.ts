import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { LiveEvent } from "#lib/catalog/views.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing.ts";
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
