import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { addDatasets } from "#lib/catalog/search/testing.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { boxTextOf } from "#lib/metadata/geometry/box.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";
import { boxVersions } from "./box-versions.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());

const footprint: Footprint = {
	type: "MultiPolygon",
	coordinates: [
		[
			[
				[175, -5],
				[180, -5],
				[180, 5.5],
				[175, -5],
			],
		],
		[
			[
				[-180, -5],
				[-177.25, -5],
				[-180, 5],
				[-180, -5],
			],
		],
	],
};

it("gives versions of an earlier version of eosync the box that new ones have", async () => {
	const { sql } = database;
	const time = { begin: "2026-01-01T00:00:00Z", end: "2026-01-01T00:00:00Z" };
	await addDatasets(database, [{ ...time, eoId: "A", footprint, properties: {}, containers: ["S"] }]);
	const boxes = async () =>
		(await sql<{ bbox: string | null }[]>`select bbox::text from dataset_versions`).map(({ bbox }) => bbox);
	expect(await boxes()).toEqual([boxTextOf(footprint)]);
	await sql`update dataset_versions set bbox = null`;
	expect([await boxVersions(database), await boxVersions(database)]).toEqual([1, 0]);
	expect(await boxes()).toEqual(["(180,5.5),(-180,-5)"]);
	// Nobody knows where it is: it is looked at by every search.
	await sql`update dataset_versions set bbox = null, state = '{"footprint":{}}'`;
	await boxVersions(database);
	expect(await boxes()).toEqual(["(180,90),(-180,-90)"]);
});
