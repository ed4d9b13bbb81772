import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { copyRows } from "./copy.ts";
import type { Database } from "./database.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	await database.sql`create table copied (id int primary key, text text, json jsonb, flag boolean)`;
});
afterAll(() => database.close());
beforeEach(async () => {
	await database.sql`truncate copied`;
});

const columns = ["id", "text", "json", "flag"];

describe("copyRows", () => {
	test("writes text of any kind, JSON, numbers, booleans and nothing", async () => {
		const rows = [
			[1, "tab\tnew\nline\r back\\slash \\N \\. é 🛰", { a: ['"\\\t\n'] }, true],
			[2, "", [1, null], false],
			[3, null, null, null],
		];
		await copyRows(database.sql, "copied", columns, rows);
		const read = await database.sql`select * from copied order by id`;
		expect(read.map(({ id, text, json, flag }) => [id, text, json, flag])).toEqual(rows);
	});

	test("writes many rows in portions", async () => {
		const rows = Array.from({ length: 5000 }, (_, id) => [id, "x".repeat(100), null, null]);
		await copyRows(database.sql, "copied", columns, rows);
		expect(await database.sql`select count(*) as count from copied`).toEqual([{ count: 5000 }]);
	});

	test.each([
		[
			"a row that is there already",
			[
				[1, "a", null, null],
				[1, "b", null, null],
			],
			"23505",
		],
		["a value that is none", [["one", "a", null, null]], "22P02"],
		["text that PostgreSQL cannot store", [[1, "a\0b", null, null]], "22021"],
	])("rejects %s, and leaves connection and transaction in order", async (_, rows, code) => {
		const work = database.sql.begin((sql) => copyRows(sql, "copied", columns, rows));
		await expect(work).rejects.toMatchObject({ code });
		await expect(copyRows(database.sql, "copied", columns, rows)).rejects.toMatchObject({ code });
		expect(await database.sql`select from copied`).toHaveLength(0);
	});
});
