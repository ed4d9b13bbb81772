import { execFileSync } from "node:child_process";
import { mkdirSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** Folders as a list shows them, which may be old: it says where to look, and undoes nothing (rules 11 and 17). */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
	const { root } = bench.archive;
	await saveStorage(bench.database, storageInput.parse({ name: "listed", type: "local", root, list: "lists/all.txt" }));
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	madeAt = Date.UTC(2024, 0, 1);
	for (const path of ["a/a1.tif", "a/a2.tif", "b/b1.tif", "b/deep/b2.tif"]) await bench.archive.scene(path);
	await bench.container("S", [{ storage: "listed" }]);
});

let madeAt = 0;
/** Writes what is now there, as find lists it; each list is an hour later than the one before. */
function makeList({ change = (list: string) => list, minutes = 60, packed = false } = {}): void {
	const list = execFileSync("find", [".", "-type", "f", "-printf", "%p\\t%s\\t%T@\\n"], {
		cwd: bench.archive.root,
		encoding: "utf8",
	});
	const path = bench.archive.at("lists/all.txt");
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, packed ? gzipSync(change(list)) : change(list));
	madeAt += minutes * 60_000;
	utimesSync(path, new Date(madeAt), new Date(madeAt));
}

async function run(kind: "sync" | "check" = "sync") {
	const calls: string[] = [];
	const access = {
		...storageAccess(readEnv({ EOSYNC_HOME: bench.archive.at(".home") })),
		aroundAdapter: (adapter: Parameters<typeof wrapStorage>[0]) =>
			wrapStorage(adapter, {
				call: ({ operation, path }, call) => {
					calls.push(`${operation} ${path}`);
					return call();
				},
			}),
	};
	const { run } = await createRun(bench.database, { container: "S", kind, trigger: "command-line", actor: "tester" });
	await executeRun(bench.database, run, { signal: new AbortController().signal, access });
	const view = await runView(bench.database, run);
	const changes = (await bench.changes(run)).map(({ action, path }) => `${action} ${path}`).sort();
	const problems = await bench.database.sql<{ message: string }[]>`select message from problems where run_id = ${run}`;
	return { state: view?.state, changes, calls, problems: problems.map(({ message }) => message).join("\n") };
}

test("folders are those of the list: an unchanged one costs one question", async () => {
	makeList();
	const first = await run();
	expect(first).toMatchObject({ state: "succeeded", problems: "" });
	expect(first.changes).toEqual(["added a/a1.tif", "added a/a2.tif", "added b/b1.tif", "added b/deep/b2.tif"]);
	expect(first.calls.filter((call) => call.startsWith("list "))).toEqual([]);
	expect(await run()).toMatchObject({ state: "succeeded", changes: [], calls: ["stat lists/all.txt"] });
});

test("a newer list shows what is new, what changed and what went; only that is asked for", async () => {
	makeList({ packed: true });
	await run();
	await bench.archive.scene("a/a3.tif");
	await bench.archive.scene("b/b1.tif", { begin: "2007-01-01T00:00:00Z" });
	await bench.archive.remove("b/deep");
	await bench.archive.remove("a/a2.tif");
	await bench.archive.remove("a/a2.xml");
	makeList({ packed: true });
	const { changes, calls, problems } = await run();
	expect({ changes, problems }).toEqual({
		changes: ["added a/a3.tif", "removed a/a2.tif", "removed b/deep/b2.tif", "updated b/b1.tif"],
		problems: "",
	});
	expect(calls.filter((call) => /a.a1\./.test(call))).toEqual([]);
	expect(await run()).toMatchObject({ changes: [], calls: ["stat lists/all.txt"] });
});

describe("an old list", () => {
	beforeEach(async () => {
		makeList();
		await run();
		await bench.container("S", [{ storage: "listed" }], { guard: { maxRemovals: null, emptied: "allow" } });
	});

	/** What was there when the old list was made, one other file besides: so that no folder has the digest it had. */
	function makeOldList(old: string): void {
		const stir = (folder: string) => `./${folder}stir.log\t${old.length}\t1\n`;
		makeList({ change: () => `${old}${["", "a/", "b/", "b/deep/"].map(stir).join("")}` });
	}
	const listNow = () => {
		let now = "";
		makeList({
			change: (list) => {
				now = list.replaceAll(/^.*lists\/all.txt.*\n/gm, "");
				return now;
			},
		});
		return now;
	};

	test("does not remove what is newer: files, folders, and folders in them", async () => {
		const old = listNow();
		await bench.archive.scene("a/new.tif");
		await bench.archive.scene("c/deep/c1.tif");
		makeList();
		expect((await run()).changes).toEqual(["added a/new.tif", "added c/deep/c1.tif"]);
		makeOldList(old);
		expect(await run()).toMatchObject({ state: "succeeded", changes: [], problems: "" });
		expect(await bench.registered()).toHaveLength(6);
		// The same list once more: the folders that it lacks are listed, and nothing else.
		expect((await run()).calls.filter((call) => call.startsWith("open"))).toEqual([]);
	});

	test("does not bring back what is gone, and does not change back what was written again", async () => {
		const old = listNow();
		await bench.archive.remove("a/a2.tif");
		await bench.archive.scene("b/b1.tif", { begin: "2007-01-01T00:00:00Z" });
		makeList();
		expect((await run()).changes).toEqual(["removed a/a2.tif", "updated b/b1.tif"]);
		makeOldList(old);
		expect(await run()).toMatchObject({ state: "succeeded", changes: [], problems: "" });
		expect((await bench.registered()).map((line) => line.split(":")[0])).toEqual([
			"a/a1.tif",
			"b/b1.tif",
			"b/deep/b2.tif",
		]);
	});

	test("that is older than the one used last is a problem", async () => {
		makeList({ change: (list) => list.replaceAll(/^.*a\/.*\n/gm, ""), minutes: -30 });
		const { state, changes, problems } = await run();
		expect({ state, changes }).toEqual({ state: "failed", changes: [] });
		expect(problems).toMatch(/older than the one used last/);
		expect(await bench.registered()).toHaveLength(4);
	});
});

test("more removals than are asked for by sample: each file that is there after all stays", async () => {
	const kept = Array.from({ length: 1100 }, (_, i) => `many/${i}.txt`);
	await bench.container("S", [{ storage: "listed", include: ["*.tif", "many/*.txt"] }], {
		guard: { maxRemovals: null, emptied: "allow" },
	});
	for (const path of kept) await bench.archive.write(path, "");
	makeList();
	await run();
	const [{ id } = { id: 0 }] = await bench.database.sql<{ id: number }[]>`
		select count(*)::int as id from rejections where directory = 'many'`;
	expect(id).toBe(1100);
	makeList({ change: (list) => list.replaceAll(/^.*many\/[1-9].*\n/gm, "") });
	expect((await run()).changes).toEqual([]);
	const [{ left } = { left: 0 }] = await bench.database.sql<{ left: number }[]>`
		select count(*)::int as left from rejections where directory = 'many'`;
	expect(left).toBe(1100);
});

describe("nothing is removed, and the run fails, when the list", () => {
	beforeEach(async () => {
		makeList();
		await run();
	});

	test.each<[what: string, change: (list: string) => string, says: RegExp]>([
		["has a line that is none", (list) => `${list}./c.tif\t12\n`, /Line \d+ of the list lists\/all.txt is not a path/],
		["has a size that is none", (list) => `./c.tif\t-1\t1\n${list}`, /Line 1 .*size that is none/],
		["has a time that is none", (list) => `./c.tif\t1\tyesterday\n${list}`, /Line 1 .*neither seconds/],
		["leads elsewhere", (list) => `${list}./x/../../etc/passwd\t12\t1\n`, /“\.\.”/],
		["has absolute paths", (list) => `/etc/passwd\t12\t1\n${list}`, /Line 1 .*absolute/],
		["is cut off within a line", (list) => list.slice(0, -5), /cut off/],
		["is cut off after a line", (list) => `# eosync list\n${list}`, /cut off/],
		["has lost lines", (list) => `# eosync list\n${list}# end 99999\n`, /says at its end/],
		["is empty", () => "", /is empty/],
	])("%s", async (_, change, says) => {
		makeList({ change });
		const { state, changes, problems } = await run();
		expect({ state, changes }).toEqual({ state: "failed", changes: [] });
		expect(problems).toMatch(says);
		expect(await bench.registered()).toHaveLength(4);
	});

	test("is not there", async () => {
		await bench.archive.remove("lists");
		const { state, problems } = await run();
		expect(state).toBe("failed");
		expect(problems).toMatch(/is not there/);
		expect(await bench.registered()).toHaveLength(4);
	});

	test("is packed, and cut off", async () => {
		makeList({ packed: true });
		const path = bench.archive.at("lists/all.txt");
		truncateSync(path, statSync(path).size - 20);
		const { state, problems } = await run();
		expect(state).toBe("failed");
		expect(problems).toMatch(/cannot be unpacked/);
	});
});
