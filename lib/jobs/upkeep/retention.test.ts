import { afterAll, beforeAll, expect, it } from "vitest";
import { listChanges, runsWithoutTheirChanges } from "#lib/catalog/changes/changes.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import { listViewedFolders, markViewed } from "#lib/catalog/changes/viewed-folders.ts";
import { runViews } from "#lib/catalog/runs/runs.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { someoneWaits } from "#lib/sync/testing/pause.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { purge } from "./purge.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
	await bench.container("S", [{}]);
});
afterAll(() => bench[Symbol.asyncDispose]());

const begins = () => bench.database.sql`select state->>'begin' as begin from dataset_versions order by id`;
const age = (run: number) =>
	bench.database.sql`update runs set finished_at = now() - interval '91 days' where id = ${run}`;

it("a version stays as long as a dataset is in it or a change names it, then one line of the dataset's life", async () => {
	const { archive, database } = bench;
	const [first, second, third] = ["2001-01-01T00:00:00Z", "2002-01-01T00:00:00Z", "2003-01-01T00:00:00Z"] as const;
	const runs: number[] = [];
	for (const begin of [first, second, third]) {
		await archive.scene("a.tif", { begin });
		runs.push((await bench.run("S")).run);
	}
	const [added = 0, updated = 0, last = 0] = runs;
	await age(added);
	expect((await purge(database)).changes).toBe(1);
	// Its counts stay, and nobody looks for changes that they count.
	const views = await runViews(database, runs);
	expect(views.find(({ run }) => run === added)).toMatchObject({ added: 1 });
	expect((await runsWithoutTheirChanges(database, views)).map(({ run }) => run)).toEqual([added]);
	expect(await listChanges(database, added, changesQuery.parse({}))).toEqual({ rows: [], next: null, total: 0 });
	// The second run can be taken back.
	expect(await begins()).toEqual([{ begin: first }, { begin: second }, { begin: third }]);
	await age(updated);
	await purge(database);
	expect(await begins()).toEqual([{ begin: second }, { begin: third }]);
	await age(last);
	await purge(database);
	expect(await begins()).toEqual([{ begin: third }]);

	await archive.remove("a.tif");
	const { run: removal } = await bench.run("S", { approval: "it is the only one" });
	await age(removal);
	await purge(database);
	// It can be restored when its file comes back.
	expect(await begins()).toEqual([{ begin: third }]);
	await database.sql`update datasets set archived_at = now() - interval '91 days'`;
	expect((await purge(database)).datasets).toBe(1);
	expect(await begins()).toEqual([]);
	expect(await violations(database)).toEqual([]);
	const lives = await database.sql`
		select eo_id as "eoId", storage, path, added_by_run as added, removed_by_run as removed from dataset_lives`;
	expect(lives).toEqual([{ eoId: "A", storage: "archive", path: "a.tif", added, removed: removal }]);
});

it("the states of a plan that is given up go with it", async () => {
	const { archive, database } = bench;
	await archive.scene("b.tif");
	await bench.check("S");
	expect(await begins()).toHaveLength(1);
	await database.sql`delete from runs`;
	expect(await begins()).toEqual([]);
});

it("of two workers that tidy at the same time neither leaves a version for the other to forget", async () => {
	const { archive, database } = bench;
	const { sql } = database;
	await bench.run("S");
	await archive.remove("b.tif");
	await bench.run("S", { approval: "it is the only one" });
	await sql`update runs set finished_at = now() - interval '91 days'`;
	await sql`update datasets set archived_at = now() - interval '91 days' where archived_at is not null`;
	// The one has forgotten the dataset, and is about to say so, when the other comes to the changes.
	await sql.unsafe(`
		create function wait_for_test() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(42); return null; end $$;
		create constraint trigger wait_for_test after delete on datasets deferrable initially deferred for each row execute function wait_for_test()`);
	const tidying: Promise<unknown>[] = [];
	await sql.begin(async (holder) => {
		await holder`select pg_advisory_xact_lock(42)`;
		tidying.push(purge(database));
		await someoneWaits(database, "wait_event = 'advisory'");
		const second = purge(database);
		tidying.push(second);
		await Promise.race([second, someoneWaits(database, "wait_event = 'advisory' and query ~ 'advisory'")]);
	});
	await Promise.all(tidying);
	await sql.unsafe("drop function wait_for_test cascade");
	expect(await violations(database)).toEqual([]);
	expect(await begins()).toEqual([]);
});

it("what a person marked as viewed goes with the run's changes", async () => {
	const { archive, database } = bench;
	await archive.scene("viewed/b.tif", { eoId: "VIEWED" });
	const { run } = await bench.run("S");
	await database.sql`insert into users (id, name, role, email) values ('u', 'Uli', 'viewer', 'u@users.invalid')`;
	await markViewed(database, { run, user: "u", folder: "", below: true, viewed: true });
	await purge(database);
	expect(await listViewedFolders(database, run, "u")).toEqual(["viewed"]);
	await age(run);
	await purge(database);
	expect(await listViewedFolders(database, run, "u")).toEqual([]);
	expect(await database.sql`select from runs where id = ${run}`).toHaveLength(1);
});
