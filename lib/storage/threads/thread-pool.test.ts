import { execFileSync } from "node:child_process";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { StorageError } from "#lib/errors.ts";
import { type LocalBench, makeLocalBench } from "#lib/storage/local/bench.ts";
import { LocalStorage } from "#lib/storage/local/local.ts";

const signal = new AbortController().signal;

describe("threads", () => {
	let bench: LocalBench;
	beforeEach(async () => {
		bench = await makeLocalBench();
	});
	afterEach(() => bench[Symbol.asyncDispose]());

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
			await import(${JSON.stringify(new URL("../local/worker.ts", import.meta.url).href)});`)}`,
	);
	const names = Array.from({ length: 20 }, (_, i) => `f${i}`);

	test.each([
		["hang", "timeout", 2000],
		["die", "io", 60_000],
	])("that %s are replaced, and only the call at fault fails", async (path, code, timeoutMs) => {
		for (const name of names) await bench.write(`${name}/x`, "");
		await using local = new LocalStorage({ type: "local", root: bench.root }, { worker: moody, timeoutMs });
		for (let round = 0; round < 2; round++) {
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
			import { LocalStorage } from ${JSON.stringify(new URL("../local/local.ts", import.meta.url).href)};
			const storage = new LocalStorage({ type: "local", root: ${JSON.stringify(bench.root)} });
			await storage.list("", { symlinks: "skip", signal: new AbortController().signal });
			console.log("listed");`;
		const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
			encoding: "utf8",
			timeout: 20_000,
		});
		expect(output).toBe("listed\n");
	});

	test("end when there is nothing to do, and others come when there is", async () => {
		const reporting = workerOf(`
			import { parentPort, threadId, workerData } from "node:worker_threads";
			parentPort.on("message", ([{ id }]) => parentPort.postMessage([{ id, result: threadId }]));`);
		await using local = new LocalStorage({ type: "local", root: bench.root }, { worker: reporting, threads: 1 });
		const thread = await local.stat("a", { signal });
		expect(await local.stat("a", { signal })).toBe(thread);
		await vi.waitFor(async () => {
			// Asked for too often, it would never rest.
			await new Promise((resolve) => setTimeout(resolve, 1200));
			expect(await local.stat("a", { signal })).not.toBe(thread);
		}, 20_000);
	});

	test("without work are left to the next one, but only those without", async () => {
		const reporting = workerOf(`
			import { parentPort, threadId } from "node:worker_threads";
			parentPort.on("message", (requests) => {
				for (const { id, task } of requests) if (task.path !== "never") parentPort.postMessage([{ id, result: threadId }]);
			});`);
		const config = { type: "local", root: bench.root } as const;
		const open = () => new LocalStorage(config, { worker: reporting, threads: 1 });
		const [first, other] = [open(), open()];
		const never = first.stat("never", { signal }).catch((error: unknown) => error);
		const thread = await first.stat("a", { signal });
		expect(await other.stat("a", { signal })).not.toBe(thread);
		await first[Symbol.asyncDispose]();
		expect(await never).toMatchObject({ code: "io", path: "never" });
		await using next = open();
		const taken = await next.stat("a", { signal });
		expect(taken).not.toBe(thread);
		await other[Symbol.asyncDispose]();
		expect(await next.stat("a", { signal })).toBe(taken);
		expect(await open().stat("a", { signal })).toBe(taken);
	});

	test("that make progress, however slow, are waited for", async () => {
		const slow = workerOf(`
			import { parentPort, workerData } from "node:worker_threads";
			const sleeper = new Int32Array(new SharedArrayBuffer(4));
			parentPort.on("message", ([{ id }]) => {
				Atomics.store(workerData.progress, 0, id);
				for (let i = 0; i < 60; i++) {
					Atomics.add(workerData.progress, 1, 1);
					Atomics.wait(sleeper, 0, 0, 50);
				}
				parentPort.postMessage([{ id, result: null }]);
			});`);
		await using local = new LocalStorage({ type: "local", root: bench.root }, { worker: slow, timeoutMs: 2000 });
		expect(await local.stat("a", { signal })).toBeNull();
	});

	test("that hang in the kernel, where nothing can end them, are few and hold up no others", async () => {
		const fifo = join(bench.root, "fifo");
		execFileSync("mkfifo", [fifo]);
		const stuck = workerOf(`
			import { openSync } from "node:fs";
			import { parentPort, workerData } from "node:worker_threads";
			parentPort.on("message", ([{ id }]) => {
				Atomics.store(workerData.progress, 0, id);
				openSync(${JSON.stringify(fifo)});
			});`);
		const local = new LocalStorage({ type: "local", root: bench.root }, { worker: stuck, timeoutMs: 2000, threads: 1 });
		const codes: unknown[] = [];
		for (let i = 0; i < 4; i++) await local.stat("a", { signal }).catch((error) => codes.push(error.code));
		expect(codes).toEqual(["timeout", "timeout", "unreachable", "unreachable"]);
		await local[Symbol.asyncDispose]();
		// Lets them go, so that this process can end.
		await (await open(fifo, constants.O_RDWR | constants.O_NONBLOCK)).close();
	});
});

function workerOf(source: string): URL {
	return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}
