import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import type { Database } from "./database.ts";
import { isOutage } from "./outage.ts";

let database: Database;
let other: Database;
beforeAll(async () => {
	[database, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterAll(() => Promise.all([database.close(), other.close()]));

test("a statement sent at once when all connections end together is answered", async () => {
	const name = new URL(database.url).pathname.slice(1);
	for (let round = 0; round < 10; round++) {
		let over = false;
		const ask = async () => {
			for (let answered = false; !over || !answered; ) {
				answered = await database.sql`select pg_sleep(0.001)`.then(
					() => true,
					(error: unknown) => {
						if (!isOutage(error)) throw error;
						return false;
					},
				);
			}
		};
		const asking = Promise.all(Array.from({ length: 8 }, ask));
		await sleep(50);
		const end = () =>
			other.sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`.execute();
		const ended = end();
		await sleep(1);
		// All of them are gone before this process hears of any.
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
		await ended;
		// Those that are being made anew, too.
		for (let again = 0; again < 20; again++) await end();
		over = true;
		const outcome = await Promise.race([asking.then(() => "all answered"), sleep(10_000, "a statement waits")]);
		expect(outcome, `round ${round}`).toBe("all answered");
	}
}, 60_000);
