import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import type { Database } from "./database.ts";
import { isConnectionLost, isOutage } from "./outage.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());

const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more });

// biome-ignore format: a table
test.each([
	["CONNECTION_CLOSED", true, true], ["CONNECT_TIMEOUT", true, true], ["ECONNREFUSED", true, true], ["ECONNRESET", true, true],
	["57P01", true, true], ["57P02", true, true], ["57P03", true, true], ["08006", true, true],
	["53300", true, false], ["53100", true, false], ["40P01", true, false], ["database-not-started", true, false],
	["database-unreachable", true, false], ["ENOSPC", true, false],
	["23505", false, false], ["42P01", false, false], ["57014", false, false], ["ENOENT", false, false],
])("%s: passes by %s, connection lost %s", (code, passes, lost) => {
	expect([isOutage(coded(code)), isConnectionLost(coded(code))]).toEqual([passes, lost]);
});

test("a socket that is not there is an outage, a missing file is none", () => {
	expect(isOutage(coded("ENOENT", { syscall: "connect" }))).toBe(true);
	expect(isOutage(coded("ENOENT", { syscall: "open" }))).toBe(false);
});

test.each([
	["at once", 0],
	["when the driver has noticed", 200],
])("a transaction that goes on %s after its connection was ended fails, and the process lives on", async (_, pause) => {
	const broken = database.sql.begin(async (sql) => {
		const [{ pid } = { pid: 0 }] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
		await database.sql`select pg_terminate_backend(${pid})`;
		await sleep(pause);
		await sql`select 1`;
	});
	await expect(broken).rejects.toSatisfy(isOutage);
	// An uncaught error would come from a timer of the driver.
	await sleep(pause + 50);
	expect(await database.sql`select 1 as one`).toEqual([{ one: 1 }]);
});
