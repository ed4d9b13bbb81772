import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publish } from "#lib/stac/testing/publish.ts";
import { openTestStac } from "#lib/stac/testing/stac-api.ts";
import { serveStac } from "#lib/stac/testing/stac-server.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";

/** GDAL as a client: a mosaic of items (STACIT), features (OAPIF), a file in ranges (/vsicurl). Skipped where it is not installed. */

const run = promisify(execFile);
const env = { ...process.env, GDAL_HTTP_MAX_RETRY: "0", NO_PROXY: "127.0.0.1" };
const out = async (program: string, ...words: string[]) => (await run(program, words, { env, timeout: 30_000 })).stdout;
const hasGdal = await Promise.all([out("gdalinfo", "--version"), out("ogrinfo", "--version")]).then(
	() => true,
	() => false,
);

let bench: Bench;
let server: Awaited<ReturnType<typeof serveStac>>;
let root = "";
beforeAll(async () => {
	if (!hasGdal) return;
	bench = await makeBench();
	await bench.archive.scene("a.tif", { at: [10, 50], eoId: "A" });
	await bench.archive.scene("b.tif", { at: [11, 50], eoId: "B" });
	await bench.container("S", [{}], { title: "Scenes" });
	await bench.run("S");
	await publish(bench.database, "S");
	const places: { origin: string | null } = { origin: null };
	const { ask } = await openTestStac(bench.database, { originOf: () => places.origin });
	server = await serveStac(ask);
	places.origin = `http://127.0.0.1:${server.port}`;
	root = `${places.origin}/stac`;
});
afterAll(async () => {
	await server?.[Symbol.asyncDispose]();
	await bench?.[Symbol.asyncDispose]();
});

test.skipIf(!hasGdal)("items are a mosaic of their grids", async () => {
	const info = JSON.parse(await out("gdalinfo", "-json", `STACIT:"${root}/collections/S/items":asset=data`));
	expect(info.size).toEqual([8, 4]);
	expect(info.files.map((file: string) => file.split("/").at(-1)).toSorted()).toEqual(["a.tif", "b.tif"]);
	expect(info.cornerCoordinates).toMatchObject({ upperLeft: [10, 50], lowerRight: [12, 49] });
});

test.skipIf(!hasGdal)("items are features, found by place and time", async () => {
	expect(await out("ogrinfo", "-ro", `OAPIF:${root}`)).toMatch(/S \(title: Scenes\)/);
	const found = await out("ogrinfo", "-ro", "-spat", "10.2", "49.2", "10.8", "49.8", `OAPIF:${root}`, "S");
	expect(found).toMatch(/Feature Count: 1\b/);
	expect(found).toMatch(/id \(String\) = A\b/);
	const since = ["-where", "datetime >= '2001-01-01T00:00:00Z'", "-oo", "PAGE_SIZE=1000"];
	const { stdout, stderr } = await run("ogrinfo", ["-ro", ...since, `OAPIF:${root}`, "S"], { env, timeout: 30_000 });
	expect(stdout).toMatch(/Feature Count: 2\b/);
	expect(stderr).toBe("");
});

test.skipIf(!hasGdal)("a file is read in ranges, and has no siblings that are not catalogued", async () => {
	const info = JSON.parse(await out("gdalinfo", "-json", `/vsicurl/${root}/assets/S/A/a.tif`));
	expect(info.size).toEqual([4, 4]);
	expect(server.requests.some((request) => request.includes("/assets/S/A/"))).toBe(true);
});
