import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { openQueue } from "./queue.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());

const onError = (error: Error) => {
	throw error;
};

test("what waits is handed out one after the other, without waiting for the next poll each time", async () => {
	const runs = Array.from({ length: 40 }, (_, i) => i + 1);
	await using producer = await openQueue(database, { role: "producer", onError });
	// Twice: a run that waits already is not queued again.
	for (const some of [runs.slice(0, 1), runs, runs, []]) await producer.enqueue(...some);
	const handled: number[] = [];
	const all = Promise.withResolvers<void>();
	await using worker = await openQueue(database, { role: "worker", onError });
	await worker.work(1, async (run) => {
		handled.push(run);
		if (handled.length === runs.length) all.resolve();
		if (run % 10 === 0) throw new Error("a run that fails keeps no worker from the next");
	});
	// With a pause of some seconds after each this would take longer than the test may.
	await all.promise;
	expect(handled.toSorted((a, b) => a - b)).toEqual(runs);
});
