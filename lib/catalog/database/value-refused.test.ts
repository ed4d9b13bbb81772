import { afterAll, beforeAll, expect, test } from "vitest";
import { problemOf } from "#lib/api/problems.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import type { Database } from "./database.ts";
import { isValueRefused } from "./value-refused.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());

const errorOf = async (query: Promise<unknown>) => query.then(() => null).catch((error: unknown) => error);

test.each([
	["a text for a number", (text: string) => database.sql`select id from runs where id < ${text}`, "abc", true],
	["a number out of range", (text: string) => database.sql`select ${text}::text::int8`, "9223372036854775808", true],
	["no time", (text: string) => database.sql`select ${text}::text::timestamptz`, "0000-01-01T00:00:00Z", true],
	["NUL", (text: string) => database.sql`select ${text}::text`, "a\0b", true],
	["a division by zero", (text: string) => database.sql`select 1 / ${text}::text::int`, "0", false],
	["no such table", (text: string) => database.sql`select ${text}::text from nowhere`, "a", false],
])("%s", async (_, ask, value, expected) => {
	const error = await errorOf(ask(value));
	expect(error).toBeInstanceOf(Error);
	expect(isValueRefused(error)).toBe(expected);
	expect(problemOf(error, true).kind).toBe(expected ? "invalid-request" : "unavailable");
});

test("what is no answer of the database is none of its refusals", () => {
	expect(isValueRefused(Object.assign(new Error("x"), { code: "22P02" }))).toBe(false);
	expect(isValueRefused(new Error("x"))).toBe(false);
});
