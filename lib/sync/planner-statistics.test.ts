import { afterAll, beforeAll, expect, test } from "vitest";
import { emptyCatalogue } from "#lib/catalog/testing/empty-catalogue.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { prepareForMany } from "./planner-statistics.ts";

/** How PostgreSQL works on many changes: by what it touches, not by the time that takes. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

/** So many that they are read in many portions, and that going through all of them never costs PostgreSQL less than finding a portion's. */
const names = Array.from({ length: 20_000 }, (_, i) => `n${i}_20200101.tif`);
const fill = async (include: string) => {
	await bench.container("FULL", [{ path: "s", include: [include], fileName: "_(?<begin>\\d{8})" }]);
	return bench.run("FULL");
};

test("each portion that is read touches its own changes, not all of the run's", { timeout: 120_000 }, async () => {
	const { archive, database } = bench;
	const { sql } = database;
	await archive.mkdir("s");
	await archive.scene("first.tif", { metadata: null });
	for (const name of names) await archive.hardLink("first.tif", `s/${name}`);
	const { view } = await fill("*.tif");
	expect(view.added).toBe(names.length);
	// Every connection is to report what it has done.
	await Promise.all(names.slice(0, 20).map(() => sql`select pg_stat_force_next_flush(), pg_sleep(0.1)`));
	const [{ touched } = { touched: 0 }] = await sql<{ touched: number }[]>`
		select seq_tup_read + idx_tup_fetch as touched from pg_stat_user_tables where relname = 'changes'`;
	// 17 times, by as many statements about all of them; once more per portion it would be over 200.
	expect(touched / names.length).toBeGreaterThan(5);
	expect(touched / names.length).toBeLessThan(50);
});

test("a catalogue that was emptied is filled again without joining all datasets with all", {
	timeout: 120_000,
}, async () => {
	const { sql } = bench.database;
	await sql`alter table datasets set (autovacuum_enabled = false)`;
	await sql`alter table dataset_versions set (autovacuum_enabled = false)`;
	await sql`alter table container_datasets set (autovacuum_enabled = false)`;
	await emptyCatalogue(bench.database, { storages: "stay" });
	await sql`analyze datasets, dataset_versions, container_datasets`;
	const { view } = await fill("n1*.tif");
	expect(view.added).toBe(names.filter((name) => name.startsWith("n1")).length);
	const rows = await sql<{ table: string; expected: number }[]>`
		select relname as table, reltuples / greatest(relpages, 1) * pg_relation_size(oid) / 8192 as expected from pg_class
		where oid in ('datasets'::regclass, 'dataset_versions'::regclass, 'container_datasets'::regclass)`;
	expect(rows).toHaveLength(3);
	for (const { table, expected } of rows) expect([table, expected > view.added / 2]).toEqual([table, true]);
});

test("what was planned for a few rows is planned anew for many, in the same session", async () => {
	const { sql } = bench.database;
	const [latest] = await sql<{ run: number }[]>`select max(id)::int as run from runs`;
	await sql.begin(async (sql) => {
		await sql`create temp table worked_on (id int) on commit drop`;
		await sql`insert into worked_on values (1)`;
		await sql.unsafe("prepare pairs as select from worked_on a join worked_on b on b.id = a.id");
		const expected = async () => {
			const [line] = await sql.unsafe<Record<string, string>[]>("explain execute pairs");
			return Number(/rows=(\d+)/.exec(Object.values(line ?? {}).join(""))?.[1]);
		};
		const few = await expected();
		await sql`insert into worked_on select generate_series(1, 100000)`;
		expect(await expected()).toBe(few);
		await prepareForMany(sql, latest?.run ?? 0);
		expect(await expected()).toBeGreaterThan(few * 100);
		await sql`deallocate pairs`;
	});
});
