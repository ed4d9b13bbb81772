import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "./database.ts";
import { migrateDatabase } from "./migrate.ts";
import { createTestDatabase } from "./testing.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());

describe("migrateDatabase", () => {
	it("makes the same tables once when several processes migrate an empty database at once, on one connection each", async () => {
		const { sql } = database;
		await sql`drop schema drizzle cascade`;
		await sql`drop schema public cascade`;
		await sql`create schema public`;
		const others = await Promise.all(
			[1, 2, 3].map(() => openDatabase({ url: database.url, applicationName: "tests", max: 1 })),
		);
		await Promise.all(others.map((other) => migrateDatabase(other)));
		await Promise.all(others.map((other) => other.close()));
		const [tables] = await sql`select count(*)::int as count from pg_tables where schemaname = 'public'`;
		expect(tables?.count).toBeGreaterThan(4);
		const [applied] = await sql`select count(*)::int as count from drizzle.__drizzle_migrations`;
		const [distinct] = await sql`select count(distinct hash)::int as count from drizzle.__drizzle_migrations`;
		expect(applied).toEqual(distinct);
	});

	it("refuses the tables of a later version and leaves them alone", async () => {
		const { sql } = database;
		await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 99999999999999)`;
		await expect(migrateDatabase(database)).rejects.toThrow(/later version of eosync/);
		await sql`delete from drizzle.__drizzle_migrations where hash = 'later'`;
		await expect(migrateDatabase(database)).resolves.toBeUndefined();
	});
});
