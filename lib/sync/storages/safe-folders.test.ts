import { expect, test } from "vitest";
import { StorageError } from "#lib/errors.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { digestOf } from "#lib/storage/listing/digest.ts";
import type { Entry, Lister, Storage } from "#lib/storage/storage.ts";
import { matcherOf } from "#lib/sync/match/match.ts";
import { withSafeFolders } from "./safe-folders.ts";

const { signal } = new AbortController();
const options = { symlinks: "skip", signal } as const;
const matcher = matcherOf({ path: "", include: ["manifest.safe"], exclude: [], metadata: [] });

function walkOf(storage: Storage): Lister {
	const walk = storage.startWalk?.();
	if (walk === undefined) throw new Error("It has no walks.");
	return walk;
}

/** A storage that holds the paths, each of them a file of that many bytes, and records what it was asked to list. */
function storageOf(sizesByPath: Readonly<Record<string, number>>, broken = "", matching = matcher) {
	const asked: string[] = [];
	const paths = Object.keys(sizesByPath);
	const known: string[] = [];
	const list: Storage["list"] = async (path, { knownDigest, knownFiles }) => {
		asked.push(path);
		for (const { name } of (await knownFiles?.()) ?? []) known.push(`${path}: ${name}`);
		if (path === broken) throw new StorageError("forbidden", path, "forbidden");
		const inside = (name: string) => path === "" || name.startsWith(`${path}/`);
		const names = paths.filter(inside).map((name) => name.slice(path === "" ? 0 : path.length + 1));
		const folders = [...new Set(names.filter((name) => name.includes("/")).map((name) => name.split("/")[0] ?? ""))];
		const files = paths
			.filter((name) => folderOf(name) === path)
			.map((name): Entry => {
				const base = baseName(name);
				return { name: base, size: sizesByPath[name] ?? 0, mtime: 1, etag: null, inode: null };
			});
		const digest = digestOf(folders.sort(), files);
		return { digest, folders, files: digest === knownDigest ? null : files, unclear: [] };
	};
	const stat: Storage["stat"] = async (path) => {
		const size = sizesByPath[path];
		return size === undefined ? null : { name: path, size, mtime: 1, etag: null, inode: null };
	};
	return { asked, known, storage: walkOf(withSafeFolders({ list, stat, parallel: 1 } as Storage, matching)) };
}

const product = { "A.SAFE/manifest.safe": 1, "A.SAFE/measurement/a.tiff": 2, "A.SAFE/x/y/b.xml": 3, "c/d.tif": 4 };
const names = (files: readonly Entry[] | null) => files?.map(({ name }) => name) ?? null;

test("the listing of a product has the files of its sub-folders, and each folder is listed once", async () => {
	const { asked, storage } = storageOf(product);
	const { files, folders } = await storage.list("A.SAFE", options);
	expect(names(files)).toEqual(["manifest.safe", "measurement/a.tiff", "x/y/b.xml"]);
	expect(folders).toEqual(["measurement", "x"]);
	expect(names((await storage.list("A.SAFE/measurement", options)).files)).toEqual(["a.tiff"]);
	for (const path of ["A.SAFE/x", "A.SAFE/x/y", "c"]) await storage.list(path, options);
	expect(asked).toEqual(["A.SAFE", "A.SAFE/measurement", "A.SAFE/x", "A.SAFE/x/y", "c"]);
	// A second time the storage is asked: what was kept is for the scan that is under way.
	await storage.list("A.SAFE/x", options);
	expect(asked).toHaveLength(6);
});

test("what is registered of its members is known when their folder is listed", async () => {
	const { known, storage } = storageOf(product);
	const entry = { size: 1, mtime: 1, etag: null, inode: null };
	const files = ["manifest.safe", "measurement/a.tiff", "x/y/b.xml"].map((name) => ({ ...entry, name }));
	await storage.list("A.SAFE", { ...options, knownFiles: async () => files });
	expect(known.filter((line) => !line.startsWith("A.SAFE: "))).toEqual([
		"A.SAFE/measurement: a.tiff",
		"A.SAFE/x/y: b.xml",
	]);
});

test("its digest changes with any file below it, and hands over nothing while it is the known one", async () => {
	const { digest } = await storageOf(product).storage.list("A.SAFE", options);
	const known = { ...options, knownDigest: digest };
	expect((await storageOf(product).storage.list("A.SAFE", known)).files).toBeNull();
	const changed = { ...product, "A.SAFE/x/y/b.xml": 4 };
	expect((await storageOf(changed).storage.list("A.SAFE", known)).files).toHaveLength(3);
	const moved = { ...product, "A.SAFE/z/a.tiff": 2 };
	expect((await storageOf(moved).storage.list("A.SAFE", known)).files).toHaveLength(4);
});

test.each([
	["no manifest", { "A.SAFE/measurement/a.tiff": 2, "A.SAFE/b": 1 }, "A.SAFE"],
	["another folder", { "A/manifest.safe": 1, "A/measurement/a.tiff": 2 }, "A"],
	[
		"too many files",
		{ "A.SAFE/manifest.safe": 1, ...Object.fromEntries(Array.from({ length: 5001 }, (_, i) => [`A.SAFE/x/${i}`, 1])) },
		"A.SAFE",
	],
	[
		"too many folders",
		{ "A.SAFE/manifest.safe": 1, ...Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`A.SAFE/${i}/x`, 1])) },
		"A.SAFE",
	],
])("%s: as any folder", async (_, files, path) => {
	expect(names((await storageOf(files).storage.list(path, options)).files)).toHaveLength(1);
});

test("a product of which a folder cannot be listed is not listed", async () => {
	const { storage } = storageOf(product, "A.SAFE/x/y");
	await expect(storage.list("A.SAFE", options)).rejects.toMatchObject({ code: "forbidden", path: "A.SAFE/x/y" });
});

test("of a Zarr store only the files that tell of it are asked for, by name", async () => {
	const asked: string[] = [];
	const there = ["a/x.zarr/.zmetadata", "a/y.zarr/.zgroup", "a/y.zarr/lat/.zarray", "a/y.zarr/lat/.zattrs"];
	const stat: Storage["stat"] = async (path) => {
		const entry = { name: baseName(path), size: 1, mtime: 1, etag: null, inode: null };
		return there.includes(path) ? entry : null;
	};
	const list: Storage["list"] = async (path) => {
		asked.push(path);
		return { digest: path, folders: path === "a/y.zarr" ? ["lat"] : [], files: [], unclear: [] };
	};
	const walkBy = (include: string, exclude: readonly string[] = []) =>
		walkOf(
			withSafeFolders(
				{ list, stat, parallel: 1 } as unknown as Storage,
				matcherOf({ path: "", include: [include], exclude, metadata: [] }),
			),
		);
	expect(await walkBy("*.zarr").list("a/x.zarr", options)).toMatchObject({
		folders: [],
		files: [{ name: ".zmetadata" }],
	});
	expect(asked).toEqual([]);
	const group = await walkBy("a/*.zarr").list("a/y.zarr", options);
	expect(names(group.files)).toEqual([".zgroup", "lat/.zarray", "lat/.zattrs"]);
	expect(group.folders).toEqual([]);
	expect(asked).toEqual(["a/y.zarr"]);
	// A source that does not look for it does not walk it; one that is called so and is none is walked.
	for (const walk of [walkBy("*.tif"), walkBy("*.zarr", ["x.*"])]) await walk.list("a/x.zarr", options);
	await walkBy("*.zarr").list("a/none.zarr", options);
	expect(asked.slice(1)).toEqual(["a/none.zarr"]);
});

test("a Zarr store costs a few looks by name, whether or not it is looked for; its chunks are not listed", async () => {
	const chunks = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`a.zarr/sst/c/${i}/0.tif`, 1]));
	const store = { ...chunks, "a.zarr/zarr.json": 1, "a.zarr/sst/zarr.json": 1, "b.zarr/c.tif": 1 };
	const scenes = storageOf(store, "", matcherOf({ path: "", include: ["*.tif"], exclude: [], metadata: [] }));
	expect(await scenes.storage.list("a.zarr", options)).toMatchObject({ folders: [], files: [] });
	expect(scenes.asked).toEqual([]);
	expect(names((await scenes.storage.list("b.zarr", options)).files)).toEqual(["c.tif"]);
	const stores = storageOf(store, "", matcherOf({ path: "", include: ["*.zarr"], exclude: [], metadata: [] }));
	expect(names((await stores.storage.list("a.zarr", options)).files)).toEqual(["sst/zarr.json", "zarr.json"]);
	expect(stores.asked).toEqual(["a.zarr"]);
});
