import { execFileSync } from "node:child_process";
import { chmod, lutimes, mkdir, mkdtemp, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { StorageError } from "../errors.ts";
import type { Workbench } from "./conformance-bench.ts";
import { LocalStorage } from "./local.ts";
import { storageConformance } from "./storage.conformance.ts";

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
	make: makeBench,
	makeStalled: async () =>
		new LocalStorage({ type: "local", root: tmpdir() }, { worker: hangingWorker, timeoutMs: 200 }),
	hands: ["mkdir", "rename", "touch", "replace", "forbid"],
});

interface LocalBench extends Workbench {
	readonly root: string;
}

async function makeBench(): Promise<LocalBench> {
	const root = await mkdtemp(join(tmpdir(), "eosync-local-"));
	await chmod(root, 0o755);
	const at = (path: string) => join(root, path);
	const storage = new LocalStorage({ type: "local", root });
	return {
		root,
		storage,
		write: async (path, content) => {
			await mkdir(dirname(at(path)), { recursive: true });
			await writeFile(at(path), content);
		},
		remove: (path) => rm(at(path), { recursive: true }),
		mkdir: (path) => mkdir(at(path)),
		rename: (from, to) => rename(at(from), at(to)),
		touch: (path, time) => utimes(at(path), time, time),
		replace: async (path, content) => {
			const { atime, mtime } = await stat(at(path));
			await utimes(at(path), atime, mtime);
			await writeFile(at(`${path}.new`), content);
			await utimes(at(`${path}.new`), atime, mtime);
			await rename(at(`${path}.new`), at(path));
		},
		forbid: async (path) => {
			await chmod(at(path), 0o000);
			becomeNobody();
		},
		[Symbol.asyncDispose]: async () => {
			if (process.getuid?.() === 0) process.seteuid?.(0);
			await storage[Symbol.asyncDispose]();
			await rm(root, { recursive: true, force: true });
		},
	};
}

/** Root may read everything, so that it has to be somebody else for a while. */
function becomeNobody(): void {
	if (process.getuid?.() === 0) process.seteuid?.(65534);
}

describe("local only", () => {
	let bench: LocalBench;
	let storage: LocalBench["storage"];
	const list = (path: string, symlinks: "skip" | "follow" = "skip") => storage.list(path, { symlinks, signal });
	const namesIn = async (path: string, symlinks: "skip" | "follow") => {
		const { folders, files } = await list(path, symlinks);
		return { folders, files: files?.map((file) => file.name) };
	};
	beforeEach(async () => {
		bench = await makeBench();
		storage = bench.storage;
	});
	afterEach(() => bench[Symbol.asyncDispose]());

	test("times are whole microseconds, identity is device:inode", async () => {
		await bench.write("a", "");
		await utimes(join(bench.root, "a"), 0, 1155719369.123456);
		const { dev, ino } = await stat(join(bench.root, "a"));
		const [file] = (await list("")).files ?? [];
		expect(file).toEqual({ name: "a", size: 0, mtime: 1155719369123456, etag: null, inode: `${dev}:${ino}` });
	});

	test("a name that is not UTF-8 is a problem, and the rest of the folder is there", async () => {
		await bench.write("good.tif", "");
		await bench.write("\ufffd.tif", "");
		const bad = Buffer.concat([Buffer.from(`${bench.root}/`), Buffer.from([0x62, 0xe4, 0x64])]);
		await writeFile(bad, "");
		const listing = await list("");
		expect(listing.files?.map((file) => file.name)).toEqual(["good.tif", "\ufffd.tif"]);
		expect(listing.problems).toEqual([{ path: "", code: "invalid-path", message: expect.stringContaining("b\\xe4d") }]);
		expect((await storage.list("", { symlinks: "skip", knownDigest: listing.digest, signal })).problems).toHaveLength(
			1,
		);
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

	test("a file that is replaced or removed while it is open is not read on", async () => {
		for (const change of [() => bench.replace?.("a", "2"), () => bench.remove("a")]) {
			await bench.write("a", "1");
			await using file = await storage.open("a", { signal });
			await change();
			await expect(file.read(0, 1, { signal })).rejects.toMatchObject({ code: "changed" });
		}
	});

	describe("symbolic links", () => {
		beforeEach(async () => {
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

	describe("threads", () => {
		/** The real one, but for folders named `hang` and `die`. */
		const moody = new URL(
			`data:text/javascript,${encodeURIComponent(`
				import { parentPort, workerData } from "node:worker_threads";
				const on = parentPort.on.bind(parentPort);
				parentPort.on = (event, listener) => on(event, (requests) => {
					for (const request of requests) {
						Atomics.store(workerData.progress, 0, request.id);
						if (request.task.path === "die") process.exit(1);
						if (request.task.path === "hang") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
						listener([request]);
					}
				});
				await import(${JSON.stringify(new URL("./local-worker.ts", import.meta.url).href)});`)}`,
		);
		const names = Array.from({ length: 20 }, (_, i) => `f${i}`);

		test.each([
			["hang", "timeout"],
			["die", "io"],
		])("that %s are replaced, and only the call at fault fails", async (path, code) => {
			for (const name of names) await bench.write(`${name}/x`, "");
			await using local = new LocalStorage({ type: "local", root: bench.root }, { worker: moody, timeoutMs: 300 });
			for (let round = 0; round < 3; round++) {
				const calls = [...names, path, ...names].map((p) => local.list(p, { symlinks: "skip", signal }));
				const ends = await Promise.allSettled(calls);
				const failed = ends.filter((end) => end.status === "rejected");
				expect(failed.map((end) => end.reason)).toEqual([expect.any(StorageError)]);
				expect(failed[0]?.reason).toMatchObject({ code, path });
			}
		});

		test("that cannot start are an error", async () => {
			const worker = new URL("data:text/javascript,throw new Error('no such thread')");
			await using local = new LocalStorage({ type: "local", root: bench.root }, { worker });
			await expect(local.list("", { symlinks: "skip", signal })).rejects.toMatchObject({ code: "io" });
		});

		test("do not keep the process alive", () => {
			const script = `
				import { LocalStorage } from ${JSON.stringify(new URL("./local.ts", import.meta.url).href)};
				const storage = new LocalStorage({ type: "local", root: ${JSON.stringify(bench.root)} });
				await storage.list("", { symlinks: "skip", signal: new AbortController().signal });
				console.log("listed");`;
			const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
				encoding: "utf8",
				timeout: 20_000,
			});
			expect(output).toBe("listed\n");
		});
	});
});
