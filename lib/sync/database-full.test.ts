import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import { connectCatalog } from "#lib/catalog/database/connect.ts";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { isOutage } from "#lib/catalog/database/outage.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { canMount, mountSmallDisk, type SmallDisk } from "#lib/catalog/testing/small-disk.ts";
import { messageOf } from "#lib/errors.ts";
import { ChaosArchive } from "#lib/sync/testing/edited-archive.ts";
import { catalogueLines, violations } from "#lib/sync/testing/invariants.ts";
import { executeRun } from "./execute.ts";

/** A PostgreSQL of its own that has no room: for data, for its log, for one more connection. */

let folder: string;
let archive: ChaosArchive;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "eosync-full-"));
	chmodSync(folder, 0o755);
	let count = 0;
	archive = new ChaosArchive(join(folder, "archive"), () => (count++ * 0.618) % 1);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function openAt(home: string): Promise<Database> {
	const database = await connectCatalog({ databaseUrl: null, home }, { applicationName: "worker" });
	await saveStorage(database, storageInput.parse({ name: "archive", type: "local", root: archive.root }));
	const sources = [{ storage: "archive", include: ["*.tif"] }];
	await saveContainer(database, containerInput.parse({ id: "S", kind: "dataset-series", sources }), { create: true });
	return database;
}

async function request(database: Database): Promise<number> {
	const request = { container: "S", kind: "sync", trigger: "dashboard", actor: "olga", approval: "all" } as const;
	return (await createRun(database, request)).run;
}

/** Works on the run; `meanwhile` hears why it waits, mends the database, and then the run must come to its end. */
async function workThrough(database: Database, run: number, meanwhile: (outages: readonly string[]) => Promise<void>) {
	const outages: string[] = [];
	const onOutage = (error: unknown) => void outages.push(messageOf(error));
	const state = executeRun(database, run, { signal: new AbortController().signal, onOutage });
	while (outages.length < 3) await pause(20);
	await meanwhile(outages);
	expect(await state).toBe("succeeded");
	expect(await runView(database, run)).toMatchObject({ state: "succeeded", problems: 0, skipped: 0, rejected: 0 });
	expect(await catalogueLines(database)).toEqual(archive.lines());
	expect(await violations(database)).toEqual([]);
}

const mustMount = process.env.EOSYNC_REQUIRE_SERVERS === "1";

describe.skipIf(!mustMount && !canMount())("out of disk (needs a user who may mount one, or sudo)", () => {
	let disk: SmallDisk;
	beforeEach(() => {
		disk = mountSmallDisk(240);
	});
	afterEach(() => disk[Symbol.dispose]());

	test("no room for tables: the run waits, says so, and goes on when there is room; nothing is lost", async () => {
		await using database = await openAt(join(disk.folder, "home"));
		await using second = await openDatabase({ url: database.url, applicationName: "second", max: 1 });
		const run = await request(database);
		disk.fill();
		await workThrough(database, run, async (outages) => {
			expect(outages.at(-1)).toMatch(/could not extend file.*No space left on device/);
			expect(await catalogueLines(second)).toEqual([]);
			expect(await violations(second)).toEqual([]);
			disk.makeRoom();
		});
	});

	test("no room for the server's log of changes: it dies and cannot start, until there is room", async () => {
		await using database = await openAt(join(disk.folder, "home"));
		const run = await request(database);
		disk.fill();
		const fillLog = async () => {
			for (;;) await database.sql`select pg_logical_emit_message(false, 'test', repeat('x', 1000000))`;
		};
		await expect(fillLog()).rejects.toSatisfy(isOutage);
		await workThrough(database, run, async (outages) => {
			while (!/did not start(.|\n)*No space left on device/.test(outages.at(-1) ?? "")) await pause(20);
			disk.makeRoom();
		});
	});
});

test("connections that others have all taken: the run waits for one, says so, and goes on", {
	timeout: 150_000,
}, async () => {
	await using database = await openAt(join(folder, "home"));
	await using second = await openDatabase({ url: database.url, applicationName: "second", max: 1 });
	await using others = await openDatabase({ url: database.url, applicationName: "others", max: 200 });
	const taken: Promise<unknown>[] = [];
	const [{ most } = { most: 0 }] = await second.sql<
		{ most: number }[]
	>`select current_setting('max_connections')::int as most`;
	const run = await request(second);
	const release = Promise.withResolvers<void>();
	const take = () =>
		others.sql.reserve().then(
			async (connection) => {
				await release.promise;
				connection.release();
			},
			() => {},
		);
	for (let i = 0; i < most; i++) taken.push(take());
	// Also the run's own, down to the last: one is enough for all that it does.
	await second.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'worker'`;
	while ((await othersThanOurs(second)) < most) {
		taken.push(take());
		await pause(50);
	}
	await workThrough(database, run, async (outages) => {
		expect(outages.at(-1)).toMatch(/too many clients already/);
		expect(await violations(second)).toEqual([]);
		release.resolve();
		await Promise.all(taken);
		await others.close();
	});
});

/** A connection that was just terminated is there for a moment yet. */
async function othersThanOurs({ sql }: Database): Promise<number> {
	const [{ count } = { count: 0 }] = await sql<
		{ count: number }[]
	>`select count(*) from pg_stat_activity where backend_type = 'client backend' and application_name <> 'worker'`;
	return count;
}
