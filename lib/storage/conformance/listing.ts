import { beforeEach, describe, expect, test } from "vitest";
import { digestOf } from "#lib/storage/listing/digest.ts";
import type { Listing } from "#lib/storage/storage.ts";
import { type ConformanceSubject, filesByName, type Hand, rejectsWith, signal } from "./bench.ts";

export function listingConformance(subject: ConformanceSubject): void {
	const { list, needs } = subject;
	const stat = (path: string) => subject.storage.stat(path, { signal });
	describe("listing", () => {
		test("shows files with size and time, and sub-folders by name only", async () => {
			await subject.bench.write("b.tif", "four");
			await subject.bench.write("a/deep/c.tif", "x");
			const listing = await list("");
			expect(listing.folders).toEqual(["a"]);
			// A listing with coarse times also marks the file as written just now.
			expect(listing.files).toMatchObject([{ ...(await stat("b.tif")) }]);
			expect(listing.files?.[0]).toMatchObject({ name: "b.tif", size: 4 });
			expect(listing.unclear).toEqual([]);
			expect((await list("a")).folders).toEqual(["deep"]);
			expect(filesByName(await list("a/deep"))).toEqual(["c.tif"]);
		});

		test("sorts by UTF-16 code unit", async () => {
			const names = ["Z", "a", "B", "z10", "z9", "\u00e9", "\uff01", "\u{1f6f0}"];
			for (const name of names) await subject.bench.write(`files/${name}`, "");
			for (const name of names) await subject.bench.write(`folders/${name}/x`, "");
			expect(filesByName(await list("files"))).toEqual([...names].sort());
			expect((await list("folders")).folders).toEqual([...names].sort());
		});

		test("leaves out names that begin with a dot", async () => {
			for (const path of [".hidden", ".git/config", "seen"]) await subject.bench.write(path, "");
			expect(await list("")).toMatchObject({ folders: [], files: [{ name: "seen" }] });
		});

		test("of a folder with many files is complete", async () => {
			const names = Array.from({ length: 1200 }, (_, i) => `f${String(i).padStart(4, "0")}`);
			await inTurns(names, (name) => subject.bench.write(`many/${name}`, ""));
			expect(filesByName(await list("many"))).toEqual(names);
		});

		test("asked for many folders at once answers each", async () => {
			const names = Array.from({ length: 100 }, (_, i) => `f${i}`);
			await inTurns(names, (name) => subject.bench.write(`${name}/${name}.tif`, ""));
			const listings = await Promise.all(names.map((name) => list(name)));
			expect(listings.map(filesByName)).toEqual(names.map((name) => [`${name}.tif`]));
		});

		needs("mkdir")("of an empty folder is empty", async () => {
			await subject.bench.mkdir?.("empty");
			expect(await list("empty")).toMatchObject({ folders: [], files: [], unclear: [] });
		});

		test("keeps the files that stay while others come and go", async () => {
			const lasting = Array.from({ length: 40 }, (_, i) => `lasting-${i}`).sort();
			for (const name of lasting) await subject.bench.write(`busy/${name}`, "");
			const listings: Listing[] = [];
			const churn = async () => {
				for (let i = 0; i < 15; i++) {
					await subject.bench.write(`busy/passing-${i}`, "");
					await subject.bench.remove(`busy/passing-${i}`);
				}
			};
			const watch = async () => {
				for (let i = 0; i < 15; i++) listings.push(await list("busy"));
			};
			await Promise.all([churn(), watch()]);
			for (const listing of listings)
				expect(filesByName(listing).filter((n) => n.startsWith("lasting"))).toEqual(lasting);
		});

		test("of what is not there, or not a folder, is an error", async () => {
			await subject.bench.write("file", "");
			await rejectsWith(list("missing"), "not-found", "missing");
			await rejectsWith(list("missing/deeper"), "not-found", "missing/deeper");
			await rejectsWith(list("file"), "not-found", "file");
		});

		needs("forbid")("of a folder that may not be read is an error, and its neighbours are listed", async () => {
			await subject.bench.write("open/a", "");
			await subject.bench.write("closed/a", "");
			await subject.bench.forbid?.("closed");
			await rejectsWith(list("closed"), "forbidden", "closed");
			expect(filesByName(await list("open"))).toEqual(["a"]);
			expect((await list("")).folders).toEqual(["closed", "open"]);
		});
	});

	describe("the digest", () => {
		const changes: [string, Hand | null, () => Promise<void> | undefined][] = [
			["a file is added", null, () => subject.bench.write("in/c", "c")],
			["a file is removed", null, () => subject.bench.remove("in/a")],
			["a file grows", null, () => subject.bench.write("in/a", "longer")],
			["a folder is added", null, () => subject.bench.write("in/folder2/x", "")],
			["a folder is removed", null, () => subject.bench.remove("in/folder")],
			["a file is renamed", "rename", () => subject.bench.rename?.("in/a", "in/c")],
			["a folder is renamed", "rename", () => subject.bench.rename?.("in/folder", "in/other")],
			["a file is touched", "touch", () => subject.bench.touch?.("in/a", new Date("2020-01-01T00:00:01Z"))],
			["a file is replaced by one of the same size and time", "replace", () => subject.bench.replace?.("in/a", "A")],
		];
		beforeEach(async () => {
			for (const path of ["in/a", "in/b", "in/folder/x", "elsewhere/x"]) await subject.bench.write(path, "1");
			// A whole second, which every storage can report.
			await subject.bench.touch?.("in/a", new Date("2020-01-01T00:00:00Z"));
		});

		test("stays while nothing changes, and then the files are not handed over", async () => {
			const before = await list("in");
			if (!subject.options.coarseListings) expect(before.digest).toBe(digestOf(before.folders, before.files ?? []));
			expect(await list("in", { knownDigest: before.digest })).toEqual({ ...before, files: null });
			expect(await list("in", { knownDigest: "other" })).toEqual(before);
		});

		for (const [what, hand, change] of changes) {
			needs(hand)(`changes when ${what}`, async () => {
				const { digest } = await list("in");
				await change();
				const after = await list("in", { knownDigest: digest });
				expect(after.digest).not.toBe(digest);
				expect(after.files).not.toBeNull();
			});
		}

		test("stays when something changes in another folder, or in a folder below", async () => {
			const { digest } = await list("in");
			await subject.bench.write("elsewhere/y", "");
			await subject.bench.write("in/folder/y", "");
			expect((await list("in")).digest).toBe(digest);
		});
	});
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
	for (let i = 0; i < items.length; i += 50) await Promise.all(items.slice(i, i + 50).map(work));
}
