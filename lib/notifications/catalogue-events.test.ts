import fc from "fast-check";
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

test("a filter is checked when it is saved; the mistake is said with its place", () => {
	const faults = (filter: string) => {
		const input = { id: null, type: "catalogue", name: "m", enabled: true, url: "https://example.org/x", events: [] };
		const parsed = channelInput.safeParse({
			...input,
			collections: [],
			tokenOnly: false,
			bbox: null,
			withItems: false,
			filter,
		});
		return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
	};
	expect(faults("eo:cloud_cover < 20 AND S_INTERSECTS(geometry, BBOX(10,47,12,49))")).toEqual([]);
	expect(faults("id = ")).toEqual([expect.stringMatching(/^filter: At character \d+: expected/)]);
	expect(faults("collection = 'S'")).toEqual(["filter: Name collections in their own field, not in the filter."]);
	expect(faults("id = 'a\0'")).toHaveLength(1);
	expect(faults(" ")).toHaveLength(1);
});

test("a filter that this version cannot read holds up its channel alone, which says why, and misses nothing once it has another one", async () => {
	await feed.publish("S", "public");
	const broken = await follow({ name: "broken", filter: "id = 'S_0'" });
	await follow();
	await feed.sql`update channels set config = jsonb_set(config::jsonb, '{filter}', '"FUTURE(id)"') where id = ${broken}`;
	const [a = 0] = feed.datasets;
	await feed.move(a, 1);
	await bench.round();
	expect(lines()).toEqual(["item.updated collections/S/items/S_0"]);
	const [held] = (await listChannels(bench.database)).filter(({ name }) => name === "broken");
	expect(held?.deliveries).toMatchObject([
		{ state: "waiting", response: expect.stringMatching(/^The filter of the channel cannot be read: .*FUTURE/) },
	]);
	await feed.sql`update channels set config = jsonb_set(config::jsonb, '{filter}', '"id = ''S_0''"') where id = ${broken}`;
	await retry();
	await bench.round();
	expect(lines()).toEqual(Array(2).fill("item.updated collections/S/items/S_0"));
});

test("whoever does what it is told has exactly what meets the filter", async () => {
	const box = [30, -90, 120, 90] as const;
	const filter = `S_INTERSECTS(geometry, BBOX(${box.join(",")})) AND id <> 'S_2'`;
	const step = fc.record({
		which: fc.constantFrom(0, 1, 2, 3),
		what: fc.constantFrom("move", "move", "move", "archive", "restore", "rename", "send", "send"),
		east: fc.constantFrom(-50, 50),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 0, maxLength: 30 }), async (steps) => {
			await feed.sql`delete from channels`;
			await feed.reset();
			bench.received.length = 0;
			const has = new Set<string>();
			await feed.publish("S", "public");
			await feed.publish("T", "public");
			await follow({ filter });
			const send = async () => {
				await bench.round();
				for (const { type, subject = "" } of events()) {
					if (type === "org.eosync.item.removed") has.delete(subject);
					else if (type.startsWith("org.eosync.item.")) has.add(subject);
				}
				bench.received.length = 0;
			};
			const cameAndLeft = [
				{ which: 0, what: "move", east: 50 },
				{ which: 0, what: "send", east: 0 },
				{ which: 0, what: "move", east: -50 },
			];
			for (const [n, { which, what, east }] of [...cameAndLeft, ...steps].entries()) {
				const dataset = feed.datasets[which] ?? 0;
				if (what === "send") await send();
				else if (what === "move") await feed.move(dataset, east);
				else if (what === "rename") await feed.rename(dataset, `N_${n}`);
				else await feed.archive(dataset, what === "archive");
			}
			await send();
			const there = await feed.sql<{ subject: string }[]>`
				select 'collections/' || c.eo_id || '/items/' || i.eo_id as subject from items i join containers c on c.id = i.container_id
				where (i.bbox[0])[0] >= ${box[0]} and (i.bbox[1])[0] <= ${box[2]} and i.eo_id <> 'S_2'`;
			expect([...has].sort()).toEqual(there.map(({ subject }) => subject).sort());
		}),
		{ numRuns: 8 },
	);
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

test("one that is to hear of more, while a batch waits, misses nothing of what the batch passed over", async () => {
	await feed.publish("S", "public");
	await feed.publish("T", "public");
	const id = await follow({ collections: ["T"] });
	await feed.move(feed.datasets[3] ?? 0, 1);
	await feed.sql`
		with l as (update item_log set last_seq = last_seq + 400 returning last_seq - 400 as seq)
		insert into item_changes (seq, at, container_id, dataset_id, eo_id, kind, etag, bbox)
		select l.seq + n, now(), i.container_id, i.dataset_id, i.eo_id, 'updated', i.etag, i.bbox from l, items i, generate_series(1, 400) n where i.eo_id = 'S_0'`;
	bench.answers.push({ status: 503 });
	await bench.round();
	expect(lines()).toEqual(["item.updated collections/T/items/T_0"]);
	await follow({ id, collections: [] });
	await retry();
	await bench.round();
	expect(new Set(events().map((event) => event.id)).size).toBe(401);
	expect(await channel()).toMatchObject({ behind: { entries: 0 } });
});

test("a test sends one event, which is none of the log's", async () => {
	const id = await follow();
	expect(await testChannel(bench.database, id, bench.options)).toMatchObject({ ok: true });
	expect(lines()).toEqual(["test"]);
	expect(await channel()).toMatchObject({ deliveries: [{ subject: "Test event", state: "delivered" }] });
});
