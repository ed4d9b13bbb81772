import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { copyOut, copyRows } from "./copy.ts";
import type { Database, Transaction } from "./database.ts";

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

describe("copyOut", () => {
	/** Rows of 1,000 bytes. */
	const fill = (rows: number) =>
		database.sql`insert into copied select n, repeat('x', 1000) from generate_series(1, ${rows}::int) n`;

	async function bytesOf(sql: Transaction, pause: () => Promise<unknown>): Promise<number> {
		const rows: AsyncIterable<Uint8Array> = await sql`copy copied to stdout`.readable();
		let bytes = 0;
		for await (const row of rows) {
			if (bytes === 0) await pause();
			bytes += row.length;
		}
		return bytes;
	}

	// The driver pauses its socket at 16 to 64 kB; the end may come in the same piece as what paused it.
	test.each([15, 30, 60, 70, 80, 100, 130])("ends for a reader that is busy while %d kB come", async (rows) => {
		await fill(rows);
		const outcome = database.sql.begin(async (sql) => {
			const bytes = await bytesOf(sql, () => sleep(60));
			const [row] = await sql`select count(*) as count from copied`;
			return [bytes > rows * 1000, row];
		});
		expect(await Promise.race([outcome, sleep(10_000, "it waits")])).toEqual([true, { count: rows }]);
	});

	test("lets its reader leave early, and the transaction goes on", async () => {
		await fill(3000);
		const outcome = database.sql.begin(async (sql) => {
			for await (const piece of copyOut(sql, "copied", columns)) {
				expect(piece.at(-1)).toBe(10);
				break;
			}
			return await sql`select count(*) as count from copied`;
		});
		expect(await Promise.race([outcome, sleep(10_000, "it waits")])).toEqual([{ count: 3000 }]);
	});

	test("gives every row once, in pieces that end with one", async () => {
		await fill(3000);
		const text: string[] = [];
		await database.sql.begin(async (sql) => {
			for await (const piece of copyOut(sql, "copied", ["id"])) {
				expect(piece.at(-1)).toBe(10);
				text.push(Buffer.from(piece).toString());
			}
		});
		const ids = text.join("").trimEnd().split("\n").map(Number);
		expect(ids).toEqual(Array.from({ length: 3000 }, (_, n) => n + 1));
	});
});
