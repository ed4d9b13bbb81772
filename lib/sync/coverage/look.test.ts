import { lstat, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { coverageFoldersBelow, coverageView, listCoverageFiles, sourcesAbout } from "#lib/catalog/coverage/coverage.ts";
import { cancelLook, claimLook, requestLook } from "#lib/catalog/coverage/looks.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { type Bench, makeArchive, makeBench, type Scene } from "#lib/sync/testing/testing.ts";
import { coverageRules } from "./covering-sources.ts";
import { lookAtStorage } from "./look.ts";

let bench: Bench;
let database: Database;
beforeAll(async () => {
	bench = await makeBench();
	database = bench.database;
});
afterAll(() => bench[Symbol.asyncDispose]());

async function look(storage = "archive", request: Partial<Parameters<typeof requestLook>[2]> = {}) {
	await requestLook(database, storage, { by: "tester", listAll: true, ...request });
	return goOn(storage);
}

async function goOn(storage = "archive", signal = new AbortController().signal) {
	const claimed = await claimLook(database, { owner: "tester", storage, closed: [] });
	if (claimed === null) throw new Error("There is nothing to look at.");
	return lookAtStorage(database, claimed, { access: storageAccess(readEnv()), owner: "tester", signal });
}

const view = (storage = "archive") => coverageView(database, storage, (id) => coverageRules(database, id));

async function totals(storage = "archive") {
	return Object.fromEntries((await view(storage)).totals.map(({ class: one, files }) => [one, files]));
}

async function files(storage = "archive"): Promise<readonly string[]> {
	const all = { folder: "", search: "", after: null, limit: 1000 };
	const { rows } = await listCoverageFiles(database, storage, all);
	return rows.map(({ path, class: one, pattern, containers }) =>
		[one, path, ...(pattern === null ? [] : [`by ${pattern}`]), ...containers].join(" "),
	);
}

test("every entry is in one class, and says why it is in no container", async () => {
	const { archive } = bench;
	await archive.scene("meris/a.tif");
	await archive.scene("meris/b_tmp.tif");
	await archive.scene("meris/deep/c.tif");
	await archive.write("meris/bad.tif", "no tiff");
	await archive.write("meris/.hidden", "");
	await archive.symlink("a.tif", "meris/link.tif");
	await archive.write("meris/thumbnail.png", "x");
	await archive.scene("landsat/new.tif");
	await archive.write("landsat/wind.bufr", "GRIB");
	await archive.write("landsat/readme.txt", "x");
	await bench.container("ONE", [{ path: "meris", exclude: ["*_tmp.tif"] }]);
	await bench.container("TWO", [{ path: "meris/deep" }]);
	await bench.run("ONE");
	await bench.run("TWO");
	await archive.scene("meris/fresh.tif");
	expect(await look()).toEqual({ outcome: "complete" });
	expect(await files()).toEqual([
		"uncovered landsat/new.tif",
		"other landsat/new.xml",
		"other landsat/readme.txt",
		"unknown landsat/wind.bufr",
		"excluded meris/b_tmp.tif by *_tmp.tif ONE",
		"other meris/b_tmp.xml",
		"rejected meris/bad.tif ONE",
		"new meris/fresh.tif ONE",
		"other meris/thumbnail.png",
		"several meris/deep/c.tif ONE TWO",
	]);
	const found = { class: undefined, folder: "", search: "WIND", after: null, limit: 10 };
	expect(await listCoverageFiles(database, "archive", found)).toMatchObject({ total: 1, rows: [{ class: "unknown" }] });
	expect(await totals()).toEqual({
		...{ registered: 1, several: 1, belonging: 3, new: 1, rejected: 1, excluded: 1 },
		...{ uncovered: 1, unknown: 1, other: 4, hidden: 1, links: 1 },
	});
	const about = async (path: string) => {
		const { matching, around } = await sourcesAbout(database, "archive", path);
		return [matching, around].map((some) => some.map((one) => `${one.container} ${one.path}`));
	};
	expect(await about("meris/b_tmp.tif")).toEqual([["ONE meris"], ["ONE meris"]]);
	expect(await about("meris/deep/new.tif")).toEqual([[], ["TWO meris/deep", "ONE meris"]]);
	expect(await about("merisx/a.tif")).toEqual([[], []]);
});

test("a folder that is gone is gone from all sums above it, and what was added is in them", async () => {
	await bench.archive.remove("landsat");
	await bench.archive.write("meris/deep/very/notes.txt", "12345");
	await look();
	expect(await totals()).toMatchObject({ other: 3, hidden: 1 });
	expect(await totals()).not.toHaveProperty("unknown");
	const { rows } = await coverageFoldersBelow(database, "archive", { parent: "meris", after: null, limit: 10 });
	expect(rows).toMatchObject([{ path: "meris/deep", isLeaf: false, waits: false }]);
	expect(rows[0]?.totals.find(({ class: one }) => one === "other")).toEqual({ class: "other", files: 1, bytes: 5 });
});

test("a look whose budget is used up says what it has not looked at, and the next one goes on there", async () => {
	expect(await look("archive", { budget: { entries: 1 } })).toEqual({ outcome: "partial" });
	expect(await view()).toMatchObject({ outcome: "partial", notLookedAt: 1 });
	const below = await coverageFoldersBelow(database, "archive", { parent: "meris", after: null, limit: 10 });
	expect(below.rows).toMatchObject([{ path: "meris/deep", waits: true }]);
	const before = await view();
	expect(await look()).toEqual({ outcome: "complete" });
	expect((await view()).folders).toBeGreaterThan(before.folders);
	expect(await view()).toMatchObject({ outcome: "complete", notLookedAt: 0 });
});

test("a look that is killed in the middle goes on in another process, and one is at work at a time", async () => {
	await requestLook(database, "archive", { by: "tester", listAll: true });
	const claimed = await claimLook(database, { owner: "first", storage: "archive", closed: [] });
	expect(await claimLook(database, { owner: "second", storage: "archive", closed: [] })).toBeNull();
	expect(await requestLook(database, "archive", { by: "other" })).toBe(false);
	await database.sql`update coverage_looks set lease_until = now() - interval '1 second'`;
	expect(await goOn()).toEqual({ outcome: "complete" });
	if (claimed === null) throw new Error("Nothing was claimed.");
	const late = lookAtStorage(database, claimed, {
		access: storageAccess(readEnv()),
		owner: "first",
		signal: new AbortController().signal,
	});
	expect(await late).toBeNull();
	expect(await view()).toMatchObject({ outcome: "complete" });
	await requestLook(database, "archive", { by: "tester" });
	expect(await goOn("archive", AbortSignal.abort())).toEqual({ outcome: "released", until: null });
	expect(await view()).toMatchObject({ state: "queued" });
	expect(await cancelLook(database, "archive")).toBe(true);
	expect(await view()).toMatchObject({ state: "idle", outcome: "cancelled" });
});

test("it obeys a pause that begins meanwhile", async () => {
	await requestLook(database, "archive", { by: "tester", listAll: true });
	await database.sql`update storages set paused_until = '2999-01-01Z' where name = 'archive'`;
	expect(await goOn()).toEqual({ outcome: "released", until: "2999-01-01T00:00:00Z" });
	expect(await claimLook(database, { owner: "tester", closed: [] })).toBeNull();
	await database.sql`update storages set paused_until = null where name = 'archive'`;
	await cancelLook(database, "archive");
});

test("listings of a sync are taken instead of listing again, and say the same", async () => {
	await bench.run("ONE");
	await look();
	const [listed, then] = [await totals(), await files()];
	await bench.archive.write("meris/unseen.txt", "");
	await look("archive", { listAll: false });
	expect(await totals()).toEqual(listed);
	expect(await files()).toEqual(then);
	const { rows } = await coverageFoldersBelow(database, "archive", { parent: "", after: null, limit: 10 });
	expect(rows).toMatchObject([{ path: "meris", taken: true }]);
	expect(await look("archive", { listAll: true })).toEqual({ outcome: "complete" });
	expect(await files()).toContain("other meris/unseen.txt");
});

/** Whatever the archive and the sources: what one finds who looks at each file by itself. */
test("all classes add up, in every folder, to what walking the archive file by file counts", async () => {
	await using archive = await makeArchive();
	await saveStorage(database, storageInput.parse({ name: "random", type: "local", root: archive.root }));
	const random = seeded(20_261_129);
	const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
	const folders = ["", "a", "a/b", "a/b/c", "d", "d/e"];
	for (let i = 0; i < 32; i++) {
		const path = join(pick(folders), `${pick(["s", "t"])}${i}`);
		if (random() < 0.5) await archive.scene(`${path}.tif`, withMetadata(i, random() < 0.8));
		else await archive.write(path + pick([".tif", ".png", ".bufr", ".txt", ".nc"]), "x".repeat(i));
		if (random() < 0.2) await archive.write(join(pick(folders), `.dot${i}`), "");
	}
	await archive.symlink("a", "link");
	const sources = [
		{ path: "a", include: ["*.tif"], exclude: ["s*2.tif"] },
		{ path: "a/b", include: ["*.tif", "*.png"], exclude: [] },
		{ path: "d", include: ["*.nc", "t*.tif"], exclude: ["*1*.tif"] },
	];
	for (const [i, source] of sources.entries()) {
		await bench.container(`RANDOM_${i}`, [{ storage: "random", ...source }]);
		await bench.run(`RANDOM_${i}`);
	}
	await look("random");
	const datasets = await database.sql<{ path: string }[]>`
		select path from datasets d join storages st on st.id = d.storage_id where st.name = 'random'`;
	const expected = await walkAlone(archive.root, { sources, registered: new Set(datasets.map(({ path }) => path)) });
	const found = await database.sql<{ line: string }[]>`
		select path || ' ' || class || ' ' || files || ' ' || bytes as line from coverage_totals t join storages st on st.id = t.storage_id
		where st.name = 'random'`;
	expect(found.map(({ line }) => line).sort()).toEqual(expected);
});

function withMetadata(i: number, has: boolean): Scene {
	return { eoId: `R${i}`, ...(has ? {} : { metadata: null }) };
}

interface Alone {
	readonly sources: readonly {
		readonly path: string;
		readonly include: readonly string[];
		readonly exclude: readonly string[];
	}[];
	readonly registered: ReadonlySet<string>;
}

async function walkAlone(root: string, { sources, registered }: Alone): Promise<readonly string[]> {
	const fits = (name: string, patterns: readonly string[]) =>
		patterns.some((pattern) => new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(name));
	const isBelow = (folder: string, above: string) => folder === above || folder.startsWith(`${above}/`);
	const sums = new Map<string, [number, number]>();
	for (const path of await readdir(root, { recursive: true })) {
		const stats = await lstat(join(root, path));
		// Node walks through links, the look does not.
		if (stats.isDirectory() || path.startsWith("link/")) continue;
		const [folder, name] = [dirname(path) === "." ? "" : dirname(path), basename(path)];
		const here = sources.filter((source) => isBelow(folder, source.path));
		const matching = (file: string) =>
			here.filter(({ include, exclude }) => fits(file, include) && !fits(file, exclude)).length;
		const neighbours = (await readdir(join(root, folder))).filter((other) => matching(other) > 0);
		const count = matching(name);
		const belongs = neighbours.some((other) => name === `${other.replace(/\.[^.]*$/, "")}.xml`);
		const isExcluded = here.some(({ include, exclude }) => fits(name, include) && fits(name, exclude));
		const kind = /\.(tif|nc)$/.test(name) ? "uncovered" : name.endsWith(".bufr") ? "unknown" : "other";
		const known = registered.has(path) ? (count > 1 ? "several" : "registered") : "rejected";
		const left = belongs ? "belonging" : isExcluded ? "excluded" : kind;
		const skipped = name.startsWith(".") ? "hidden" : stats.isSymbolicLink() ? "links" : null;
		const one = skipped ?? (count > 0 ? known : left);
		const names = folder === "" ? [] : folder.split("/");
		for (const above of ["", ...names.map((_, i) => names.slice(0, i + 1).join("/"))]) {
			const [files, bytes] = sums.get(`${above} ${one}`) ?? [0, 0];
			sums.set(`${above} ${one}`, [files + 1, bytes + (skipped === null ? stats.size : 0)]);
		}
	}
	return [...sums].map(([key, [files, bytes]]) => `${key} ${files} ${bytes}`).sort();
}

/** Numbers that are the same in each run (mulberry32). */
function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

test("metadata trees on another storage belong to what they describe, and nothing of a container changes", async () => {
	await using other = await makeArchive();
	await saveStorage(database, storageInput.parse({ name: "eo", type: "local", root: other.root }));
	await other.write("docs/deep/c.xml", "<x/>");
	await other.write("docs/deep/d.xml", "<x/>");
	await bench.archive.write("eo/data/deep/keep.txt", "");
	await bench.container("FAR", [
		{ path: "meris", include: ["c.tif"], metadataStorage: "eo", metadataPath: "docs/{folder}" },
	]);
	await bench.archive.scene("far/deep/e.tif", { metadata: null });
	const untouched = await database.sql`select eo_id, revision, dataset_count, configured_at from containers order by 1`;
	const [row] = await database.sql<{ id: number }[]>`select id from datasets where path = 'meris/deep/c.tif'`;
	await database.sql`
		update dataset_versions set files = files || '[{"name": ".@metadata/c.xml", "role": "metadata", "size": 4, "mtime": 0, "etag": null, "inode": null}]'
		where id = (select version_id from datasets where id = ${row?.id ?? 0})`;
	await database.sql`
		insert into directories (source_id, path, parent, rule)
		select s.id, p.path, p.parent, '' from sources s join storages m on m.id = s.metadata_storage_id,
			(values ('meris', null), ('meris/deep', 'meris')) p(path, parent) where m.name = 'eo'`;
	await look("eo");
	expect(await totals("eo")).toEqual({ belonging: 1, other: 1 });
	expect(await files("eo")).toEqual(["other docs/deep/d.xml"]);
	expect(await database.sql`select eo_id, revision, dataset_count, configured_at from containers order by 1`).toEqual(
		untouched,
	);
});

test("products are one with their folders, followed links are what a check finds, and a folder that contains itself ends", async () => {
	await using other = await makeArchive();
	await saveStorage(database, storageInput.parse({ name: "linked", type: "local", root: other.root }));
	for (const path of ["manifest.safe", "measurement/hh.tiff", "measurement/deep/vv.tiff", "annotation/hh.xml"])
		await other.write(`safe/S1A.SAFE/${path}`, "x");
	await other.write("safe/S1B.SAFE.partial/hh.tiff", "x");
	await other.scene("real/a.tif");
	await other.mkdir("data");
	await other.scene("data/own.tif");
	await other.symlink("../real", "data/all");
	await other.symlink("../real/a.tif", "data/one.tif");
	await other.symlink(".", "data/itself");
	await other.symlink("..", "data/above");
	await other.symlink("nowhere", "data/broken.tif");
	await bench.container("PRODUCTS", [{ storage: "linked", path: "safe", include: ["manifest.safe"] }]);
	await bench.container("FOLLOWED", [{ storage: "linked", path: "data", symlinks: "follow" }]);
	expect(await look("linked")).toEqual({ outcome: "complete" });
	const found = await files("linked");
	const { changes } = await bench.check("FOLLOWED");
	expect(found.filter((line) => line.endsWith(" FOLLOWED"))).toEqual(changes.map(({ path }) => `new ${path} FOLLOWED`));
	expect(found.filter((line) => !line.endsWith(" FOLLOWED"))).toEqual([
		"uncovered real/a.tif",
		"other real/a.xml",
		"new safe/S1A.SAFE/manifest.safe PRODUCTS",
		"uncovered safe/S1B.SAFE.partial/hh.tiff",
	]);
	// `itself` and `above` are links; `broken.tif` leads nowhere.
	expect(await totals("linked")).toEqual({ new: 4, belonging: 5, uncovered: 2, other: 1, links: 2, unclear: 1 });
});

test("a Zarr store is seen by its metadata, and its chunks are not listed, whether or not a source looks for it", async () => {
	const { archive } = bench;
	for (const name of ["mine", "other"]) {
		await archive.write(`zarr/${name}.zarr/zarr.json`, '{"zarr_format":3,"node_type":"group"}');
		await archive.write(`zarr/${name}.zarr/sst/zarr.json`, "{}");
		await archive.write(`zarr/${name}.zarr/sst/c/0/0.tif`, "chunk");
	}
	await bench.container("ZARR", [{ path: "zarr", include: ["*.tif"] }]);
	await bench.run("ZARR");
	await look();
	expect((await files()).filter((line) => line.includes("zarr/"))).toEqual([
		"uncovered zarr/mine.zarr/zarr.json",
		"uncovered zarr/other.zarr/zarr.json",
	]);
});
