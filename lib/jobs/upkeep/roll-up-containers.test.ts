import { afterAll, beforeAll, expect, test } from "vitest";
import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { asOf01 } from "#lib/sync/testing/as-of-0-1.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { rollUpContainers } from "./roll-up-containers.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

test("containers of an earlier version are rolled up while nothing is applied, and kept so from then on", async () => {
	const { database, archive } = bench;
	for (const name of ["a", "b", "c"]) await archive.scene(`${name}.tif`);
	await archive.scene("bad.tif", { begin: null });
	for (const id of ["S", "T"]) await bench.container(id, [{}]);
	for (const id of ["S", "T"]) await bench.run(id);
	const told = () => database.sql`
		select t.*, (select sum(datasets) from container_cells k where k.container_id = t.container_id) as cells from container_totals t order by 1`;
	const before = await told();
	expect(before).toMatchObject([
		{ rejections: 1, cells: 3 },
		{ rejections: 1, cells: 3 },
	]);
	await asOf01(database);
	await database.sql`delete from container_totals`;
	await archive.remove("a.tif");
	await bench.run("T");
	expect(await told()).toEqual([]);
	{
		await using applying = await openDatabase({ url: database.url, applicationName: "tests", max: 1 });
		await applying.sql`select pg_advisory_lock(${catalogueLock})`;
		expect(await rollUpContainers(database)).toEqual({ made: 0, complete: false });
	}
	expect(await rollUpContainers(database)).toEqual({ made: 2, complete: true });
	expect(await rollUpContainers(database)).toEqual({ made: 0, complete: true });
	expect(await violations(database)).toEqual([]);
	await archive.scene("b.tif", { begin: "2011-01-01T00:00:00Z", at: [120.5, -30.5] });
	await bench.run("S");
	await bench.run("T");
	expect(await violations(database)).toEqual([]);
	expect(await told()).toMatchObject([{ cells: 2 }, { cells: 2 }]);
});
