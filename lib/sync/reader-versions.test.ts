import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

/** What a catalogue of 0.1.0 holds: rules without versions of readers. `begin` shows whether a dataset was read again. */
async function asOf010(): Promise<void> {
	const { sql } = bench.database;
	await sql`update datasets set rule = split_part(rule, '+', 1), begin_time = '1999-01-01T00:00:00Z'`;
	await sql`update dataset_versions set state = jsonb_set(state::jsonb, '{begin}', '"1999-01-01T00:00:00Z"')::json`;
	await sql`update directories set rule = 'of 0.1.0'`;
}

test("a release that raises a reader has its files read again, no others, and once", async () => {
	const { archive, database } = bench;
	await archive.scene("in/scene.tif");
	await archive.scene("in/kept_20200101.n1");
	await archive.remove("in/kept_20200101.xml");
	await bench.container("S", [{ path: "in", include: ["*.tif", "*.n1"], fileName: String.raw`(?<begin>\d{8})` }]);
	await bench.run("S");
	await asOf010();
	const { summary } = await bench.run("S");
	expect(summary).toEqual(["updated in/scene.tif"]);
	const begins = await database.sql<{ path: string; isOld: boolean }[]>`
		select path, begin_time < '2000-01-01' as "isOld" from datasets order by path`;
	expect(begins.map(({ path, isOld }) => [path, isOld])).toEqual([
		["in/kept_20200101.n1", true],
		["in/scene.tif", false],
	]);
	expect((await bench.run("S")).summary).toEqual([]);
});
