import { utimesSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { containerViews } from "#lib/catalog/containers/containers.ts";
import { listWaiting } from "#lib/catalog/containers/open-files.ts";
import { type Bench, emptyBench } from "#lib/sync/testing/testing.ts";
import { makeWebArchiveBench, type WebArchive, type WebArchiveBench } from "#lib/sync/testing/web-archive.ts";

/** Rule 17: what waits to become stable is counted and named. */

let world: WebArchiveBench;
let bench: Bench;
let server: WebArchive;
beforeAll(async () => {
	world = await makeWebArchiveBench();
	({ bench, server } = world);
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	server.answer = () => "well";
});

const future = new Date(Date.now() + 86_400_000);
const names = async () => (await listWaiting(bench.database, "S", {})).rows.map(({ path }) => path);
const later = (seconds: number) =>
	bench.database.sql`update waiting_files set since = since - make_interval(secs => ${seconds})`;

describe("on a disk, which tells when a file was changed", () => {
	test("a file of the future waits by its time of change, and is named", async () => {
		await bench.archive.scene("a.tif");
		await utimes(bench.archive.at("a.tif"), future, future);
		await bench.container("S", [{ stableFor: 3600 }]);
		const { view, summary } = await bench.run("S");
		expect(summary).toEqual([]);
		expect(view).toMatchObject({ state: "succeeded", waiting: 1 });
		expect(await names()).toEqual(["a.tif"]);
		expect(await containerViews(bench.database, ["S"])).toMatchObject([{ state: "out of sync", waiting: 1 }]);
		await later(3601);
		expect(await bench.run("S")).toMatchObject({ summary: ["added a.tif"], view: { waiting: 0 } });
		expect(await names()).toEqual([]);
	});

	test("a file that changes meanwhile begins anew", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{ stableFor: 3600 }]);
		await bench.run("S");
		await later(3601);
		await bench.archive.touch("a.tif");
		expect((await bench.run("S")).view).toMatchObject({ added: 0, waiting: 1 });
		await bench.archive.remove("a.tif");
		expect((await bench.run("S")).view.waiting).toBe(0);
		expect(await names()).toEqual([]);
	});

	test("for a short time the run waits itself", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{ stableFor: 1 }]);
		expect(await bench.run("S")).toMatchObject({ summary: ["added a.tif"], view: { waiting: 0 } });
	});

	test("a registered file that changed keeps its state while it waits, and no longer when the source stops asking", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.scene("a.tif", { eoId: "NEW" });
		await bench.container("S", [{ stableFor: 3600 }]);
		expect((await bench.run("S")).view).toMatchObject({ updated: 0, waiting: 1 });
		expect(await containerViews(bench.database, ["S"])).toMatchObject([{ state: "in sync", waiting: 1 }]);
		await bench.container("S", [{}]);
		expect((await bench.run("S")).view).toMatchObject({ updated: 1, waiting: 0 });
	});
});

describe("on a web server, which does not", () => {
	test("files are asked for again; those that still grow wait", async () => {
		await bench.archive.scene("in/a.tif");
		await bench.archive.scene("in/b.tif");
		await bench.container("S", [{ storage: "web", path: "in", stableFor: 1 }]);
		let looks = 0;
		server.answer = (call, path) => {
			// At the second look, before it is answered.
			if (call === "head" && path === "in/b.tif" && looks++ === 0)
				utimesSync(bench.archive.at(path), new Date(0), new Date(0));
			return "well";
		};
		const { view, summary } = await bench.run("S");
		expect(summary).toEqual(["added in/a.tif"]);
		expect(view).toMatchObject({ state: "succeeded", waiting: 1 });
		expect(await names()).toEqual(["in/b.tif"]);
		server.answer = () => "well";
		expect((await bench.run("S")).summary).toEqual(["added in/b.tif"]);
	});

	test("of very many, which are asked for batch by batch, those that still grow wait", async () => {
		const paths = Array.from({ length: 520 }, (_, i) => `in/s${1000 + i}.tif`);
		for (const path of paths) await bench.archive.scene(path, { metadata: null, dateTime: "2006:08:16 09:09:29" });
		await bench.container("S", [{ storage: "web", path: "in", stableFor: 1 }]);
		const growing = ["in/s1000.tif", "in/s1519.tif"];
		const grown = new Set<string>();
		server.answer = (call, path) => {
			// At the second look, before it is answered.
			if (call === "head" && growing.includes(path) && !grown.has(path)) {
				grown.add(path);
				utimesSync(bench.archive.at(path), new Date(0), new Date(0));
			}
			return "well";
		};
		expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", added: 518, waiting: 2 });
		expect(await names()).toEqual(growing);
	}, 120_000);

	test("with a long time, one that is not old waits for a later run", async () => {
		await bench.archive.scene("in/a.tif");
		for (const name of ["a.tif", "a.xml"]) await utimes(bench.archive.at(`in/${name}`), future, future);
		await bench.container("S", [{ storage: "web", path: "in", stableFor: 3600 }]);
		expect((await bench.run("S")).view).toMatchObject({ added: 0, waiting: 1 });
		await later(3599 - 600);
		expect((await bench.run("S")).view).toMatchObject({ added: 0, waiting: 1 });
		await later(700);
		expect((await bench.run("S")).view).toMatchObject({ added: 1, waiting: 0 });
	});
});
