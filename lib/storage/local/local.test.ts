import { execFileSync } from "node:child_process";
import { chmod, realpath, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { storageConformance } from "#lib/storage/conformance/storage.conformance.ts";
import { CallTimeout } from "#lib/storage/flow-control/call-timeout.ts";
import type { Entry, OpenFile } from "#lib/storage/storage.ts";
import { becomeNobody, type LocalBench, makeLocalBench } from "./bench.ts";
import { LocalFile } from "./file.ts";
import { LocalStorage } from "./local.ts";

const signal = new AbortController().signal;
/** A thread that takes requests and never answers, as on a dead network share. */
const hangingWorker = new URL(
	`data:text/javascript,${encodeURIComponent(`
		import { parentPort, workerData } from "node:worker_threads";
		parentPort.on("message", ([{ id }]) => {
			Atomics.store(workerData.progress, 0, id);
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
		});`)}`,
);

storageConformance({
	name: "local",
	make: makeLocalBench,
	makeStalled: async () =>
		new LocalStorage({ type: "local", root: tmpdir() }, { worker: hangingWorker, timeoutMs: 200 }),
	hands: ["mkdir", "rename", "touch", "replace", "forbid", "symlink"],
});

describe("local only", () => {
	let bench: LocalBench;
	let storage: LocalBench["storage"];
	const list = (path: string) => storage.list(path, { symlinks: "skip", signal });
	beforeEach(async () => {
		bench = await makeLocalBench();
		storage = bench.storage;
	});
	afterEach(() => bench[Symbol.asyncDispose]());

	test("times are whole microseconds, identity is the inode", async () => {
		await bench.write("a", "");
		await utimes(join(bench.root, "a"), 0, 1155719369.123456);
		const { ino, ctimeMs } = await stat(join(bench.root, "a"));
		const [file] = (await list("")).files ?? [];
		const ctime = Math.round(ctimeMs * 1000);
		expect(file).toEqual({ name: "a", size: 0, mtime: 1155719369123456, ctime, etag: null, inode: String(ino) });
	});

	test("a name that is not UTF-8 is unclear, and the rest of the folder is there", async () => {
		await bench.write("good.tif", "");
		await bench.write("\ufffd.tif", "");
		const bad = Buffer.concat([Buffer.from(`${bench.root}/`), Buffer.from([0x62, 0xe4, 0x64])]);
		await writeFile(bad, "");
		const listing = await list("");
		expect(listing.files?.map((file) => file.name)).toEqual(["good.tif", "\ufffd.tif"]);
		expect(listing.unclear).toMatchObject([
			{ kind: "unknown", code: "invalid-path", message: expect.stringContaining("xe4d") },
		]);
		expect((await storage.list("", { symlinks: "skip", knownDigest: listing.digest, signal })).unclear).toHaveLength(1);
	});

	test("composed and decomposed letters make different names", async () => {
		const names = ["e\u0301.tif", "\u00e9.tif"];
		for (const name of names) await bench.write(name, name);
		expect((await list("")).files?.map((file) => file.name)).toEqual(names);
		expect((await list("")).files?.map((file) => file.size)).toEqual([7, 6]);
	});

	test.each<[what: string, make: (path: string) => unknown, code: string]>([
		["FIFO", (path) => execFileSync("mkfifo", [path]), "changed"],
		["link", (path) => symlink("b", path), "not-found"],
		["file", (path) => writeFile(path, ""), "changed"],
	])("a %s that has taken the place of a file is not opened", async (_, make, code) => {
		for (const path of ["a", "b"]) await bench.write(path, "");
		const expected = await storage.stat("a", { signal });
		await make(join(bench.root, "new"));
		await bench.rename?.("new", "a");
		const place = { root: bench.root, path: "a", symlinks: "skip" } as const;
		const opening = LocalFile.open(place, expected as Entry, new CallTimeout(10_000), signal);
		await expect(opening).rejects.toMatchObject({ path: "a", code });
	});

	test("FIFOs, sockets and devices are not seen, and opening one does not hang", async () => {
		execFileSync("mkfifo", [join(bench.root, "fifo")]);
		expect(await list("")).toMatchObject({ folders: [], files: [] });
		expect(await storage.stat("fifo", { signal })).toBeNull();
		await expect(storage.open("fifo", { signal })).rejects.toMatchObject({ code: "not-found" });
		await using devices = new LocalStorage({ type: "local", root: "/dev" });
		expect(await devices.stat("null", { signal })).toBeNull();
	});

	test("a root that is missing is an error that names it; one that is a link is followed", async () => {
		await using missing = new LocalStorage({ type: "local", root: join(bench.root, "missing") });
		const listing = missing.list("", { symlinks: "skip", signal });
		await expect(listing).rejects.toMatchObject({ code: "not-found", message: expect.stringContaining("missing") });
		await bench.write("real/a", "");
		await symlink("real", join(bench.root, "link"));
		await using linked = new LocalStorage({ type: "local", root: join(bench.root, "link") });
		expect((await linked.list("", { symlinks: "skip", signal })).files).toHaveLength(1);
	});

	test("a folder that may be listed but not entered is an error, never half a listing", async () => {
		await bench.write("in/a", "");
		await chmod(join(bench.root, "in"), 0o744);
		becomeNobody();
		await expect(list("in")).rejects.toMatchObject({ code: "forbidden", path: "in" });
	});

	test("a file that may not be read is listed, and an error to open", async () => {
		await bench.write("a", "");
		await chmod(join(bench.root, "a"), 0o600);
		await bench.forbid?.("a");
		expect((await list("")).files).toHaveLength(1);
		await expect(storage.open("a", { signal })).rejects.toMatchObject({ code: "forbidden", path: "a" });
	});

	test.each<[what: string, open: () => Promise<OpenFile>]>([
		["whose beginning was read", () => storage.open("a", { signal })],
		["that is read further", async () => openFurther("a")],
	])("a file %s is not read on when it is replaced or removed while it is open", async (_, open) => {
		for (const change of [() => bench.replace?.("a", "2"), () => bench.remove("a")]) {
			await bench.write("a", "1");
			await using file = await open();
			await change();
			await expect(file.read(0, 1, { signal })).rejects.toMatchObject({ code: "changed" });
		}
	});

	async function openFurther(path: string): Promise<OpenFile> {
		const expected = await storage.stat(path, { signal });
		const place = { root: bench.root, path, symlinks: "skip" } as const;
		return LocalFile.open(place, expected as Entry, new CallTimeout(10_000), signal);
	}

	test("a link beside the allowed folders, to a name that begins alike, leads out of them", async () => {
		for (const path of ["data/a", "database/b", "database/sub/c"]) await bench.write(path, "");
		await symlink("../database/b", join(bench.root, "data/b"));
		await symlink("../database/sub", join(bench.root, "data/sub"));
		const root = await realpath(join(bench.root, "data"));
		await using bound = new LocalStorage({ type: "local", root }, { roots: [root] });
		expect(await bound.list("", { symlinks: "follow", signal })).toMatchObject({
			folders: [],
			files: [{ name: "a" }],
			unclear: [
				{ name: "b", code: "forbidden" },
				{ name: "sub", kind: "folder", code: "forbidden" },
			],
		});
		await expect(bound.open("b", { symlinks: "follow", signal })).rejects.toMatchObject({ code: "forbidden" });
	});
});
