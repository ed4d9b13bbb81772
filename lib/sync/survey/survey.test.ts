import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sourceInput } from "#lib/catalog/inputs.ts";
import { compileFileNamePattern } from "#lib/metadata/file-name-matcher.ts";
import { guessFileName } from "#lib/metadata/guess-file-name.ts";
import { landsatFiles, sentinel2Files } from "#lib/metadata/testing/products.ts";
import { asFiles, chunks2, version2 } from "#lib/metadata/testing/zarr.ts";
import { parseNamedTime } from "#lib/metadata/text/named-time.ts";
import type { StoragePolicy } from "#lib/storage/security/storage-policy.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { findMetadata } from "./find-metadata.ts";
import { listFolders, listRootFolders, namesOfSource, surveyFolder } from "./places.ts";
import { propose } from "./propose.ts";

/** A messy folder: each suggestion says what a check of it finds. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
	const { archive } = bench;
	for (const [name, bytes] of Object.entries(landsatFiles)) await archive.write(`landsat/one/${name}`, bytes);
	for (const [name, bytes] of Object.entries(sentinel2Files)) await archive.write(`s2/S2A_X.SAFE/${name}`, bytes);
	for (const day of ["01", "02", "03"]) await archive.scene(`ndvi/2021/N_202101${day}.tif`, { metadata: null });
	await archive.scene("ndvi/2021/N_thumb.tif", { metadata: null });
	for (const name of ["a", "b"]) {
		await archive.scene(`meris/data/2006/${name}.tif`, { metadata: null });
		await archive.scene(`meris/md/2006/${name}.tif`);
		await archive.remove(`meris/md/2006/${name}.tif`);
	}
	for (const name of ["x", "y"]) await archive.scene(`beside/${name}.tif`);
	await archive.scene("20230601T101500_20230601T101600.tif", { metadata: null });
	for (const [name, content] of Object.entries({ ...chunks2, ...asFiles(version2), "sst/0.0.0": "x" }))
		await archive.write(`sea/sst.zarr/${name}`, content);
	await archive.write("empty/e.tif", "");
	await archive.write("Käse & <b>/readme.md", "hello");
	await archive.symlink("nowhere", "link");
});
afterAll(() => bench[Symbol.asyncDispose]());

const signal = new AbortController().signal;
const look = (path = "") => surveyFolder(bench.database, { storage: "archive", path }, { signal });

describe("a survey", () => {
	test("suggests a source for each kind of product and files, and says what it would give", async () => {
		const { suggestions, files, cut, leftOut, kinds } = await look();
		expect({ files, cut, leftOut }).toEqual({
			files: 34,
			cut: null,
			leftOut: { hidden: 0, links: 1, special: 0, unreadable: 0 },
		});
		expect(kinds[0]).toMatchObject({ ending: "tif", files: 13 });
		const found = suggestions.map(({ title, container, source, reading }) => [
			title,
			container,
			source.path,
			source.include.join(),
			source.exclude.join(),
			reading.counts.matched,
			reading.samples.filter(({ dataset }) => dataset !== null).length,
		]);
		expect(found.toSorted((a, b) => String(a[0]).localeCompare(String(b[0])))).toEqual([
			["GeoTIFF files", "GEOTIFF", "", "*.tif", "*/**", 1, 1],
			["GeoTIFF files in beside", "beside", "beside", "*.tif", "", 2, 2],
			["GeoTIFF files in empty", "empty", "empty", "*.tif", "", 1, 0],
			["GeoTIFF files in meris", "meris", "meris/data", "*.tif", "", 2, 2],
			["GeoTIFF files in ndvi", "ndvi", "ndvi", "*.tif", "*thumb*", 3, 3],
			["Landsat products", "LANDSAT", "landsat", "*_MTL.txt", "", 1, 1],
			["Sentinel-2 products", "SENTINEL_2", "s2", "MTD_MSIL*.xml", "", 1, 1],
			["Zarr stores", "ZARR", "sea", "*.zarr", "", 1, 1],
		]);
		// What nothing can be read of is offered last.
		expect(suggestions.at(-1)?.container).toBe("empty");
	});

	test("finds metadata beside the files and in a tree of its own, and times in names", async () => {
		const { suggestions } = await look();
		const source = (id: string) => suggestions.find(({ container }) => container === id)?.source;
		expect(source("beside")).toMatchObject({ metadata: ["{stem}.xml"], metadataStorage: null, fileName: null });
		expect(source("meris")).toMatchObject({ metadata: ["{stem}.xml"], metadataPath: "meris/md/{folder}" });
		expect(source("ndvi")).toMatchObject({ fileName: expect.stringContaining("(?<begin>(?:19|20)\\d{6})") });
		expect(source("GEOTIFF")?.fileName).toContain("(?<end>");
	});

	test("of what it suggests a check adds as many as it said", async () => {
		const { suggestions } = await look();
		const sources = suggestions.map(({ source }) => source);
		await bench.container("ALL", sources);
		const { view } = await bench.check("ALL");
		expect(view).toMatchObject({ added: 11, rejected: 1 });
	});

	test("of a folder below looks there only", async () => {
		const { suggestions, folders } = await look("ndvi/2021");
		expect(folders).toBe(1);
		expect(suggestions).toMatchObject([{ container: "_2021", source: { path: "ndvi/2021" } }]);
	});

	test("of a folder that is not there says so", async () => {
		await expect(look("nowhere")).rejects.toThrow(/nowhere/);
	});
});

test("folders are listed for a person who chooses one, hostile names too", async () => {
	const list = (path: string, search = "") =>
		listFolders(bench.database, { storage: "archive", path, search }, { signal });
	expect(await list("")).toMatchObject({
		total: 8,
		files: 1,
		folders: expect.arrayContaining(["Käse & <b>", "meris"]),
	});
	expect(await list("", "MER")).toMatchObject({ folders: ["meris"], total: 1 });
	await expect(list("../..")).rejects.toThrow(/path/);
	await expect(list("nowhere")).rejects.toThrow(/nowhere/);
});

test("folders for a root are those of the machine, of allowed ones the way to them and what is below", async () => {
	const root = bench.archive.root;
	const asked = { path: root.slice(1), search: "" };
	const list = (policy: StoragePolicy, path = "") =>
		listRootFolders({ ...asked, path }, { signal, access: { policy, keys: async () => [] } });
	const everywhere = { network: undefined, roots: undefined };
	expect((await list(everywhere)).total).toBeGreaterThan(1);
	expect(await list(everywhere, asked.path)).toMatchObject({ folders: expect.arrayContaining(["meris", "ndvi"]) });
	const some = { network: undefined, roots: [root, "/srv/eo/b", "/srv/eo/a"] };
	expect((await list(some)).folders).toEqual(expect.arrayContaining([asked.path.split("/")[0], "srv"]));
	expect(await list(some, "srv/eo")).toMatchObject({ folders: ["a", "b"], total: 2, files: 0 });
	expect(await list(some, asked.path)).toMatchObject({ folders: expect.arrayContaining(["meris"]) });
	await expect(list(some, "srv")).resolves.toMatchObject({ folders: ["eo"] });
	await expect(list(some, "etc")).rejects.toThrow(/EOSYNC_ALLOWED_ROOTS/);
	await expect(list({ network: undefined, roots: [] })).rejects.toThrow(/EOSYNC_ALLOWED_ROOTS/);
});

test("names of a source come with the pattern that reads them", async () => {
	const source = sourceInput.parse({ storage: "archive", path: "ndvi", include: ["*.tif"], exclude: ["*thumb*"] });
	const { names, matched, guess } = await namesOfSource(bench.database, source, { signal });
	expect({ names, matched }).toEqual({ names: ["N_20210101.tif", "N_20210102.tif", "N_20210103.tif"], matched: 3 });
	expect(guess).toContain("(?<begin>");
});

const listing = (...names: string[]) => ({
	digest: "",
	folders: [],
	unclear: [],
	files: names.map((name) => ({ name, size: 1 }) as never),
});

test("container IDs of one folder are told apart by the ending, then by a number", () => {
	const folders = { in: ["a.tif", "b.tif", "c.nc"], IN: ["a.nc", "b.nc"] };
	const listings = Object.entries(folders).map(([folder, names]) => [folder, listing(...names)] as const);
	const ids = propose("archive", "", new Map(listings)).map(({ container }) => container);
	expect(ids.toSorted()).toEqual(["IN_nc_2", "in", "in_nc"]);
});

test("of many folders those that are alike are one suggestion, and the smallest another", () => {
	const proposed = (folders: Readonly<Record<string, number>>) => {
		const listings = Object.entries(folders).map(
			([folder, count]) => [folder, listing(...Array.from({ length: count }, (_, i) => `${i}.tif`))] as const,
		);
		return propose("archive", "", new Map(listings)).map(({ title, source: { path, include, exclude } }) =>
			[title, path, ...include, ...exclude.map((pattern) => `-${pattern}`)].join(" "),
		);
	};
	const years = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${2010 + i}`, 2]));
	expect(proposed(years)).toEqual(["GeoTIFF files  *.tif"]);
	expect(proposed({ ...years, dem: 1, "land cover": 9 })).toEqual([
		"GeoTIFF files in 2010 to 2021  [0-9]*/**/*.tif",
		"GeoTIFF files in land cover land cover *.tif",
		"GeoTIFF files in dem dem *.tif",
	]);
	const missions = Object.fromEntries(["a", "b", "c", "d", "e", "f", "g", "h", "i"].map((name, i) => [name, 20 - i]));
	expect(proposed({ ...missions, "": 30 }).at(-1)).toBe(
		"GeoTIFF files in other folders  *.tif -a/** -b/** -c/** -d/** -e/** -f/**",
	);
	expect(proposed({ ...missions, "": 30 })).toHaveLength(8);
});

test.each([
	["{stem}_metadata.json", "a_metadata.json", "d"],
	["{name}.xml", "a.tif.xml", "d"],
])("%s beside the data", (rule, name, folder) => {
	const found = findMetadata([{ folder, name: "a.tif" }], [{ folder, name }], "d");
	expect(found).toEqual({ metadata: [rule], elsewhere: null, found: 1 });
});

test.each([
	["data/2006", "meta/2006", { path: "data", metadataPath: "meta/{folder}" }],
	["data/2006", "data/2006/md", { path: "data", metadataPath: "data/{folder}/md" }],
	["data/2006", "all", { path: "data", metadataPath: "all" }],
])("data in %s, metadata in %s", (folder, documents, elsewhere) => {
	const found = findMetadata([{ folder, name: "a.tif" }], [{ folder: documents, name: "a.xml" }], "data");
	expect(found).toEqual({ metadata: ["{stem}.xml"], elsewhere, found: 1 });
});

test.each([
	["S2_20210101T101010_20210101T101020.tif", /begin.*T.*end/],
	["MOD09.A2019100.h18.tif", /\\d\{5\}/],
	["scene 16AUG2006.tif", /A-Za-z/],
	["x_2022-01-15.tif", /\[-_\.\]/],
])("a time is found in %s", (name, pattern) => {
	expect(guessFileName([name, "other.tif"], "UTC")).toMatchObject({ pattern: expect.stringMatching(pattern), read: 1 });
});

const fiveForms = [
	["ndvi_20240115.tif", "2024-01-15T00:00:00Z", null],
	["lst-2024-02-15T10-30-00.tif", "2024-02-15T10:30:00Z", null],
	["ET_2024071.tif", "2024-03-11T00:00:00Z", null],
	["S2 RGB 15APR2024 Käse.tif", "2024-04-15T00:00:00Z", null],
	["MOD_20240101T000000_20240528T235959_v4.tif", "2024-01-01T00:00:00Z", "2024-05-28T23:59:59Z"],
] as const;

test("names of five forms are read by one pattern, each as it is meant", () => {
	const names = fiveForms.map(([name]) => name);
	const guess = guessFileName([...names, "tile_4_12.tif"], "UTC");
	expect(guess?.read).toBe(5);
	const find = compileFileNamePattern(guess?.pattern ?? "");
	for (const [name, begin, end] of fiveForms) {
		const parts = find(name);
		expect(parseNamedTime(parts?.begin ?? "", "UTC")?.first).toBe(begin);
		expect(parts?.end ? parseNamedTime(parts.end, "UTC")?.first : null).toBe(end);
	}
});

test("a form that a few names have by chance is not read", () => {
	const names = Array.from({ length: 50 }, (_, i) => `S_20240${1 + (i % 9)}1${i % 10}_o${i}.tif`);
	expect(guessFileName([...names, "2011123 note.tif"], "UTC")).toMatchObject({
		pattern: expect.not.stringContaining("\\d{5}"),
		read: 50,
	});
});

test.each([
	["MOD13Q1.A2023161.h18v04.061.2023178120000.tif", "2023161", null],
	["HLS.L30.T32TPS.2023166T101031.v2.0.B04.tif", "2023166T101031", null],
	["LC08_L2SP_190027_20230615_20230620_02_T1_SR_B4.TIF", "20230615", null],
	["S1A_IW_20230615T053304_20230615T053329_vv.tif", "20230615T053304", "20230615T053329"],
	["20230615 copy of x_20230615T101500.tif", "20230615T101500", null],
])("the acquisition is read from %s", (name, begin, end) => {
	const guess = guessFileName([name, name.replace("h18v04", "h19v04")], "UTC");
	expect(compileFileNamePattern(guess?.pattern ?? "")(name)).toMatchObject({ begin, end });
});

test("a month or year alone is taken where all names have one that can be", () => {
	const guess = (...names: string[]) => guessFileName(names, "UTC");
	const read = (pattern: string, name: string) => compileFileNamePattern(pattern)(name);
	const years = guess("LC-P1Y-2015-v2.0.7.tif", "LC-P1Y-2016-v2.1.tif");
	expect(years).toMatchObject({ read: 2, isCoarse: true });
	expect(read(years?.pattern ?? "", "LC-P1Y-2015-v2.0.7.tif")).toMatchObject({ begin: "2015", end: null });
	const months = guess("ndvi_200608.tif", "ndvi_200609.tif");
	expect(read(months?.pattern ?? "", "ndvi_200609.tif")).toMatchObject({ begin: "200609", end: null });
	const spans = guess("pr_Amon_198501-201412.nc");
	expect(read(spans?.pattern ?? "", "pr_Amon_198501-201412.nc")).toMatchObject({ begin: "198501", end: "201412" });
	expect(guess("a_2006.tif", "b.tif")).toBeNull();
	expect(guess("tile_1024.tif", "tile_2048.tif", "tile_2006.tif")).toBeNull();
	expect(guess("a_2006_20060816.tif", "a_2007_20070816.tif")).toMatchObject({ isCoarse: false });
});

test.each(["scene.tif", "LC82240642020.tif", "v1234567.tif", "x_99999999.tif"])("no time is found in %s", (name) => {
	expect(guessFileName([name], "UTC")).toBeNull();
});
