import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeStates } from "#lib/catalog/changes/change-states.ts";
import { changePlace, listChanges } from "#lib/catalog/changes/changes.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import type { DatasetState, Footprint } from "#lib/metadata/metadata.ts";
import { changeDensity, changeFootprints, datasetDensity, datasetFootprints } from "./footprints.ts";

const box = (lon: number): Footprint => ({
	type: "MultiPolygon",
	coordinates: [
		[
			[
				[lon, 0],
				[lon + 1, 0],
				[lon + 1, 1],
				[lon, 0],
			],
		],
	],
});
const state = (eoId: string, day: number): DatasetState => ({
	eoId,
	kind: "rectified",
	begin: `2006-08-${day}T09:00:00Z`,
	end: `2006-08-${day}T09:03:00Z`,
	footprint: box(day),
	crs: "EPSG:4326",
	size: [2, 2],
	extent: [0, 0, 1, 1],
	gcps: null,
	rangeType: "RGB",
	bands: [],
	properties: {},
});

let database: Database;
let run: number;

/** A run that adds `b/new` (day 20), removes the registered `a/old` (day 10, not yet written) and rejects `a/bad`. */
beforeAll(async () => {
	database = await createTestDatabase();
	const { sql } = database;
	const [ids] = await sql<{ storage: number; container: number; dataset: number; run: number }[]>`
		with st as (insert into storages (name, type, config) values ('archive', 'local', '{}') returning id),
			c as (insert into containers (eo_id, kind) values ('Series', 'dataset-series') returning id),
			d as (
				insert into datasets (eo_id, kind, storage_id, directory, path, files, size_x, size_y, crs, extent, begin_time, end_time, footprint, range_type, bands)
				select 'Old', 'rectified', id, 'a', 'a/old.tif', '[]', 2, 2, 'EPSG:4326', '{0,0,1,1}', '2006-08-10T09:00:00Z', '2006-08-10T09:03:00Z',
					${json(sql, box(10))}, 'RGB', '[]' from st returning id),
			cd as (insert into container_datasets (container_id, dataset_id) select c.id, d.id from c, d),
			r as (insert into runs (container_id, kind, trigger, actor, state, planned_at) select id, 'check', 'dashboard', 'test', 'planned', now() from c returning id)
		select st.id as storage, c.id as container, d.id as dataset, r.id as run from st, c, d, r`;
	if (!ids) throw new Error("not set up");
	run = ids.run;
	await sql`
		insert into changes (run_id, action, storage_id, directory, path, dataset_id, eo_id, after, code) values
			(${run}, 'added', ${ids.storage}, 'b', 'b/new.tif', null, 'New', ${json(sql, state("New", 20))}, null),
			(${run}, 'rejected', ${ids.storage}, 'a', 'a/bad.tif', null, null, null, 'cut-off'),
			(${run}, 'removed', ${ids.storage}, 'a', 'a/old.tif', ${ids.dataset}, null, null, null)`;
});
afterAll(() => database.close());

const all = changesQuery.parse({});

describe("footprints of changes", () => {
	test("carry their row among all rows; a rejected file has none", async () => {
		const { rows, total } = await changeFootprints(database, run, all);
		expect(total).toBe(2);
		expect(rows.map(({ label, action, row }) => [label, action, row])).toEqual([
			["Old", "removed", 1],
			["New", "added", 2],
		]);
		expect(rows[0]?.footprint).toEqual(box(10));
		const { rows: listed } = await listChanges(database, run, all);
		expect(rows.map(({ key, row }) => listed[row]?.key === key)).toEqual([true, true]);
	});

	test.each([
		{ filter: { action: "added" as const }, labels: ["New"] },
		{ filter: { search: "old" }, labels: ["Old"] },
		{ filter: { search: "100%" }, labels: [] },
		{ filter: { begin: "2006-08-15T00:00:00Z" }, labels: ["New"] },
		{ filter: { end: "2006-08-15T00:00:00Z" }, labels: ["Old"] },
		{ filter: { begin: "2006-08-10T09:02:00Z", end: "2006-08-10T09:02:30Z" }, labels: ["Old"] },
	])("that match $filter", async ({ filter, labels }) => {
		const { rows } = await changeFootprints(database, run, { ...all, ...filter });
		expect(rows.map(({ label }) => label)).toEqual(labels);
	});
});

test("rows by number, for a scroll bar", async () => {
	const { rows } = await listChanges(database, run, { ...all, offset: 1, limit: 1 });
	expect(rows.map(({ path }) => path)).toEqual(["a/old.tif"]);
});

test("where a change stands among those that match", async () => {
	const { rows } = await listChanges(database, run, all);
	const places = (query: object) =>
		Promise.all(rows.map(({ key }) => changePlace(database, run, key, { ...all, ...query })));
	expect(await places({})).toEqual([0, 1, 2]);
	expect(await places({ folder: "b" })).toEqual([null, null, 0]);
	expect(await changePlace(database, run + 1, rows[0]?.key ?? 0, all)).toBeNull();
});

test("when changes are, also of datasets that the change does not write", async () => {
	const density = await changeDensity(database, run, all);
	expect(density).toMatchObject({ begin: "2006-08-10T09:00:00Z", end: "2006-08-20T09:00:00Z" });
	expect(density?.counts.filter((count) => count > 0)).toEqual([1, 1]);
	expect(density?.counts.at(-1)).toBe(1);
	expect(await changeDensity(database, run, { action: "moved", search: "" })).toBeNull();
});

test("footprints and times of a container's datasets", async () => {
	expect(await datasetFootprints(database, "Series", { search: "" })).toEqual({
		rows: [{ key: "Old", label: "Old", action: null, row: 0, footprint: box(10) }],
		total: 1,
		places: null,
	});
	expect(await datasetFootprints(database, "Series", { search: "nothing" })).toEqual({
		rows: [],
		total: 0,
		places: null,
	});
	expect(await datasetDensity(database, "Series", "")).toEqual({
		begin: "2006-08-10T09:00:00Z",
		end: "2006-08-10T09:00:00Z",
		counts: [1],
	});
});

test("all facts of one change", async () => {
	const { rows } = await listChanges(database, run, all);
	const statesOf = (path: string) => changeStates(database, run, rows.find((row) => row.path === path)?.key ?? 0);
	expect(await statesOf("b/new.tif")).toMatchObject({
		before: null,
		after: state("New", 20),
		versions: { before: null },
	});
	expect((await statesOf("a/old.tif"))?.before).toMatchObject({
		eoId: "Old",
		footprint: box(10),
		begin: "2006-08-10T09:00:00Z",
	});
	expect(await statesOf("a/bad.tif")).toEqual({
		before: null,
		after: null,
		versions: { before: null, after: null },
		sameContent: [],
	});
	expect(await changeStates(database, run + 1, rows[0]?.key ?? 0)).toBeNull();
});

test("no trigger joins what rows were with what they became to look whether any differs: PostgreSQL does that in nested loops", async () => {
	const found = await database.sql<{ name: string }[]>`
		select proname as name from pg_proc where prosrc ~* 'exists *[(]select[^();]* from (was|became) [a-z]+ join'`;
	expect(found).toEqual([]);
});
