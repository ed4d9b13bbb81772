import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { deleteContainer } from "#lib/sync/delete-container.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const archived = async () =>
	(await bench.database.sql`select path from datasets where archived_at is not null order by path`).map(
		({ path }) => path,
	);

describe("rule 4: removed", () => {
	test("a dataset whose file is gone leaves every container and is archived", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif");
		await bench.container("ONE", [{}]);
		await bench.container("TWO", [{}]);
		await bench.run("ONE");
		await bench.run("TWO");
		await bench.archive.remove("a.tif");
		const { summary, changes } = await bench.run("ONE");
		expect(summary).toEqual(["removed a.tif"]);
		expect(changes[0]).toMatchObject({ dataset: "A", reason: "the file is gone", outcome: "applied" });
		expect(await bench.registered()).toEqual(["b.tif: B in ONE TWO"]);
		expect(await archived()).toEqual(["a.tif"]);
		expect((await bench.run("TWO")).summary).toEqual([]);
	});

	test("with folders that vanished, also when the run was interrupted before it came to them", async () => {
		const { sql } = bench.database;
		for (const path of ["in/keep.tif", "in/p1/a.tif", "in/p2/deep/b.tif", "in/p3/c.tif"])
			await bench.archive.scene(path);
		await bench.container("S", [{}], { guard: { maxRemovals: null } });
		await bench.run("S");
		for (const name of ["p1", "p2", "p3"]) await bench.archive.remove(`in/${name}`);
		await sql`
			create function refuse_gone() returns trigger language plpgsql as $$ begin raise exception 'interrupted'; end $$`;
		await sql`
			create trigger refuse_gone before insert on run_directories for each row when (new.digest is null) execute function refuse_gone()`;
		const { run, view } = await bench.run("S");
		await sql`drop function refuse_gone cascade`;
		expect(view).toMatchObject({ state: "failed", error: { message: "interrupted" } });
		expect(await sql`select path from run_directories where run_id = ${run}`).not.toEqual([]);
		await sql`update runs set state = 'interrupted', error = null, finished_at = null where id = ${run}`;
		const again = await bench.execute(run);
		expect(again.summary).toEqual(["removed in/p1/a.tif", "removed in/p2/deep/b.tif", "removed in/p3/c.tif"]);
		expect(await bench.registered()).toEqual(["in/keep.tif: KEEP in S"]);
	});

	test("with its folder, at any depth", async () => {
		for (const path of ["keep/a.tif", "gone/b.tif", "gone/deep/c.tif", "gone_too/d.tif"])
			await bench.archive.scene(path);
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.remove("gone");
		expect((await bench.run("S")).summary).toEqual(["removed gone/b.tif", "removed gone/deep/c.tif"]);
		expect((await bench.run("S")).summary).toEqual([]);
		expect(await bench.database.sql`select path from directories order by path`).toEqual(
			["", "gone_too", "keep"].map((path) => ({ path })),
		);
	});

	test("with a folder that its source's successor never listed", async () => {
		for (const path of ["keep/a.tif", "gone/deep/b.tif"]) await bench.archive.scene(path);
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.container("S", [{ path: "keep" }]);
		await bench.archive.remove("gone");
		await bench.container("S", [{}]);
		expect((await bench.run("S")).summary).toEqual(["removed gone/deep/b.tif"]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("with more folders than are looked at in one go", async () => {
		for (let i = 0; i < 130; i++) await bench.archive.mkdir(`gone/${i}`);
		for (const path of ["gone/0/a.tif", "gone/99/b.tif", "keep/c.tif"]) await bench.archive.scene(path);
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.remove("gone");
		expect((await bench.run("S")).summary).toEqual(["removed gone/0/a.tif", "removed gone/99/b.tif"]);
		expect(await bench.database.sql`select from directories`).toHaveLength(2);
	});

	test("a file that came back unchanged is restored without being read again", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		const [before] = await bench.database.sql`select id from datasets where path = 'a.tif'`;
		await bench.archive.rename("a.tif", "away/.a.tif");
		expect((await bench.run("S")).summary).toEqual(["removed a.tif"]);
		await bench.archive.rename("away/.a.tif", "a.tif");
		await bench.archive.spoil("a.tif");
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual(["added a.tif"]);
		expect(changes[0]?.reason).toBe("came back unchanged");
		// It is another time of change, which is no part of what a file is.
		const [ctimes] = await bench.database
			.sql`select (v.files->0->>'ctime') = (c.files->0->>'ctime') as same from datasets d join dataset_versions v on v.id = d.version_id join changes c on c.dataset_id = d.id and c.action = 'added'
				where d.path = 'a.tif' order by c.id desc limit 1`;
		expect(ctimes).toEqual({ same: true });
		expect(await bench.database.sql`select id from datasets where path = 'a.tif'`).toEqual([before]);
		expect(await bench.registered()).toEqual(["a.tif: A in S", "b.tif: B in S"]);
	});

	test.each([
		["whose source was replaced meanwhile", "S", [{ path: "in" }]],
		["that another source finds first", "S", [{ path: "in" }, { rangeType: "GRAY" }]],
		["that another container finds first", "T", [{}]],
	])("one %s is read by the rules that found it from then on", async (_, id, sources) => {
		await bench.archive.scene("in/a.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.rename("in/a.tif", "away/.a.tif");
		await bench.run("S", { approval: "emptied by this test" });
		await bench.archive.rename("away/.a.tif", "in/a.tif");
		await bench.container(id, sources);
		expect((await bench.run(id)).changes).toMatchObject([{ action: "added", reason: "came back unchanged" }]);
		const homes = await bench.database.sql`
			select c.eo_id as container, s.path from datasets d left join sources s on s.id = d.home_source_id left join containers c on c.id = s.container_id`;
		expect(homes).toEqual([{ container: id, path: id === "S" ? "in" : "" }]);
	});

	test("one that came back changed is a new dataset", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.remove("a.tif");
		await bench.run("S", { approval: "emptied by this test" });
		await bench.archive.scene("a.tif", { eoId: "NEW" });
		expect((await bench.run("S")).summary).toEqual(["added a.tif"]);
		expect(await bench.registered()).toEqual(["a.tif: NEW in S"]);
		expect(await archived()).toEqual(["a.tif"]);
	});

	test("a removed by-hand dataset of the container leaves it as well", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.database.sql`update container_datasets set source_id = null`;
		await bench.archive.remove("a.tif");
		expect((await bench.run("S")).summary).toEqual(["removed a.tif"]);
	});

	test("a gone file that two overlapping sources cover is recorded once", async () => {
		await bench.archive.scene("sub/a.tif");
		await bench.archive.scene("sub/keep.tif");
		await bench.archive.scene("sub/bad.tif", { begin: null });
		await bench.container("S", [{}, { path: "sub" }, { path: "sub", include: ["*.jp2"] }]);
		expect((await bench.run("S")).summary).toEqual(["added sub/a.tif", "rejected sub/bad.tif", "added sub/keep.tif"]);
		await bench.archive.remove("sub/a.tif");
		await bench.archive.remove("sub/bad.tif");
		const { summary, view } = await bench.run("S");
		expect(view.error).toBeNull();
		expect(summary).toEqual(["removed sub/a.tif"]);
		expect(await bench.database.sql`select from rejections`).toHaveLength(0);
	});
});

describe("rule 5: unlinked", () => {
	beforeEach(async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif");
	});

	test("when the patterns change; others keep it, nothing is archived", async () => {
		await bench.container("ONE", [{}]);
		await bench.container("TWO", [{}]);
		await bench.run("ONE");
		await bench.run("TWO");
		await bench.container("ONE", [{ exclude: ["a*"] }]);
		const { summary, changes } = await bench.run("ONE");
		expect(summary).toEqual(["unlinked a.tif"]);
		expect(changes[0]?.reason).toBe("no source of the container matches the file any more");
		expect(await bench.registered()).toEqual(["a.tif: A in TWO", "b.tif: B in ONE TWO"]);
		expect((await bench.run("ONE")).summary).toEqual([]);
		expect(await archived()).toEqual([]);
	});

	test("datasets added by hand stay", async () => {
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.database
			.sql`update container_datasets set source_id = null where dataset_id = (select id from datasets where path = 'a.tif')`;
		await bench.container("S", [{ include: ["nothing*"] }]);
		expect((await bench.run("S")).summary).toEqual(["unlinked b.tif"]);
		expect(await bench.registered()).toEqual(["a.tif: A in S"]);
	});

	test("from its last container: archived, so that its EO ID is free; it comes back without being read", async () => {
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.container("S", [{ include: ["a.tif"] }]);
		const unlinked = await bench.run("S");
		expect(unlinked.summary).toEqual(["unlinked b.tif"]);
		expect(await archived()).toEqual(["b.tif"]);
		await bench.container("S", [{}]);
		const back = await bench.run("S");
		expect(back.changes[0]).toMatchObject({ action: "added", path: "b.tif", reason: "came back unchanged" });
		expect(await bench.registered()).toEqual(["a.tif: A in S", "b.tif: B in S"]);
	});

	test("when its source is taken out of the container, which is then forgotten", async () => {
		await bench.archive.scene("other/c.tif");
		await bench.container("S", [{ path: "other" }, { include: ["a.tif", "b.tif"] }]);
		await bench.run("S");
		await bench.container("S", [{ path: "other" }]);
		expect((await bench.run("S")).summary).toEqual(["unlinked a.tif", "unlinked b.tif"]);
		expect(await bench.database.sql`select path from sources`).toEqual([{ path: "other" }]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("but handed over, silently, to another source that matches it, which reads it by its own rules from then on", async () => {
		await bench.container("S", [
			{ include: ["a.tif"], rangeType: "RED" },
			{ include: ["b.tif"], rangeType: "BLUE" },
		]);
		await bench.run("S");
		await bench.container("S", [{ include: ["*.tif"], rangeType: "RED" }]);
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual(["updated b.tif"]);
		expect(changes[0]?.fields).toEqual({ rangeType: { before: "BLUE", after: "RED" } });
		expect(await bench.database.sql`select from sources where not retired`).toHaveLength(1);
		expect(await bench.database.sql`select from sources`).toHaveLength(1);
		const homes = await bench.database
			.sql`select distinct home_source_id = cd.source_id as same from datasets d join container_datasets cd on cd.dataset_id = d.id`;
		expect(homes).toEqual([{ same: true }]);
		await bench.container("S", [{ include: ["nothing"] }]);
		expect((await bench.run("S")).summary).toEqual(["unlinked a.tif", "unlinked b.tif"]);
	});

	test("at once when another container's run moves it to where no source of this one looks", async () => {
		await bench.container("ALL", [{}]);
		await bench.archive.scene("in/c.tif");
		await bench.archive.scene("in/d.tif");
		await bench.container("IN", [{ path: "in" }]);
		await bench.run("ALL");
		await bench.run("IN");
		await bench.archive.rename("in/c.tif", "out/c.tif");
		await bench.archive.rename("in/c.xml", "out/c.xml");
		expect((await bench.run("ALL")).summary).toEqual(["moved in/c.tif → out/c.tif"]);
		expect(await bench.registered()).toEqual([
			"a.tif: A in ALL",
			"b.tif: B in ALL",
			"in/d.tif: D in ALL IN",
			"out/c.tif: C in ALL",
		]);
		expect(await bench.database.sql`select dataset_count from containers where eo_id = 'IN'`).toEqual([
			{ dataset_count: 1 },
		]);
		expect((await bench.run("IN")).summary).toEqual([]);
	});

	test("from its last container archives it, also where that had it after another one that is no more", async () => {
		await bench.archive.scene("own/a.tif");
		await bench.container("ONE", [{ path: "own" }]);
		await bench.container("TWO", [{ path: "own" }]);
		await bench.run("ONE");
		await bench.run("TWO");
		await deleteContainer(bench.database, { id: "ONE", actor: "tester", trigger: "dashboard" });
		await bench.container("TWO", [{ path: "own", include: ["b*"] }]);
		expect((await bench.run("TWO")).summary).toEqual(["unlinked own/a.tif"]);
		expect(await archived()).toContain("own/a.tif");
		await bench.archive.rename("own/a.tif", "own/b.tif");
		await bench.archive.rename("own/a.xml", "own/b.xml");
		expect((await bench.run("TWO")).summary).toEqual(["added own/b.tif"]);
	});

	test("from one of two containers passes its home, and its rules, to the other", async () => {
		await bench.archive.scene("shared/s.tif");
		await bench.container("FIRST", [{ path: "shared", rangeType: "FIRST" }]);
		await bench.container("SECOND", [{ path: "shared", rangeType: "SECOND" }]);
		await bench.run("FIRST");
		await bench.run("SECOND");
		await bench.container("FIRST", [{ path: "shared", rangeType: "FIRST", exclude: ["s*"] }]);
		expect((await bench.run("FIRST", { approval: "as wanted" })).summary).toEqual(["unlinked shared/s.tif"]);
		expect((await bench.run("SECOND")).summary).toEqual(["updated shared/s.tif"]);
		expect(
			await bench.database
				.sql`select v.state->>'rangeType' as range_type from datasets d join dataset_versions v on v.id = d.version_id where path = 'shared/s.tif'`,
		).toEqual([{ range_type: "SECOND" }]);
		expect((await bench.run("SECOND")).summary).toEqual([]);
	});

	test("and the other looks at it again, although it had made a plan with that folder before", async () => {
		await bench.archive.scene("shared/s.tif");
		await bench.container("FIRST", [{ path: "shared", rangeType: "FIRST" }]);
		await bench.container("SECOND", [{ path: "shared", rangeType: "SECOND" }]);
		await bench.run("FIRST");
		await bench.run("SECOND");
		await bench.archive.scene("shared/t.tif");
		const { run: plan } = await bench.check("SECOND");
		await bench.container("FIRST", [{ path: "shared", rangeType: "FIRST", include: ["none"] }]);
		expect((await bench.run("FIRST", { approval: "as wanted" })).summary).toEqual(["unlinked shared/s.tif"]);
		await requestApply(bench.database, { run: plan, actor: "tester", approval: null });
		expect((await bench.execute(plan)).summary).toEqual(["added shared/t.tif"]);
		expect((await bench.run("SECOND")).summary).toEqual(["updated shared/s.tif"]);
		expect((await bench.run("SECOND")).summary).toEqual([]);
	});

	test("sets its EO ID free for what the same run registers", async () => {
		await bench.archive.scene("one/place/same.tif");
		await bench.container("MOVED", [{ path: "one" }]);
		await bench.run("MOVED");
		const root = bench.archive.at("one");
		await saveStorage(bench.database, storageInput.parse({ name: "inner", type: "local", root }));
		await bench.container("MOVED", [{ storage: "inner", path: "place" }]);
		const { summary } = await bench.run("MOVED", { approval: "as wanted" });
		expect(summary.toSorted()).toEqual(["added place/same.tif", "unlinked one/place/same.tif"]);
		expect((await bench.run("MOVED")).summary).toEqual([]);
	});
});
