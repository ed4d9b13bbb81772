import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRun } from "#lib/catalog/run-lifecycle.ts";
import { openStorage } from "#lib/storage/open.ts";
import type { Entry, Storage } from "#lib/storage/storage.ts";
import { fingerprint } from "./fingerprint.ts";
import { read } from "./read.ts";
import { loadSubject, type SourceRules } from "./subject.ts";
import { type Bench, emptyBench, makeBench } from "./testing.ts";

let bench: Bench;
let rules: SourceRules;
const { signal } = new AbortController();

beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	await bench.archive.scene("a.tif", { begin: "2001-01-01T00:00:00Z" });
	await bench.container("S", [{}]);
	const order = { container: "S", kind: "sync", trigger: "command-line", actor: "tester" } as const;
	const { run } = await createRun(bench.database, order);
	const [source] = (await loadSubject(bench.database, run)).sources;
	if (source) rules = source;
});

/** Reads a.tif as it was listed, while something happens to the archive whenever its metadata file is opened. */
async function readWhile(happens: (time: number) => Promise<unknown>) {
	await using storage = await openStorage({ type: "local", root: bench.archive.root });
	const entry = async (name: string) => (await storage.stat(name, { signal })) as Entry;
	const files = [fingerprint(await entry("a.tif"), "data"), fingerprint(await entry("a.xml"), "metadata")];
	let times = 0;
	const unquiet: Storage = {
		type: storage.type,
		parallel: storage.parallel,
		list: (path, options) => storage.list(path, options),
		stat: (path, options) => storage.stat(path, options),
		open: async (path, options) => {
			if (path === "a.xml") await happens(++times);
			return storage.open(path, options);
		},
		facts: (options) => storage.facts(options),
		[Symbol.asyncDispose]: async () => {},
	};
	const item = { id: 1, action: "added", path: "a.tif", files, before: null, filesBefore: null } as const;
	return { result: await read(unquiet, rules, item, { signal }), listed: files };
}

describe("a file that changes under the reader's hands", () => {
	test("once: is read again, with the fingerprint of what was read", async () => {
		const { result, listed } = await readWhile(async (time) => {
			if (time === 1) await bench.archive.scene("a.tif", { begin: "2002-02-02T00:00:00Z", size: [8, 8] });
		});
		if (result.kind !== "read") throw new Error(result.kind);
		expect(result.after).toMatchObject({ begin: "2002-02-02T00:00:00Z", size: [8, 8] });
		expect(result.files.map(({ mtime }) => mtime)).not.toEqual(listed.map(({ mtime }) => mtime));
	});

	test("all the time: is left for the next run, as a problem", async () => {
		const { result } = await readWhile(() => bench.archive.scene("a.tif"));
		expect(result).toMatchObject({ kind: "unknown", problem: { path: "a.tif", code: "changed" } });
	});

	test("and vanishes: is no problem, the next listing tells", async () => {
		const { result } = await readWhile(async (time) => time === 1 && bench.archive.remove("a.tif"));
		expect(result).toEqual({ kind: "unknown", problem: null });
	});

	test("whose metadata vanish: is judged without them", async () => {
		const { result } = await readWhile(async (time) => time === 1 && bench.archive.remove("a.xml"));
		expect(result).toMatchObject({ kind: "rejected", code: "no-time", files: [{ name: "a.tif" }] });
	});
});
