import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listExceptions } from "#lib/catalog/changes/exceptions.ts";
import { containerDetail, listContainers } from "#lib/catalog/containers/containers.ts";
import { formerId } from "#lib/catalog/containers/former-ids.ts";
import { renameContainer } from "#lib/catalog/containers/rename-container.ts";
import { currentContainers } from "#lib/cli/configuration/former-containers.ts";
import { requestApply, requestRevert } from "#lib/jobs/requests/requests.ts";
import { configureContainer } from "#lib/sync/configure-container.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { type MergeInput, planMerge, previewMerge } from "./merge.ts";
import type { SplitBy } from "./propose-parts.ts";
import { planSplit, previewSplit, type SplitInput } from "./split.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const who = { actor: "tester", trigger: "dashboard" } as const;

async function applied(run: number) {
	await requestApply(bench.database, { run, actor: "tester", approval: null });
	const result = await bench.execute(run);
	expect(result.view).toMatchObject({ state: "succeeded", error: null });
	expect(await violations(bench.database)).toEqual([]);
	return result;
}
const split = async (input: SplitInput) => applied(await planSplit(bench.database, input, who));
const merge = async (input: MergeInput) => applied(await planMerge(bench.database, input, who));
async function revert(run: number) {
	const requested = await requestRevert(bench.database, { run, ...who });
	const result = await bench.execute(requested.run);
	expect(await violations(bench.database)).toEqual([]);
	return result;
}

/** What a sync of everything changes: nothing, after what only moves datasets between containers. */
async function changesOfAll(): Promise<readonly string[]> {
	const lines: string[] = [];
	for (const { id } of await listContainers(bench.database)) {
		const { summary, view } = await bench.run(id);
		expect([id, view.state]).toEqual([id, "succeeded"]);
		lines.push(...summary.map((line) => `${id}: ${line}`));
		if (view.reread + view.verified > 0) lines.push(`${id}: read files again`);
	}
	return lines;
}

/** Everything that is told of containers, but for how they came about. */
async function state() {
	const { sql } = bench.database;
	return {
		registered: await bench.registered(),
		containers: await Promise.all(
			(await listContainers(bench.database)).map(async ({ id }) => {
				const { input, datasets, rejected, ignored, exceptions, begin, end, footprint } =
					(await containerDetail(bench.database, id)) ?? {};
				return { input, datasets, rejected, ignored, exceptions, begin, end, footprint };
			}),
		),
		links: await sql`
			select c.eo_id, d.path, s.path as source, h.path as home from container_datasets cd join containers c on c.id = cd.container_id join datasets d on d.id = cd.dataset_id
				left join sources s on s.id = cd.source_id left join sources h on h.id = d.home_source_id order by 1, 2`,
		rejections:
			await sql`select c.eo_id, r.path, s.path as source from rejections r join containers c on c.id = r.container_id join sources s on s.id = r.source_id order by 1, 2`,
	};
}

const folder = fc.constantFrom("", "a", "b", "2006", "a/2006", "a/2007", "b/2006/08", "c d{e}*");
const file = fc.record({
	folder,
	name: fc.constantFrom("x", "y", "z"),
	year: fc.constantFrom(2006, 2007),
	isBad: fc.constantFrom(false, false, false, true),
});
const archive = fc.uniqueArray(file, {
	minLength: 3,
	maxLength: 9,
	selector: ({ folder: of, name, year }) => `${of}/${name}_${year}`,
});
const shape = fc.constantFrom(
	[{ path: "in" }],
	[{ path: "in", exclude: ["a/*_2007*"] }],
	[{ path: "in/a" }, { path: "in", include: ["*.tif"], exclude: ["z*"] }],
	[{ path: "in", include: ["*/*.tif", "x*.tif", "b/**/*.tif"] }],
	[{ path: "in", include: ["{x,y}_*.tif"], symlinks: "follow" }],
);
const by: fc.Arbitrary<SplitBy> = fc.constantFrom<SplitBy>(
	{ by: "folder", depth: 1 },
	{ by: "folder", depth: 2 },
	{ by: "year" },
	{
		by: "pattern",
		parts: [
			{ key: "x", patterns: ["x*"] },
			{ key: "rest_of_a", patterns: ["a/**"] },
		],
	},
	{
		by: "pattern",
		parts: [
			{ key: "old", patterns: ["*2006*"] },
			{ key: "y", patterns: ["**/y*"] },
		],
	},
);

async function fill(files: readonly { folder: string; name: string; year: number; isBad: boolean }[]) {
	for (const [index, { folder: of, name, year, isBad }] of files.entries()) {
		const begin = isBad ? null : `${year}-08-16T09:09:29Z`;
		await bench.archive.scene(`in/${of === "" ? "" : `${of}/`}${name}_${year}.tif`, {
			eoId: `D${index}`,
			begin,
			at: [index, 50],
		});
	}
}

test("property: after a split, after a merge, and after a split that was merged again, a sync of everything finds nothing", async () => {
	let splits = 0;
	await fc.assert(
		fc.asyncProperty(archive, shape, by, fc.boolean(), async (files, sources, how, isNew) => {
			await emptyBench(bench);
			await bench.archive.mkdir("in/a");
			await fill(files);
			await bench.container("S", sources, { title: "All of it", rangeType: "RGB", retentionDays: 30 });
			await bench.run("S");
			const before = await state();
			const preview = await previewSplit(bench.database, { id: "S", how }).catch((error: unknown) => error as Error);
			if (preview instanceof Error || preview.parts.some(({ datasets }) => datasets === 0)) {
				// Refused with a reason, and nothing is different.
				await expect(planSplit(bench.database, { id: "S", how }, who)).rejects.toThrow(
					/cannot be split|fits its patterns|has no datasets/,
				);
				expect(await state()).toEqual(before);
				return;
			}
			splits += 1;
			const { run } = await split({ id: "S", how });
			const counts = new Map((await listContainers(bench.database)).map(({ id, datasets }) => [id, datasets]));
			expect(counts).toEqual(
				new Map([["S", preview.rest], ...preview.parts.map(({ id, datasets }) => [id, datasets] as const)]),
			);
			// Each dataset is where it was, in one container.
			expect((await bench.registered()).map((line) => line.replace(/ in .*/, ""))).toEqual(
				before.registered.map((line) => line.replace(/ in .*/, "")),
			);
			await revert(run);
			expect(await state()).toEqual(before);
			await split({ id: "S", how });
			expect(await changesOfAll()).toEqual([]);

			// What comes later is found by one of them, just if it was looked for before.
			const ids = (await listContainers(bench.database)).map(({ id }) => id);
			await merge({ ids, into: isNew ? "ALL" : "S" });
			expect((await bench.registered()).map((line) => line.replace(/ in .*/, ` in ${isNew ? "ALL" : "S"}`))).toEqual(
				await bench.registered(),
			);
			expect(await changesOfAll()).toEqual([]);
		}),
		{ numRuns: 4 },
	);
	expect(splits).toBeGreaterThan(0);
});

async function years() {
	for (const year of [2006, 2007])
		for (const name of ["a", "b"])
			await bench.archive.scene(`in/${year}/${name}${year}.tif`, { begin: `${year}-01-02T00:00:00Z` });
	await bench.archive.scene("in/2007/bad.tif", { begin: null });
	await bench.container("S", [{ path: "in" }], { title: "Scenes", retentionDays: 30, guard: { maxRemovals: "0" } });
	await bench.run("S");
}
const byYear = { id: "S", how: { by: "year" } } as const;

test("a plan says what goes where, is judged by no guard, and what it found at the time is all that it applies", async () => {
	await years();
	expect(await previewSplit(bench.database, byYear)).toEqual({
		container: "S",
		parts: [
			{
				key: "2006",
				id: "S_2006",
				title: "Scenes, 2006",
				datasets: 2,
				sources: ["archive:in/2006 *.tif"],
				problem: null,
			},
			{
				key: "2007",
				id: "S_2007",
				title: "Scenes, 2007",
				datasets: 2,
				sources: ["archive:in/2007 *.tif"],
				problem: null,
			},
		],
		rest: 0,
	});
	const run = await planSplit(
		bench.database,
		{ ...byYear, parts: [{ key: "2007", id: "NEWER", title: "Newer" }] },
		who,
	);
	expect((await listContainers(bench.database)).map(({ id, state: now }) => [id, now])).toEqual([["S", "in sync"]]);
	expect(
		(await bench.changes(run)).map(({ action, path, reason, outcome }) => [action, path, reason, outcome]),
	).toEqual([
		["unlinked", "in/2007/a2007.tif", "it goes to NEWER", "planned"],
		["linked", "in/2007/a2007.tif", "to NEWER, from S", "planned"],
		["unlinked", "in/2007/b2007.tif", "it goes to NEWER", "planned"],
		["linked", "in/2007/b2007.tif", "to NEWER, from S", "planned"],
	]);
	await expect(
		requestApply(bench.database, {
			run,
			actor: "tester",
			approval: null,
			selection: { ...nothingChosen, only: ["a*"] },
		}),
	).rejects.toThrow("is a split: it is applied as a whole");
	const { view } = await applied(run);
	expect(view).toMatchObject({ kind: "split", guard: null, linked: 2, unlinked: 2, unchanged: 2 });
	expect(await containerDetail(bench.database, "NEWER")).toMatchObject({
		title: "Newer",
		datasets: 2,
		rejected: 1,
		retentionDays: 30,
		state: "never synced",
	});
	expect(await containerDetail(bench.database, "S")).toMatchObject({ datasets: 2, rejected: 0, state: "in sync" });
	expect(await changesOfAll()).toEqual([]);
	// What comes later is found by just one of them.
	await bench.archive.scene("in/2007/c2007.tif");
	await bench.archive.scene("in/2008/a2008.tif");
	expect(await changesOfAll()).toEqual(["NEWER: added in/2007/c2007.tif", "S: added in/2008/a2008.tif"]);
});

const nothingChosen = {
	only: [],
	except: [],
	changes: [],
	folders: [],
	leaveChanges: [],
	leaveFolders: [],
	keepOut: null,
};

test("refused with the reason: what sources cannot tell, mosaics, taken EO IDs, a container at work", async () => {
	const { database, archive: files } = bench;
	await files.scene("in/a.tif");
	await bench.container("S", [{ path: "in" }]);
	await bench.run("S");
	const refused = (input: SplitInput) => expect(planSplit(database, input, who)).rejects;
	await refused({ id: "S", how: { by: "folder", depth: 1 } }).toThrow("its datasets are in no folder below the roots");
	await refused(byYear).toThrow("S cannot be split by year: no folder and no file's name has a year in it.");
	await files.scene("in/2007/b.tif", { begin: "2006-12-31T00:00:00Z" });
	await bench.run("S");
	await refused(byYear).toThrow("2007/b.tif tells the year 2007, but begins in 2006");
	await refused({ id: "S", how: { by: "folder", depth: 1 }, parts: [{ key: "2007", id: "S" }] }).toThrow(
		"The EO ID S is taken by another container",
	);
	await refused({ id: "S", how: { by: "pattern", parts: [{ key: "x", patterns: ["x*"] }] } }).toThrow(
		"S_x would have no datasets",
	);
	await bench.container("G", [{ path: "in", include: ["@(a|b).tif"] }]);
	await refused({ id: "G", how: { by: "pattern", parts: [{ key: "a", patterns: ["a*"] }] } }).toThrow(
		"without groups first",
	);
	await bench.container("M", [{ path: "in" }], { kind: "rectified-stitched-mosaic" });
	await refused({ ...byYear, id: "M" }).toThrow("only dataset series can be split");
	await expect(planMerge(database, { ids: ["S"], into: "S" }, who)).rejects.toThrow("at least two");
	await expect(planMerge(database, { ids: ["S", "G"], into: "M" }, who)).rejects.toThrow(
		"M is taken by another container",
	);
	await database.sql`insert into runs (container_id, kind, trigger, actor) select id, 'sync', 'dashboard', 'tester' from containers where eo_id = 'S'`;
	await refused({ id: "S", how: { by: "folder", depth: 1 } }).toThrow("of S is active");
});

test("what belongs to a file must not become one elsewhere", async () => {
	await bench.archive.scene("in/a_1.dat", { metadata: "a_1.xml" });
	await bench.container("S", [{ path: "in", include: ["a*"] }]);
	await bench.run("S");
	await expect(
		planSplit(bench.database, { id: "S", how: { by: "pattern", parts: [{ key: "dat", patterns: ["*.dat"] }] } }, who),
	).rejects.toThrow("in/a_1.xml belongs to in/a_1.dat, but would be a data file of another container");
});

test("a plan is refused once a container was changed since, or is at work; a revert once something was applied", async () => {
	await years();
	const run = await planSplit(bench.database, byYear, who);
	await bench.archive.scene("in/2006/c2006.tif", { begin: "2006-01-02T00:00:00Z" });
	await bench.run("S");
	await expect(applied(run)).rejects.toThrow();
	const next = await planSplit(bench.database, byYear, who);
	const before = await bench.registered();
	await requestApply(bench.database, { run: next, actor: "tester", approval: null });
	// Changed while it waits for a worker.
	await bench.database.sql`update containers set revision = revision + 1 where eo_id = 'S'`;
	expect((await bench.execute(next)).view).toMatchObject({ state: "failed", error: { code: "stale" } });
	expect(await bench.registered()).toEqual(before);
	expect((await listContainers(bench.database)).map(({ id }) => id)).toEqual(["S"]);

	const open = await planSplit(bench.database, byYear, who);
	await requestApply(bench.database, { run: open, actor: "tester", approval: null });
	await bench.database.sql`update containers set publish_stac = 'public' where eo_id = 'S'`;
	expect((await bench.execute(open)).view).toMatchObject({
		state: "failed",
		error: { message: "Who may read S by STAC was changed since this plan was made; nothing was applied." },
	});
	await bench.database.sql`update containers set publish_stac = 'off' where eo_id = 'S'`;

	const { run: done } = await split(byYear);
	await bench.archive.scene("in/2006/d2006.tif", { begin: "2006-01-02T00:00:00Z" });
	await bench.run("S_2006");
	expect((await revert(done)).view).toMatchObject({
		state: "failed",
		error: { message: `The container S_2006 was changed since run ${done}; nothing was applied.` },
	});
	expect((await listContainers(bench.database)).map(({ id }) => id)).toEqual(["S", "S_2006", "S_2007"]);
});

test("a worker that dies in the middle of it leaves all as it was; another one does it whole", async () => {
	await years();
	const before = await state();
	const run = await planSplit(bench.database, byYear, who);
	await requestApply(bench.database, { run, actor: "tester", approval: null });
	const { sql } = bench.database;
	// The last that is written is the run's own row.
	await sql.unsafe(`
		create function pg_temp.die() returns trigger language plpgsql as $$ begin raise exception 'died'; end $$;
		create trigger die before update on reshaped_containers for each row when (new.applied_revision is not null) execute function pg_temp.die()`);
	await bench.execute(run).catch(() => {});
	await sql`drop trigger die on reshaped_containers`;
	expect(await state()).toEqual(before);
	await sql`update runs set state = 'interrupted', lease_owner = null, lease_until = null, finished_at = null, error = null where id = ${run}`;
	expect((await bench.execute(run)).view.state).toBe("succeeded");
	expect((await listContainers(bench.database)).map(({ id, datasets }) => [id, datasets])).toEqual([
		["S", 0],
		["S_2006", 2],
		["S_2007", 2],
	]);
	expect(await violations(bench.database)).toEqual([]);
});

test("a merge gives one the sources, datasets, rejections and exceptions of the others; their EO IDs and runs stay, and it can be taken back", async () => {
	const { database } = bench;
	for (const name of ["a/x", "b/y", "shared"]) await bench.archive.scene(`in/${name}.tif`);
	await bench.archive.scene("in/b/bad.tif", { begin: null });
	await bench.container("A", [{ path: "in/a" }, { path: "in", include: ["shared.tif"] }], {
		title: "First",
		rangeType: "RED",
		retentionDays: 10,
	});
	await bench.container("B", [{ path: "in/b" }, { path: "in", include: ["shared.tif"] }], {
		rangeType: "BLUE",
		retentionDays: 60,
		schedule: { cron: "0 3 * * *" },
	});
	await bench.run("A");
	const ofB = await bench.run("B");
	await renameContainer(database, { id: "B", to: "BB", actor: "tester" });
	const before = await state();
	const input = { ids: ["A", "BB"], into: "ALL" };
	expect(await previewMerge(database, input)).toEqual({
		into: "ALL",
		title: "First",
		datasets: 3,
		shared: 1,
		containers: [
			{ id: "A", datasets: 2 },
			{ id: "BB", datasets: 2 },
		],
		settings: ["schedule"],
	});
	const { run, changes } = await merge(input);
	expect(changes.map(({ action, path, reason }) => [action, path, reason])).toEqual([
		["unlinked", "in/shared.tif", "from BB"],
		["unlinked", "in/b/y.tif", "from BB"],
		["linked", "in/b/y.tif", "to ALL, from BB"],
	]);
	expect(await bench.registered()).toEqual([
		"in/a/x.tif: X in ALL",
		"in/b/y.tif: Y in ALL",
		"in/shared.tif: SHARED in ALL",
	]);
	expect(await containerDetail(database, "ALL")).toMatchObject({
		title: "First",
		rejected: 1,
		retentionDays: 60,
		rangeType: null,
		state: "in sync",
	});
	for (const id of ["A", "B", "BB"]) expect(await formerId(database, id)).toMatchObject({ container: "ALL" });
	await expect(bench.container("BB", [{ path: "elsewhere" }])).rejects.toThrow("whose former ID it is");
	// Its runs can be read.
	expect((await bench.changes(ofB.run)).length).toBeGreaterThan(0);
	expect(await changesOfAll()).toEqual([]);
	expect((await revert(run)).view.state).toBe("succeeded");
	expect(await state()).toEqual(before);
	expect(await formerId(database, "B")).toMatchObject({ container: "BB" });
	expect(await formerId(database, "A")).toBeNull();
	expect(await changesOfAll()).toEqual([]);
	await expect(requestRevert(database, { run: run + 1, ...who })).rejects.toThrow();
});

test("exceptions, ignored files and links by hand go with their files, and come back", async () => {
	await years();
	const { sql } = bench.database;
	await sql`
		insert into exceptions (container_id, storage_id, path, action, until, note, by, run_id)
		select c.id, st.id, 'in/2006/z.tif', 'added', 'for-good', 'why', 'tester', 1 from containers c, storages st where c.eo_id = 'S' and st.name = 'archive'`;
	await sql`
		insert into ignored_rejections (container_id, storage_id, path, files, note, ignored_by)
		select container_id, storage_id, path, files, 'why', 'tester' from rejections`;
	await sql`update container_datasets set source_id = null where dataset_id in (select id from datasets where path like '%/a2006.tif')`;
	const before = await state();
	const { run } = await split(byYear);
	expect(await containerDetail(bench.database, "S_2006")).toMatchObject({ exceptions: 1, ignored: 0 });
	expect(await containerDetail(bench.database, "S_2007")).toMatchObject({ exceptions: 0, ignored: 1, rejected: 1 });
	expect(
		await sql`select d.path from container_datasets cd join datasets d on d.id = cd.dataset_id where cd.source_id is null`,
	).toEqual([{ path: "in/2006/a2006.tif" }]);
	await revert(run);
	expect(await state()).toEqual(before);
	await split(byYear);
	expect(await changesOfAll()).toEqual([]);
});

test.each([
	["two parts", byYear],
	["a part and what stays", { id: "S", how: { by: "pattern", parts: [{ key: "new", patterns: ["2007/**"] }] } }],
] as const)("a move that is kept out stays so when its ends go to %s", async (_, how) => {
	await years();
	for (const end of ["tif", "xml"]) await bench.archive.rename(`in/2006/a2006.${end}`, `in/2007/a2006.${end}`);
	const { run: plan, changes } = await bench.check("S");
	expect(changes.map(({ action }) => action)).toEqual(["moved"]);
	await requestApply(bench.database, {
		run: plan,
		actor: "olga",
		approval: null,
		selection: { ...nothingChosen, leaveFolders: ["in/2006"], keepOut: { until: "for-good", note: "not yet" } },
	});
	await bench.execute(plan);
	const exceptions = async () =>
		(await listExceptions(bench.database, {})).rows
			.map((one) => `${one.container}: ${one.action} ${one.fromPath ?? ""}${one.path}`)
			.toSorted();
	const before = await state();
	expect(await exceptions()).toEqual(["S: moved in/2006/a2006.tifin/2007/a2006.tif"]);
	const { run } = await split(how);
	expect(await exceptions()).toHaveLength(2);
	const kept = async () => (await bench.registered()).filter((line) => line.includes("a2006"));
	for (const { id } of await listContainers(bench.database)) {
		const { view } = await bench.run(id);
		expect([id, view.state, view.added + view.removed + view.moved]).toEqual([id, "succeeded", 0]);
		expect(await violations(bench.database)).toEqual([]);
	}
	expect(await exceptions()).toHaveLength(2);
	expect(await kept()).toEqual([expect.stringContaining("in/2006/a2006.tif")]);
	await revert(run);
	expect(await exceptions()).toEqual(["S: moved in/2006/a2006.tifin/2007/a2006.tif"]);
	expect(await state()).toEqual(before);
	expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", moved: 0, excepted: 1 });
	// Merged by a run of their own, the two halves keep the move out as well.
	await split(how);
	const ids = (await listContainers(bench.database)).map(({ id }) => id);
	await merge({ ids, into: "S" });
	expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", added: 0, removed: 0, moved: 0 });
	expect(await kept()).toEqual([expect.stringContaining("in/2006/a2006.tif")]);
});

test("a split that is taken back leaves a move kept out whose old file was kept out by itself", async () => {
	await years();
	const { sql } = bench.database;
	await sql`
		insert into exceptions (container_id, storage_id, path, action, from_path, until, note, by, run_id)
		select c.id, st.id, e.path, e.action::change_action, e.origin, 'for-good', 'why', 'tester', 1 from containers c, storages st,
			(values ('in/2006/a2006.tif', 'removed', null), ('in/2007/a2006.tif', 'moved', 'in/2006/a2006.tif')) as e(path, action, origin)
		where c.eo_id = 'S' and st.name = 'archive'`;
	const exceptions = async () =>
		(await listExceptions(bench.database, {})).rows
			.map((one) => `${one.container}: ${one.action} ${one.fromPath ?? ""} ${one.path}`)
			.toSorted();
	const before = ["S: moved in/2006/a2006.tif in/2007/a2006.tif", "S: removed  in/2006/a2006.tif"];
	expect(await exceptions()).toEqual(before);
	const { run } = await split(byYear);
	expect(await exceptions()).toEqual(["S_2006: removed  in/2006/a2006.tif", "S_2007: added  in/2007/a2006.tif"]);
	await revert(run);
	expect(await exceptions()).toEqual(before);
});

test("what was kept out of a part stays so when the split is taken back", async () => {
	await years();
	const { run } = await split(byYear);
	for (const end of ["tif", "xml"]) await bench.archive.remove(`in/2006/b2006.${end}`);
	const { run: plan } = await bench.check("S_2006");
	await requestApply(bench.database, {
		run: plan,
		actor: "olga",
		approval: null,
		selection: { ...nothingChosen, leaveFolders: ["in/2006"], keepOut: { until: "for-good", note: "on tape" } },
	});
	await bench.execute(plan);
	expect(await containerDetail(bench.database, "S_2006")).toMatchObject({ exceptions: 1, datasets: 2 });
	const { view } = await revert(run);
	expect(view.state).toBe("succeeded");
	const { rows } = await listExceptions(bench.database, {});
	// Its own run went with the part.
	expect(rows).toMatchObject([{ container: "S", action: "removed", note: "on tape", by: "olga", run: view.run }]);
	expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", removed: 0, excepted: 1 });
});

test("of two same exceptions that a merge made one both are there when it is taken back, unless that one was ended", async () => {
	await bench.archive.scene("in/a.tif");
	for (const id of ["A", "B"]) {
		await bench.container(id, [{ path: "in" }]);
		await bench.run(id);
	}
	const { sql } = bench.database;
	await sql`
		insert into exceptions (container_id, storage_id, path, action, until, note, by, run_id)
		select c.id, st.id, 'in/z.tif', 'added', 'for-good', 'why', 'tester', 1 from containers c, storages st where c.eo_id in ('A', 'B') and st.name = 'archive'`;
	const exceptions = async () =>
		(await listExceptions(bench.database, {})).rows.map(({ container }) => container).toSorted();
	const first = await merge({ ids: ["A", "B"], into: "A" });
	expect(await exceptions()).toEqual(["A"]);
	await revert(first.run);
	expect(await exceptions()).toEqual(["A", "B"]);
	const second = await merge({ ids: ["A", "B"], into: "A" });
	await sql`update exceptions set ended_at = now(), ended_by = 'olga', ended_reason = 'enough' where ended_at is null`;
	await revert(second.run);
	expect(await exceptions()).toEqual([]);
});

test("a configuration file of before is refused until it was edited", async () => {
	await years();
	const old = (await containerDetail(bench.database, "S"))?.input;
	await split(byYear);
	const now = (await containerDetail(bench.database, "S"))?.input;
	if (!old || !now) throw new Error("S is gone");
	await expect(currentContainers(bench.database, [old])).rejects.toThrow(
		/^S was split by run \d+, and the file has its sources of before/,
	);
	expect(await currentContainers(bench.database, [now])).toEqual([now]);
	await renameContainer(bench.database, { id: "S_2007", to: "NEWER", actor: "tester" });
	const { run } = await merge({ ids: ["S_2006", "NEWER"], into: "S_2006" });
	// By the name that it had before it was renamed, too.
	for (const id of ["NEWER", "S_2007"])
		await expect(currentContainers(bench.database, [{ ...old, id }])).rejects.toThrow(
			new RegExp(`^${id} is a part of S_2006 since .*by run ${run}: take it out of the file`),
		);
	await revert(run);
	expect(await formerId(bench.database, "S_2007")).toMatchObject({ container: "NEWER", how: "renamed", run: null });
});

test("a configuration file is of before however often the sources were edited between it and the split", async () => {
	await years();
	const inputOf = async () => {
		const input = (await containerDetail(bench.database, "S"))?.input;
		if (!input) throw new Error("S is gone");
		return input;
	};
	const oldest = await inputOf();
	const edit = async (exclude: readonly string[]) => {
		const input = await inputOf();
		const sources = input.sources.map((source) => ({ ...source, exclude: [...exclude] }));
		await configureContainer(bench.database, { ...input, sources }, { create: false });
		return { ...input, sources };
	};
	const second = await edit(["x*"]);
	await edit(["y*"]);
	await split(byYear);
	for (const file of [oldest, second])
		await expect(currentContainers(bench.database, [file])).rejects.toThrow(/the file has its sources of before/);
	const edited = await edit(["z*"]);
	expect(await currentContainers(bench.database, [edited, { ...edited, id: "OTHER" }])).toHaveLength(2);
	// Someone wanted these again after the split: from then on a file may have them.
	await edit(["x*"]);
	await edit(["z*"]);
	expect(await currentContainers(bench.database, [second])).toEqual([second]);
	await expect(currentContainers(bench.database, [oldest])).rejects.toThrow(/the file has its sources of before/);
});
