import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { requestNightlyLooks } from "#lib/catalog/coverage/looks.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { lookOnce, nextNight } from "./look-at-storages.ts";

let bench: Bench;
let database: Database;
beforeAll(async () => {
	bench = await makeBench();
	database = bench.database;
	const { root } = bench.archive;
	await bench.archive.write("a.tif", "");
	await saveStorage(database, storageInput.parse({ name: "off", type: "local", root, coverage: "off" }));
	await saveStorage(database, storageInput.parse({ name: "unused", type: "local", root }));
	await saveStorage(database, storageInput.parse({ name: "wanted", type: "local", root, coverage: "nightly" }));
	await bench.container("ONE", [{}, { storage: "off" }]);
});
afterAll(() => bench[Symbol.asyncDispose]());

const options = () => ({
	worker: "worker",
	access: storageAccess(readEnv()),
	log: pino({ level: "silent" }),
	signal: new AbortController().signal,
});
const tonight = "2999-01-01T02:00:00Z";
async function queued(): Promise<readonly string[]> {
	const rows = await database.sql<{ name: string }[]>`
		select name from coverage_looks k join storages st on st.id = k.storage_id where k.state = 'queued' order by 1`;
	return rows.map(({ name }) => name);
}

test("the night begins at two, UTC", () => {
	expect(nextNight(Date.parse("2026-11-29T01:59:59Z"))).toBe("2026-11-29T02:00:00.000Z");
	expect(nextNight(Date.parse("2026-11-29T02:00:00Z"))).toBe("2026-11-30T02:00:00.000Z");
});

test("local storages that containers use are looked at by night, and those that want it, not before the night begins", async () => {
	await requestNightlyLooks(database, tonight);
	expect(await queued()).toEqual([]);
	await database.sql`update coverage_looks set next_at = now()`;
	await requestNightlyLooks(database, tonight);
	expect(await queued()).toEqual(["archive", "wanted"]);
	expect(await lookOnce(database, options())).toBe(true);
	expect(await lookOnce(database, options())).toBe(true);
	expect(await lookOnce(database, options())).toBe(false);
});

test("one of a million entries is left alone unless it wants it, and a night that was missed waits for the next", async () => {
	await database.sql`update coverage_looks set next_at = now(), entries = 1000000`;
	await requestNightlyLooks(database, tonight);
	expect(await queued()).toEqual(["wanted"]);
	await lookOnce(database, options());
	await database.sql`update coverage_looks set next_at = now() - interval '7 hours', entries = 0`;
	await requestNightlyLooks(database, tonight);
	expect(await queued()).toEqual([]);
});
