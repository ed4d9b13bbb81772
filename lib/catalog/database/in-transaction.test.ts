import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import type { Database } from "./database.ts";
import { inTransaction } from "./in-transaction.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	await database.sql`create table deeds (name text primary key)`;
});
afterAll(() => database.close());

test("what fails within a transaction is taken back by itself, and the rest goes on", async () => {
	await database.sql.begin(async (tx) => {
		const { sql } = inTransaction(database, tx);
		await sql`insert into deeds values ('before')`;
		const failing = sql.begin(async (inner) => {
			await inner`insert into deeds values ('half')`;
			await inner`insert into deeds values ('before')`;
		});
		await expect(failing).rejects.toMatchObject({ code: "23505" });
		await sql.begin((inner) => inner`insert into deeds values ('after')`);
	});
	const rows = await database.sql<{ name: string }[]>`select name from deeds order by name`;
	expect(rows.map(({ name }) => name)).toEqual(["after", "before"]);
});
