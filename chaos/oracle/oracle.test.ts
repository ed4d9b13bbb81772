import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { faultInWords, findFault } from "./find-fault.ts";
import { compareWithFresh } from "./oracle.ts";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
	world = await openWorld(createTestDatabase);
});
afterAll(() => world[Symbol.asyncDispose]());

/** `npm run chaos -- --histories MINUTES` lives fresh ones. */
const seeds = Array.from({ length: 20 }, (_, i) => 20_061_116 + i);

test.each(seeds)(
	"after the history of seed %i the catalogue is what a new one would be",
	{ timeout: 600_000 },
	async (seed) => {
		const fault = await findFault(world, seed, { shorteningMs: 120_000 });
		expect(fault && faultInWords(fault)).toBeNull();
	},
);

/** Known open faults: they are reported, but do not fail a change that has nothing to do with them. */
test("fresh histories", { timeout: 600_000 }, async ({ annotate }) => {
	const first = Date.now() % 1_000_000_000;
	const until = performance.now() + 10_000;
	for (let seed = first; performance.now() < until; seed++) {
		const fault = await findFault(world, seed, { shorteningMs: 60_000 });
		if (fault === null) continue;
		console.log(`OPEN FAULT, not of this change if it did not touch the engine. ${faultInWords(fault)}`);
		await annotate(faultInWords(fault), "open fault");
	}
});

test.each([
	[
		"a dataset that is missing",
		"update datasets set archived_at = now() where path = 'a/s1.tif'",
		"A lacks archive:a/s1.tif",
	],
	[
		"a field that is not the archive's",
		"update dataset_versions v set state = jsonb_set(v.state::jsonb, '{rangeType}', '\"OTHER\"')::json from datasets d where v.id = d.version_id and d.path = 'a/s1.tif'",
		"the dataset of archive:a/s1.tif has another rangeType",
	],
	[
		"files that are not the archive's",
		"update dataset_versions v set files = '[]' from datasets d where v.id = d.version_id and d.path = 'a/s1.tif'",
		"the dataset of archive:a/s1.tif has other files",
	],
	["a wrong count", "update containers set dataset_count = 5", "A counts 5 datasets, not 6"],
	[
		"wrong times",
		"update containers set end_time = '2020-01-01'",
		"A says 2006-08-01T00:00:00Z to 2020-01-01T00:00:00Z",
	],
])("the oracle sees %s", { timeout: 600_000 }, async (_, spoil, expected) => {
	await world.begin();
	await world.lived.sql.begin(async (sql) => {
		await sql.unsafe(spoil);
		await sql`delete from container_datasets cd using datasets d where d.id = cd.dataset_id and d.archived_at is not null`;
	});
	expect(await compareWithFresh(world)).toContain(expected);
});

test("the oracle sees a dataset whose file is gone", { timeout: 600_000 }, async () => {
	await world.begin();
	// Its folder is as known, so that a sync does not look for it.
	await world.lived.sql.begin(async (sql) => {
		await sql`update datasets set path = 'a/gone.tif' where path = 'a/s1.tif'`;
		await sql`delete from changes`;
	});
	expect(await compareWithFresh(world)).toContain("A has archive:a/gone.tif too much");
});
