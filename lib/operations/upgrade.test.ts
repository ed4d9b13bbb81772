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
import { giveVersions } from "#lib/jobs/give-versions.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { examineAll } from "./doctor.ts";
import { restoreBackup } from "./restore.ts";

/**
 * Backups of every released version (`testing/make-backup.sh` made them) are restored: their tables are as that version's
 * migrations left them, and are brought up to date. The archive is the demonstration's, at another mount point.
 */

const folder = join(import.meta.dirname, "testing");
const versions = readdirSync(folder).flatMap((name) => /^backup-(.*)\.eosync$/.exec(name)?.[1] ?? []);

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
		await restoreBackup(database, join(folder, `backup-${version}.eosync`), { replace: false });
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

		// What the check of that version had found, and files that it had rejected, which are tried again: they are others here.
		const outcomes: string[] = [];
		for (const container of ["S2_MSI_L1C", "MER_FRS_1P", "GLOBAL_MOSAIC"])
			outcomes.push(await outcomeOf(database, container, "check"));
		expect(outcomes).toEqual([
			"planned: +3 -2 ~0 >1 &0 !2 =53",
			"planned: +0 -1 ~1 >0 &0 !6 =38",
			// A day in a file's name is the whole day since.
			"planned: +1 -1 ~85 >0 &0 !1 =0",
		]);
		expect(await outcomeOf(database, "GLOBAL_MOSAIC", "sync")).toBe("succeeded: +1 -1 ~85 >0 &0 !1 =0");
		expect(await outcomeOf(database, "GLOBAL_MOSAIC", "sync")).toBe("succeeded: +0 -0 ~0 >0 &0 !0 =86");
	});

	it("says the same of every dataset, run and change before and after its states are moved", async () => {
		await using database = await createTestDatabase();
		await restoreBackup(database, join(folder, `backup-${version}.eosync`), { replace: false });
		const before = await told(database);
		expect(before.datasets.length).toBeGreaterThan(100);
		expect(before.states.length).toBeGreaterThan(100);
		const { given, complete } = await giveVersions(database, 50);
		expect([given >= before.datasets.length, complete]).toEqual([true, true]);
		expect(await database.sql`select from datasets where version_id is null or files is not null`).toHaveLength(0);
		expect(await told(database)).toEqual(before);
	});
});
