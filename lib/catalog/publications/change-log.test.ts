import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { StacAccess } from "#lib/catalog/inputs.ts";
import { deleteContainer, restoreContainer } from "#lib/sync/delete-container.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { someoneWaits } from "#lib/sync/testing/pause.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { logState, removalOf } from "./change-log.ts";
import { itemFaults } from "./compare.ts";
import { askForFill, type Filled, fillContainer, fillNextPortion } from "./fill.ts";
import { itemOf, publishedContainer, publishedContainers } from "./published.ts";
import { purgeLog } from "./purge-log.ts";
import { noteServed } from "./served.ts";
import { logEntries } from "./testing.ts";
import { publicationTotals } from "./totals.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

async function publish(id: string, access: StacAccess) {
	await bench.database.sql`update containers set publish_stac = ${access} where eo_id = ${id}`;
	for (let portions = 0; (await fillNextPortion(bench.database, { portion: 2 })) !== null; portions++)
		expect(portions, "portions of two").toBeLessThan(20);
	expect(await violations(bench.database)).toEqual([]);
}

let read = 0;
/** The entries since it was called last, one line each. */
async function news(): Promise<readonly string[]> {
	const { sql } = bench.database;
	const ids = await sql<{ id: number }[]>`select id from containers`;
	const entries = await logEntries(sql, { since: read, limit: 1000, containers: ids.map(({ id }) => id) });
	read = (await logState(sql)).lastSeq;
	expect(await violations(bench.database)).toEqual([]);
	return entries.map(({ kind, collection, eoId, reason, details }) =>
		[kind, [collection, eoId].filter((name) => name !== null).join("/"), reason, details && JSON.stringify(details)]
			.filter((word) => word !== null)
			.join(" "),
	);
}

async function series(id = "S", path = "in") {
	for (const name of ["a", "b", "c"]) await bench.archive.scene(`${path}/${name}.tif`, { eoId: `${id}_${name}` });
	await bench.container(id, [{ path }]);
	await bench.run(id);
	await news();
}

const access = (from: StacAccess, to: StacAccess) => `republished S {"access":{"to":"${to}","from":"${from}"}}`;

test("publishing a container makes items of its datasets, portion by portion; unpublishing takes them back", async () => {
	await series();
	expect(await news()).toEqual([]);
	await publish("S", "public");
	expect(await news()).toEqual([access("off", "public"), "created S/S_a", "created S/S_b", "created S/S_c"]);
	await publish("S", "token");
	expect(await news()).toEqual([access("public", "token")]);
	await publish("S", "off");
	expect(await news()).toEqual([
		access("token", "off"),
		...["S_a", "S_b", "S_c"].map((id) => `removed S/${id} unpublished`),
	]);
	await publish("S", "token");
	expect(await news()).toEqual([access("off", "token"), "created S/S_a", "created S/S_b", "created S/S_c"]);
});

test("a sync logs what it did to items, and nothing where documents stay the same", async () => {
	await series();
	await publish("S", "public");
	await news();
	await bench.run("S");
	await bench.archive.touch("in/a.tif");
	await bench.run("S");
	await bench.archive.mkdir("in/deep");
	await bench.archive.rename("in/b.tif", "in/deep/b.tif");
	await bench.archive.rename("in/b.xml", "in/deep/b.xml");
	expect((await bench.run("S")).summary).toContain("moved in/b.tif → in/deep/b.tif");
	expect(await news()).toEqual([]);
	await bench.archive.scene("in/c.tif", { eoId: "S_c", begin: "2007-01-01T00:00:00Z" });
	await bench.archive.scene("in/a.tif", { eoId: "S_other" });
	await bench.archive.scene("in/d.tif", { eoId: "S_a" });
	await bench.archive.remove("in/deep");
	const { run } = await bench.run("S");
	expect(await news()).toEqual([
		'removed S/S_a replaced {"by":"S_other"}',
		"removed S/S_b removed",
		'created S/S_other {"replaces":"S_a"}',
		"updated S/S_c",
		"created S/S_a",
	]);
	const { sql } = bench.database;
	const container = await publishedContainer(sql, { eoId: "S", withToken: false });
	expect(await removalOf(sql, { container: container?.id ?? 0, eoId: "S_b" })).toMatchObject({
		reason: "removed",
		runId: run,
	});
	expect(await itemOf(sql, { container: container?.id ?? 0, eoId: "S_c" })).toMatchObject({
		beginTime: "2007-01-01T00:00:00Z",
		bbox: "(11,50),(10,49)",
	});
	const { run: revert } = await bench.run("S", { kind: "revert", reverts: run });
	expect(revert).toBeGreaterThan(run);
	expect((await news()).toSorted()).toEqual([
		'created S/S_a {"replaces":"S_other"}',
		"removed S/S_a removed",
		'removed S/S_other replaced {"by":"S_a"}',
		"restored S/S_b",
		"updated S/S_c",
	]);
});

test("a deleted container's items go, and come back with it; under another name that is told as well", async () => {
	const who = { actor: "tester", trigger: "dashboard" } as const;
	await series();
	await publish("S", "public");
	await news();
	const run = await deleteContainer(bench.database, { id: "S", ...who });
	expect(await news()).toEqual(["S_a", "S_b", "S_c"].map((id) => `removed S/${id} removed`));
	expect(await publishedContainers(bench.database.sql, { withToken: true })).toEqual([]);
	const restored = await restoreContainer(bench.database, { id: "S", as: "T", ...who });
	await bench.execute(restored.run);
	expect(await news()).toEqual([
		'renamed T {"to":"T","from":"S"}',
		...["S_a", "S_b", "S_c"].map((id) => `restored T/${id}`),
	]);
	const entries = await bench.database.sql<{ run: number }[]>`
		select distinct run_id as run from item_changes where kind in ('removed', 'restored') order by 1`;
	expect(entries.map((entry) => entry.run)).toEqual([run, restored.run]);
});

test("a container that is called otherwise is one line, and so is whatever changes all of its documents", async () => {
	await series();
	await publish("S", "public");
	await news();
	const { sql } = bench.database;
	await sql`update containers set eo_id = 'T' where eo_id = 'S'`;
	expect(await news()).toEqual(['renamed T {"to":"T","from":"S"}']);
	await sql`update storages set config = config || '{"hours": "20:00-06:00"}'`;
	expect(await news()).toEqual([]);
	await sql`update storages set config = config - 'hours' || '{"href": "https://cdn.example.org/{path}"}'`;
	expect(await news()).toEqual(["republished T"]);
	await publish("T", "public");
	expect(await news()).toEqual([]);
	// Now the address of a file stands in its document.
	await bench.archive.mkdir("in/deep");
	await bench.archive.rename("in/b.tif", "in/deep/b.tif");
	await bench.archive.rename("in/b.xml", "in/deep/b.xml");
	await bench.run("T");
	expect(await news()).toEqual(["updated T/S_b"]);
});

test("a dataset in two published containers is two items, whichever of them reads it", async () => {
	await series();
	await bench.container("TWO", [{ path: "in", include: ["a.tif", "b.tif"] }]);
	await bench.run("TWO");
	await publish("S", "public");
	await publish("TWO", "token");
	await news();
	await bench.archive.scene("in/a.tif", { eoId: "S_a", begin: "2007-01-01T00:00:00Z" });
	await bench.run("TWO");
	expect(await news()).toEqual(["updated S/S_a", "updated TWO/S_a"]);
	await bench.archive.remove("in/b.tif");
	await bench.run("S");
	expect(await news()).toEqual(["removed S/S_b removed", "removed TWO/S_b removed"]);
	await bench.container("TWO", [{ path: "in", include: ["b.tif"] }], { publish: { stac: "token" } });
	const { run } = await bench.run("TWO");
	expect(await news()).toEqual(["removed TWO/S_a removed"]);
	const [line] = await bench.database.sql<
		{ run: number }[]
	>`select run_id as run from item_changes order by seq desc limit 1`;
	expect(line).toEqual({ run });
});

test("whoever logs waits for those who logged before: numbers are in the order of commits", async () => {
	await series("S", "in");
	await series("T", "other");
	await publish("S", "public");
	await publish("T", "public");
	await news();
	const { sql } = bench.database;
	const first = Promise.withResolvers<void>();
	const touched = Promise.withResolvers<void>();
	const slow = sql.begin(async (tx) => {
		await tx`update datasets set path = path || 'x' where eo_id = 'S_a'`;
		await tx`set constraints all immediate`;
		touched.resolve();
		await first.promise;
	});
	await touched.promise;
	const quick = sql`update datasets set path = path || 'x' where eo_id = 'T_a'`;
	const settled = quick.then(() => "done");
	await someoneWaits(bench.database, "query like '%T_a%'");
	first.resolve();
	await Promise.all([slow, settled]);
	expect(await news()).toEqual(["updated S/S_a", "updated T/T_a"]);
});

test("what cannot be compared fails nothing: the container is tried again and says why", async () => {
	await series();
	await publish("S", "public");
	await news();
	const { sql } = bench.database;
	const broken = {
		coordinates: [
			[
				[
					["west", 1],
					[2, 3],
				],
			],
		],
	};
	await sql.begin(async (tx) => {
		await tx`update dataset_versions v set state = (v.state::jsonb || jsonb_build_object('footprint', ${sql.json(broken)}::jsonb))::json, bbox = null from datasets d where d.version_id = v.id and d.eo_id = 'S_a'`;
		await tx`update datasets set path = path || 'x' where eo_id = 'S_a'`;
	});
	expect(await sql`select error from publication_fills`).toMatchObject([{ error: expect.stringContaining("west") }]);
	await sql`update dataset_versions v set state = (v.state::jsonb || jsonb_build_object('footprint', w.state->'footprint'))::json
		from datasets d, dataset_versions w where d.version_id = v.id and d.eo_id = 'S_a' and w.id <> v.id`;
	await sql`update publication_fills set updated_at = updated_at - interval '2 minutes'`;
	await publish("S", "public");
	expect(await news()).toEqual(["updated S/S_a"]);
});

test("lines go when they are as old as their container's retention time, and 90 days; until then they name it", async () => {
	const { sql } = bench.database;
	await series();
	await publish("S", "public");
	const [{ id } = { id: 0 }] = await sql<{ id: number }[]>`select id from containers`;
	await deleteContainer(bench.database, { id: "S", actor: "tester", trigger: "dashboard" });
	await sql`delete from containers`;
	const all = { since: 0, limit: 100, containers: [id] };
	const lines = (await logEntries(sql, all)).map(({ kind, collection }) => `${kind} ${collection}`);
	expect([...new Set(lines)]).toEqual(["republished S", "created S", "removed S"]);
	expect(await purgeLog(bench.database, 2)).toBe(0);
	await sql`update item_changes set at = at - interval '91 days' where seq <= 3`;
	expect(await purgeLog(bench.database, 2)).toBe(2);
	expect(await purgeLog(bench.database, 2)).toBe(1);
	expect((await logState(sql)).purgedTo).toBe(3);
	expect(await sql`select eo_id as id from gone_collections`).toEqual([{ id: "S" }]);
	await sql`update item_changes set at = at - interval '91 days'`;
	await purgeLog(bench.database, 1000);
	expect(await sql`select from gone_collections`).toHaveLength(0);
	expect(await violations(bench.database)).toEqual([]);
});

test("items that are not what they should be are found, and mended by comparing all", async () => {
	await series();
	await publish("S", "public");
	await news();
	const { sql } = bench.database;
	expect(await itemFaults(sql, { full: true })).toEqual([]);
	await sql`delete from items where eo_id = 'S_a'`;
	await sql`update items set etag = 'other.other' where eo_id = 'S_b'`;
	await sql`insert into items select dataset_id + 1000, container_id, eo_id || '_x', begin_time, end_time, bbox, etag, seq, created_at, updated_at from items where eo_id = 'S_c'`;
	expect(await itemFaults(sql, { full: true })).toEqual([{ container: "S", missing: 1, foreign: 1, differing: 1 }]);
	expect((await violations(bench.database)).map((line) => line.split(":")[0])).toEqual([
		"items that are not what the datasets say",
		"items that the log does not lead to",
	]);
	const [container] = await sql<{ id: number }[]>`select id from containers`;
	await askForFill(bench.database, container?.id ?? 0);
	expect(await itemFaults(sql, { full: true })).toEqual([]);
	const seen: string[] = [];
	const onProgress = ({ done, total, isComplete }: Filled) =>
		seen.push(`${done} of ${total}${isComplete ? ", complete" : ""}`);
	const { signal } = new AbortController();
	expect(await fillContainer(bench.database, container?.id ?? 0, { signal, onProgress })).toBeNull();
	expect(seen).toEqual(["3 of 3", "4 of 3", "4 of 3, complete"]);
	expect(await itemFaults(sql, { full: true })).toEqual([]);
	expect(await publicationTotals(sql)).toMatchObject({
		public: 1,
		token: 0,
		items: 3,
		filling: 0,
		behind: 0,
		failed: 0,
	});
});

test("another address of eosync is one line for each collection; the first is none", async () => {
	await series();
	await publish("S", "public");
	await news();
	expect(await noteServed(bench.database, { url: null })).toBe(false);
	expect(await noteServed(bench.database, { url: "https://eosync.example.org" })).toBe(true);
	expect(await noteServed(bench.database, { url: "https://eosync.example.org" })).toBe(false);
	expect(await news()).toEqual(["republished S"]);
});
