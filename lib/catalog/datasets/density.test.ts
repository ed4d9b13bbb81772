import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { rollUpRun } from "#lib/sync/plan/roll-up.ts";
import { changeDensity, changeFootprints, datasetDensity, datasetFootprints, maxFootprints } from "./footprints.ts";

const days = 200;
const many = 2 * maxFootprints;
const all = changesQuery.parse({});

let database: Database;
let run: number;

/** A run that adds `many` datasets, a third of them at 10° E 50° N, the others around the world; every tenth is rejected. */
beforeAll(async () => {
	database = await createTestDatabase();
	const { sql } = database;
	const [made] = await sql<{ run: number; container: number; storage: number }[]>`
		with st as (insert into storages (name, type, config) values ('archive', 'local', '{}') returning id),
			c as (insert into containers (eo_id, kind, dataset_count) values ('Series', 'dataset-series', ${many}) returning id)
		insert into runs (container_id, kind, trigger, actor, state, planned_at) select c.id, 'check', 'dashboard', 'test', 'planned', now() from c
		returning id as run, container_id as container, (select id from st) as storage`;
	if (!made) throw new Error("not set up");
	run = made.run;
	await sql.begin(async (tx) => {
		await tx`
			insert into dataset_versions (id, dataset_id, begin_time, end_time, footprint_key, state, files)
			select n, n, t, t, md5(n::text)::uuid, json_build_object('footprint', json_build_object('type', 'MultiPolygon', 'coordinates',
				json_build_array(json_build_array(json_build_array(json_build_array(x, y), json_build_array(x + 0.5, y), json_build_array(x, y + 0.5)))))), '[{"size":3},{"size":4}]'
			from (select n, timestamptz '2006-01-01T12:00:00Z' + n % ${days} * interval '1 day' as t, case when n % 3 = 0 then 10 else n % 360 - 180 end as x,
				case when n % 3 = 0 then 50 else n % 180 - 90 end as y from generate_series(1, ${many}::int) n) placed`;
		await tx`
			insert into datasets (id, eo_id, version_id, storage_id, directory, path, begin_time, end_time) overriding system value
			select id, 'D' || id, id, ${made.storage}, id % 7 || '/f', id % 7 || '/f/' || id, begin_time, end_time from dataset_versions`;
		await tx`insert into container_datasets (container_id, dataset_id) select ${made.container}, id from datasets`;
		await tx`
			insert into changes (run_id, action, storage_id, directory, path, dataset_id, eo_id, after_version)
			select ${run}, case when n % 10 = 0 then 'rejected' else 'added' end::change_action, ${made.storage}, n % 7 || '/f', n % 7 || '/f/' || n,
				case when n % 10 <> 0 then n end, 'D' || n, case when n % 10 <> 0 then n end from generate_series(1, ${many}::int) n`;
		await rollUpRun(tx, run);
	});
});
afterAll(() => database.close());

const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

describe("of more than can be drawn one by one", () => {
	test("cells are counted, which add up to all that have a place", async () => {
		const { rows, total, places } = await changeFootprints(database, run, all);
		expect({ rows, total, size: places?.size }).toEqual({ rows: [], total: many * 0.9, size: 1 });
		const { cells = [] } = places ?? {};
		expect(sum(cells.map(({ counts }) => counts.added ?? 0))).toBe(total);
		expect(Math.max(...cells.map(({ counts }) => counts.added ?? 0))).toBe(
			cells.find(({ lon, lat }) => lon === 10 && lat === 50)?.counts.added,
		);
		expect(await changeFootprints(database, run, { ...all, action: "rejected" })).toEqual({
			rows: [],
			total: 0,
			places: null,
		});
	});

	test("a filter counts the same way, by the changes themselves", async () => {
		const rolledUp = await changeFootprints(database, run, { ...all, action: "added" });
		expect(await changeFootprints(database, run, { ...all, action: "added", search: "D" })).toEqual(rolledUp);
		const { places, rows } = await changeFootprints(database, run, { ...all, search: "D123" });
		expect([places, rows.length]).toEqual([null, 10]);
	});

	test("datasets are counted by the container's roll-up, with a filter one by one", async () => {
		const rolledUp = await datasetFootprints(database, "Series", { search: "" });
		expect(rolledUp.total).toBe(many);
		expect(await datasetFootprints(database, "Series", { search: "D" })).toEqual(rolledUp);
		await expect(database.sql`select bytes, rejections from container_totals`).resolves.toEqual([
			{ bytes: 7 * many, rejections: 0 },
		]);
	});

	test("days are counted, in at most 120 stretches", async () => {
		const [changes, datasets] = [await changeDensity(database, run, all), await datasetDensity(database, "Series", "")];
		expect([sum(changes?.counts ?? []), sum(datasets?.counts ?? [])]).toEqual([many * 0.9, many]);
		expect(datasets).toMatchObject({ begin: "2006-01-01T00:00:00Z", end: "2006-07-19T23:59:59Z" });
		expect(datasets?.counts).toHaveLength(120);
	});

	test("where cells are too many to be told apart they are larger", async () => {
		const { sql } = database;
		await sql`insert into run_cells (run_id, action, cell, changes) select ${run}, 'linked', n * 3, 1 from generate_series(0, 21599) n`;
		const { places, total } = await changeFootprints(database, run, all);
		expect([total, places?.size]).toEqual([many * 0.9 + 21_600, 5]);
		expect(places?.cells.length).toBeLessThanOrEqual(4000);
		expect(places?.cells.every(({ lon, lat }) => lon % 5 === 0 && lat % 5 === 0 && lon >= -180 && lat <= 85)).toBe(
			true,
		);
	});

	test("what is left of a run without changes is still shown", async () => {
		const { sql } = database;
		await sql`update run_cells set changes = 1 where cell = (select max(cell) from run_cells)`;
		await sql`delete from run_cells where cell < (select max(cell) from run_cells)`;
		expect((await changeFootprints(database, run, all)).total).toBeGreaterThan(0);
		await sql`delete from changes`;
		expect(await changeFootprints(database, run, all)).toMatchObject({ rows: [], total: 1 });
	});
});
