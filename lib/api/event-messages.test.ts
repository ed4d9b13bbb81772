import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { LiveEvent } from "#lib/catalog/live-events.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { eventMessages } from "./event-messages.ts";
import { messageStream } from "./message-stream.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	const { sql } = bench.database;
	await sql`delete from users`;
	await sql`insert into users (id, name, email, role) values ('u1', 'olga', 'olga@example.org', 'operator')`;
	await sql`insert into sessions (id, user_id, token, expires_at) values ('s1', 'u1', 't1', now() + interval '1 hour')`;
});

const caller = { id: "u1", role: "operator", session: "s1" } as const;

function follow({ signal }: { readonly signal: AbortSignal }) {
	let looks = 0;
	const services = async () => {
		looks += 1;
		return { database: true, worker: true };
	};
	let ends = 0;
	const stream = messageStream((ended) => eventMessages(bench.database, { caller, services, signal: ended }), {
		signal,
		onEnd: () => (ends += 1),
	});
	const reader = stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
	const next = async () => (await reader.read()).value;
	const until = async (isWanted: (message: string) => boolean) => {
		for (;;) {
			const message = await next();
			if (message === undefined || isWanted(message)) return message;
		}
	};
	return { reader, next, until, looks: () => looks, ends: () => ends };
}

test("begins with who follows, then says when nothing is missed any more; a role that changes is told", async () => {
	const stop = new AbortController();
	const { next, until, ends } = follow({ signal: stop.signal });
	expect(await next()).toBe(`event: caller\ndata: {"user":"u1","role":"operator"}\n\n`);
	expect(await until((message) => message.startsWith("data: "))).toBe(`data: [{"type":"gap"}]\n\n`);
	await bench.database.sql`update users set role = 'viewer'`;
	expect(await until((message) => message.startsWith("event: caller"))).toContain(`"role":"viewer"`);
	await bench.database.sql`update users set role = 'operator'`;
	expect(await until((message) => message.startsWith("event: caller"))).toContain(`"role":"operator"`);
	await bench.database.sql`delete from sessions`;
	expect(await until((message) => message.startsWith("event: signed-out"))).toBeDefined();
	expect(await next()).toBeUndefined();
	expect(ends()).toBe(1);
});

test("a reader that was gone before it came begins nothing and gives its place back", async () => {
	const { next, looks, ends } = follow({ signal: AbortSignal.abort() });
	expect(await next()).toBeUndefined();
	expect([looks(), ends()]).toEqual([0, 1]);
});

test("a reader that goes without a word is no longer looked after", async () => {
	const [gone, stays] = [new AbortController(), new AbortController()];
	const first = follow({ signal: gone.signal });
	await first.until((message) => message.startsWith("data: "));
	gone.abort();
	const looks = first.looks();
	// Another reader shows that time goes by.
	const second = follow({ signal: stays.signal });
	await second.until(() => second.looks() >= 3);
	expect([first.looks() - looks, first.ends()]).toEqual([0, 1]);
	stays.abort();
});

test("of what a slow reader did not take only the latest is kept", async () => {
	await bench.container("S", []);
	const { sql } = bench.database;
	const stop = new AbortController();
	const { until, reader } = follow({ signal: stop.signal });
	await until((message) => message.startsWith("data: "));
	await sql`insert into runs (container_id, kind, trigger, actor) values (1, 'sync', 'dashboard', 'olga')`;
	for (let done = 1; done <= 200; done++)
		await sql`update runs set progress = jsonb_build_object('phase', 'scanning', 'done', ${done}::int)`;
	const seen: number[] = [];
	await until((message) => {
		if (!message.startsWith("data: ")) return false;
		for (const event of JSON.parse(message.slice(6)) as LiveEvent[])
			if (event.type === "run") seen.push(event.run.progress.done);
		return seen.at(-1) === 200;
	});
	expect(seen.length).toBeLessThan(10);
	await reader.cancel();
});
