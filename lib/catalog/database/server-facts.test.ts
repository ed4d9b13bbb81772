import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { type Database, openDatabase } from "./database.ts";
import { serverFacts } from "./server-facts.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());

test("says which PostgreSQL it is and which of our processes are connected", async () => {
	await using worker = await openDatabase({ url: database.url, applicationName: "eosync worker", max: 1 });
	await worker.sql`select 1`;
	const facts = await serverFacts(database);
	expect(facts.version).toMatch(/^\d+/);
	expect(facts.size).toBeGreaterThan(1_000_000);
	expect(facts.connected).toEqual([{ name: "eosync worker", connections: 1 }]);
});
