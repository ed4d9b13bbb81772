import { stat, utimes } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import { saveDefaultSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const scheduled = (kind: "sync" | "check" = "sync") => bench.run("S", { trigger: "schedule", kind });
const container = (verify: string | null, more: object = {}) =>
	bench.container("S", [{ include: ["*.tif"], ...more }], {
		schedule: verify === null ? null : { cron: "0 3 * * *", verify },
	});
/** Makes the last readings of three scenes those of three days, that of `a` the earliest. */
async function readOnThreeDays() {
	for (const name of ["a", "b", "c"]) await bench.archive.scene(`${name}.tif`, { properties: { orbitNumber: 7 } });
	await container("1");
	await bench.run("S");
	const days = { "a.tif": "2020-01-01", "b.tif": "2020-01-02", "c.tif": "2020-01-03" };
	for (const [path, day] of Object.entries(days))
		await bench.database.sql`update datasets set verified_at = ${`${day}T00:00:00Z`} where path = ${path}`;
	await bench.database.sql`update containers set verified_at = '2020-01-01T00:00:00Z'`;
}
/** Other metadata of the same size and time: no listing shows it. */
async function changeUnseen(name: string, orbitNumber: number) {
	const path = bench.archive.at(`${name}.xml`);
	const { size, atime, mtime } = await stat(path);
	await bench.archive.scene(`${name}.tif`, { properties: { orbitNumber } });
	for (const file of [path, bench.archive.at(`${name}.tif`)]) await utimes(file, atime, mtime);
	expect((await stat(path)).size).toBe(size);
	await bench.database.sql`
		update dataset_versions set files = (
			select jsonb_agg((file - 'ctime') || jsonb_build_object('mtime', ${Math.floor(mtime.getTime() * 1000)}::bigint) order by position)
			from jsonb_array_elements(files) with ordinality as f(file, position))
		where dataset_id = (select id from datasets where path = ${`${name}.tif`})`;
	await bench.database.sql`update directories set digest = null, listing = null`;
	// Takes over that the files have other change times now.
	expect((await bench.run("S")).summary).toEqual([]);
}
const verifiedDays = async () => {
	const rows = await bench.database.sql<{ day: string }[]>`
		select case when verified_at > now() - interval '1 day' then 'today' else to_char(verified_at at time zone 'UTC', 'DD') end as day from datasets order by path`;
	return rows.map(({ day }) => day).join(" ");
};
const verifiedAt = async () => (await containerDetail(bench.database, "S"))?.verifiedAt ?? null;

test("what no listing shows is found by reading again, the longest unread first", async () => {
	await readOnThreeDays();
	await changeUnseen("b", 8);

	const first = await scheduled();
	expect(first.summary).toEqual([]);
	expect(first.view).toMatchObject({ state: "succeeded", verified: 1, updated: 0, refreshed: 0, unchanged: 3 });
	expect(await verifiedDays()).toBe("today 02 03");
	expect(await verifiedAt()).toBe("2020-01-02T00:00:00Z");

	const second = await scheduled();
	expect(second.summary).toEqual(["updated b.tif"]);
	expect(second.changes[0]?.fields).toEqual({
		properties: { before: { orbitNumber: 7 }, after: { orbitNumber: 8 } },
	});
	expect(second.view).toMatchObject({ state: "succeeded", verified: 0, updated: 1, reread: 0 });
	expect(await verifiedDays()).toBe("today today 03");
	expect(await verifiedAt()).toBe("2020-01-03T00:00:00Z");

	expect((await scheduled()).view.verified).toBe(1);
	expect(await verifiedDays()).toBe("today today today");
});

test("nothing is written of datasets that are not read, nor of the versions of those that are", async () => {
	await readOnThreeDays();
	const rows = () => bench.database.sql`
		select d.path, d.xmin::text as dataset, v.xmin::text as version from datasets d join dataset_versions v on v.id = d.version_id order by 1`;
	const before = await rows();
	await scheduled();
	const after = await rows();
	expect(after[0]).toMatchObject({ path: "a.tif", version: before[0]?.version });
	expect(after[0]?.dataset).not.toBe(before[0]?.dataset);
	expect(after.slice(1)).toEqual(before.slice(1));
});

test("a check reads as much, and applies nothing", async () => {
	await readOnThreeDays();
	await changeUnseen("a", 9);
	const found = await scheduled("check");
	expect(found.view).toMatchObject({ state: "planned", updated: 1 });
	expect(await verifiedDays()).toBe("01 02 03");
	await bench.database.sql`update datasets set verified_at = '2020-01-04T00:00:00Z' where path = 'a.tif'`;
	const agrees = await scheduled("check");
	expect(agrees.view).toMatchObject({ state: "succeeded", verified: 1, updated: 0 });
	expect(await verifiedDays()).toBe("04 today 03");
	expect(await verifiedAt()).toBe("2020-01-03T00:00:00Z");
});

test("a share of all, by the default schedule too; runs by hand read nothing again", async () => {
	await readOnThreeDays();
	await container(null);
	await saveDefaultSchedule(bench.database, { cron: "0 3 * * *", zone: "UTC", kind: "sync", jitter: 0, verify: "50%" });
	expect((await bench.run("S")).view.verified).toBe(0);
	expect((await scheduled()).view.verified).toBe(2);
	await bench.container("S", [{}], { schedule: "by hand" });
	expect((await scheduled()).view.verified).toBe(0);
	await saveDefaultSchedule(bench.database, null);
});

test("a full run reads all, and says so", async () => {
	await readOnThreeDays();
	const { view } = await bench.run("S", { full: true });
	expect(view).toMatchObject({ state: "succeeded", verified: 3, updated: 0 });
	expect(await verifiedDays()).toBe("today today today");
	expect(Date.parse((await verifiedAt()) ?? "")).toBeGreaterThan(Date.parse("2026-01-01T00:00:00Z"));
});

test("a file that cannot be read any more is rejected, and keeps no other from its turn", async () => {
	await readOnThreeDays();
	await bench.archive.spoil("a.tif");
	await bench.forgetChangeTimes();
	expect((await bench.run("S")).summary).toEqual([]);
	expect((await scheduled()).summary).toEqual(["rejected a.tif"]);
	expect((await scheduled()).view).toMatchObject({ verified: 1, rejected: 0 });
	expect(await verifiedDays()).toBe("01 today 03");
});

test("what is read for the first time counts as read then", async () => {
	await bench.archive.scene("a.tif");
	await container(null);
	const { view } = await bench.run("S");
	expect(await verifiedAt()).toBe(view.startedAt);
	await bench.archive.scene("a.tif", { properties: { orbitNumber: 1 } });
	const later = await bench.run("S");
	expect(await verifiedAt()).toBe(later.view.startedAt);
});
