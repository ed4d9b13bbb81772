import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { folderCounts } from "#lib/catalog/changes/changes.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import { type FolderView, folderOfRun } from "#lib/catalog/runs/folder-tree.ts";
import { placedChanges } from "#lib/catalog/runs/placed-changes.ts";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { coarsenFolders, rollUpRun } from "./roll-up.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const all = changesQuery.parse({});

/** `path: own / with all below, N folders`, of a level of the tree. */
function lines({ path, counts, own, folders }: FolderView): readonly string[] {
	const text = (of: FolderView["counts"]) =>
		Object.entries(of)
			.flatMap(([action, count]) => (count > 0 ? [`${count} ${action}`] : []))
			.join(" ");
	return [
		`${path}: ${text(own.counts)} / ${text(counts)}`,
		...folders.map((folder) => `${folder.name} ${text(folder.counts)}, ${folder.folders ?? "?"}`),
	];
}

/** The days and cells of a run, from the roll-up and from its changes. */
async function places(run: number) {
	const { sql } = bench.database;
	return Promise.all([
		sql`select 'day' as of, action, day::text as at, changes, left_out as "leftOut" from run_days where run_id = ${run}
			union all select 'cell', action, cell::text, changes, left_out from run_cells where run_id = ${run} order by 1, 2, 3`,
		sql`with placed as (${placedChanges(sql, sql`c.run_id = ${run} and c.action <> 'refreshed'`)})
			select 'day' as of, action, day::text as at, count(*) as changes, count(*) filter (where is_left_out) as "leftOut" from placed where day is not null group by 2, 3
			union all select 'cell', action, cell::text, count(*), count(*) filter (where is_left_out) from placed where cell is not null group by 2, 3 order by 1, 2, 3`,
	]);
}

async function archiveOfFolders() {
	for (const path of ["top", "a/x", "a/b/y", "a/b/z", "a/b/c/d/e", "f/g/h", "ä_😀/i"])
		await bench.archive.scene(`${path}.tif`, { eoId: path.replaceAll(/[^a-z]/g, "_") });
	await bench.archive.scene("a/b/bad.tif", { begin: null });
	await bench.container("S", [{}]);
}

test("a run's folders have sums over all below them, level by level", async () => {
	await archiveOfFolders();
	const { run } = await bench.run("S");
	const level = async (path: string) => lines(await folderOfRun(bench.database, run, path, all));
	expect(await level("")).toEqual([
		": 1 added / 7 added 1 rejected",
		"a 4 added 1 rejected, 1",
		"f 1 added, 1",
		"ä_😀 1 added, 0",
	]);
	expect(await level("a")).toEqual(["a: 1 added / 4 added 1 rejected", "b 3 added 1 rejected, 1"]);
	expect(await level("a/b")).toEqual(["a/b: 2 added 1 rejected / 3 added 1 rejected", "c 1 added, 1"]);
	expect(await level("ä_😀")).toEqual(["ä_😀: 1 added / 1 added"]);
	expect(await level("f/g/h.tif")).toEqual(["f/g/h.tif:  / "]);
	const rejected = await folderOfRun(bench.database, run, "", { ...all, action: "rejected" });
	expect(lines(rejected)).toEqual([":  / 1 rejected", "a 1 rejected, 1"]);
});

test("a roll-up says what the changes say", async () => {
	await archiveOfFolders();
	await bench.run("S");
	await bench.archive.remove("a/b/y.tif");
	await bench.archive.scene("f/g/h.tif", { eoId: "f_g_h", begin: "2011-01-01T00:00:00Z", at: [-60.5, -10.5] });
	const { run } = await bench.run("S");
	const { sql } = bench.database;
	const folders = await folderCounts(bench.database, run, all);
	const tree = await folderOfRun(bench.database, run, "", all);
	expect(await places(run)).toEqual([...(await places(run))].reverse());
	expect((await places(run))[0]).toHaveLength(4);
	expect(await violations(bench.database)).toEqual([]);
	await sql`delete from run_roll_ups`;
	expect(await folderCounts(bench.database, run, all)).toEqual(folders);
	expect(await folderOfRun(bench.database, run, "", all)).toEqual(tree);
});

test("what is left out when a plan is applied is counted apart", async () => {
	await archiveOfFolders();
	const { run } = await bench.check("S");
	await bench.archive.remove("a/b/z.tif");
	await bench.archive.remove("top.tif");
	await requestApply(bench.database, { run, actor: "tester", approval: null });
	const { view } = await bench.execute(run);
	expect(view).toMatchObject({ added: 5, skipped: 2 });
	const tree = await folderOfRun(bench.database, run, "", all);
	expect({ counts: tree.counts.added, leftOut: tree.leftOut, own: tree.own.leftOut }).toEqual({
		counts: 7,
		leftOut: 2,
		own: 1,
	});
	expect(tree.folders.map(({ name, leftOut }) => [name, leftOut])).toEqual([
		["a", 1],
		["f", 0],
		["ä_😀", 0],
	]);
	const [told, counted] = await places(run);
	expect(told).toEqual(counted);
	expect(await violations(bench.database)).toEqual([]);
});

test("deep trees are cut off where there would be too many folders; below that the changes are counted, as long as there are any", async () => {
	await archiveOfFolders();
	const { run } = await bench.run("S");
	const { database } = bench;
	const whole = await folderOfRun(database, run, "a", all);
	const counts = await folderCounts(database, run, all);
	await database.sql.begin((sql) => rollUpRun(sql, run, 4));
	expect(await database.sql`select distinct directory from run_folders where run_id = ${run}`).toHaveLength(4);
	expect(lines(await folderOfRun(database, run, "", all))).toEqual([
		": 1 added / 7 added 1 rejected",
		"a 4 added 1 rejected, ?",
		"f 1 added, ?",
		"ä_😀 1 added, ?",
	]);
	expect(await folderOfRun(database, run, "a", all)).toEqual(whole);
	expect(await folderCounts(database, run, all)).toEqual(counts);
	await database.sql`delete from changes`;
	expect(lines(await folderOfRun(database, run, "a", all))).toEqual(["a: 4 added 1 rejected / 4 added 1 rejected"]);
	await database.sql.begin((sql) => coarsenFolders(sql, run, 1));
	expect(lines(await folderOfRun(database, run, "", all))).toEqual([": 7 added 1 rejected / 7 added 1 rejected"]);
});

test("a run without changes is not rolled up", async () => {
	await archiveOfFolders();
	await bench.run("S");
	const unchanged = await bench.run("S");
	const { sql } = bench.database;
	expect(await sql`select from run_roll_ups where run_id = ${unchanged.run}`).toHaveLength(0);
	expect(await violations(bench.database)).toEqual([]);
});

test("counts go with the run and the container that they are of", async () => {
	await archiveOfFolders();
	await bench.run("S");
	const { sql } = bench.database;
	const counted = () => sql<{ of: string }[]>`
		select 'footprints' as of from container_footprints union select 'days' from container_days union select 'cells' from container_cells
		union select 'folders of runs' from run_folders union select 'days of runs' from run_days union select 'cells of runs' from run_cells`;
	expect(await counted()).toHaveLength(6);
	await sql.begin(async (tx) => {
		await tx`delete from containers`;
		await tx`delete from datasets`;
	});
	expect(await counted()).toEqual([]);
});
