import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** Rule 1: symbolic links are followed or skipped, source by source. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	await bench.archive.scene("in/plain.tif");
	await bench.archive.scene("store/linked.tif");
	await bench.archive.scene("store/folder/below.tif");
	await bench.archive.symlink("../store/linked.tif", "in/linked.tif");
	await bench.archive.symlink("../store/linked.xml", "in/linked.xml");
	await bench.archive.symlink("../store/folder", "in/folder");
});
const guard = { maxRemovals: null, emptied: "allow" };
const all = ["in/folder/below.tif: BELOW in", "in/linked.tif: LINKED in", "in/plain.tif: PLAIN in"];
const follow = { path: "in", symlinks: "follow" };

test("a source that skips links from now on unlinks what is reached through them: other containers keep it", async () => {
	await bench.container("S", [follow], { guard });
	await bench.container("T", [follow], { guard });
	await bench.run("S");
	await bench.run("T");
	expect(await bench.registered()).toEqual(all.map((line) => `${line} S T`));
	await bench.container("S", [{ ...follow, symlinks: "skip" }], { guard });
	const { summary, view, changes } = await bench.run("S");
	expect(summary.toSorted()).toEqual(["unlinked in/folder/below.tif", "unlinked in/linked.tif"]);
	expect(view).toMatchObject({ state: "succeeded", removed: 0, unlinked: 2 });
	expect(changes[0]?.reason).toBe("the file is reached through a symbolic link, which the source skips");
	expect(await bench.registered()).toEqual([`${all[0]} T`, `${all[1]} T`, `${all[2]} S T`]);
	expect((await bench.run("T")).summary).toEqual([]);
	expect((await bench.run("S")).summary).toEqual([]);
	// What is gone is removed, from all.
	await bench.archive.remove("in/plain.tif");
	expect((await bench.run("S")).summary).toEqual(["removed in/plain.tif"]);
});

test("a file that was moved away and left a link behind is unlinked, where links are skipped", async () => {
	await bench.container("S", [{ path: "in" }], { guard });
	await bench.container("T", [follow], { guard });
	await bench.run("S");
	await bench.run("T");
	await bench.archive.rename("in/plain.tif", "store/plain.tif");
	await bench.archive.symlink("../store/plain.tif", "in/plain.tif");
	expect((await bench.run("S")).summary).toEqual(["unlinked in/plain.tif"]);
	expect(await bench.registered()).toContain("in/plain.tif: PLAIN in T");
});

test("of two sources on one folder the second has what only it reaches, as it follows links", async () => {
	await bench.container("S", [{ path: "in" }, follow], { guard });
	expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", added: 3 });
	expect(await bench.registered()).toEqual(all.map((line) => `${line} S`));
	expect(
		await bench.database.sql`
			select d.path, s.symlinks from container_datasets cd join datasets d on d.id = cd.dataset_id join sources s on s.id = cd.source_id
			order by d.path`,
	).toEqual([
		{ path: "in/folder/below.tif", symlinks: "follow" },
		{ path: "in/linked.tif", symlinks: "follow" },
		{ path: "in/plain.tif", symlinks: "skip" },
	]);
	await bench.archive.scene("store/folder/new.tif");
	expect((await bench.run("S")).summary).toEqual(["added in/folder/new.tif"]);
	expect((await bench.run("S")).summary).toEqual([]);
	// What becomes a link is the second's then, and stays.
	await bench.archive.rename("in/plain.tif", "store/plain.tif");
	await bench.archive.symlink("../store/plain.tif", "in/plain.tif");
	expect(await bench.run("S")).toMatchObject({ summary: [], view: { state: "succeeded" } });
	expect((await bench.run("S")).summary).toEqual([]);
	expect(await bench.registered()).toContain("in/plain.tif: PLAIN in S");
	await bench.archive.remove("store/folder/new.tif");
	expect((await bench.run("S")).summary).toEqual(["removed in/folder/new.tif"]);
	expect((await bench.run("S")).summary).toEqual([]);
});
