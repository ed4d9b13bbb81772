import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listDatasets } from "#lib/catalog/datasets/datasets.ts";
import { pauseStorage, resumeStorage } from "#lib/catalog/pauses/pauses.ts";
import { recordProbe } from "#lib/catalog/storages/storage-health.ts";
import { randomFrom } from "#lib/demo/random.ts";
import { readEnv } from "#lib/env.ts";
import { writeTar } from "#lib/metadata/products/write-tar.ts";
import { wgs84Wkt } from "#lib/metadata/testing/files.ts";
import { landsatFiles } from "#lib/metadata/testing/products.ts";
import { writeZip } from "#lib/metadata/testing/zip.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { pngOf } from "./png.ts";
import { quicklook } from "./quicklook.ts";
import { renderLimits } from "./render-in-thread.ts";

let bench: Bench;
let home: string;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	home = await mkdtemp(join(tmpdir(), "eosync-quicklooks-"));
	return () => rm(home, { recursive: true });
});

const look = (
	version: number,
	size: "large" | "small" = "large",
	megabytes = "10",
	more: Readonly<Record<string, string>> = {},
) => quicklook(bench.database, version, size, readEnv({ EOSYNC_HOME: home, EOSYNC_QUICKLOOKS_MB: megabytes, ...more }));
const versionOf = async (id: string) => {
	const { rows } = await listDatasets(bench.database, "S", { search: id });
	return rows[0]?.version ?? 0;
};
const kept = () => readdir(join(home, "quicklooks"));
const size = ({ bytes }: { readonly bytes: Uint8Array }) => {
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	return [view.getUint32(16), view.getUint32(20)];
};

test("a GeoTIFF is shown by its pixels, in two sizes, made once", async () => {
	await bench.archive.scene("a.tif");
	await bench.container("S", [{}]);
	await bench.run("S");
	const version = await versionOf("A");
	const [large, small] = await Promise.all([look(version), look(version, "small")]);
	if ("none" in large || "none" in small) throw new Error("there is no picture");
	expect([large.type, small.type]).toEqual(["image/png", "image/png"]);
	expect(Math.max(...size(small))).toBeLessThanOrEqual(96);
	expect(await kept()).toHaveLength(2);
	// The cache has it, whatever becomes of the file.
	await bench.archive.remove("a.tif");
	expect(await look(version)).toEqual(large);
});

test("the picture that a product brings comes first; only pictures are shown", async () => {
	await bench.archive.scene("a.tif");
	await bench.archive.scene("b.tif");
	const picture = pngOf({ width: 3, height: 2, rgba: new Uint8Array(24) });
	await writeFile(join(bench.archive.root, "a_browse.png"), picture);
	await writeFile(join(bench.archive.root, "b_thumb.jpg"), "<html><script>alert(1)</script>");
	await bench.container("S", [{}]);
	await bench.run("S");
	expect(await look(await versionOf("A"))).toMatchObject({ type: "image/png", bytes: new Uint8Array(picture) });
	expect(await look(await versionOf("B"))).toMatchObject({ type: "image/png" });
	expect(await look(await versionOf("B"))).not.toMatchObject({ none: expect.anything() });
});

test("a large picture that a product brings is shown large, and a row of a list has one of the pixels", async () => {
	await bench.archive.scene("a.tif");
	const picture = Buffer.concat([pngOf({ width: 3, height: 2, rgba: new Uint8Array(24) }), Buffer.alloc(300_000)]);
	await writeFile(join(bench.archive.root, "a_browse.png"), picture);
	await bench.container("S", [{}]);
	await bench.run("S");
	const version = await versionOf("A");
	expect(await look(version)).toMatchObject({ bytes: new Uint8Array(picture) });
	const small = await look(version, "small");
	expect("bytes" in small ? small.bytes.byteLength : 0).toBeLessThan(100_000);
});

/** A picture that a product brings, too large for a row of a list. */
const largePicture = Buffer.concat([pngOf({ width: 3, height: 2, rgba: new Uint8Array(24) }), Buffer.alloc(300_000)]);

test.each([
	["beside the file", "a.tif"],
	["in an archive", "a.zip"],
])("a small picture that took too much just now is not kept, whatever the product brings %s", async (_, file) => {
	if (file === "a.tif") {
		await bench.archive.scene(file);
		await writeFile(join(bench.archive.root, "a_browse.png"), largePicture);
	} else await writeFile(join(bench.archive.root, file), writeZip({ ...landsatFiles, [landsatThumb]: largePicture }));
	await bench.container("S", [{ include: ["*.tif", "*.zip"] }]);
	await bench.run("S");
	const version = await versionOf("");
	const { milliseconds } = renderLimits;
	renderLimits.milliseconds = -1;
	try {
		expect(await look(version, "small")).toEqual({ none: expect.stringMatching(/^it takes longer than/) });
	} finally {
		renderLimits.milliseconds = milliseconds;
	}
	// The large one.
	expect(await kept()).toHaveLength(1);
	expect(await look(version)).toMatchObject({ bytes: new Uint8Array(largePicture) });
});

test("a raster that cannot be read takes no picture away that the archive brings", async () => {
	const damaged = Buffer.from("NITF02.10 and nothing else".padEnd(500));
	const files = {
		...landsatFiles,
		[landsatThumb]: largePicture,
		[landsatManifest.replace("MTL.txt", "B4.TIF")]: damaged,
	};
	await writeFile(join(bench.archive.root, "a.zip"), writeZip(files));
	await bench.container("S", [{ include: ["*.zip"] }]);
	await bench.run("S");
	expect(await look(await versionOf(""))).toMatchObject({ bytes: new Uint8Array(largePicture) });
});

test("of a gzipped archive as much is read as EOSYNC_TAR_GZ_MB allows", async () => {
	const files = { "a.bin": randomBytes(1_500_000), ...landsatFiles, [landsatThumb]: largePicture };
	await writeFile(join(bench.archive.root, "a.tar.gz"), gzipSync(writeTar(files), { level: 1 }));
	await bench.container("S", [{ include: ["*.tar.gz"] }]);
	await bench.run("S");
	expect(await look(await versionOf(""), "large", "10", { EOSYNC_TAR_GZ_MB: "1" })).toEqual({
		none: expect.stringMatching(/^too much to read: .*first 1048576 bytes/),
	});
});

const [landsatManifest = ""] = Object.keys(landsatFiles).filter((path) => path.endsWith("_MTL.txt"));
const landsatThumb = landsatManifest.replace("_MTL.txt", "_thumb_large.jpeg");

test("a file that has become another one shows nothing of it under the old version, and nothing of that is kept", async () => {
	await bench.archive.scene("a.tif");
	await bench.container("S", [{}]);
	await bench.run("S");
	const version = await versionOf("A");
	await bench.archive.scene("a.tif", { begin: "2011-01-01T00:00:00Z" });
	expect(await look(version)).toEqual({ none: "its file has become another one since" });
	await bench.archive.remove("a.tif");
	expect(await look(version)).toEqual({ none: "its file is not there any more" });
	await expect(kept()).rejects.toThrow("ENOENT");
});

test("a storage that is paused or refused the log-in is not read for pictures", async () => {
	const { sql } = bench.database;
	await bench.archive.scene("a.tif");
	await bench.container("S", [{}]);
	await bench.run("S");
	const version = await versionOf("A");
	const [archive] = await sql<{ id: number }[]>`select id from storages where name = 'archive'`;
	const until = new Date(Date.now() + 3_600_000).toISOString();
	await pauseStorage(bench.database, "archive", { until, note: "", by: "Ada" });
	expect(await look(version)).toEqual({ none: "archive is paused" });
	await resumeStorage(bench.database, "archive");
	const refusal = { reached: false, code: "forbidden", message: "no", refused: true } as const;
	await recordProbe(bench.database, archive?.id ?? 0, refusal, { nextSeconds: 300 });
	expect(await look(version)).toEqual({ none: expect.stringMatching(/^archive refused the log-in/) });
	await recordProbe(bench.database, archive?.id ?? 0, { reached: true, milliseconds: 1 }, { nextSeconds: 300 });
	expect(await look(version)).toMatchObject({ type: "image/png" });
});

test("other formats than TIFF are shown by GDAL, and what nothing reads says so", async () => {
	const files = { "a.png": pngOf({ width: 8, height: 8, rgba: new Uint8Array(256).fill(200) }), "b.asc": header };
	for (const [name, content] of Object.entries(files)) {
		await bench.archive.scene(name.replace(/\..*/, ".tif"));
		await bench.archive.remove(name.replace(/\..*/, ".tif"));
		await writeFile(join(bench.archive.root, name), content);
		await writeFile(join(bench.archive.root, name.replace(/\..*/, ".prj")), wgs84Wkt);
	}
	await writeFile(join(bench.archive.root, "a.pgw"), "0.1\n0\n0\n-0.1\n10\n50\n");
	await bench.container("S", [{ include: ["*.png", "*.asc"] }]);
	expect((await bench.run("S")).summary).toEqual(["added a.png", "added b.asc"]);
	expect(await look(await versionOf("A"))).toMatchObject({ type: "image/png" });
	expect(await look(await versionOf("B"), "small")).toMatchObject({ type: "image/png" });
});

const header = "ncols 4\nnrows 2\nxllcorner 10\nyllcorner 40\ncellsize 0.5\n1 2 3 4\n5 6 7 8\n";

test("what cannot be shown says why; the setting switches all of it off", async () => {
	expect(await look(999_999)).toEqual({ none: "the version is not known" });
	expect(await look(1, "large", "0")).toEqual({ none: "quick-looks are switched off" });
});

test("the cache keeps to its bound", async () => {
	const random = randomFrom(1);
	const noise = pngOf({ width: 200, height: 250, rgba: Uint8Array.from({ length: 200_000 }, () => random() * 256) });
	for (let i = 10; i < 30; i++) {
		await bench.archive.scene(`s${i}.tif`);
		await writeFile(join(bench.archive.root, `s${i}_browse.png`), noise);
	}
	await bench.container("S", [{}]);
	await bench.run("S");
	for (let i = 10; i < 30; i++) await look(await versionOf(`S${i}`), "large", "1");
	expect((await kept()).length).toBeLessThanOrEqual(5);
	expect((await kept()).length).toBeGreaterThan(0);
});
