import { readdir, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { storageConformance } from "#lib/storage/conformance/storage.conformance.ts";
import { type LocalBench, makeLocalBench } from "#lib/storage/local/bench.ts";
import type { Entry, Listing, Registered, Storage } from "#lib/storage/storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";
import { findList } from "./find-list.ts";
import { withGivenList } from "./with-given-list.ts";

const signal = new AbortController().signal;

function listed(storage: Storage): Storage {
	return withGivenList(storage, { find: (signal) => findList({ storage, path: "list", prefix: "" }, signal) });
}

/** Whoever is no scan is answered by the storage itself, as if there were no list. */
storageConformance({
	name: "local, listed by a file",
	make: async () => {
		const bench = await makeLocalBench();
		// What is opened is the adapter's own, as the suite looks at its fields.
		const open: Storage["open"] = (path, options) => bench.storage.open(path, options);
		return { ...bench, storage: wrapStorage(listed(bench.storage), { instead: { open } }) };
	},
	hands: ["mkdir", "rename", "touch", "replace", "forbid", "symlink"],
});

describe("a folder as the list shows it", () => {
	let bench: LocalBench;
	let calls: string[];
	let storage: Storage;
	const hour = Date.UTC(2026, 0, 1) / 1000;
	beforeEach(async () => {
		bench = await makeLocalBench();
		calls = [];
		const counted = wrapStorage(bench.storage, {
			call: ({ operation, path }, run) => {
				calls.push(`${operation} ${path}`);
				return run();
			},
		});
		storage = listed(counted);
	});
	afterEach(async () => {
		await storage[Symbol.asyncDispose]();
		await bench[Symbol.asyncDispose]();
	});

	/** The list is of that hour. */
	async function list(lines: string): Promise<void> {
		await bench.write("list", lines);
		await utimes(join(bench.root, "list"), hour, hour);
	}

	/** A file that was written so many seconds before the list was made. */
	async function write(path: string, content: string, secondsBefore: number): Promise<Entry> {
		await bench.write(path, content);
		await utimes(join(bench.root, path), hour, hour - secondsBefore);
		const entry = await bench.storage.stat(path, { signal });
		if (entry === null) throw new Error(`${path} is not there.`);
		return entry;
	}

	async function scan(path: string, registered: Partial<Registered>, known: string | null = null): Promise<Listing> {
		calls.length = 0;
		const there = async () => ({ files: [], folders: [], ...registered });
		return storage.list(path, { symlinks: "skip", registered: there, knownDigest: known, signal });
	}

	test("what is registered as it is listed is not asked for, and keeps what only the storage says of it", async () => {
		const known = await write("a", "1", 1000);
		await list(`a\t1\t${hour - 1000}\n`);
		const listing = await scan("", { files: [known] });
		expect(listing.files).toEqual([known]);
		expect(calls.filter((call) => call !== "stat list")).toEqual(["open list", "read list", "read list"]);
	});

	test("what was written just before the list was made is asked for: it may have been written again", async () => {
		const known = await write("a", "1", 5);
		await list(`a\t1\t${hour - 5}\n`);
		await scan("", { files: [known] });
		expect(calls).toContain("stat a");
	});

	test("what the list has twice, differently, is what the storage says", async () => {
		const known = await write("a", "1", 1000);
		await list(`a\t1\t${hour - 1000}\na\t2\t${hour - 1000}\na\t1\t${hour - 1000}\n`);
		expect((await scan("", { files: [known] })).files).toEqual([known]);
		expect(calls).toContain("stat a");
	});

	test("what the list has and the storage has not is not there", async () => {
		await list(`a\t1\t1\nfolder\t4096\t1\nfolder/b\t1\t1\n`);
		await bench.mkdir?.("folder");
		expect(await scan("", {})).toMatchObject({ files: [], folders: ["folder"] });
		expect(await scan("folder", {})).toMatchObject({ files: [], folders: [] });
	});

	test("a link that find listed is followed or left out, as the source says", async () => {
		await write("a", "123", 1000);
		await bench.symlink?.("a", "link");
		await list(`link\t1\t${hour}\n`);
		expect((await scan("", {})).files).toEqual([]);
	});

	test("what cannot be asked for is unclear, and asked for again", async () => {
		await bench.write("x", "");
		await list(`${"a".repeat(300)}\t1\t1\n`);
		const first = await scan("", {});
		const name = "a".repeat(300);
		if (first.unclear.length === 0) expect(first.files).toEqual([]);
		else expect(first.unclear).toMatchObject([{ name }]);
	});

	test("names that are not UTF-8 are unclear in every listing, unchanged ones too", async () => {
		await bench.write("list", Buffer.concat([Buffer.from("b"), Buffer.from([0xe4]), Buffer.from("d.tif\t1\t1\n")]));
		const first = await scan("", {});
		expect(first.unclear).toMatchObject([{ name: "b\ufffdd.tif", code: "invalid-path", hides: "non-ascii" }]);
		expect(await scan("", {}, first.digest)).toMatchObject({ files: null, unclear: first.unclear });
	});

	test("a folder that the list lacks is listed by the storage", async () => {
		await write("new/a", "1", 0);
		await list("b\t1\t1\n");
		const root = await scan("", { folders: ["new", "gone"] });
		expect(root.folders).toEqual(["new"]);
		expect((await scan("", { folders: ["new", "gone"] }, root.digest)).files).toBeNull();
		expect((await scan("new", {})).files).toMatchObject([{ name: "a" }]);
	});

	test("a temporary index goes with the storage", async () => {
		await list("b\t1\t1\n");
		const before = (await readdir(tmpdir())).filter((name) => name.startsWith("eosync-list-"));
		await scan("", {});
		await storage[Symbol.asyncDispose]();
		const after = (await readdir(tmpdir())).filter((name) => name.startsWith("eosync-list-"));
		expect(after.filter((name) => !before.includes(name))).toEqual([]);
	});

	test("its facts say what lists it", async () => {
		await list("b\t1\t1\n");
		await writeFile(join(bench.root, "b"), "");
		const { notes } = await storage.facts({ signal });
		expect(notes.at(-1)).toBe("Its folders are listed by list, of 2026-01-01T00:00:00.000Z.");
	});
});
