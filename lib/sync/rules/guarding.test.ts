import { chmod, cp, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { requestApply, requestCancel } from "#lib/jobs/requests/requests.ts";
import { nginx, startNginx } from "#lib/storage/test-servers/nginx.ts";
import { describeWithServer } from "#lib/storage/test-servers/with-server.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** Rule 12: which plans wait for a person. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const bare = { metadata: null, dateTime: "2006:08:16 09:09:29" };
const names = (folder: string, count: number) =>
	Array.from({ length: count }, (_, i) => `${folder}/${folder.replaceAll("/", "_")}${100 + i}.tif`);
const make = (paths: readonly string[]) => Promise.all(paths.map((path) => bench.archive.scene(path, bare)));
const remove = (paths: readonly string[]) => Promise.all(paths.map((path) => bench.archive.remove(path)));
const reasons = async () => (await bench.run("S")).view.guard?.reasons ?? null;

describe("removals", () => {
	test.each([
		[
			"more than 20 % and more than 10",
			{},
			40,
			11,
			"11 of 40 datasets would be removed; this container lets 20 % pass.",
		],
		["10 of 40", {}, 40, 10, null],
		[
			"half of a small container",
			{},
			14,
			7,
			"7 of 14 datasets would be removed; this container lets less than half pass.",
		],
		["a stated count", { maxRemovals: "2" }, 6, 3, "3 of 6 datasets would be removed; this container lets 2 pass."],
		["just the stated count", { maxRemovals: 3 }, 6, 3, null],
		["no limit", { maxRemovals: null }, 14, 13, null],
	])("%s", async (_, guard, count, removed, reason) => {
		// In two folders, so that neither is gone with all it had.
		const paths = names("in", count);
		await make([...paths, ...names("in/keep", 1)]);
		await bench.container("S", [{ path: "in", exclude: ["keep/**"] }], { guard });
		await bench.run("S");
		await remove(paths.slice(0, removed));
		const { view } = await bench.run("S");
		expect(view).toMatchObject({ state: reason === null ? "succeeded" : "held", removed });
		expect(view.guard?.reasons ?? null).toEqual(reason === null ? null : [reason]);
		expect(await bench.registered()).toHaveLength(reason === null ? count - removed : count);
	});

	test("what a changed pattern leaves out counts like what is gone, but makes no source empty", async () => {
		await make(names("in", 25));
		await bench.container("S", [{ path: "in" }]);
		await bench.run("S");
		await bench.container("S", [{ path: "in", include: ["*.jp2"] }]);
		const { view } = await bench.run("S");
		expect(view).toMatchObject({ state: "held", unlinked: 25, guard: { emptied: [] } });
		expect(view.guard?.reasons).toEqual(["25 of 25 datasets would be unlinked; this container lets 20 % pass."]);
		expect(await bench.registered()).toHaveLength(25);
	});

	test("so does a source that was taken out", async () => {
		await make([...names("in", 25), ...names("two", 5)]);
		await bench.container("S", [{ path: "in" }, { path: "two" }]);
		await bench.run("S");
		await bench.container("S", [{ path: "two" }]);
		expect(await reasons()).toEqual(["25 of 30 datasets would be unlinked; this container lets 20 % pass."]);
	});

	test("a folder with 10 datasets or more goes with all of them", async () => {
		await make([
			...names("in/a", 10),
			...names("in/b/c", 5),
			...names("in/b/d", 6),
			...names("in/e", 9),
			...names("in/f", 100),
		]);
		await bench.container("S", [{ path: "in" }]);
		await bench.run("S");
		await bench.archive.remove("in/e");
		expect(await reasons()).toBeNull();
		await bench.archive.remove("in/b");
		// Not the files' own folders, which had fewer: the one that went.
		expect(await reasons()).toEqual(["All 11 datasets of the folder in/b would be removed."]);
		await bench.run("S", { approval: "it is right" });
		await remove(names("in/a", 10));
		expect(await reasons()).toEqual(["All 10 datasets of the folder in/a would be removed."]);
		await bench.container("S", [{ path: "in" }], { guard: { maxRemovals: "10" } });
		expect(await reasons()).toBeNull();
	});

	test("moved datasets are not gone", async () => {
		await make([...names("in/a", 12), ...names("in/b", 3)]);
		await bench.container("S", [{ path: "in" }]);
		await bench.run("S");
		await bench.archive.rename("in/a", "in/z");
		expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", moved: 12, guard: null });
		// Two of 12 went and ten moved: no others are left.
		await remove(
			names("in/a", 12)
				.slice(0, 2)
				.map((path) => path.replace("in/a/", "in/z/")),
		);
		await bench.archive.rename("in/z", "in/y");
		expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", moved: 10, removed: 2, guard: null });
	});
});

describe("a source that became empty", () => {
	const sentence = "The source archive:in was listed completely and holds no data file any more; it had datasets.";

	test("is held whatever maxRemovals says, until an operator approves with a reason", async () => {
		await make(names("in", 2));
		await bench.archive.scene("two/keep.tif");
		await bench.container("S", [{ path: "in" }, { path: "two" }], { guard: { maxRemovals: "100%" } });
		await bench.run("S");
		await remove(names("in", 2));
		const { view, run } = await bench.run("S");
		expect(view).toMatchObject({ state: "held", guard: { emptied: ["archive:in"], reasons: [sentence] } });
		expect(view.can).toMatchObject({ approve: true, apply: false });
		expect(await bench.registered()).toHaveLength(3);
		await requestApply(bench.database, { run, actor: "olga", approval: null });
		expect((await bench.execute(run)).view.state).toBe("held");
		await requestApply(bench.database, { run, actor: "olga", approval: "moved to tape" });
		const applied = await bench.execute(run);
		expect(applied.view).toMatchObject({
			state: "succeeded",
			removed: 2,
			approval: { by: "olga", reason: "moved to tape" },
		});
		expect(await bench.registered()).toEqual(["two/keep.tif: KEEP in S"]);
		expect((await bench.run("S")).view.state).toBe("succeeded");
	});

	test("also with an empty sub-folder, a metadata file or another container's files left", async () => {
		await make(names("in/sub", 2));
		await bench.container("S", [{ path: "in" }], { guard: { maxRemovals: null } });
		await bench.run("S");
		await remove(names("in/sub", 2));
		await bench.archive.write("in/notes.txt", "where is it all?");
		expect(await reasons()).toEqual([sentence]);
	});

	test.each([
		["with its files", "in", "in"],
		["with its folders", "in", "in/sub"],
		["with files and folders", "in/sub", "in"],
	])("also in the run after its path was changed: %s", async (_, first, second) => {
		await make([...names(first, 2), ...names(second, 3)]);
		await bench.archive.scene("two/keep.tif");
		const guard = { maxRemovals: "100%" };
		await bench.container("S", [{ path: "" }], { guard });
		await bench.run("S");
		await bench.container("S", [{ path: "in" }, { path: "two" }], { guard });
		for (const name of await readdir(bench.archive.at("in"))) await bench.archive.remove(`in/${name}`);
		const { view } = await bench.run("S");
		expect(view).toMatchObject({ state: "held", guard: { emptied: ["archive:in"] } });
		expect(await bench.registered()).toHaveLength(new Set([...names(first, 2), ...names(second, 3)]).size + 1);
	});

	test("is not empty after its path was changed, while one file of before is there", async () => {
		await make([...names("in", 3), ...names("in/sub", 2)]);
		const guard = { maxRemovals: "100%" };
		await bench.container("S", [{ path: "" }], { guard });
		await bench.run("S");
		await bench.container("S", [{ path: "in" }], { guard });
		await remove(names("in", 3));
		const { view } = await bench.run("S");
		expect(view).toMatchObject({ state: "succeeded", removed: 3, guard: null });
		expect(await bench.registered()).toHaveLength(2);
	});

	test("passes where the container allows it", async () => {
		await make(names("in", 2));
		await bench.container("S", [{ path: "in" }], { guard: { emptied: "allow" } });
		await bench.run("S");
		await remove(names("in", 2));
		expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", removed: 2 });
	});

	test.each<[string, () => Promise<unknown>]>([
		["with a new file", () => make(["in/new.tif"])],
		["with a file that is rejected", () => bench.archive.write("in/bad.tif", "broken")],
		["whose datasets moved within it", () => bench.archive.rename("in/in100.tif", "in/sub/in100.tif")],
	])("is not empty %s", async (_, change) => {
		await make(names("in", 3));
		await bench.container("S", [{ path: "in" }], { guard: { maxRemovals: null } });
		await bench.run("S");
		await remove(names("in", 3).slice(1));
		await change();
		if ((await readdir(bench.archive.at("in"))).includes("in100.tif")) await remove(["in/in100.tif"]);
		expect(await reasons()).toBeNull();
		expect((await bench.run("S")).view.state).toBe("succeeded");
	});

	test("is not told of what a changed pattern leaves out, nor of files that are rejected as before", async () => {
		await make(names("in", 2));
		await bench.archive.write("in/bad.tif", "broken");
		await bench.container("S", [{ path: "in" }], { guard: { maxRemovals: null } });
		await bench.run("S");
		await remove(names("in", 2));
		expect(await reasons()).toBeNull();
		expect(await bench.registered()).toEqual([]);
	});

	describeWithServer(nginx, "on a web server whose listings are rounded", () => {
		test("all 30 files of an HTML index are gone", async () => {
			await using server = await startNginx({ format: "html" });
			const folder = join(server.root, "in");
			await mkdir(folder);
			await make(names("in", 30));
			for (const path of names("in", 30)) {
				await cp(bench.archive.at(path), join(server.root, path), { preserveTimestamps: true });
				await chmod(join(server.root, path), 0o644);
			}
			await saveStorage(
				bench.database,
				storageInput.parse({ name: "web", type: "http", url: server.url, listing: "html" }),
			);
			await bench.container("S", [{ storage: "web", path: "in" }], { guard: { maxRemovals: "100%" } });
			expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", added: 30 });
			for (const path of names("in", 30)) await rm(join(server.root, path));
			const { view } = await bench.run("S");
			expect(view).toMatchObject({ state: "held", removed: 30, guard: { emptied: ["web:in"] } });
			expect(await bench.registered()).toHaveLength(30);
		});
	});
});

describe("updates and rejections", () => {
	const rewrite = (paths: readonly string[]) =>
		Promise.all(paths.map((path) => bench.archive.scene(path, { ...bare, dateTime: "2007:01:01 00:00:00" })));

	test("are held when many registered files changed; what new rules read again never is, and is named", async () => {
		await make(names("in", 4));
		await bench.container("S", [{ path: "in" }], { guard: { maxUpdates: "2", maxRejections: "0" } });
		await bench.run("S");
		await rewrite(names("in", 4).slice(0, 2));
		expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", updated: 2, reread: 0 });
		await rewrite(names("in", 4));
		await bench.archive.touch("in/in100.tif");
		// The first two only have another time of modification.
		expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", updated: 2, refreshed: 2 });
		await bench.container("S", [{ path: "in", rangeType: "OTHER" }], { guard: { maxUpdates: "2" } });
		expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", updated: 4, reread: 4, guard: null });
		await Promise.all(
			names("in", 4).map((path) => bench.archive.scene(path, { ...bare, dateTime: "2008:01:01 00:00:00" })),
		);
		const last = await bench.run("S");
		expect(last.view).toMatchObject({ updated: 4, reread: 0 });
		expect(last.view.guard?.reasons).toEqual(["4 of 4 datasets would be updated; this container lets 2 pass."]);
	});

	test("a file whose contents alone changed was changed", async () => {
		await bench.archive.scene("in/a.tif", bare);
		await bench.container("S", [{ path: "in", checksum: true }], { guard: { maxUpdates: "0", maxRejections: "0" } });
		await bench.run("S");
		await bench.archive.spoil("in/a.tif");
		expect(await reasons()).toEqual(["1 of 1 datasets would be rejected; this container lets 0 pass."]);
	});

	test("files that were never registered never hold", async () => {
		await bench.container("S", [{ path: "in" }], { guard: { maxRejections: "0" } });
		for (const name of ["a", "b", "c"]) await bench.archive.write(`in/${name}.tif`, "broken");
		expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", rejected: 3 });
		await make(["in/d.tif"]);
		await bench.run("S");
		await bench.archive.write("in/d.tif", "broken");
		expect(await reasons()).toEqual(["1 of 1 datasets would be rejected; this container lets 0 pass."]);
	});
});

test("a refused or cancelled plan is found again, whole, by the next run", async () => {
	await make([...names("in/a", 12), ...names("in/b", 3)]);
	await bench.container("S", [{ path: "in" }]);
	await bench.run("S");
	await bench.archive.remove("in/a");
	await make(["in/b/new.tif"]);
	const held = await bench.run("S");
	expect(held.view).toMatchObject({ state: "held", removed: 12, added: 1 });
	await requestCancel(bench.database, { run: held.run, actor: "olga" });
	const again = await bench.run("S");
	expect(again.summary).toEqual(held.summary);
	expect(again.view).toMatchObject({ state: "held", guard: held.view.guard });
});

test("a run that is approved beforehand is not held", async () => {
	await make(names("in", 1));
	await bench.container("S", [{ path: "in" }]);
	await bench.run("S");
	await remove(names("in", 1));
	expect((await bench.run("S", { approval: "known" })).view).toMatchObject({ state: "succeeded", removed: 1 });
});
