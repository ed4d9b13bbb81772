import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { requestRuns } from "#lib/jobs/requests/requests.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { startWebArchive } from "#lib/sync/testing/web-archive.ts";
import { openQueue } from "./queue.ts";
import { work } from "./worker.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const states = async () =>
	Object.fromEntries(
		(
			await bench.database.sql<{ id: string; state: string }[]>`
				select c.eo_id as id, r.state from runs r join containers c on c.id = r.container_id`
		).map(({ id, state }) => [id, state]),
	);
const until = async (condition: () => Promise<boolean>) => {
	while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
};

test("a worker of one run at a time that has one that lasts takes another, and only one", async () => {
	const { database, archive } = bench;
	await using web = await startWebArchive(archive.root);
	web.answer = () => "never";
	await saveStorage(
		database,
		storageInput.parse({ name: "web", type: "http", url: web.url, listing: "json", timeout: 600 }),
	);
	await archive.scene("small/a.tif");
	for (const id of ["HUGE", "LARGE"]) await bench.container(id, [{ storage: "web" }]);
	for (const id of ["SMALL", "LITTLE"]) await bench.container(id, [{ path: "small" }]);
	const stop = new AbortController();
	const working = work(database, {
		concurrency: 1,
		log: pino({ level: "silent" }),
		signal: stop.signal,
		longAfter: 0.5,
	});
	await using queue = await openQueue(database, { role: "producer", onError: () => {} });
	const ask = async (id: string) => {
		const wanted = { containers: [id], kind: "check", trigger: "dashboard", actor: "olga" } as const;
		for (const { run } of await requestRuns(database, wanted)) await queue.enqueue(run);
	};
	await ask("HUGE");
	await until(async () => (await states()).HUGE === "scanning");
	await ask("SMALL");
	await until(async () => (await states()).SMALL === "planned");
	await ask("LARGE");
	await until(async () => (await states()).LARGE === "scanning");
	await ask("LITTLE");
	const [{ asked } = { asked: null }] = await database.sql<{ asked: Date | null }[]>`select now() as asked`;
	// The patrol has come round meanwhile: there are two that last, and that is all this worker takes.
	await until(async () => (await database.sql`select from workers where seen_at > ${asked}`).length > 0);
	expect(await states()).toEqual({ HUGE: "scanning", SMALL: "planned", LARGE: "scanning", LITTLE: "queued" });
	stop.abort();
	await working;
});
