import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import type { Footprint, Position } from "#lib/metadata/metadata.ts";
import { cellOf, cornerOf } from "./cell.ts";

const around = (...ring: readonly Position[]): Footprint => ({ type: "MultiPolygon", coordinates: [[ring]] });
const box = (west: number, south: number, east: number, north: number): Footprint =>
	around([west, south], [east, south], [east, north], [west, north], [west, south]);

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());

test.each([
	["begins in the south-west", box(-180, -90, -179, -89), { lon: -180, lat: -90 }],
	["has what lies on its corner", box(11, 46, 11, 46), { lon: 11, lat: 46 }],
	["has the middle, wherever the rest reaches", box(11.2, 46.5, 13.4, 47.1), { lon: 12, lat: 46 }],
	["ends in the north-east", box(180, 90, 180, 90), { lon: 179, lat: 89 }],
])("a cell %s", (_, footprint, corner) => {
	expect(cornerOf(cellOf(footprint))).toEqual(corner);
});

test("the database counts in the same cells", async () => {
	const lon = fc.double({ min: -180, max: 180, noNaN: true });
	const lat = fc.double({ min: -90, max: 90, noNaN: true });
	const footprints = fc.sample(
		fc.oneof(
			fc.array(fc.tuple(lon, lat), { minLength: 1, maxLength: 6 }).map((ring) => around(...ring)),
			fc.tuple(fc.integer({ min: -180, max: 180 }), fc.integer({ min: -90, max: 90 })).map(([x, y]) => box(x, y, x, y)),
		),
		{ numRuns: 2000, seed: 20_061_116 },
	);
	const { sql } = database;
	const rows = await sql<{ cell: number }[]>`
		select eosync_cell(f) as cell from jsonb_array_elements(${json(sql, footprints)}) with ordinality as a(f, n) order by n`;
	expect(rows.map(({ cell }) => cell)).toEqual(footprints.map(cellOf));
});
