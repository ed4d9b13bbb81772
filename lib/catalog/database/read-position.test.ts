import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import type { Database } from "./database.ts";
import { readPosition } from "./read-position.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	await database.sql`create table seen (id int)`;
});
afterAll(() => database.close());

async function look(): Promise<{ readonly at: number; readonly count: number }> {
	const [row] = await database.sql<[{ at: number; count: number }]>`
		select ${readPosition(database.sql)} as at, (select count(*) from seen) as count`;
	return row;
}

test("who sees more has a larger number, also when the earlier transaction ends last", async () => {
	const { sql } = database;
	const first = await look();
	const [isWritten, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
	const early = sql.begin(async (tx) => {
		await tx`insert into seen values (1)`;
		isWritten.resolve();
		await mayEnd.promise;
	});
	await isWritten.promise;
	await sql`insert into seen values (2)`;
	const second = await look();
	mayEnd.resolve();
	await early;
	const third = await look();
	expect([first.count, second.count, third.count]).toEqual([0, 1, 2]);
	expect(second.at).toBeGreaterThan(first.at);
	expect(third.at).toBeGreaterThan(second.at);
	expect(Number.isSafeInteger(third.at)).toBe(true);
});
