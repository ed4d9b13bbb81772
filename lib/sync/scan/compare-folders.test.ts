import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";

test("a folder of more datasets than are compared at once is compared as any other", async () => {
	await using bench = await makeBench();
	const { database, archive } = bench;
	const { sql } = database;
	await bench.container("S", [{}]);
	for (const path of ["many/a.tif", "many/n05000.tif"]) await archive.scene(path);
	await bench.run("S");
	// As if 11,000 more had been there, one of them twice: it was removed once, and came back.
	await sql`
		with made as (insert into datasets (eo_id, version_id, storage_id, home_source_id, directory, path, rule, begin_time, end_time, archived_at)
		select 'N_' || n, version_id, storage_id, home_source_id, directory, 'many/n' || lpad(n::text, 5, '0') || '.tif', rule, begin_time, end_time,
			case when n = 5000 then now() end
		from datasets d, generate_series(1, 11000) n where d.path = 'many/a.tif' returning id, home_source_id, archived_at)
		insert into container_datasets (container_id, dataset_id, source_id)
		select c.id, made.id, made.home_source_id from made, containers c where made.archived_at is null`;
	await archive.scene("many/z.tif");
	const { run, view } = await bench.check("S");
	expect(view).toMatchObject({ added: 1, removed: 10_999, updated: 0, linked: 0, moved: 0, rejected: 0 });
	const kept = await sql`select path from changes where run_id = ${run} and path in ('many/a.tif', 'many/n05000.tif')`;
	expect(kept).toEqual([]);
});

test("of several datasets that were archived at a path the last one comes back", async () => {
	await using bench = await makeBench();
	const { database, archive } = bench;
	const { sql } = database;
	await bench.container("S", [{}]);
	for (const path of ["a.tif", "b.tif"]) await archive.scene(path);
	await bench.run("S");
	const [last] = await sql`select id from datasets where path = 'a.tif'`;
	// As if others of other sizes had been there before it, and all were removed.
	await sql`update datasets set archived_at = now()`;
	await sql`delete from container_datasets`;
	await sql`delete from directories`;
	await sql`
		with made as (
			insert into dataset_versions (dataset_id, begin_time, end_time, footprint_key, state, files)
			select -n, v.begin_time, v.end_time, v.footprint_key, v.state, jsonb_set(v.files, '{0,size}', '1')
			from datasets d join dataset_versions v on v.id = d.version_id, generate_series(1, 2) n where d.path = 'a.tif' returning id, dataset_id
		)
		insert into datasets (id, eo_id, version_id, storage_id, home_source_id, directory, path, rule, begin_time, end_time, archived_at)
		overriding system value
		select made.dataset_id, 'N_' || made.id, made.id, storage_id, home_source_id, directory, path, rule, begin_time, end_time, now()
		from datasets d, made where d.path = 'a.tif'`;
	const { run } = await bench.check("S");
	const [change] =
		await sql`select action, dataset_id as id, to_read as "toRead" from changes where run_id = ${run} and path = 'a.tif'`;
	expect(change).toEqual({ action: "added", id: last?.id, toRead: false });
});

describe("of a folder that was in the catalogue as it was", () => {
	/** Three datasets, of which the catalogue errs about the last: a comparison wants to read it again. */
	async function makeErring() {
		const bench = await makeBench();
		await bench.container("S", [{}]);
		for (const path of ["in/a.tif", "in/b.tif", "in/c.tif"]) await bench.archive.scene(path);
		await bench.run("S");
		await bench.database.sql`
			update dataset_versions v set files = jsonb_set(v.files, '{0,size}', '1'), state = jsonb_set(v.state::jsonb, '{size,0}', '7')::json
			from datasets d where v.id = d.version_id and d.path = 'in/c.tif'`;
		return bench;
	}

	test("only what has changed is looked at", async () => {
		await using bench = await makeErring();
		await bench.archive.scene("in/a.tif", { size: [5, 5] });
		await bench.archive.scene("in/b.tif", { begin: "2007-01-01T00:00:00Z" });
		expect((await bench.run("S")).summary).toEqual(["updated in/a.tif", "updated in/b.tif"]);
		await bench.archive.touch("in/b.tif");
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("a sub-folder that came changes nothing", async () => {
		await using bench = await makeErring();
		await bench.archive.scene("in/below/d.tif");
		expect((await bench.run("S")).summary).toEqual(["added in/below/d.tif"]);
	});

	test("a metadata file alone brings in its dataset", async () => {
		await using bench = await makeErring();
		await bench.archive.scene("in/a.tif", { begin: "2007-01-01T00:00:00Z" });
		await bench.run("S");
		const metadata = await readFile(bench.archive.at("in/a.xml"), "utf8");
		await bench.archive.write("in/a.xml", metadata.replaceAll("2007-01-01", "2008-01-01"));
		expect((await bench.run("S")).summary).toEqual(["updated in/a.tif"]);
	});

	test.each<[string, (bench: Bench) => Promise<unknown>, string[]]>([
		["a file came", ({ archive }) => archive.scene("in/d.tif"), ["added in/d.tif"]],
		["one went", ({ archive }) => archive.remove("in/a.tif"), ["removed in/a.tif"]],
		["a metadata file went", ({ archive }) => archive.remove("in/a.xml"), ["rejected in/a.tif"]],
		["all is read again", ({ run }) => run("S", { full: true }), []],
	])("all of it is looked at when %s", async (_, change, expected) => {
		await using bench = await makeErring();
		await change(bench);
		const { changes } = await bench.run("S");
		const [{ size } = { size: 0 }] = await bench.database
			.sql`select (v.state->'size'->>0)::int as size from datasets d join dataset_versions v on v.id = d.version_id where d.path = 'in/c.tif'`;
		expect(size).toBe(4);
		expect(changes.filter(({ path }) => path !== "in/c.tif").map(({ action, path }) => `${action} ${path}`)).toEqual(
			expected,
		);
	});

	test("all of it is looked at where a dataset is another container's", async () => {
		await using bench = await makeErring();
		await bench.container("T", [{ metadata: ["{stem}.xml"] }]);
		const linked = ["linked in/a.tif", "linked in/b.tif", "linked in/c.tif"];
		expect((await bench.run("T")).summary).toEqual(linked);
		const [row] = await bench.database.sql`
			select listing from directories d join sources s on s.id = d.source_id join containers c on c.id = s.container_id
			where c.eo_id = 'T' and d.path = 'in'`;
		expect(row).toEqual({ listing: null });
	});
});
