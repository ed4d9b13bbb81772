import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { examineBackups } from "#lib/operations/doctor/database.ts";
import { someoneWaits } from "#lib/sync/testing/pause.ts";
import { readBackup } from "./backup-file.ts";
import { backupPlan, backupsView, nextBackup, readBackups, saveBackupPlan } from "./backup-plan.ts";
import { catalogueMetrics } from "./metrics.ts";
import { backUpIfDue } from "./scheduled-backups.ts";

let database: Database;
let parent: string;
let folder: string;
beforeAll(async () => {
	database = await createTestDatabase();
	parent = await mkdtemp(join(tmpdir(), "eosync backups "));
});
afterAll(async () => {
	await database.close();
	await rm(parent, { recursive: true });
});
beforeEach(async () => {
	folder = join(parent, String(Math.random()));
	await mkdir(folder);
	await database.sql`delete from settings`;
});

const plan = (more: object = {}) => backupPlan.parse({ folder, cron: "*/5 * * * *", zone: "UTC", keep: 2, ...more });
/** As if the plan, and what was done since, were of an hour ago. */
const anHourLater = () => database.sql`
	update settings set updated_at = now() - interval '1 hour', value = case when value ? 'startedAt'
		then value || jsonb_build_object('startedAt', to_char((now() - interval '1 hour') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) else value end`;
const write = async (name: string) => writeFile(join(folder, name), "old");
async function firstOf<Item>(items: AsyncIterable<Item>): Promise<Item | undefined> {
	for await (const item of items) return item;
	return undefined;
}
const finding = async () => await firstOf(examineBackups(database));

test("nothing is written without a plan, nor before its time has come", async () => {
	expect(await backUpIfDue(database, "w1")).toBeNull();
	expect(await saveBackupPlan(database, plan())).toBe(true);
	expect(await saveBackupPlan(database, plan())).toBe(false);
	expect(await backUpIfDue(database, "w1")).toBeNull();
	expect(await readdir(folder)).toEqual([]);
	expect(await finding()).toMatchObject({ status: "ok", message: expect.stringContaining("there is none yet") });
});

test("one of several workers writes the one that is due, and the newest are kept", async () => {
	await saveBackupPlan(database, plan());
	for (const name of ["eosync-20250101T000000Z.backup", "eosync-20250102T000000Z.backup", "of-mine.backup"])
		await write(name);
	const dead = "eosync-20250103T000000Z.backup.77.partial";
	await write(dead);
	await utimes(join(folder, dead), 0, 0);
	await write("eosync-20250104T000000Z.backup.78.partial");
	await anHourLater();
	const written = await Promise.all(["w1", "w2", "w3"].map((owner) => backUpIfDue(database, owner)));
	const [good, ...others] = written.filter((one) => one !== null);
	expect(others).toEqual([]);
	const name = good?.file.slice(folder.length + 1) ?? "";
	expect(name).toMatch(/^eosync-\d{8}T\d{6}Z\.backup$/);
	expect((await readdir(folder)).sort()).toEqual(
		["eosync-20250102T000000Z.backup", "eosync-20250104T000000Z.backup.78.partial", name, "of-mine.backup"].sort(),
	);
	const header = await firstOf(readBackup(good?.file ?? ""));
	expect(header).toMatchObject({ note: "eosync-backup" });
	const backups = await readBackups(database);
	expect(backups.state).toMatchObject({ good, error: null, owner: null });
	expect(backupsView(backups)).toMatchObject({ plan: plan(), good, error: null, next: nextBackup(backups) });
	expect(Date.parse(nextBackup(backups) ?? "")).toBeGreaterThan(Date.now() - 60_000);
	expect(await backUpIfDue(database, "w1")).toBeNull();
	expect(await finding()).toMatchObject({ status: "ok", message: expect.stringContaining(name) });
	const metrics = await catalogueMetrics(database);
	expect(metrics).toMatch(
		new RegExp(`^eosync_backup_last_success_timestamp_seconds ${Date.parse(good?.at ?? "") / 1000}$`, "m"),
	);
	expect(metrics).toMatch(/^eosync_backup_scheduled 1$/m);
});

test("a worker that went silent is followed by another one when the next is due", async () => {
	await saveBackupPlan(database, plan());
	await anHourLater();
	await database.sql`
		insert into settings (name, value) values ('backup-state', jsonb_build_object('owner', 'gone', 'leaseUntil', now() + interval '1 minute'))`;
	expect(await backUpIfDue(database, "w1")).toBeNull();
	await database.sql`update settings set value = value || jsonb_build_object('leaseUntil', now() - interval '1 second') where name = 'backup-state'`;
	expect(await backUpIfDue(database, "w1")).not.toBeNull();
});

test("one that another worker has taken over meanwhile does not end that one's lease", async () => {
	const { sql } = database;
	await saveBackupPlan(database, plan());
	await anHourLater();
	const late = await sql.begin(async (tx) => {
		await tx`lock table suspects in access exclusive mode`;
		const writing = backUpIfDue(database, "late");
		await someoneWaits(database, "query ilike 'copy%suspects%'");
		await tx`update settings set value = value || '{"owner":"next"}' where name = 'backup-state'`;
		return { writing };
	});
	expect(await late.writing).not.toBeNull();
	expect((await readBackups(database)).state).toMatchObject({ owner: "next" });
});

test("one that fails is reported, takes away nothing, and is over with the next good one", async () => {
	await saveBackupPlan(database, plan({ keep: 1 }));
	await anHourLater();
	const good = await backUpIfDue(database, "w1");
	await rm(folder, { recursive: true });
	await anHourLater();
	expect(await backUpIfDue(database, "w1")).toBeNull();
	const { state } = await readBackups(database);
	expect(state).toMatchObject({ good, error: { message: expect.stringContaining(folder) } });
	expect(await finding()).toMatchObject({ status: "fail", message: expect.stringContaining(good?.file ?? "") });
	expect(await catalogueMetrics(database)).toMatch(/^eosync_backup_failed 1$/m);
	await mkdir(folder);
	await anHourLater();
	expect(await backUpIfDue(database, "w1")).not.toBeNull();
	expect(await finding()).toMatchObject({ status: "ok" });
});

test("one that does not come is reported", async () => {
	await saveBackupPlan(database, plan());
	await database.sql`update settings set updated_at = now() - interval '2 hours'`;
	expect(await finding()).toMatchObject({ status: "fail", advice: expect.stringContaining("worker") });
});

test.each([
	["a folder that is not absolute", { folder: "backups" }, "folder"],
	["a time that never comes", { cron: "0 0 30 2 *" }, "cron"],
	["a zone that is none", { zone: "Mars/Olympus" }, "zone"],
	["to keep none", { keep: 0 }, "keep"],
])("a plan is refused for %s", (_, more, key) => {
	const parsed = backupPlan.safeParse({ folder: "/backup", cron: "0 4 * * *", zone: "UTC", keep: 7, ...more });
	expect(parsed.error?.issues[0]?.path).toEqual([key]);
});
