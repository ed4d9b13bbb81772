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
