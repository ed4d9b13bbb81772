import { expect, test } from "vitest";
import { makeBench } from "./testing.ts";

test("a folder of more datasets than are compared at once is compared as any other", async () => {
	await using bench = await makeBench();
	const { database, archive } = bench;
	const { sql } = database;
	await bench.container("S", [{}]);
	for (const path of ["many/a.tif", "many/n05000.tif"]) await archive.scene(path);
	await bench.run("S");
	// As if 11,000 more had been there, one of them twice: it was removed once, and came back.
	await sql`
		insert into datasets (eo_id, kind, storage_id, home_source_id, directory, path, files, rule, size_x, size_y, crs, extent, begin_time, end_time, footprint, range_type, bands, archived_at)
		select 'N_' || n, d.kind, storage_id, home_source_id, directory, 'many/n' || lpad(n::text, 5, '0') || '.tif', files, rule, size_x, size_y, crs, extent, begin_time, end_time, footprint, range_type, bands,
			case when n = 5000 then now() end
		from datasets d, generate_series(1, 11000) n where d.path = 'many/a.tif'`;
	await sql`
		insert into container_datasets (container_id, dataset_id, source_id)
		select c.id, d.id, d.home_source_id from datasets d, containers c where d.eo_id like 'N\\_%' and d.archived_at is null`;
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
		insert into datasets (id, eo_id, kind, storage_id, home_source_id, directory, path, files, rule, size_x, size_y, crs, extent, begin_time, end_time, footprint, range_type, bands, archived_at)
		overriding system value
		select -n, 'N_' || n, d.kind, storage_id, home_source_id, directory, path, jsonb_set(files, '{0,size}', '1'), rule, size_x, size_y, crs, extent, begin_time, end_time, footprint, range_type, bands, now()
		from datasets d, generate_series(1, 2) n where d.path = 'a.tif'`;
	const { run } = await bench.check("S");
	const [change] =
		await sql`select action, dataset_id as id, to_read as "toRead" from changes where run_id = ${run} and path = 'a.tif'`;
	expect(change).toEqual({ action: "added", id: last?.id, toRead: false });
});
