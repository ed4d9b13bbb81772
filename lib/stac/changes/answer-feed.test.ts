import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { StreamLimit } from "#lib/api/stream-limit.ts";
import { logState } from "#lib/catalog/publications/change-log.ts";
import { stacUrls } from "#lib/stac/links.ts";
import { answerFeed, type FeedServices } from "./answer-feed.ts";
import type { ChangeDocument } from "./change-document.ts";
import type { FeedCursor } from "./cursor.ts";
import { readFeed } from "./feed.ts";
import { feedLines } from "./feed-messages.ts";
import { LogWatch } from "./log-watch.ts";
import { type FeedBench, openFeedBench } from "./testing.ts";

let bench: FeedBench;
let services: FeedServices;
beforeAll(async () => {
	bench = await openFeedBench({ scenes: 3 });
});
afterAll(() => bench.close());
beforeEach(async () => {
	await bench.reset();
	await bench.publish("S", "public");
	services = {
		database: bench.database,
		urls: stacUrls("https://eosync.example.org"),
		reader: { withToken: false },
		isStillReader: async () => true,
		address: "192.0.2.1",
		places: new StreamLimit({ each: 4, all: 6 }),
		watch: new LogWatch(async () => (await logState(bench.sql)).lastSeq, { everyMs: 5 }),
		stopping: new AbortController().signal,
	};
});

interface Body {
	readonly changes: readonly {
		readonly type: string;
		readonly id: string;
		readonly item?: object;
		readonly run?: number;
	}[];
	readonly links: readonly { readonly rel: string; readonly href: string }[];
	readonly cursor: string;
}

function ask(
	query: string,
	{ accept = "*/*", more = {}, signal }: { accept?: string; more?: Partial<FeedServices>; signal?: AbortSignal } = {},
) {
	const request = new Request(`http://127.0.0.1/stac/changes?${query}`, {
		headers: { accept },
		signal: signal ?? null,
	});
	return answerFeed({ ...services, ...more }, request);
}

async function body(answer: Promise<Response>): Promise<Body> {
	const response = await answer;
	expect(response.status).toBe(200);
	return response.json();
}

/** Reads text of a stream until it has this in it. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string, read = ""): Promise<string> {
	if (read.includes(wanted)) return read;
	const { value, done } = await reader.read();
	if (done) throw new Error(`The stream ended without ${wanted}: ${read}`);
	return readUntil(reader, wanted, read + new TextDecoder().decode(value));
}

test("pages lead on by their links, and say where to go on from when there is no more", async () => {
	const one = await body(ask("limit=2&items=true"));
	expect(one.changes).toMatchObject([
		{
			type: "created",
			id: "S_0",
			href: "https://eosync.example.org/stac/collections/S/items/S_0",
			item: { id: "S_0" },
		},
		{ id: "S_1" },
	]);
	const next = one.links.find(({ rel }) => rel === "next")?.href ?? "";
	expect(next).toMatch(/^https:\/\/eosync\.example\.org\/stac\/changes\?limit=2&items=true&since=/);
	const two = await body(ask(new URL(next).search.slice(1)));
	expect(two.changes.map(({ id }) => id)).toEqual(["S_2"]);
	expect(two.links.map(({ rel }) => rel)).toEqual(["self", "root"]);
	await bench.move(bench.datasets[0] ?? 0, 1);
	const three = await body(ask(`since=${two.cursor}`));
	expect(three.changes).toMatchObject([{ type: "updated", id: "S_0" }]);
	expect(three.changes[0]).not.toHaveProperty("item");
});

test("which run it was is for tokens only", async () => {
	const { cursor } = await body(ask("since=now"));
	await bench.move(bench.datasets[0] ?? 0, 1);
	await bench.sql`update item_changes set run_id = 17`;
	expect((await body(ask(`since=${cursor}`))).changes[0]).not.toHaveProperty("run");
	const viewer = { more: { reader: { withToken: true } } };
	expect((await body(ask(`since=${cursor}`, viewer))).changes[0]).toMatchObject({ run: 17 });
});

test("a cursor that has expired is told where to begin again; one that is none is refused", async () => {
	const { cursor } = await body(ask("since=now"));
	await bench.sql`update item_log set epoch = gen_random_uuid()`;
	for (const accept of ["application/json", "text/event-stream", "application/x-ndjson"]) {
		const answer = await ask(`since=${cursor}`, { accept });
		expect(answer.status).toBe(410);
		expect(await answer.json()).toMatchObject({
			links: [{ rel: "start", href: "https://eosync.example.org/stac/changes" }],
		});
	}
	const answer = await ask("since=mine");
	expect([answer.status, await answer.json()]).toMatchObject([
		400,
		{ description: expect.stringContaining("no cursor") },
	]);
});

test("lines: all there is until now, each with its cursor", async () => {
	const text = await (await ask("", { accept: "application/x-ndjson" })).text();
	const lines = text
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
	expect(lines).toMatchObject([{ id: "S_0" }, { id: "S_1" }, { id: "S_2" }, { cursor: expect.any(String) }]);
	const again = await (await ask(`since=${lines[1].cursor}`, { accept: "application/x-ndjson" })).text();
	expect(again.trimEnd().split("\n")).toHaveLength(2);
	expect((await (await ask("limit=1", { accept: "application/x-ndjson" })).text()).trimEnd().split("\n")).toHaveLength(
		2,
	);
});

test("lines end where the reader may not go on", async () => {
	const lines = async (answers: boolean[]) => {
		const given: string[] = [];
		const messages = feedLines({
			page: (cursor) => readPage(cursor),
			documents: async (changes) => changes.map(() => ({}) as ChangeDocument),
			cursor: null,
			signal: new AbortController().signal,
			isOnePage: false,
			heartbeatMs: 0,
			mayGoOn: async () => answers.shift() ?? false,
		});
		for await (const message of messages) given.push(message);
		return given;
	};
	const readPage = async (cursor: FeedCursor | null) =>
		readFeed(bench.sql, { reader: { withToken: false }, collections: null, areas: null, cursor, limit: 1 });
	expect(await lines([true, true, false])).toHaveLength(2);
	expect(await lines(Array(9).fill(true))).toHaveLength(4);
});

test("whoever waits is answered when something comes that is for them, or with nothing when the time is over", async () => {
	const { cursor } = await body(ask("since=now"));
	const waiting = body(ask(`since=${cursor}&wait=30&collections=S`));
	await bench.publish("T", "token");
	await bench.move(bench.datasets[0] ?? 0, 1);
	expect((await waiting).changes).toMatchObject([{ type: "updated", id: "S_0" }]);
	const late = await body(ask("since=now&wait=1&collections=T"));
	expect(late.changes).toEqual([]);
});

test("of a collection that was closed since, whoever could read it hears what happened until then, and gets no document of what it has now", async () => {
	const { cursor } = await body(ask("since=now"));
	await bench.move(bench.datasets[0] ?? 0, 1);
	await bench.publish("S", "token");
	await bench.move(bench.datasets[0] ?? 0, 1);
	const { changes } = await body(ask(`since=${cursor}&items=true`));
	expect(changes.map(({ type, id, item }) => ({ type, id, item }))).toEqual([
		{ type: "updated", id: "S_0", item: undefined },
		{ type: "removed", id: null, item: undefined },
	]);
	const read = await body(ask(`since=${cursor}&items=true`, { more: { reader: { withToken: true } } }));
	expect(read.changes[0]?.item).toMatchObject({ id: "S_0" });
});

test("a stream gives what is there, then what comes, and goes on from any event of it", async () => {
	const gone = new AbortController();
	const answer = await ask("", { accept: "text/event-stream", signal: gone.signal });
	expect(answer.headers.get("content-type")).toBe("text/event-stream");
	const reader = answer.body?.getReader();
	if (reader === undefined) throw new Error("There is no stream.");
	const begin = await readUntil(reader, "S_2");
	await bench.archive(bench.datasets[1] ?? 0, true);
	const then = await readUntil(reader, "removed");
	expect(then).toMatch(/^id: \S+\ndata: \{"seq":\d+,"type":"removed",.*"reason":"removed"\}\n\n$/);
	gone.abort();
	const [, second] = [...begin.matchAll(/^id: (\S+)$/gm)].map(([, id]) => id);
	const rest = await body(ask(`since=${second}`));
	expect(rest.changes.map(({ id }) => id)).toEqual(["S_2"]);
});

test("places are bounded, by address and in all, and free again when the client hangs up", async () => {
	const open = async (address: string) => {
		const gone = new AbortController();
		const answer = await ask("since=now", { accept: "text/event-stream", signal: gone.signal, more: { address } });
		return { status: answer.status, retry: answer.headers.get("retry-after"), hangUp: () => gone.abort(), answer };
	};
	const all = [await open("a"), await open("a"), await open("a"), await open("a")];
	expect(await open("a")).toMatchObject({ status: 429, retry: "30" });
	expect(await open("b")).toMatchObject({ status: 200 });
	expect(await open("b")).toMatchObject({ status: 200 });
	expect(await open("c")).toMatchObject({ status: 429 });
	expect((await ask("since=now", { more: { address: "c" } })).status).toBe(200);
	all[0]?.hangUp();
	await all[1]?.answer.body?.cancel();
	expect(await open("c")).toMatchObject({ status: 200 });
	expect(await open("a")).toMatchObject({ status: 200 });
	expect(await open("a")).toMatchObject({ status: 429 });
});

test("a stream ends when the process is to stop", async () => {
	const stop = new AbortController();
	const answer = await ask("since=now", { accept: "text/event-stream", more: { stopping: stop.signal } });
	const text = answer.text();
	stop.abort();
	await expect(text).resolves.toBe("retry: 5000\n\n");
});
