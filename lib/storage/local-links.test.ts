import { lutimes, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LocalBench, makeLocalBench } from "./local-bench.ts";

const signal = new AbortController().signal;

describe("symbolic links", () => {
	let bench: LocalBench;
	let storage: LocalBench["storage"];
	const list = (path: string, symlinks: "skip" | "follow" = "skip") => storage.list(path, { symlinks, signal });
	const namesIn = async (path: string, symlinks: "skip" | "follow") => {
		const { folders, files } = await list(path, symlinks);
		return { folders, files: files?.map((file) => file.name) };
	};
	afterEach(() => bench[Symbol.asyncDispose]());
	beforeEach(async () => {
		bench = await makeLocalBench();
		storage = bench.storage;
		await bench.write("data/file", "content");
		await bench.write("data/folder/x", "");
		await bench.mkdir?.("links");
		const link = (target: string, name: string) => symlink(target, join(bench.root, "links", name));
		await link("../data/file", "file");
		await link("../data/folder", "folder");
		await link("nowhere", "broken");
		await link("self", "self");
		await link("..", "up");
		await link(".", "here");
		await link("/", "outermost");
		await lutimes(join(bench.root, "links/file"), 0, 0);
	});

	test("are skipped", async () => {
		expect(await namesIn("links", "skip")).toEqual({ folders: [], files: [] });
		expect(await storage.stat("links/file", { signal })).toBeNull();
		for (const path of ["links/folder", "links/up/data"])
			await expect(list(path)).rejects.toMatchObject({
				code: "not-found",
				message: expect.stringContaining("follow"),
			});
		for (const path of ["links/file", "links/folder/x", "links/up/data/file"])
			await expect(storage.open(path, { signal })).rejects.toMatchObject({ code: "not-found", path });
	});

	test("are followed, but for broken ones and loops", async () => {
		expect(await namesIn("links", "follow")).toEqual({ folders: ["folder"], files: ["file"] });
		const target = await storage.stat("data/file", { signal });
		expect((await list("links", "follow")).files).toEqual([target]);
		expect(await namesIn("links/folder", "follow")).toEqual({ folders: [], files: ["x"] });
		await using file = await storage.open("links/file", { symlinks: "follow", signal });
		expect(Buffer.from(await file.read(0, 10, { signal })).toString()).toBe("content");
	});

	test("that lead to each other end the walk", async () => {
		for (const name of ["a", "b"]) await bench.mkdir?.(name);
		await symlink("../b", join(bench.root, "a/to-b"));
		await symlink("../a", join(bench.root, "b/to-a"));
		expect(await namesIn("a", "follow")).toEqual({ folders: ["to-b"], files: [] });
		expect(await namesIn("a/to-b", "follow")).toEqual({ folders: [], files: [] });
	});
});
