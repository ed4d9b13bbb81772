import { expect, test } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { watchServices } from "./service-status.ts";

test("a worker counts as there for 20 s after it was last heard of, and again when one is", async () => {
	await using database = await createTestDatabase();
	const clock = { now: Date.now() };
	const status = watchServices(async () => database, { now: () => clock.now, cachedFor: -1 });
	expect(await status()).toEqual({ database: true, worker: true });
	clock.now += 19_000;
	expect(await status()).toEqual({ database: true, worker: true });
	clock.now += 2000;
	expect(await status()).toEqual({ database: true, worker: false });
	await database.sql`
		insert into workers (id, host, pid, version, migration, concurrency, running)
		values ('w', 'here', 1, '1', 1, 2, 0)`;
	expect(await status()).toEqual({ database: true, worker: true });
	await database.sql`delete from workers`;
	expect(await status()).toEqual({ database: true, worker: true });
	clock.now += 21_000;
	expect(await status()).toEqual({ database: true, worker: false });
});

test("a database that is gone, or does not answer, is said to be; about workers nothing is known then", async () => {
	const gone = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
	const refused = watchServices(() => Promise.reject(gone), { cachedFor: -1 });
	expect(await refused()).toEqual({ database: false, worker: true });
	const silent = watchServices(() => new Promise(() => {}), { cachedFor: -1 });
	expect(await silent()).toEqual({ database: false, worker: true });
	await expect(watchServices(() => Promise.reject(new Error("a mistake")))()).rejects.toThrow("a mistake");
});
