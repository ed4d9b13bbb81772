import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { channelInput } from "#lib/catalog/channels/channel-inputs.ts";
import { listChannels, saveChannel } from "#lib/catalog/channels/channels.ts";
import { type FeedBench, openFeedBench } from "#lib/stac/changes/testing.ts";
import { testChannel } from "./test-channel.ts";
import { openNoticeBench, signingSecret } from "./testing.ts";
import { signatureHeaders } from "./webhook-signature.ts";

let feed: FeedBench;
let bench: Awaited<ReturnType<typeof openNoticeBench>>;
beforeAll(async () => {
	feed = await openFeedBench({ scenes: 3 });
	bench = await openNoticeBench(feed.database);
});
afterAll(() => bench.close());
beforeEach(async () => {
	await feed.sql`delete from channels`;
	await feed.reset();
	bench.received.length = 0;
	bench.answers.length = 0;
});

async function follow(more: object = {}) {
	const input = { id: null, type: "catalogue", name: "mirror", url: bench.url(), secret: signingSecret, events: [] };
	const filter = { enabled: true, collections: [], tokenOnly: false, bbox: null, filter: null, withItems: false };
	return saveChannel(bench.database, channelInput.parse({ ...input, ...filter, ...more }), { keys: bench.access.keys });
}

interface Event {
	readonly id: string;
	readonly type: string;
	readonly subject?: string;
	readonly data: Readonly<Record<string, unknown>>;
}

/** All events that arrived, in order. */
const events = (): readonly Event[] => bench.received.flatMap(({ body }) => JSON.parse(body));
const lines = () => events().map(({ type, subject }) => `${type.replace("org.eosync.", "")} ${subject ?? ""}`.trim());
const retry = () => feed.sql`update deliveries set next_at = now() where state = 'waiting'`;
const channel = async () => (await listChannels(bench.database))[0];

test("a program is told what changes from now on, in order, signed, as a batch of CloudEvents", async () => {
	await feed.publish("S", "public");
	await follow();
	await bench.round();
	expect(bench.received).toEqual([]);
	const [a = 0, b = 0] = feed.datasets;
	await feed.move(a, 1);
	await feed.archive(b, true);
	await feed.rename(a, "S_new");
	await bench.round();
	expect(lines()).toEqual([
		"item.updated collections/S/items/S_0",
		"item.removed collections/S/items/S_1",
		"item.removed collections/S/items/S_0",
		"item.created collections/S/items/S_new",
	]);
	const [message] = bench.received;
	expect(message?.headers["content-type"]).toBe("application/cloudevents-batch+json");
	const id = String(message?.headers["webhook-id"]);
	const seconds = Number(message?.headers["webhook-timestamp"]);
	expect(message?.headers).toMatchObject(signatureHeaders(signingSecret, { id, seconds, body: message?.body ?? "" }));
	expect(events()[2]).toMatchObject({
		specversion: "1.0",
		source: "https://eosync.example.org/stac",
		datacontenttype: "application/json",
		data: {
			reason: "replaced",
			replacedBy: { id: "S_new", href: "https://eosync.example.org/stac/collections/S/items/S_new" },
		},
	});
	expect(new Set(events().map((event) => event.id)).size).toBe(4);
	expect(JSON.stringify(events())).not.toMatch(/run|\.tif/);
	await bench.round();
	expect(bench.received).toHaveLength(1);
});

test("a receiver that is down for days misses nothing: it gets the same batch until it takes it, then the next", async () => {
	await feed.publish("S", "public");
	await follow();
	const [a = 0, b = 0] = feed.datasets;
	await feed.move(a, 1);
	bench.answers.push({ status: 503 }, { status: 500 }, { status: 503 });
	await bench.round();
	await feed.sql`update deliveries set attempts = 500 where state = 'waiting'`;
	await retry();
	await bench.round();
	await feed.archive(b, true);
	await bench.round();
	expect(await channel()).toMatchObject({
		behind: { entries: 2, since: expect.any(String) },
		deliveries: [{ state: "waiting", attempts: 501, status: 500 }],
	});
	await retry();
	await bench.round();
	await retry();
	await bench.round();
	expect(lines()).toEqual([
		...Array(4).fill("item.updated collections/S/items/S_0"),
		"item.removed collections/S/items/S_1",
	]);
	expect(new Set(bench.received.slice(0, 4).map(({ headers }) => headers["webhook-id"])).size).toBe(1);
	expect(await channel()).toMatchObject({
		behind: { entries: 0, since: null },
		deliveries: [{ subject: "1 event" }, { state: "delivered" }],
	});
});

test("it is told of what it asks for only: collections, an area, and nothing that only tokens may read unless it may", async () => {
	await feed.publish("S", "public");
	await feed.publish("T", "token");
	await follow({ bbox: [9, 40, 20, 60], withItems: true });
	const [s0 = 0, s1 = 0, , t0 = 0] = feed.datasets;
	await feed.move(s0, 100);
	await feed.move(s0, 10);
	await feed.move(s1, 1);
	await feed.move(t0, 1);
	await bench.round();
	expect(lines()).toEqual(["item.updated collections/S/items/S_0", "item.updated collections/S/items/S_1"]);
	expect(events()[1]?.data).toMatchObject({ item: { type: "Feature", id: "S_1", collection: "S" } });
	bench.received.length = 0;
	await feed.sql`delete from channels`;
	await follow({ collections: ["T"], tokenOnly: true });
	await feed.move(s1, 1);
	await feed.move(t0, 1);
	await feed.publish("T", "off");
	await bench.round();
	expect(lines()).toEqual([
		"item.updated collections/T/items/T_0",
		"collection.removed collections/T",
		...[0, 1, 2].map((n) => `item.removed collections/T/items/T_${n}`),
	]);
});

test("one that is switched off is told afterwards; what the log no longer has is said to be missing", async () => {
	await feed.publish("S", "public");
	const id = await follow();
	const [a = 0] = feed.datasets;
	await feed.sql`update channels set enabled = false`;
	await feed.move(a, 1);
	await bench.round();
	expect(bench.received).toEqual([]);
	await feed.sql`update channels set enabled = true where id = ${id}`;
	await bench.round();
	expect(lines()).toEqual(["item.updated collections/S/items/S_0"]);
	await feed.move(a, 1);
	await feed.sql`update item_log set purged_to = last_seq`;
	await bench.round();
	await feed.move(a, 1);
	await bench.round();
	expect(lines().slice(1)).toEqual(["log.restarted", "item.updated collections/S/items/S_0"]);
});

test("a test sends one event, which is none of the log's", async () => {
	const id = await follow();
	expect(await testChannel(bench.database, id, bench.options)).toMatchObject({ ok: true });
	expect(lines()).toEqual(["test"]);
	expect(await channel()).toMatchObject({ deliveries: [{ subject: "Test event", state: "delivered" }] });
});
