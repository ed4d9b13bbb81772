import { mkdirSync, renameSync, rmdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LocalBench, makeLocalBench } from "./bench.ts";
import { examineSome, type LargeFolder, listLargeFolder } from "./large-folder.ts";
import { assertSame } from "./list.ts";
import { LocalStorage } from "./local.ts";

const signal = new AbortController().signal;
let bench: LocalBench;
beforeEach(async () => {
	bench = await makeLocalBench();
	mkdirSync(join(bench.root, "in"));
});
afterEach(() => bench[Symbol.asyncDispose]());

test("a folder of very many files is listed as one of few is", async () => {
	// In an order that is not the sorted one, with names that need care.
	const names = Array.from({ length: 20_001 }, (_, i) => `${(i * 7919) % 20_011} é\n.tif`);
	for (const name of names) writeFileSync(join(bench.root, "in", name), "12345");
	for (const folder of ["folder\n", "zz"]) mkdirSync(join(bench.root, "in", folder));
	await bench.symlink?.("zz", "in/link");
	writeFileSync(join(bench.root, "in", ".hidden"), "");
	const listing = await bench.storage.list("in", { symlinks: "skip", signal });
	expect(listing.folders).toEqual(["folder\n", "zz"]);
	const files = listing.files ?? [];
	expect(files.map(({ name }) => name)).toEqual(names.toSorted());
	expect(files[7]).toEqual(await bench.storage.stat(`in/${files[7]?.name}`, { signal }));
	expect(await bench.storage.list("in", { symlinks: "skip", knownDigest: listing.digest, signal })).toEqual({
		...listing,
		files: null,
	});
	await using inThisThread = new LocalStorage({ type: "local", root: bench.root }, { inThread: true });
	expect(await inThisThread.list("in", { symlinks: "skip", signal })).toEqual(listing);
});

test("every difference makes another digest", () => {
	const place = { root: bench.root, path: "in", symlinks: "skip" } as const;
	const at = (name: string) => join(bench.root, "in", name);
	const digests: string[] = [];
	const examined = () => digests.push(examineSome(place, ["a", "b", "c", "d"].join("/"), () => {}).digest);
	for (const name of ["a", "b"]) writeFileSync(at(name), "1");
	utimesSync(at("a"), 1, 1);
	examined();
	utimesSync(at("a"), 1, 1.5);
	examined();
	writeFileSync(at("a"), "12");
	utimesSync(at("a"), 1, 1.5);
	examined();
	writeFileSync(at("c"), "12");
	utimesSync(at("c"), 1, 1.5);
	renameSync(at("c"), at("a"));
	examined();
	renameSync(at("a"), at("c"));
	examined();
	mkdirSync(at("a"));
	examined();
	rmdirSync(at("a"));
	mkdirSync(at("d"));
	examined();
	expect(new Set(digests).size).toBe(7);
});

describe("while threads examine its names", () => {
	/** Lists `in` as if it held very many, and does something after the first portion. */
	function listWhile(act: () => void) {
		for (const name of ["a", "b", "c", "d"]) writeFileSync(join(bench.root, "in", name), "");
		const place = { root: bench.root, path: "in", symlinks: "skip" } as const;
		const { ino, dev } = statSync(join(bench.root, "in"));
		const folder: LargeFolder = { names: ["a/b", "c/d"], unclear: [], hidden: 0, identity: { ino, dev } };
		let performed = 0;
		return listLargeFolder(folder, {
			knownDigest: null,
			examine: async (names) => {
				if (performed++ === 1) act();
				return examineSome(place, names, () => {});
			},
			assertSame: async (identity) => assertSame(place, identity),
		});
	}

	test("files that vanish count as not there", async () => {
		const { files } = await listWhile(() => rmSync(join(bench.root, "in/d")));
		expect(files?.map(({ name }) => name)).toEqual(["a", "b", "c"]);
	});

	test("a folder that is moved away is an error, not an empty folder", async () => {
		const listing = listWhile(() => renameSync(join(bench.root, "in"), join(bench.root, "out")));
		await expect(listing).rejects.toMatchObject({ code: "not-found", path: "in" });
	});

	test("a folder that is replaced is an error", async () => {
		const listing = listWhile(() => {
			renameSync(join(bench.root, "in"), join(bench.root, "out"));
			mkdirSync(join(bench.root, "in"));
		});
		await expect(listing).rejects.toMatchObject({ code: "changed", path: "in", retryable: true });
	});
});
