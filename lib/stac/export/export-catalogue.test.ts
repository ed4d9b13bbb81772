import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type FeedBench, openFeedBench } from "#lib/stac/changes/testing.ts";
import { stacUrls } from "#lib/stac/links.ts";
import { type ExportOptions, exportCatalogue } from "./export-catalogue.ts";
import { fileNameOf } from "./file-names.ts";

let bench: FeedBench;
let folder: string;
beforeAll(async () => {
	bench = await openFeedBench({ scenes: 3 });
});
afterAll(() => bench.close());
beforeEach(async () => {
	await bench.reset();
	await bench.publish("S", "public");
	await bench.publish("T", "token");
	folder = await mkdtemp(join(tmpdir(), "eosync-export-"));
	return () => rm(folder, { recursive: true });
});

function run(more: Partial<ExportOptions> = {}) {
	return exportCatalogue(bench.database, {
		folder,
		collections: null,
		tokenOnly: false,
		withLines: false,
		withParquet: false,
		urls: stacUrls("https://eosync.example.org"),
		signal: new AbortController().signal,
		onProgress: () => {},
		...more,
	});
}

interface Document {
	readonly type: string;
	readonly id: string;
	readonly links: readonly { readonly rel: string; readonly href: string }[];
}

/** All documents that are reached from the root by links, checked: each link leads to a file, and back. */
async function walk(path = join(folder, "catalog.json"), from: string | null = null): Promise<readonly string[]> {
	const document: Document = JSON.parse(await readFile(path, "utf8"));
	const at = (rel: string) =>
		document.links
			.filter((link) => link.rel === rel)
			.map(({ href }) => resolve(dirname(path), decodeURIComponent(href)));
	expect(at("root")).toEqual([join(folder, "catalog.json")]);
	expect(at("parent")).toEqual(from === null ? [] : [from]);
	const below = await Promise.all([...at("child"), ...at("item")].map((each) => walk(each, path)));
	return [`${document.type} ${document.id}`, ...below.flat()];
}

async function files(): Promise<readonly string[]> {
	return (await readdir(folder, { recursive: true, withFileTypes: true }))
		.filter((each) => each.isFile())
		.map(({ name }) => name)
		.sort();
}

const items = (await0: readonly string[]) =>
	await0
		.filter((each) => each.startsWith("Feature"))
		.map((each) => each.slice(8))
		.sort();

test("what is published is a static catalogue, and what changes is written, nothing else", async () => {
	expect(await run()).toMatchObject({ collections: 1, items: 3, removed: 0, complete: true });
	expect(await walk()).toEqual([
		"Catalog eosync",
		"Collection S",
		"Catalog S_0",
		"Feature S_0",
		"Feature S_1",
		"Feature S_2",
	]);
	expect(await run()).toMatchObject({ written: 0, removed: 0, complete: false });
	const [a = 0, b = 0] = bench.datasets;
	await bench.move(a, 1);
	// The item, and the collection, which says when it changed.
	expect(await run()).toMatchObject({ written: 2, removed: 0, complete: false });
	await bench.archive(b, true);
	expect(await run()).toMatchObject({ removed: 1, complete: false });
	expect(items(await walk())).toEqual(["S_0", "S_2"]);
	expect(await files()).not.toContain("S_1.json");
	await bench.publish("S", "off");
	await bench.publish("T", "public");
	await run();
	expect(await walk()).toEqual([
		"Catalog eosync",
		"Collection T",
		"Catalog T_0",
		"Feature T_0",
		"Feature T_1",
		"Feature T_2",
	]);
	expect(await readdir(folder)).not.toContain("S");
});

test("collections that only tokens may read, chosen ones, and lines", async () => {
	await run({ tokenOnly: true, collections: ["T"], withLines: true });
	expect(items(await walk())).toEqual(["T_0", "T_1", "T_2"]);
	const lines = (await readFile(join(folder, "T", "items.ndjson"), "utf8")).trimEnd().split("\n");
	expect(lines.map((line) => JSON.parse(line).id)).toEqual(["T_0", "T_1", "T_2"]);
	await expect(run({ collections: ["T"] })).rejects.toThrow("T is not published, or not to the public");
});

test("all items of a collection in one file, as Parquet, follow what changes, and go when they are not wanted any more", async () => {
	const collection = async () => JSON.parse(await readFile(join(folder, "S", "collection.json"), "utf8"));
	expect(await run({ withParquet: true })).toMatchObject({ items: 3, withoutParquet: [] });
	expect((await readdir(join(folder, "S"))).sort()).toEqual(["collection.json", "items", "items.parquet"]);
	expect((await collection()).assets.items).toMatchObject({ href: "./items.parquet", roles: ["collection-mirror"] });
	const first = await readFile(join(folder, "S", "items.parquet"));
	expect(await run({ withParquet: true })).toMatchObject({ written: 0, removed: 0 });
	await bench.archive(bench.datasets[1] ?? 0, true);
	await run({ withParquet: true });
	const second = await readFile(join(folder, "S", "items.parquet"));
	expect([first.includes("S_1"), second.includes("S_1"), second.includes("S_2")]).toEqual([true, false, true]);
	await run();
	expect((await readdir(join(folder, "S"))).sort()).toEqual(["collection.json", "items"]);
	expect((await collection()).assets).toBeUndefined();
});

test("a folder that is not ours is left alone", async () => {
	await writeFile(join(folder, "catalog.json"), "{}");
	await expect(run()).rejects.toThrow("holds something that is no export of eosync");
	expect(await files()).toEqual(["catalog.json"]);
	await writeFile(join(folder, ".eosync-export.json"), "[]");
	await expect(run()).rejects.toThrow("is not what an export writes");
});

test("a run that was killed in the middle, at any step, is mended by the next", async () => {
	for (let steps = 1; steps <= 3; steps++) {
		await bench.move(bench.datasets[steps] ?? 0, steps);
		const killed = new AbortController();
		let left = steps;
		const onProgress = () => {
			left -= 1;
			if (left === 0) killed.abort(new Error("killed"));
		};
		await run({ tokenOnly: true, signal: killed.signal, onProgress }).catch((error: unknown) =>
			expect(String(error)).toContain("killed"),
		);
		await writeFile(join(folder, "S.abc.tmp"), "half of it");
		await rm(join(folder, "S", "items", "0", "S_2.json"), { force: true });
		await rm(join(folder, ".eosync-export.json"), { force: true });
		await writeFile(
			join(folder, ".eosync-export.json"),
			JSON.stringify({ format: 1, epoch: null, seq: 0, made: "", folders: {} }),
		);
		await run({ tokenOnly: true });
		expect(items(await walk())).toEqual(["S_0", "S_1", "S_2", "T_0", "T_1", "T_2"]);
		expect(await files()).not.toContain("S.abc.tmp");
	}
});

test("a log of another epoch, and another address, mean all of it again", async () => {
	await run();
	await bench.sql`update item_log set epoch = gen_random_uuid()`;
	expect(await run()).toMatchObject({ complete: true, written: 0 });
	expect(await run({ urls: stacUrls("https://other.example.org") })).toMatchObject({ complete: true, written: 3 });
});

test.each([
	["S2A_MSIL1C", "S2A_MSIL1C"],
	["S2a_MSIL1C", "S2a_MSIL1C~7"],
	["CATALOG", "CATALOG~7"],
	["a/../b", "a_b~7"],
	["..", "_~7"],
	["con", "con~7"],
	["LPT1.tif", "LPT1_tif~7"],
	["Ünï", "_n_~7"],
	["x".repeat(200), `${"x".repeat(60)}~7`],
	["a.", "a_~7"],
	["-rf", "-rf~7"],
] as const)("the file of %s is %s", (id, name) => {
	expect(fileNameOf(id, 7)).toBe(name);
});
