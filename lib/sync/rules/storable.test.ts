import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listRejections } from "#lib/catalog/containers/open-files.ts";
import { listProblems } from "#lib/catalog/runs/runs.ts";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { envisatProduct } from "#lib/metadata/testing/envisat.ts";
import { writeClassic } from "#lib/metadata/testing/netcdf.ts";
import { baseName } from "#lib/paths.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const rejections = async () =>
	(await listRejections(bench.database, "S", {})).rows.map(({ path, code, reason }) => ({ path, code, reason }));
const stac = (properties: string) =>
	`{"type": "Feature", "stac_version": "1.0.0", "id": "BAD", "geometry": null, "properties": {"datetime": "2006-08-16T09:09:29Z", ${properties}}, "assets": {}, "links": []}`;
const mtl = (name: string) =>
	`GROUP = LANDSAT_METADATA_FILE\n GROUP = IMAGE_ATTRIBUTES\n SPACECRAFT_ID = "${name}"\n DATE_ACQUIRED = 2006-08-16\n SCENE_CENTER_TIME = "09:09:29Z"\n END_GROUP = IMAGE_ATTRIBUTES\nEND_GROUP = LANDSAT_METADATA_FILE\nEND\n`;

describe("rule 20: text that cannot be stored rejects its file by name", () => {
	test.each([
		["NUL in a STAC property", { metadata: ["{stem}.json"] }, "bad.json", stac('"platform": "SENTINEL\\u00001"')],
		["half a character in it", { metadata: ["{stem}.json"] }, "bad.json", stac('"platform": "S\\ud800"')],
		[
			"NUL in an EO ID",
			{ metadata: ["{stem}_MTL.txt"] },
			"bad_MTL.txt",
			mtl("L8")
				.replace("END\n", 'GROUP = PRODUCT_CONTENTS\n LANDSAT_PRODUCT_ID = "L\0C"\nEND_GROUP = PRODUCT_CONTENTS\nEND\n')
				.replace("END_GROUP = LANDSAT_METADATA_FILE\nGROUP", "GROUP")
				.replace("CONTENTS\nEND\n", "CONTENTS\nEND_GROUP = LANDSAT_METADATA_FILE\nEND\n"),
		],
		["NUL in an MTL value", { metadata: ["{stem}_MTL.txt"] }, "bad_MTL.txt", mtl("LANDSAT\0_8")],
		["NUL in a .conf", {}, "bad.conf", "[range_type]\nrange_type_name = R\0GB\n"],
	])("%s", async (_, source, name, content) => {
		await bench.archive.scene("bad.tif", { metadata: "metadata" in source ? null : "bad.xml" });
		await bench.archive.write(name, content);
		await bench.archive.scene("good.tif", { metadata: "good.xml" });
		await bench.container("S", [
			{ ...source, metadata: [...("metadata" in source ? source.metadata : []), "{stem}.xml"] },
		]);
		const { view, summary } = await bench.run("S");
		expect(summary).toEqual(["rejected bad.tif", "added good.tif"]);
		expect(view).toMatchObject({ state: "succeeded", rejected: 1, added: 1 });
		const [{ path, reason } = { path: "", reason: "" }] = await rejections();
		expect([path, reason]).toEqual(["bad.tif", expect.stringMatching(/NUL|half a character|NCName|JSON/)]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	const envi = (band: string) =>
		`ENVI\nsamples = 2\nlines = 2\nbands = 1\nheader offset = 0\nfile type = ENVI Standard\ndata type = 1\ninterleave = bsq\nbyte order = 0\nmap info = {Geographic Lat/Lon, 1, 1, 10, 50, 1, 1, WGS-84}\nband names = {${band}}\nacquisition time = 2005-10-06T11:20:05Z\n`;
	const axis = (dimension: string, units: string, values: readonly number[]) =>
		({ type: "double", dimensions: [dimension], attributes: { units }, values }) as const;
	const netcdf = (platform: string) =>
		writeClassic({
			dimensions: { lat: 2, lon: 2 },
			attributes: { platform, time_coverage_start: "2005-10-06T11:20:05Z", time_coverage_end: "2005-10-06T11:20:05Z" },
			variables: {
				lat: axis("lat", "degrees_north", [49.5, 48.5]),
				lon: axis("lon", "degrees_east", [10.5, 11.5]),
				band: { type: "short", dimensions: ["lat", "lon"] },
			},
		});
	test.each<[what: string, include: string, files: (text: string) => Readonly<Record<string, string | Uint8Array>>]>([
		["an ENVI header", "*.img", (text) => ({ "x.img": new Uint8Array(4), "x.hdr": envi(text) })],
		["a netCDF attribute", "*.nc", (text) => ({ "x.nc": netcdf(text) })],
		["an Envisat product's header", "*.N1", (text) => ({ "x.N1": envisatProduct(text) })],
	])("NUL in the text of %s", async (_, include, filesWith) => {
		const write = async (folder: string, text: string) => {
			for (const [name, content] of Object.entries(filesWith(text)))
				await bench.archive.write(`${folder}/${name.replace("x", folder)}`, content);
		};
		await write("bad", "fi\0rst");
		await write("good", "first");
		await bench.container("S", [{ include: [include], metadata: [] }]);
		const { changes } = await bench.run("S");
		expect(changes.map(({ action, path, reason }) => [action, path.slice(0, 4), reason])).toEqual([
			["rejected", "bad/", expect.stringContaining("NUL")],
			["added", "good", null],
		]);
	});

	test("long reasons are cut between characters, not within", async () => {
		const id = `x:${"🛰".repeat(400)}`;
		for (const stem of ["a", "bb"])
			await bench.archive.scene(`${stem}.tif`, { eoId: stem === "a" ? id : `${id}x`.slice(1) });
		await bench.container("S", [{}]);
		expect((await bench.run("S")).summary).toEqual(["rejected a.tif", "rejected bb.tif"]);
	});
});

describe("paths that no index can hold", () => {
	/** Begins with a letter: it becomes part of EO IDs. */
	const part = (bytes: number) => `n${randomBytes(bytes).toString("base64url")}`.slice(0, bytes);
	const folders = (count: number, bytes: number) => Array.from({ length: count }, () => part(bytes)).join("/");

	test("a file of such a path is rejected by name, once; the rest goes on", async () => {
		const folder = folders(5, 252);
		const name = `${part(230)}.tif`;
		await bench.archive.scene(`${folder}/${name}`);
		await bench.archive.scene(`${folder}/short.tif`);
		await bench.archive.scene("good.tif");
		await bench.container("S", [{}]);
		const { view, changes } = await bench.run("S");
		expect(view).toMatchObject({ state: "succeeded", added: 2, rejected: 1, problems: 0 });
		const reason = changes.find(({ action }) => action === "rejected")?.reason;
		expect(reason).toContain(name);
		expect(reason).toMatch(/1,?4\d\d bytes/);
		expect(await rejections()).toMatchObject([{ code: "path-too-long", reason }]);
		expect((await bench.run("S")).summary).toEqual([]);
		// Looked at again with its whole folder, it stays what it is; and is forgotten with its file.
		await bench.archive.scene(`${folder}/more.tif`);
		expect((await bench.run("S")).view).toMatchObject({ added: 1, rejected: 0, unchanged: 2 });
		expect(await rejections()).toHaveLength(1);
		await bench.archive.rename(`${folder}/${name}`, `${folder}/now-short.tif`);
		await bench.archive.rename(`${folder}/${name.replace(".tif", ".xml")}`, `${folder}/now-short.xml`);
		expect((await bench.run("S")).view).toMatchObject({ added: 1, rejected: 0 });
		expect(await rejections()).toEqual([]);
	});

	test("moving a registered file to such a path does not carry its dataset there", async () => {
		const folder = folders(5, 252);
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await mkdir(bench.archive.at(folder), { recursive: true });
		const stem = part(230);
		for (const end of ["tif", "xml"]) await bench.archive.rename(`a.${end}`, `${folder}/${stem}.${end}`);
		const { summary } = await bench.run("S");
		expect(summary.map((line) => line.split(" ")[0]).sort()).toEqual(["rejected", "removed"]);
		expect(await bench.registered()).toEqual([]);
	});

	test("so is every file in a folder of such a path, and one that is gone is forgotten", async () => {
		const folder = folders(6, 240);
		for (const name of ["a.tif", "b.tif"]) await bench.archive.scene(`${folder}/${name}`);
		await bench.archive.scene("good.tif");
		await bench.container("S", [{}]);
		expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", added: 1, rejected: 2, problems: 0 });
		const [first, second] = await rejections();
		expect([first?.reason, second?.reason]).toEqual([
			expect.stringContaining(`${folder}/a.tif`),
			expect.stringContaining(`${folder}/b.tif`),
		]);
		expect((await bench.run("S", { full: true })).view).toMatchObject({ rejected: 2, problems: 0 });
		for (const name of ["a.tif", "a.xml"]) await bench.archive.remove(`${folder}/${name}`);
		await bench.run("S");
		expect(await rejections()).toEqual([second]);
		await bench.archive.remove(folder.split("/")[0] ?? "");
		await bench.run("S");
		expect(await rejections()).toEqual([]);
	});

	test("a long path that PostgreSQL compresses is registered, as ever", async () => {
		const folder = Array.from({ length: 15 }, () => "a".repeat(200)).join("/");
		await bench.archive.scene(`${folder}/a.tif`);
		await bench.container("S", [{}]);
		expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", added: 1, rejected: 0 });
	});

	test("a plan that rejects one is applied as it was reviewed", async () => {
		const folder = folders(6, 240);
		await bench.archive.scene(`${folder}/a.tif`);
		await bench.container("S", [{}]);
		const { run } = await bench.check("S");
		await requestApply(bench.database, { run, actor: "ada", approval: null });
		expect((await bench.execute(run)).summary).toEqual([expect.stringMatching(/^rejected .*a\.tif$/)]);
	});

	test("a folder whose path fits in no index by itself is a problem that names it; the rest goes on", async () => {
		const folder = folders(11, 250);
		await bench.archive.scene(`${folder}/a.tif`);
		await bench.archive.scene("good.tif");
		await bench.container("S", [{}]);
		const { run, view } = await bench.run("S");
		expect(view).toMatchObject({ state: "partial", added: 1, problems: 1 });
		const [problem] = (await listProblems(bench.database, run, {})).rows;
		const [above, name] = [folder.slice(0, folder.lastIndexOf("/")), baseName(folder)];
		expect(problem).toMatchObject({ path: above, code: "invalid-path", message: expect.stringContaining(name) });
	});
});
