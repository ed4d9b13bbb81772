import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { requestRevert } from "#lib/jobs/requests/requests.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

async function revert(run: number) {
	const requested = await requestRevert(bench.database, { run, actor: "tester", trigger: "dashboard" });
	return bench.execute(requested.run);
}

/** Everything that a revert has to bring back. */
async function catalogue() {
	const { sql } = bench.database;
	return {
		datasets: await sql`
			select d.id, d.eo_id, d.path, v.files, d.rule, d.begin_time, v.state from datasets d join dataset_versions v on v.id = d.version_id
			where d.archived_at is null order by d.id`,
		links: await sql`select * from container_datasets order by 1, 2`,
		containers:
			await sql`select eo_id, begin_time, end_time, footprint, dataset_count from containers where dataset_count > 0 order by 1`,
	};
}

/** Every kind of change at once, in two containers. Returns the catalogue before and after, and the run. */
async function everyKind() {
	const { archive } = bench;
	for (const name of ["removed", "updated", "moved", "unlinked", "stays"]) await archive.scene(`in/${name}.tif`);
	await archive.scene("elsewhere/linked.tif");
	await archive.scene("elsewhere/relinked.tif");
	await bench.container("OTHER", [{}]);
	await bench.container("S", [{ path: "in" }, { path: "to" }]);
	await archive.mkdir("to");
	await bench.run("OTHER");
	await bench.run("S");
	await bench.database
		.sql`update container_datasets set source_id = null where dataset_id = (select id from datasets where eo_id = 'STAYS')`;
	const before = await catalogue();
	await archive.remove("in/removed.tif");
	await archive.scene("in/updated.tif", { eoId: "RENAMED", begin: "2011-01-01T00:00:00Z", at: [30, 10] });
	await archive.rename("in/moved.tif", "to/moved.tif");
	await archive.rename("in/moved.xml", "to/moved.xml");
	await archive.scene("to/added.tif");
	await archive.scene("to/rejected.tif", { begin: null });
	await archive.scene("elsewhere/relinked.tif", { begin: "2012-01-01T00:00:00Z" });
	await bench.container("S", [{ path: "in", exclude: ["unlinked*"] }, { path: "to" }, { path: "elsewhere" }]);
	const result = await bench.run("S");
	return { before, after: await catalogue(), ...result };
}

describe("a revert", () => {
	test("takes every kind of change back, as a run of its own that can be taken back too", async () => {
		const { before, after, run, summary } = await everyKind();
		expect(summary).toEqual([
			"linked elsewhere/linked.tif",
			"linked elsewhere/relinked.tif",
			"removed in/removed.tif",
			"unlinked in/unlinked.tif",
			"updated in/updated.tif",
			"added to/added.tif",
			"moved in/moved.tif → to/moved.tif",
			"rejected to/rejected.tif",
		]);
		const first = await revert(run);
		expect(first.view).toMatchObject({ state: "succeeded", kind: "revert", reverts: run });
		expect(first.summary).toEqual([
			"unlinked elsewhere/linked.tif",
			"unlinked elsewhere/relinked.tif",
			"moved to/moved.tif → in/moved.tif",
			"added in/removed.tif",
			"linked in/unlinked.tif",
			"updated in/updated.tif",
			"removed to/added.tif",
		]);
		const updated = first.changes.find(({ action }) => action === "updated");
		expect(updated?.fields.eoId).toEqual({ before: "RENAMED", after: "UPDATED" });
		expect(await catalogue()).toEqual(before);

		const second = await revert(first.run);
		expect(second.view.state).toBe("succeeded");
		expect(await catalogue()).toEqual(after);
	});

	test("is undone by the next sync, as the archive is still as it was", async () => {
		const { after, run } = await everyKind();
		await revert(run);
		await bench.run("S");
		expect(await catalogue()).toEqual(after);
		expect((await bench.run("S")).summary).toEqual([]);
		expect((await bench.run("OTHER")).summary).toEqual(["linked to/added.tif", "rejected to/rejected.tif"]);
	});

	test("leaves out what a later run changed again", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif");
		await bench.container("S", [{}]);
		const { run } = await bench.run("S");
		await bench.archive.scene("a.tif", { begin: "2011-01-01T00:00:00Z" });
		const later = await bench.run("S");
		const { summary, changes, view } = await revert(run);
		expect(summary).toEqual(["removed a.tif (skipped)", "removed b.tif"]);
		expect(changes[0]?.reason).toBe(`changed again by run ${later.run}`);
		expect(view.state).toBe("partial");
		expect(await bench.registered()).toEqual(["a.tif: A in S"]);
	});

	test("of what new rules made of a file is undone by the next sync", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		const before = await catalogue();
		await bench.container("S", [{ rangeType: "OTHER" }]);
		const { run, summary } = await bench.run("S");
		expect(summary).toEqual(["updated a.tif"]);
		await revert(run);
		expect(await catalogue()).toEqual(before);
		expect((await bench.run("S")).summary).toEqual(["updated a.tif"]);
	});

	test("of an unlinking whose source is no more links by hand", async () => {
		await bench.archive.scene("one/a.tif");
		await bench.archive.scene("two/b.tif");
		await bench.container("S", [{ path: "one" }, { path: "two" }]);
		await bench.run("S");
		await bench.container("S", [{ path: "one" }]);
		const { run, summary } = await bench.run("S");
		expect(summary).toEqual(["unlinked two/b.tif"]);
		expect((await revert(run)).view).toMatchObject({ state: "succeeded", added: 1 });
		expect(await bench.registered()).toEqual(["one/a.tif: A in S", "two/b.tif: B in S"]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("of a removal keeps clear of what was registered there meanwhile", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif");
		await bench.container("S", [{}]);
		await bench.container("T", [{}]);
		await bench.run("S");
		await bench.archive.remove("a.tif");
		const { run } = await bench.run("S");
		await bench.archive.scene("a.tif", { eoId: "OTHER" });
		await bench.run("T");
		const { view } = await revert(run);
		expect(view.error).toBeNull();
		expect(await bench.registered()).toEqual(["a.tif: OTHER in S T", "b.tif: B in S T"]);
	});

	test("of a run that removed a folder is undone by the next sync", async () => {
		for (const name of ["a/x/one", "a/two", "keep/three"]) await bench.archive.scene(`${name}.tif`);
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.remove("a");
		const { run } = await bench.run("S");
		await revert(run);
		expect(await violations(bench.database)).toEqual([]);
		expect((await bench.run("S")).summary).toEqual(["removed a/two.tif", "removed a/x/one.tif"]);
		expect(await bench.registered()).toEqual(["keep/three.tif: THREE in S"]);
	});

	test("of a run that moved a folder is undone by the next sync", async () => {
		for (const name of ["a/one", "a/two", "keep/three"]) await bench.archive.scene(`${name}.tif`);
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.rename("a", "b");
		const { run } = await bench.run("S");
		await revert(run);
		expect(await violations(bench.database)).toEqual([]);
		expect((await bench.run("S")).summary).toEqual(["moved a/one.tif → b/one.tif", "moved a/two.tif → b/two.tif"]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("leaves no folder that a full sync would not look for", async () => {
		for (const name of ["a/one", "keep/two"]) await bench.archive.scene(`${name}.tif`);
		await bench.container("S", [{}]);
		await bench.run("S");
		// As reverts of earlier versions left it.
		await bench.database.sql`delete from directories where path = 'a'`;
		await bench.archive.remove("a");
		expect((await bench.run("S", { full: true })).summary).toEqual(["removed a/one.tif"]);
	});
});
