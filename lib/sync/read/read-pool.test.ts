import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { StorageError } from "#lib/errors.ts";
import { LocalStorage } from "#lib/storage/local/local.ts";
import { readOutcome } from "./read-outcome.ts";
import { openReadPool } from "./read-pool.ts";
import type { ReadTask } from "./read-thread.ts";

const { signal } = new AbortController();
let root: string;
beforeAll(() => {
	root = mkdtempSync(join(tmpdir(), "eosync-read-pool-"));
	const tiff = writeGeoTiff({ size: [4, 4], crs: 4326, georeference: { origin: [14, 49], pixelSize: [0.1, 0.1] } });
	for (let day = 1; day <= 28; day++)
		writeFileSync(join(root, `scene_200608${String(day).padStart(2, "0")}.tif`), tiff);
	writeFileSync(join(root, "cut.tif"), tiff.subarray(0, 40));
});
afterAll(() => rmSync(root, { recursive: true }));

async function taskOf(storage: LocalStorage, name: string, run = 1): Promise<ReadTask> {
	const entry = await storage.stat(name, { signal });
	const { size = 0, mtime = null, etag = null, inode = null } = entry ?? {};
	const rules = {
		symlinks: "skip",
		checksum: false,
		rangeType: "RGB",
		mosaicRangeType: null,
		fileName: "_(?<begin>\\d{8})",
		timeZone: "UTC",
	} as const;
	const files = [{ name, role: "data", size, mtime, etag, inode }] as const;
	const item = {
		id: 7,
		action: "added",
		path: name,
		files,
		before: null,
		versionBefore: null,
		filesBefore: null,
	} as const;
	return { run, storage: { type: "local", root }, policy: { network: undefined, roots: [root] }, rules, item };
}

describe("reading in threads", () => {
	it("respects where storages may be, in each run anew", async () => {
		await using storage = new LocalStorage({ type: "local", root });
		await using pool = openReadPool();
		await pool.run(await taskOf(storage, "cut.tif", 2), signal);
		const task = { ...(await taskOf(storage, "cut.tif", 3)), policy: { network: undefined, roots: ["/elsewhere"] } };
		await expect(pool.run(task, signal)).rejects.toMatchObject({
			code: "forbidden",
			message: expect.stringMatching(/EOSYNC_ALLOWED_ROOTS/),
		});
	});

	it("says of every file what reading here says: read, rejected, gone", async () => {
		await using storage = new LocalStorage({ type: "local", root });
		await using pool = openReadPool();
		const names = Array.from({ length: 28 }, (_, i) => `scene_200608${String(i + 1).padStart(2, "0")}.tif`);
		const tasks = await Promise.all([...names, "cut.tif", "gone.tif"].map((name) => taskOf(storage, name)));
		const inThreads = await Promise.all(tasks.map((task) => pool.run(task, signal)));
		const here = await Promise.all(tasks.map(({ rules, item }) => readOutcome(storage, rules, item, { signal })));
		expect(inThreads).toEqual(here);
		expect(inThreads.at(-1)).toEqual({ problem: null });
		const updates = inThreads.slice(0, -1).map((outcome) => JSON.parse("update" in outcome ? outcome.update : ""));
		expect(updates.map(({ action }) => action)).toEqual([...names.map(() => "added"), "rejected"]);
		expect(updates[2]).toMatchObject({ id: 7, eo_id: "scene_20060803", after: { begin: "2006-08-03T00:00:00Z" } });
	});

	it("a root that is gone: the file vanished", async () => {
		await using storage = new LocalStorage({ type: "local", root });
		await using pool = openReadPool();
		const task = await taskOf(storage, "cut.tif");
		const absent = { ...task, storage: { type: "local", root: join(root, "absent") } } as const;
		expect(await pool.run(absent, signal)).toEqual({ problem: null });
	});

	it("ends with the run: what is under way fails, naming its file", async () => {
		await using storage = new LocalStorage({ type: "local", root });
		const pool = openReadPool();
		const task = await taskOf(storage, "cut.tif");
		const underWay = pool.run(task, signal).catch((error: unknown) => error);
		await pool[Symbol.asyncDispose]();
		expect(await underWay).toBeInstanceOf(StorageError);
		await expect(pool.run(task, signal)).rejects.toMatchObject({ path: "cut.tif" });
	});
});
