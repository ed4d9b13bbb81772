import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeStates } from "#lib/catalog/changes/change-states.ts";
import { listChanges } from "#lib/catalog/changes/changes.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import { saveStorage } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { lastMigration, newestMigration } from "#lib/catalog/database/migrate.ts";
import { listDatasets } from "#lib/catalog/datasets/datasets.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { mutateDemoArchive, writeDemoArchive } from "#lib/demo/archive.ts";
import { readEnv } from "#lib/env.ts";
import { giveVersions } from "#lib/jobs/upkeep/give-versions.ts";
import { examineAll } from "#lib/operations/doctor/doctor.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { restoreBackup } from "./restore.ts";

/**
 * A catalogue of every released version, a folder each (`npm run release` has `make-backup.sh` make them), is restored: its tables are as that
 * version's migrations left them, and are brought up to date. The archive is the demonstration's, at another mount point.
 */

const released = join(import.meta.dirname, "testing/released");
const versions = readdirSync(released, { withFileTypes: true }).flatMap((entry) =>
	entry.isDirectory() ? entry.name : [],
);
const backupOf = (version: string) => join(released, version, "backup.eosync");

let home: string;
let archive: string;
beforeAll(() => {
	home = mkdtempSync(join(tmpdir(), "eosync upgrade "));
	archive = join(home, "archive");
	mkdirSync(archive);
	writeDemoArchive(archive);
	mutateDemoArchive(archive);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function outcomeOf(database: Database, container: string, kind: "check" | "sync"): Promise<string> {
	const { run } = await createRun(database, { container, kind, trigger: "command-line", actor: "olga" });
	await executeRun(database, run, { signal: new AbortController().signal });
	const view = await runView(database, run);
	if (view === null || view.error !== null) throw new Error(`Run ${run}: ${view?.error?.message ?? "there is none"}`);
	const { state, added, removed, updated, moved, linked, unlinked, rejected, unchanged } = view;
	return `${state}: +${added} -${removed} ~${updated} >${moved} &${linked + unlinked} !${rejected} =${unchanged}`;
}

const looks = [
	["S2_MSI_L1C", "check"],
	["MER_FRS_1P", "check"],
	["GLOBAL_MOSAIC", "check"],
	["GLOBAL_MOSAIC", "sync"],
	["GLOBAL_MOSAIC", "sync"],
] as const;

async function told(database: Database) {
	const containers = await database.sql<{ id: string }[]>`select eo_id as id from containers order by 1`;
	const lists = await Promise.all(containers.map(({ id }) => listDatasets(database, id, { search: "", limit: 1000 })));
	const runs = await database.sql<{ id: number }[]>`select id from runs order by id`;
	const changes = await Promise.all(
		runs.map(({ id }) => listChanges(database, id, changesQuery.parse({ limit: 1000 }))),
	);
	const states = runs.flatMap(({ id }, i) => changes[i]?.rows.map(({ key }) => changeStates(database, id, key)) ?? []);
	// That version knew no versions of datasets.
	return {
		datasets: lists.flatMap(({ rows }) => rows.map(({ version: _, ...dataset }) => dataset)),
		changes,
		states: (await Promise.all(states)).map((each) => ({ before: each?.before, after: each?.after })),
	};
}

describe.each(versions)("a catalogue of version %s", (version) => {
	it("is brought up to date, found in order, and differs from the archive in what had changed", async () => {
		await using database = await createTestDatabase();
		await restoreBackup(database, backupOf(version), { replace: false });
		expect(await lastMigration(database.sql)).toBe(newestMigration());
		await saveStorage(database, storageInput.parse({ name: "demo", type: "local", root: archive }));

		const env = readEnv({
			DATABASE_URL: database.url,
			EOSYNC_HOME: home,
			EOSYNC_SECRET: "the-secret-of-the-upgrade-test",
		});
		const failed: string[] = [];
		for await (const { check, status } of examineAll(env, { sample: 10, signal: new AbortController().signal }))
			if (status === "fail" && check !== "archive") failed.push(check);
		expect(failed).toEqual([]);

		// What the check of that version had found, files that it had rejected, which are tried again (they are others here), and what readers read
		// otherwise since: in 0.1.0 a day in a file's name was no whole day.
		const outcomes: string[] = [];
		for (const [container, kind] of looks)
			outcomes.push(`${container} ${kind}: ${await outcomeOf(database, container, kind)}\n`);
		// Of a version that has no such file yet it is written; not by the gate.
		await expect(outcomes.join("")).toMatchFileSnapshot(join(released, version, "outcomes.txt"));
	});

	it("says the same of every dataset, run and change before and after its states are moved", async () => {
		await using database = await createTestDatabase();
		await restoreBackup(database, backupOf(version), { replace: false });
		const before = await told(database);
		expect(before.datasets.length).toBeGreaterThan(100);
		expect(before.states.length).toBeGreaterThan(100);
		// Of an early version all have none yet, of a later one all have theirs.
		const stateless = await database.sql`select from datasets where version_id is null`;
		const { given, complete } = await giveVersions(database, 50);
		expect([given >= stateless.length, complete]).toEqual([true, true]);
		expect(await database.sql`select from datasets where version_id is null or files is not null`).toHaveLength(0);
		expect(await told(database)).toEqual(before);
	});
});
