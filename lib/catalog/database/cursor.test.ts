import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { inBatches } from "./cursor.ts";
import type { Database } from "./database.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());

test("a long query comes in portions, between which the transaction may do other things, even to its rows", async () => {
	const seen = await database.sql.begin(async (sql) => {
		await sql`create temporary table numbers on commit drop as select generate_series(1, 10) as n`;
		const portions: number[][] = [];
		for await (const rows of inBatches(sql, sql<{ n: number }[]>`select n from numbers where n > ${3} order by n`, 3)) {
			await sql`update numbers set n = n + 100`;
			portions.push(rows.map(({ n }) => n));
		}
		return portions;
	});
	expect(seen).toEqual([[4, 5, 6], [7, 8, 9], [10]]);
});
