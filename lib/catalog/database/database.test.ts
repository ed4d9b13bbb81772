import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { readEnv } from "#lib/env.ts";
import { EosyncError } from "#lib/errors.ts";
import { type Database, openDatabase, toInstant } from "./database.ts";

describe("toInstant", () => {
	it.each([
		["2006-08-16 09:09:29+00", "2006-08-16T09:09:29Z"],
		["2006-08-16 09:09:29.25+00", "2006-08-16T09:09:29.250Z"],
		["2006-08-16 09:09:29.000001+00", "2006-08-16T09:09:29.000001Z"],
		["2006-08-16 09:09:29.1234+00", "2006-08-16T09:09:29.123400Z"],
		["12006-08-16 09:09:29+00", "12006-08-16T09:09:29Z"],
		["infinity", "infinity"],
	])("%s is %s", (text, instant) => {
		expect(toInstant(text)).toBe(instant);
	});
});

describe("openDatabase", () => {
	let database: Database;
	beforeAll(async () => {
		database = await createTestDatabase();
	});
	afterAll(() => database.close());

	it("gives 64-bit integers as numbers and times as instants, whatever the server's zone", async () => {
		const { sql } = database;
		const expected = { id: 9_007_199_254_740_991, at: "2006-08-16T09:09:29.250Z" };
		const [raw] = await sql`select 9007199254740991::bigint as id, timestamptz '2006-08-16 11:09:29.25+02' as at`;
		expect(raw).toEqual(expected);
	});

	it("takes instants and dates as they are, to the microsecond", async () => {
		const { sql } = database;
		const [row] = await sql`
			select ${"2006-08-16T09:09:29.123456Z"}::timestamptz as text, ${new Date("2006-08-16T09:09:29Z")}::timestamptz as date`;
		expect(row).toEqual({ text: "2006-08-16T09:09:29.123456Z", date: "2006-08-16T09:09:29Z" });
	});

	it("takes and gives arrays of them", async () => {
		const { sql } = database;
		const [ids, times] = [
			[1, 2 ** 40],
			["2006-08-16T09:09:29.250Z", "2006-08-16T09:09:30Z"],
		];
		expect([...(await sql`select * from unnest(${ids}::bigint[], ${times}::timestamptz[]) as t (id, at)`)]).toEqual([
			{ id: 1, at: times[0] },
			{ id: 2 ** 40, at: times[1] },
		]);
		expect([...(await sql`select ${ids}::bigint[] as ids, ${times}::timestamptz[] as times`)]).toEqual([
			{ ids, times },
		]);
	});

	it("has a URL that a child process can take as its DATABASE_URL", async () => {
		const url = readEnv({ DATABASE_URL: database.url }).databaseUrl ?? "";
		await using other = await openDatabase({ url, applicationName: "child" });
		const [row] =
			await other.sql`select current_database() as name, current_setting('application_name') as application`;
		expect(row).toEqual({ name: new URL(database.url).pathname.slice(1), application: "child" });
	});

	it("says which database does not answer, without its password", async () => {
		const error = await openDatabase({ url: "postgres://eo:geheim@127.0.0.1:9/eosync", applicationName: "tests" }).then(
			() => null,
			(reason: unknown) => reason,
		);
		expect(error).toBeInstanceOf(EosyncError);
		expect(error).toMatchObject({ code: "database-unreachable", retryable: true });
		expect(String(error)).toMatch(/eosync at 127\.0\.0\.1:9.*ECONNREFUSED.*DATABASE_URL/);
		expect(String(error)).not.toContain("geheim");
	});
});
