import { rename } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deleteStorage, saveStorage } from "#lib/catalog/configuration.ts";
import { listDatasets } from "#lib/catalog/datasets/datasets.ts";
import { sourceInput, storageInput } from "#lib/catalog/inputs.ts";
import { listStorages } from "#lib/catalog/storages/storages.ts";
import { RasdamanStandIn } from "#lib/storage/rasdaman/stand-in.ts";
import { coverageOf } from "#lib/storage/rasdaman/stand-in-xml.ts";
import { testSource } from "#lib/sync/test-source.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

const signal = new AbortController().signal;
const native = (eoId: string, begin = "2006-08-16T09:09:29Z") =>
	`<Metadata><EOID>${eoId}</EOID><BeginTime>${begin}</BeginTime><EndTime>2006-08-17T00:00:00Z</EndTime>
		<Footprint><Polygon><Exterior>46 11 46 12 47 12 46 11</Exterior></Polygon></Footprint></Metadata>`;

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

describe("metadata files on a second storage", () => {
	const source = { path: "data", metadataStorage: "eo", metadataPath: "{folder}" };
	beforeEach(async () => {
		await bench.archive.mkdir("eo");
		await saveStorage(bench.database, storageInput.parse({ name: "eo", type: "local", root: bench.archive.at("eo") }));
		for (const name of ["a", "b"]) await bench.archive.scene(`data/2006/${name}.tif`, { metadata: null });
		for (const name of ["a", "b"]) await bench.archive.write(`eo/2006/${name}.xml`, native(name.toUpperCase()));
		await bench.container("S", [source]);
	});

	test("belong to the datasets of the first", async () => {
		// One beside the data file has no say.
		await bench.archive.write("data/2006/a.xml", native("BESIDE"));
		expect((await bench.run("S")).summary).toEqual(["added data/2006/a.tif", "added data/2006/b.tif"]);
		const { rows } = await listDatasets(bench.database, "S", { search: "" });
		expect(rows.map(({ id, metadataPaths }) => [id, metadataPaths])).toEqual([
			["A", ["eo:2006/a.xml"]],
			["B", ["eo:2006/b.xml"]],
		]);
		expect((await bench.run("S")).summary).toEqual([]);
		expect((await bench.run("S", { full: true })).summary).toEqual([]);
	});

	test("one that becomes a link to nowhere makes its dataset a problem, which stays as it is", async () => {
		await bench.container("S", [{ ...source, symlinks: "follow" }]);
		await bench.archive.remove("eo/2006/b.xml");
		await bench.archive.write("eo/store/b.xml", native("B"));
		await bench.archive.symlink("../store/b.xml", "eo/2006/b.xml");
		await bench.run("S");
		await bench.archive.rename("eo/store", "eo/elsewhere");
		const { summary, view } = await bench.run("S");
		expect(summary).toEqual([]);
		expect(view).toMatchObject({ state: "partial", problems: 1, rejected: 0 });
		expect(await bench.registered()).toEqual(["data/2006/a.tif: A in S", "data/2006/b.tif: B in S"]);
		await bench.archive.rename("eo/elsewhere", "eo/store");
		expect(await bench.run("S")).toMatchObject({ summary: [], view: { state: "succeeded" } });
	});

	test("a change, a new one and one that goes make the dataset another", async () => {
		await bench.run("S");
		await bench.archive.write("eo/2006/a.xml", native("A", "2006-08-15T00:00:00Z"));
		const changed = await bench.run("S");
		expect(changed.summary).toEqual(["updated data/2006/a.tif"]);
		expect(changed.changes[0]?.fields).toMatchObject({ begin: { after: "2006-08-15T00:00:00Z" } });
		await bench.archive.remove("eo/2006/b.xml");
		expect((await bench.run("S")).summary).toEqual(["rejected data/2006/b.tif"]);
		await bench.archive.write("eo/2006/b.xml", native("B2"));
		expect((await bench.run("S")).summary).toEqual(["updated data/2006/b.tif"]);
		await bench.archive.write("eo/2006/unrelated.xml", native("X"));
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("when they cannot be reached nothing is removed, and the run says so", async () => {
		await bench.run("S");
		await rename(bench.archive.at("eo"), bench.archive.at("unmounted"));
		await bench.archive.remove("data/2006/b.tif");
		await bench.archive.scene("data/2007/c.tif", { begin: "2007-01-01T00:00:00Z" });
		const run = await bench.run("S");
		expect(run.summary).toEqual([]);
		expect(run.view).toMatchObject({ state: "partial", problems: 2 });
		await rename(bench.archive.at("unmounted"), bench.archive.at("eo"));
		expect((await bench.run("S")).summary).toEqual(["removed data/2006/b.tif", "rejected data/2007/c.tif"]);
	});

	test("a folder without one there has no metadata, as long as the folders above it are there", async () => {
		await bench.archive.scene("data/2008/deep/d.tif", { metadata: null, dateTime: "2008:01:01 00:00:00" });
		const run = await bench.run("S");
		expect(run.view.state).toBe("succeeded");
		expect(run.summary).toContain("added data/2008/deep/d.tif");
	});

	test("a plan is applied only to what is still as it was there", async () => {
		const plan = await bench.check("S");
		await bench.archive.write("eo/2006/a.xml", native("A", "2006-08-15T00:00:00Z"));
		await bench.database.sql`update runs set state = 'queued', kind = 'sync' where id = ${plan.run}`;
		expect((await bench.execute(plan.run)).summary).toEqual([
			"added data/2006/a.tif (skipped)",
			"added data/2006/b.tif",
		]);
	});

	test("another container with the same files, and no metadata storage, leaves them as they are", async () => {
		await bench.run("S");
		await bench.container("T", [{ path: "data" }]);
		expect((await bench.run("T")).summary).toEqual(["linked data/2006/a.tif", "linked data/2006/b.tif"]);
		await bench.archive.touch("data/2006/a.tif");
		await bench.run("T");
		expect(await bench.registered()).toEqual(["data/2006/a.tif: A in S T", "data/2006/b.tif: B in S T"]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("one folder of metadata may serve many folders of data", async () => {
		await bench.archive.scene("data/2007/c.tif", { metadata: null });
		for (const name of ["a", "b", "c"]) await bench.archive.write(`eo/all/${name}.xml`, native(name.toUpperCase()));
		await bench.container("S", [{ ...source, metadataPath: "all" }]);
		expect((await bench.run("S")).summary).toHaveLength(3);
		expect(await bench.registered()).toContain("data/2007/c.tif: C in S");
	});

	test("the storage is one of those the container uses, and stays", async () => {
		const storages = await listStorages(bench.database);
		expect(storages.find(({ name }) => name === "eo")?.containers).toEqual(["S"]);
		await expect(deleteStorage(bench.database, "eo")).rejects.toMatchObject({ code: "usage" });
		await expect(bench.container("S", [{ metadataStorage: "nowhere" }])).rejects.toMatchObject({ code: "usage" });
	});

	test("Test shows them", async () => {
		const tested = await testSource(
			bench.database,
			sourceInput.parse({ storage: "archive", include: ["*.tif"], ...source }),
			{ signal },
		);
		expect(tested).toMatchObject({ ok: true, matches: [{ metadata: ["a.xml"] }, { metadata: ["b.xml"] }] });
	});
});

describe("a rasdaman server", () => {
	let server: RasdamanStandIn;
	const array = { domain: "[0:255,0:210]", baseType: "marray <char>", tileNo: 1, totalSize: 54_016 };
	beforeEach(async () => {
		server = await RasdamanStandIn.start();
		await saveStorage(bench.database, storageInput.parse({ name: "rasdaman", type: "rasdaman", url: server.url }));
	});
	afterEach(() => server[Symbol.asyncDispose]());

	test("arrays become datasets by the EO metadata on another storage", async () => {
		server.collections.set(
			"mr",
			new Map([
				[48_641, array],
				[48_642, array],
			]),
		);
		await bench.archive.write("eo/mr/48641.xml", native("SCENE_1"));
		const source = {
			storage: "rasdaman",
			path: "collections",
			include: ["*.json"],
			metadataStorage: "archive",
			metadataPath: "eo/{collection}",
		};
		await bench.container("S", [source]);
		const run = await bench.run("S");
		expect(run.summary).toEqual(["added collections/mr/48641.json", "rejected collections/mr/48642.json"]);
		expect(await bench.registered()).toEqual(["collections/mr/48641.json: SCENE_1 in S"]);
		await bench.archive.write("eo/mr/48642.xml", native("SCENE_2"));
		expect((await bench.run("S")).summary).toEqual(["added collections/mr/48642.json"]);
		server.collections.get("mr")?.set(48_641, { ...array, domain: "[0:99,0:99]" });
		server.collections.get("mr")?.delete(48_642);
		const changed = await bench.run("S");
		expect(changed.summary.toSorted()).toEqual([
			"removed collections/mr/48642.json",
			"updated collections/mr/48641.json",
		]);
		server.requests.length = 0;
		expect((await bench.run("S")).summary).toEqual([]);
		expect(server.requests).toHaveLength(4);
	});

	test("coverages become datasets by what the server tells of them; a server that fails loses nothing", async () => {
		const times = ["2006-08-16T09:09:29Z", "2006-08-16T09:12:46Z"] as const;
		const coverage = (id: string, size: readonly [number, number]) =>
			coverageOf({ id, box: [46, 11, 47, 12], size, times });
		server.coverages.set("one", coverage("one", [100, 200])).set("two", coverage("two", [50, 50]));
		await bench.container("S", [{ storage: "rasdaman", path: "coverages", include: ["*.json"] }]);
		expect((await bench.run("S")).summary).toEqual(["added coverages/one.json", "added coverages/two.json"]);
		expect(await bench.registered()).toEqual(["coverages/one.json: one in S", "coverages/two.json: two in S"]);
		server.tamper = (answer) => ({ ...answer, cutAfter: answer.body.length - 1 });
		server.coverages.delete("two");
		expect(await bench.run("S")).toMatchObject({ summary: [], view: { state: "failed" } });
		server.tamper = (answer) => answer;
		server.coverages.set("one", coverage("one", [100, 100]));
		const run = await bench.run("S");
		expect(run.summary.toSorted()).toEqual(["removed coverages/two.json", "updated coverages/one.json"]);
		const updated = run.changes.find(({ action }) => action === "updated");
		expect(updated?.fields).toMatchObject({ size: { before: [200, 100], after: [100, 100] } });
	});
});
