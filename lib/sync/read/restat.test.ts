import { symlink } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LocalStorage } from "#lib/storage/local/local.ts";
import { makeArchive, type TestArchive } from "#lib/sync/testing/testing.ts";
import { type Place, restat } from "./restat.ts";

let archive: TestArchive;
let storage: LocalStorage;
let place: Place;
beforeAll(async () => {
	archive = await makeArchive();
	storage = new LocalStorage({ type: "local", root: archive.root });
	place = { storage, symlinks: "follow", folder: "product", signal: new AbortController().signal };
	for (const name of ["a", "b", "c"]) await archive.write(`product/data/${name}.tif`, name);
});
afterAll(async () => {
	await storage[Symbol.asyncDispose]();
	await archive[Symbol.asyncDispose]();
});
const members = ["a", "b", "c", "d"].map((name) => ({ name: `data/${name}.tif`, role: "member" as const }));

test("members of a sub-folder are as its listing has them; one that it lacks is gone", async () => {
	const now = await restat(place, members);
	expect(now.map((file) => file?.name ?? null)).toEqual(["data/a.tif", "data/b.tif", "data/c.tif", null]);
});

test("one that the listing calls unclear is unknown, not gone", async () => {
	await symlink("nowhere", archive.at("product/data/d.tif"));
	await expect(restat(place, members)).rejects.toMatchObject({ path: "product/data/d.tif", code: "not-found" });
	// What belongs to no member costs nothing.
	await expect(restat(place, members.slice(0, 3))).resolves.toHaveLength(3);
});
