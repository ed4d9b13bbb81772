import { beforeEach, describe, expect, test } from "vitest";
import { type ConformanceSubject, filesByName, rejectsWith, signal } from "./bench.ts";

type Symlinks = "skip" | "follow";

/** Tests of symbolic links for storages that have them: they are left out with everything behind them, or followed except for loops. */
export function linksConformance(subject: ConformanceSubject): void {
	const suite = subject.options.hands.includes("symlink") ? describe : describe.skip;
	const link = (target: string, path: string) => subject.bench.symlink?.(target, path);
	const namesIn = async (path: string, symlinks: Symlinks) => {
		const listing = await subject.list(path, { symlinks });
		const nowhere = listing.unclear.filter(({ kind }) => kind === "special").map(({ name }) => name);
		expect(listing.unclear).toHaveLength(nowhere.length);
		const areReported = symlinks === "follow" && path === "links" && !subject.options.hidesBrokenLinks;
		expect(nowhere.toSorted()).toEqual(areReported ? ["broken", "self"] : []);
		return { folders: listing.folders, files: filesByName(listing) };
	};
	const stat = (path: string, symlinks: Symlinks) => subject.storage.stat(path, { symlinks, signal });
	const open = (path: string, symlinks: Symlinks) => subject.storage.open(path, { symlinks, signal });

	suite("symbolic links", () => {
		beforeEach(async () => {
			await subject.bench.write("data/file", "content");
			await subject.bench.write("data/folder/x", "x");
			await subject.bench.write("links/plain", "");
			await link("../data/file", "links/file");
			await link("../data/folder", "links/folder");
			await link("file", "links/twice");
			await link("nowhere", "links/broken");
			await link("self", "links/self");
			await link("..", "links/up");
			await link(".", "links/here");
			await link("/", "links/outermost");
			await link("../links/folder", "data/onwards");
		});

		test("are left out", async () => {
			expect(await namesIn("links", "skip")).toEqual({ folders: [], files: ["plain"] });
			expect(await namesIn("data", "skip")).toEqual({ folders: ["folder"], files: ["file"] });
		});

		// Before a listing has shown that these are links, and after.
		test.each([[[]], [["", "links", "data"]]])(
			"are refused, and what is behind them is, after listing %j",
			async (first) => {
				for (const path of first) await subject.list(path);
				for (const path of ["links/folder", "links/up", "links/up/data", "links/here", "data/onwards"])
					await rejectsWith(subject.list(path), "not-found", path);
				const paths = ["links/file", "links/twice", "links/broken", "links/folder/x", "links/up/data/file"];
				for (const path of paths) {
					expect(await stat(path, "skip")).toBeNull();
					await rejectsWith(open(path, "skip"), "not-found", path);
				}
				expect(await stat("links/plain", "skip")).toMatchObject({ name: "plain", size: 0 });
			},
		);

		test("are followed to files, which are then as their targets are", async () => {
			expect((await namesIn("links", "follow")).files).toEqual(["file", "plain", "twice"]);
			const target = await stat("data/file", "skip");
			const { files } = await subject.list("links", { symlinks: "follow" });
			expect(files?.[0]).toEqual(target);
			expect(await stat("links/file", "follow")).toEqual(target);
			for (const path of ["links/file", "links/twice", "links/up/data/file"]) {
				await using file = await open(path, "follow");
				expect(Buffer.from(await file.read(0, 10, { signal })).toString()).toBe("content");
			}
		});

		test("are followed to folders", async () => {
			expect(await namesIn("links/folder", "follow")).toEqual({ folders: [], files: ["x"] });
			expect(await namesIn("data", "follow")).toEqual({ folders: ["folder", "onwards"], files: ["file"] });
			expect(await namesIn("data/onwards", "follow")).toEqual({ folders: [], files: ["x"] });
			expect(await stat("data/onwards/x", "follow")).toMatchObject({ name: "x", size: 1 });
		});

		test("that are broken are reported, those that lead back to where the walk came from are left out", async () => {
			expect((await namesIn("links", "follow")).folders).toEqual(["folder"]);
			for (const path of ["links/broken", "links/self"]) {
				expect(await stat(path, "follow")).toBeNull();
				await rejectsWith(open(path, "follow"), "not-found", path);
				await rejectsWith(subject.list(path, { symlinks: "follow" }), "not-found", path);
			}
		});

		test("that lead to each other end the walk", async () => {
			for (const folder of ["a", "b"]) await subject.bench.write(`${folder}/x`, "");
			await link("../b", "a/to-b");
			await link("../a", "b/to-a");
			expect(await namesIn("a", "follow")).toEqual({ folders: ["to-b"], files: ["x"] });
			expect(await namesIn("a/to-b", "follow")).toEqual({ folders: [], files: ["x"] });
		});

		test("that are followed change the digest with their targets", async () => {
			const { digest } = await subject.list("links", { symlinks: "follow" });
			expect((await subject.list("links", { symlinks: "follow", knownDigest: digest })).files).toBeNull();
			await subject.bench.write("data/file", "longer content");
			const after = await subject.list("links", { symlinks: "follow", knownDigest: digest });
			expect(after.files?.[0]).toMatchObject({ name: "file", size: 14 });
		});
	});
}
