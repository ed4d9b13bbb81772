import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { StorageError } from "#lib/errors.ts";
import { dimap2Files } from "#lib/metadata/testing/products.ts";
import { openStorage } from "#lib/storage/open.ts";
import type { Entry, OpenFile, Storage } from "#lib/storage/storage.ts";
import { loadRun, type SourceRules } from "#lib/sync/loaded-run.ts";
import { fingerprint } from "#lib/sync/match/fingerprint.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { OpenedFiles } from "./opened-files.ts";
import { read } from "./read.ts";

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
	const [source] = (await loadRun(bench.database, run)).sources;
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
		timeGrain: storage.timeGrain,
		list: (path, options) => storage.list(path, options),
		stat: (path, options) => storage.stat(path, options),
		open: async (path, options) => {
			const odd = path === "a.xml" ? await happens(++times) : undefined;
			const file = await storage.open(path, options);
			return odd === "empty" ? withoutContent(file) : file;
		},
		facts: (options) => storage.facts(options),
		[Symbol.asyncDispose]: async () => {},
	};
	const item = {
		id: 1,
		action: "added",
		path: "a.tif",
		files,
		before: null,
		versionBefore: null,
		filesBefore: null,
	} as const;
	return { result: await read(unquiet, rules, item, { signal }), listed: files };
}

function withoutContent(file: OpenFile): OpenFile {
	return {
		name: file.name,
		size: 0,
		read: async () => new Uint8Array(),
		[Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
	};
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

	test.each(["changed", "not-found"] as const)(
		"as the storage says alone (%s): is read again, and no judgement of the file where it says so each time",
		async (code) => {
			const refuse = (times: number) =>
				readWhile(async (time) => {
					if (time <= times) throw new StorageError(code, "a.xml", "a.xml is another one; run again.");
				});
			expect((await refuse(1)).result).toMatchObject({ kind: "read" });
			expect((await refuse(9)).result).toEqual({
				kind: "unknown",
				problem: expect.objectContaining({ path: "a.xml", code, message: "a.xml is another one; run again." }),
			});
		},
	);

	test("as it is opened with another size than it was listed with: is read again, and no judgement either", async () => {
		const empty = (times: number) => readWhile(async (time) => (time <= times ? "empty" : null));
		expect((await empty(1)).result).toMatchObject({ kind: "read" });
		expect((await empty(9)).result).toMatchObject({ kind: "unknown", problem: { path: "a.xml", code: "changed" } });
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

describe("what a reader asks for beside the data file", () => {
	const folder = "dim";

	/** Reads the DIMAP volume as a source that knows its manifest only, while something happens before its image is opened. */
	async function readVolume(happens: (time: number) => Promise<unknown> = async () => {}) {
		for (const [name, bytes] of Object.entries(dimap2Files)) await bench.archive.write(`${folder}/${name}`, bytes);
		await using storage = await openStorage({ type: "local", root: bench.archive.root });
		const path = `${folder}/DIM_PHR1A_MS_001.XML`;
		const entry = (await storage.stat(path, { signal })) as Entry;
		let times = 0;
		let open = 0;
		const watched: Storage = {
			type: storage.type,
			parallel: storage.parallel,
			timeGrain: storage.timeGrain,
			list: (where, options) => storage.list(where, options),
			stat: (where, options) => storage.stat(where, options),
			facts: (options) => storage.facts(options),
			open: async (where, options) => {
				if (where.endsWith(".TIF")) await happens(++times);
				const file = await storage.open(where, options);
				open += 1;
				return {
					name: file.name,
					size: file.size,
					read: file.read.bind(file),
					[Symbol.asyncDispose]: async () => {
						open -= 1;
						await file[Symbol.asyncDispose]();
					},
				};
			},
			[Symbol.asyncDispose]: async () => {},
		};
		const files = [fingerprint(entry, "data")];
		const item = { id: 1, action: "added", path, files, before: null, versionBefore: null, filesBefore: null } as const;
		const result = await read(watched, rules, item, { signal });
		expect(open).toBe(0);
		return result;
	}

	test("becomes a member, and is closed with the others", async () => {
		const result = await readVolume();
		if (result.kind !== "read") throw new Error(JSON.stringify(result));
		expect(result.files.map(({ name, role }) => `${role} ${name}`)).toEqual([
			"data DIM_PHR1A_MS_001.XML",
			"member IMG_PHR1A_MS_001_R1C1.TIF",
		]);
	});

	test("changes meanwhile: all is read again", async () => {
		const times: number[] = [];
		const result = await readVolume(async (time) => {
			times.push(time);
			if (time === 1) await bench.archive.touch(`${folder}/IMG_PHR1A_MS_001_R1C1.TIF`);
		});
		expect(result.kind).toBe("read");
		expect(times).toEqual([1, 2]);
	});

	test("keeps changing: is left for the next run", async () => {
		const result = await readVolume(() => bench.archive.touch(`${folder}/IMG_PHR1A_MS_001_R1C1.TIF`));
		expect(result).toMatchObject({ kind: "unknown", problem: { code: "changed" } });
	});

	test.each(["../a.tif", "/etc/passwd", "a/../../b.tif", "c:\\a.tif", "a\u0000", "", "sub/"])(
		"%j is not in its folder",
		async (path) => {
			const opening = { storage: {} as Storage, symlinks: "skip", folder: "in", files: [], signal } as const;
			await using opened = new OpenedFiles(opening);
			await expect(opened.sibling(path)).rejects.toThrow(/outside its folder/);
		},
	);
});
