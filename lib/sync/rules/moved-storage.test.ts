import { cp } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { startWebArchive } from "#lib/sync/testing/web-archive.ts";

/** A storage whose root moved: one edit, and the datasets stay. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const save = (name: string, root: string) =>
	saveStorage(bench.database, storageInput.parse({ name, type: "local", root: bench.archive.at(root) }));
const identities = () => bench.database.sql`
	select id, eo_id, path, added_by_run from datasets where archived_at is null order by id`;

test("the datasets keep their identity, history and links; nothing is removed where the new root lacks", async () => {
	for (const name of ["a", "b"]) await bench.archive.scene(`old/in/${name}.tif`);
	await save("moving", "old");
	await bench.container("S", [{ storage: "moving", path: "in" }]);
	await bench.run("S");
	const before = await identities();
	// The edit came before the copy was there.
	await save("moving", "new");
	expect((await bench.run("S")).view).toMatchObject({ state: "failed", removed: 0 });
	expect(await identities()).toEqual(before);
	await cp(bench.archive.at("old"), bench.archive.at("new"), { recursive: true, preserveTimestamps: true });
	const { view } = await bench.run("S");
	// Other inodes: the files are read again, and say what they did.
	expect(view).toMatchObject({ state: "succeeded", added: 0, removed: 0, updated: 0, moved: 0, unlinked: 0 });
	expect(await identities()).toEqual(before);
	expect((await bench.run("S")).summary).toEqual([]);
	await bench.archive.remove("new/in/b.tif");
	expect((await bench.run("S")).summary).toEqual(["removed in/b.tif"]);
	expect(await violations(bench.database)).toEqual([]);
});

test("a web directory at another address", async () => {
	await bench.archive.scene("in/a.tif");
	await using first = await startWebArchive(bench.archive.root);
	await using second = await startWebArchive(bench.archive.root);
	const serve = (url: string) =>
		saveStorage(bench.database, storageInput.parse({ name: "web", type: "http", url, listing: "json" }));
	await serve(first.url);
	await bench.container("S", [{ storage: "web", path: "in" }]);
	expect((await bench.run("S")).summary).toEqual(["added in/a.tif"]);
	const before = await identities();
	await serve(second.url);
	expect(await bench.run("S")).toMatchObject({ summary: [], view: { state: "succeeded" } });
	expect(await identities()).toEqual(before);
});

test("a metadata storage that moved", async () => {
	await bench.archive.scene("data/in/a.tif", { metadata: "../../meta/in/a.xml" });
	await save("data", "data");
	await save("meta", "meta");
	await bench.container("S", [{ storage: "data", path: "in", metadataStorage: "meta", metadataPath: "in" }]);
	expect((await bench.run("S")).summary).toEqual(["added in/a.tif"]);
	const before = await identities();
	await bench.archive.rename("meta", "elsewhere");
	await save("meta", "elsewhere");
	expect(await bench.run("S")).toMatchObject({ summary: [], view: { state: "succeeded" } });
	expect(await identities()).toEqual(before);
});
