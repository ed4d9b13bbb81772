import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { StacAccess } from "#lib/catalog/inputs.ts";
import { type FeedCursor, readCursor, writeCursor } from "./cursor.ts";
import { type FeedChange, type FeedPage, readFeed } from "./feed.ts";
import type { Area, FeedFilter } from "./feed-filter.ts";
import { Follower } from "./follower.ts";
import { startOf } from "./start-of.ts";
import { type FeedBench, openFeedBench } from "./testing.ts";

let bench: FeedBench;
beforeAll(async () => {
	bench = await openFeedBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const everyone = { reader: { withToken: false }, collections: null, areas: null };
const viewer = { ...everyone, reader: { withToken: true } };

async function page(filter: FeedFilter, cursor: FeedCursor | null, limit = 100): Promise<FeedPage> {
	const answer = await readFeed(bench.sql, { ...filter, cursor, limit });
	if (answer === "expired") throw new Error("The cursor has expired.");
	return answer;
}

/** All there is after a cursor, a line each. */
async function all(filter: FeedFilter, from: FeedCursor | null, limit = 100) {
	const changes: FeedChange[] = [];
	let cursor = from;
	for (let pages = 0; ; pages++) {
		expect(pages).toBeLessThan(200);
		const next = await page(filter, cursor, limit);
		changes.push(...next.changes);
		cursor = next.cursor;
		if (!next.more) return { lines: changes.map(line), changes, cursor };
	}
}

function line({ type, collection, id, reason, replacedBy, from }: FeedChange): string {
	return [type, id === null ? collection : `${collection}/${id}`, reason, replacedBy, from].filter(Boolean).join(" ");
}

const now = (filter: FeedFilter) => all(filter, null).then(({ cursor }) => cursor);
const named = (collection: string) => [0, 1, 2, 3, 4, 5].map((n) => `created ${collection}/${collection}_${n}`);

test("a reader who begins is given the items, in pages of any size, then what changes", async () => {
	expect((await all(everyone, null)).lines).toEqual([]);
	await bench.publish("S", "public");
	for (const limit of [1, 4, 6, 100]) {
		const { lines, cursor } = await all(everyone, null, limit);
		expect(lines.sort()).toEqual(named("S"));
		expect((await all(everyone, cursor)).lines).toEqual([]);
	}
	const cursor = await now(everyone);
	const [a = 0, b = 0] = bench.datasets;
	await bench.move(a, 1);
	await bench.archive(b, true);
	await bench.archive(b, false);
	await bench.rename(a, "S_new");
	expect((await all(everyone, cursor, 2)).lines).toEqual([
		"updated S/S_0",
		"removed S/S_1 removed",
		"restored S/S_1",
		"removed S/S_0 replaced S_new",
		"created S/S_new",
	]);
});

test("hundreds of collections, and thousands of entries that are not for a reader, hide nothing", async () => {
	const { sql } = bench;
	const [a = 0] = bench.datasets;
	await sql`insert into containers (eo_id, kind, publish_stac) select 'MANY_' || n, 'dataset-series', 'public' from generate_series(1, 450) n`;
	await sql`insert into container_datasets (container_id, dataset_id) select id, ${a} from containers where eo_id in ('MANY_1', 'MANY_450')`;
	await bench.publish("T", "token");
	const { lines, cursor } = await all(everyone, null, 2);
	expect(lines.sort()).toEqual(["created MANY_1/S_0", "created MANY_450/S_0"]);
	await sql.begin(async (tx) => {
		await tx`update item_log set last_seq = last_seq + 3000`;
		await tx`
			insert into item_changes (seq, at, container_id, dataset_id, eo_id, kind)
			select last_seq - 3000 + n, now(), c.id, ${a}, 'T_0', 'updated' from item_log, containers c, generate_series(1, 3000) n where c.eo_id = 'T'`;
	});
	await bench.move(a, 1);
	expect((await all(everyone, cursor)).lines.sort()).toEqual(["updated MANY_1/S_0", "updated MANY_450/S_0"]);
	expect((await all(viewer, cursor, 1000)).lines).toHaveLength(3002);
	await sql`delete from containers where eo_id like 'MANY_%'`;
});

test("a small area is found behind any number of items elsewhere", async () => {
	const { sql } = bench;
	await bench.publish("S", "public");
	const area = (await page(everyone, null)).changes[0]?.bbox;
	if (area == null) throw new Error("no item");
	await sql`
		insert into items (dataset_id, container_id, eo_id, begin_time, end_time, bbox, etag, seq, created_at, updated_at)
		select 1000000 + n, c.id, 'ELSEWHERE_' || n, timestamptz '1990-01-01' + n * interval '1 s', '1990-02-01', box(point(-170, -80), point(-171, -81)), 'x', 0, now(), now()
		from containers c, generate_series(1, 21000) n where c.eo_id = 'S'`;
	const there = { ...everyone, areas: [area] };
	const first = await page(there, null);
	expect([first.changes, first.more, readCursor(writeCursor(first.cursor))]).toEqual([[], true, first.cursor]);
	expect((await all(there, null)).lines).toContain("created S/S_0");
	await sql`update items set seq = 1000000 where dataset_id > 1000000`;
	expect((await all(everyone, null, 3)).lines.sort()).toEqual(named("S"));
	await sql`delete from items where dataset_id > 1000000`;
});

test("what is not for a reader is not there at all: neither its items, nor that it was, is no longer, or is called otherwise", async () => {
	await bench.publish("S", "token");
	const cursor = await now(everyone);
	const [a = 0] = bench.datasets;
	await bench.move(a, 1);
	await bench.archive(a, true);
	await bench.sql`update containers set eo_id = 'S9', title = 'was S' where eo_id = 'S'`;
	await bench.publish("S9", "off");
	expect((await all(everyone, cursor)).lines).toEqual([]);
	expect((await all({ ...everyone, collections: ["S9"] }, null)).lines).toEqual([]);
	expect((await all(viewer, cursor)).lines).toEqual([
		"updated S/S_0",
		"removed S/S_0 removed",
		"renamed S9 S",
		"removed S9 unpublished",
		...[1, 2, 3, 4, 5].map((n) => `removed S9/S_${n} unpublished`),
	]);
});

test("what a collection is called after it was closed is nothing to whoever could read it until then", async () => {
	for (const [open, closed] of [
		["public", "token"],
		["public", "off"],
	] as const) {
		await bench.publish("S", open);
		const cursor = await now(everyone);
		const [a = 0] = bench.datasets;
		await bench.move(a, 1);
		await bench.publish("S", closed);
		await bench.call("S", "SECRET");
		const gone = ["updated S/S_0", "removed S unpublished"];
		const filters = [everyone, { ...everyone, collections: ["S"] }, { ...everyone, collections: ["SECRET", "S"] }];
		for (const filter of filters) expect((await all(filter, cursor)).lines.slice(0, 2)).toEqual(gone);
		expect(JSON.stringify(await all(everyone, cursor))).not.toContain("SECRET");
		expect((await all({ ...everyone, collections: ["SECRET"] }, cursor)).lines).toEqual([]);
		if (closed === "token") expect((await all(viewer, cursor)).lines.at(-1)).toBe("renamed SECRET S");
		await bench.reset();
	}
});

test("a collection that is closed goes, one that is opened comes with its items", async () => {
	await bench.publish("S", "public");
	let cursor = await now(everyone);
	await bench.publish("S", "token");
	const [a = 0] = bench.datasets;
	await bench.move(a, 1);
	const closed = await all(everyone, cursor);
	expect(closed.lines).toEqual(["removed S unpublished"]);
	expect((await all(viewer, cursor)).lines).toEqual(["republished S", "updated S/S_0"]);
	cursor = closed.cursor;
	await bench.publish("S", "public");
	await bench.move(a, 1);
	const opened = await all(everyone, cursor, 2);
	expect(opened.lines.slice(0, 1)).toEqual(["created S"]);
	// The one that changes after it was opened comes as the log has it.
	expect(opened.lines.slice(1).sort()).toEqual([...named("S").slice(1), "updated S/S_0"]);
	expect(await readFeed(bench.sql, { ...everyone, cursor, limit: 100, givesItems: false })).toMatchObject({
		changes: [
			{ type: "created", id: null },
			{ type: "updated", id: "S_0" },
		],
	});
});

test("a collection that was published when it was created, and is gone for good, goes from those who could read it", async () => {
	const cursor = await now(everyone);
	await bench.sql`insert into containers (eo_id, kind, publish_stac) values ('P', 'dataset-series', 'public'), ('Q', 'dataset-series', 'token')`;
	const [a = 0] = bench.datasets;
	await bench.link(a, "P");
	await bench.link(a, "Q");
	expect((await all(everyone, cursor)).lines).toEqual(["created P/S_0"]);
	await bench.sql`delete from containers where eo_id in ('P', 'Q')`;
	expect((await all(everyone, cursor)).lines).toEqual(["created P/S_0", "removed P/S_0 removed"]);
	expect((await all({ ...viewer, collections: ["Q"] }, cursor)).lines).toEqual([
		"created Q/S_0",
		"removed Q/S_0 removed",
	]);
	await bench.sql`delete from gone_collections`;
});

test("an area: whoever follows it learns what comes, what changes in it and what leaves it", async () => {
	await bench.publish("S", "public");
	const [a = 0, b = 0] = bench.datasets;
	const west = { ...everyone, areas: [[9, 48, 12, 51]] as const };
	const east = {
		...everyone,
		areas: [
			[170, 48, 180, 51],
			[-180, 48, -170, 51],
		] as const,
	};
	const [inWest, inEast] = [await now(west), await now(east)];
	await bench.move(a, 160);
	await bench.move(b, 80);
	expect((await all(west, inWest)).lines).toEqual(["updated S/S_0", "updated S/S_1"]);
	expect((await all(east, inEast)).lines).toEqual(["updated S/S_0"]);
	expect((await all(east, null)).lines).toEqual(["created S/S_0"]);
	const seen = await now(east);
	await bench.archive(a, true);
	expect((await all(east, seen)).lines).toEqual(["removed S/S_0 removed"]);
});

test("a cursor of another log, of one that was cleared, and of one that is still to come have expired", async () => {
	await bench.publish("S", "public");
	const cursor = await now(everyone);
	const ask = (other: Partial<FeedCursor>) =>
		readFeed(bench.sql, { ...everyone, cursor: { ...cursor, ...other }, limit: 1 });
	expect(await ask({ seq: cursor.seq + 1 })).toBe("expired");
	expect(await ask({ seq: 0 })).not.toBe("expired");
	await bench.sql`update item_log set purged_to = 3`;
	expect(await ask({ seq: 2 })).toBe("expired");
	expect(await ask({ seq: 3 })).not.toBe("expired");
	await bench.sql`update item_log set epoch = gen_random_uuid()`;
	expect(await ask({})).toBe("expired");
});

test("a page whose entries are forgotten while it is read is none", async () => {
	await bench.publish("S", "public");
	const cursor = { ...(await now(everyone)), seq: 2 };
	const read = await bench.sql.begin(async (tx) => {
		await tx`lock table former_ids in access exclusive mode`;
		const reading = readFeed(bench.sql, { ...everyone, cursor, limit: 100 });
		const isWaiting = () => tx`select from pg_locks where not granted and relation = 'former_ids'::regclass`;
		await vi.waitUntil(async () => (await isWaiting()).length > 0, { timeout: 20_000 });
		await tx`update item_log set purged_to = 3`;
		return { reading };
	});
	expect(await read.reading).toBe("expired");
});

test("what came since an instant, as long as the log reaches back to it", async () => {
	await bench.publish("S", "public");
	await bench.sql`update item_changes set at = '2026-01-01T00:00:00Z'::timestamptz + seq * interval '1 hour'`;
	const since = async (instant: string) => {
		const start = await startOf(bench.sql, { instant });
		return start === "expired" ? start : (start?.seq ?? null);
	};
	expect(await since("2026-01-01T00:00:00Z")).toBe(0);
	expect(await since("2026-01-01T03:30:00Z")).toBe(3);
	expect(await since("2026-01-01T03:00:00Z")).toBe(3);
	expect(await since("2027-01-01T00:00:00Z")).toBe(7);
	await bench.sql`update item_log set purged_to = 3`;
	await bench.sql`delete from item_changes where seq <= 3`;
	expect(await since("2026-01-01T03:30:00Z")).toBe("expired");
	expect(await since("2026-01-01T04:30:00Z")).toBe(4);
});

async function itemsNow({ reader, areas, collections }: FeedFilter): Promise<readonly string[]> {
	const rows = await bench.sql<{ key: string; access: StacAccess; collection: string; west: number; east: number }[]>`
		select c.eo_id || '/' || i.eo_id || ' ' || i.seq as key, c.eo_id as collection, c.publish_stac as access,
			(i.bbox[1])[0] as west, (i.bbox[0])[0] as east
		from items i join containers c on c.id = i.container_id`;
	return (
		rows
			.filter(({ access }) => access === "public" || (reader.withToken && access === "token"))
			// By the name that it had at first, too.
			.filter(({ collection }) => collections === null || collections.includes(collection.slice(0, 1)))
			.filter(({ west, east }) => areas === null || areas.some(([w, , e]) => west <= e && east >= w))
			.map(({ key }) => key)
			.sort()
	);
}

const step = fc.oneof(
	fc.record({ what: fc.constant("move" as const), which: fc.nat(11), east: fc.constantFrom(-120, -60, 60, 90, 150) }),
	fc.record({ what: fc.constant("archive" as const), which: fc.nat(11), isArchived: fc.boolean() }),
	fc.record({ what: fc.constant("rename" as const), which: fc.nat(11), name: fc.constantFrom("N1", "N2", "N3") }),
	fc.record({ what: fc.constant("link" as const), which: fc.nat(11), container: fc.constantFrom("S", "T") }),
	fc.record({ what: fc.constant("call" as const), name: fc.constantFrom("S", "S2", "S3") }),
	fc.record({
		what: fc.constant("publish" as const),
		container: fc.constantFrom("S", "T"),
		access: fc.constantFrom<StacAccess>("public", "token", "off"),
	}),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function take(each: Step): Promise<void> {
	const dataset = "which" in each ? (bench.datasets[each.which] ?? 0) : 0;
	if (each.what === "move") await bench.move(dataset, each.east);
	else if (each.what === "archive") await bench.archive(dataset, each.isArchived);
	else if (each.what === "link") await bench.link(dataset, each.container);
	else if (each.what === "publish") await bench.publish(each.container, each.access);
	else if (each.what === "call") await bench.call("S", each.name);
	else {
		const [taken] = await bench.sql`select from datasets where eo_id = ${each.name} and archived_at is null`;
		if (taken === undefined) await bench.rename(dataset, each.name);
	}
}

const filters = fc.record({
	reader: fc.record({ withToken: fc.boolean() }),
	collections: fc.constantFrom(null, ["S"], ["T", "S"]),
	areas: fc.constantFrom<readonly Area[] | null>(
		null,
		[[9, -90, 60, 90]],
		[
			[100, -90, 180, 90],
			[-180, -90, -100, 90],
		],
	),
});

test("whoever follows the feed has the items, whatever happens meanwhile, whatever the pages, and however often they connect again", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(step, { minLength: 5, maxLength: 25 }),
			fc.array(fc.record({ filter: filters, limit: fc.integer({ min: 1, max: 7 }), breaks: fc.nat(3) }), {
				minLength: 3,
				maxLength: 3,
			}),
			async (steps, followers) => {
				await bench.reset();
				await bench.publish("S", "public");
				const states = followers.map(({ filter, ...rest }) => {
					return { ...rest, filter, follower: new Follower(filter), cursor: null as string | null };
				});
				const read = async (state: (typeof states)[number]) => {
					const from = state.cursor === null ? null : readCursor(state.cursor);
					const { changes, cursor, more } = await page(state.filter, from, state.limit);
					// A connection that breaks after some of a page goes on from the last change that came.
					const came =
						more && changes.length > 1 ? changes.slice(0, Math.max(1, changes.length - state.breaks)) : changes;
					for (const change of came) state.follower.follow(change);
					const last = came.length < changes.length ? (came.at(-1)?.cursor ?? cursor) : cursor;
					state.cursor = writeCursor(last);
					return more;
				};
				for (const each of steps) await Promise.all([take(each), ...states.map(read)]);
				for (const state of states) {
					for (let pages = 0; await read(state); pages++) expect(pages).toBeLessThan(500);
					expect(state.follower.items()).toEqual(await itemsNow(state.filter));
				}
			},
		),
		{ numRuns: 8 },
	);
});
