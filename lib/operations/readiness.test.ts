import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { WorkerHeartbeat } from "#lib/jobs/worker-heartbeat.ts";
import { cacheFor } from "./cache-for.ts";
import { readiness } from "./readiness.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());
const open = async () => database;

it("is ready with the database, its tables and a worker", async () => {
	const none = { ready: false, database: "ok", migrations: "ok", worker: "failed" };
	expect(await readiness(open)).toEqual(none);
	expect(await readiness(open, { worker: false })).toEqual({ ...none, ready: true });
	await using heartbeat = new WorkerHeartbeat(database, 1);
	await heartbeat.beat(0);
	expect(await readiness(open)).toEqual({ ready: true, database: "ok", migrations: "ok", worker: "ok" });
	await database.sql`update workers set seen_at = now() - interval '1 minute'`;
	expect((await readiness(open)).ready).toBe(false);
});

it("is not ready on the tables of another version", async () => {
	await database.sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 99999999999999)`;
	expect(await readiness(open, { worker: false })).toMatchObject({
		ready: false,
		database: "ok",
		migrations: "failed",
	});
	await database.sql`delete from drizzle.__drizzle_migrations where hash = 'later'`;
});

it("is not ready without a database, whether it refuses or is silent", async () => {
	const expected = { ready: false, database: "failed", migrations: "failed", worker: "failed" };
	expect(await readiness(() => Promise.reject(new Error("refused")))).toEqual(expected);
	expect(await readiness(() => new Promise(() => {}))).toEqual(expected);
});

it("asks once for all who ask at once, and again after a failure", async () => {
	let asked = 0;
	const ask = cacheFor(3_600_000, async () => {
		asked++;
		if (asked === 1) throw new Error("not yet");
		return asked;
	});
	await expect(Promise.all([ask(), ask()])).rejects.toThrow("not yet");
	expect(await Promise.all([ask(), ask()])).toEqual([2, 2]);
});
