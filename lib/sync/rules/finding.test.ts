import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

describe("rule 1: finding", () => {
	test("patterns without / match base names at any depth, with / the path below the source's root", async () => {
		for (const path of ["in/a.tif", "in/sub/b.tif", "in/sub/deep/c.tif", "in/sub/d_tmp.tif", "out/e.tif"])
			await bench.archive.scene(path);
		await bench.container("NAMES", [{ path: "in", exclude: ["*_tmp.tif"] }]);
		expect((await bench.run("NAMES")).summary).toEqual([
			"added in/a.tif",
			"added in/sub/b.tif",
			"added in/sub/deep/c.tif",
		]);
		await bench.container("PATHS", [{ path: "in", include: ["sub/*.tif"], exclude: ["sub/d*"] }]);
		expect((await bench.run("PATHS")).summary).toEqual(["linked in/sub/b.tif"]);
	});

	test("names that begin with a dot are skipped", async () => {
		await bench.archive.scene(".hidden/a.tif");
		await bench.archive.scene(".b.tif");
		await bench.archive.scene("c.tif");
		await bench.container("S", [{}]);
		expect((await bench.run("S")).summary).toEqual(["added c.tif"]);
	});

	test("symbolic links are skipped by default, followed on request, loops cut", async () => {
		await bench.archive.scene("data/a.tif");
		await bench.archive.scene("in/b.tif");
		await bench.archive.symlink("../data", "in/link");
		await bench.archive.symlink("..", "in/loop");
		await bench.container("SKIP", [{ path: "in" }]);
		expect((await bench.run("SKIP")).summary).toEqual(["added in/b.tif"]);
		await bench.container("SKIP", [{ path: "in", symlinks: "follow" }]);
		expect((await bench.run("SKIP")).summary).toEqual(["added in/link/a.tif"]);
		expect((await bench.run("SKIP")).summary).toEqual([]);
	});
});

describe("rule 2: one data file is one dataset", () => {
	test("its sidecars belong to it and are no datasets, whatever the patterns match", async () => {
		await bench.archive.scene("a.tif");
		for (const name of ["a.tif.aux.xml", "a.tfw", "a.tif.ovr", "a.conf"]) await bench.archive.write(name, "");
		await bench.container("S", [{ include: ["*"] }]);
		expect((await bench.run("S")).summary).toEqual(["added a.tif"]);
		const [row] = await bench.database
			.sql`select array(select f->>'name' from jsonb_array_elements(files) f) as names from dataset_versions`;
		expect(row?.names).toEqual(["a.tif", "a.xml", "a.conf", "a.tif.aux.xml", "a.tif.ovr", "a.tfw"]);
	});

	test("several metadata files: the first that says something wins", async () => {
		await bench.archive.scene("a.tif", { metadata: "a.first.xml", eoId: null, begin: "2001-01-01T00:00:00Z" });
		await bench.archive.scene("a.tif", { metadata: "a.xml", eoId: "SECOND", begin: "2002-01-01T00:00:00Z" });
		await bench.container("S", [{ metadata: ["{stem}.first.xml", "{stem}.xml"] }]);
		await bench.run("S");
		const [row] = await bench.database.sql`select eo_id, begin_time from datasets`;
		expect(row).toEqual({ eo_id: "SECOND", begin_time: "2001-01-01T00:00:00Z" });
	});

	test("range type: the file's .conf, else the folder's, else the source's, else derived; a mosaic's own wins", async () => {
		const conf = (name: string) => `[range_type]\nrange_type_name=${name}\n`;
		for (const path of ["own/a.tif", "own/b.tif", "none/c.tif", "derived/d.tif"]) await bench.archive.scene(path);
		await bench.archive.write("own/__default__.conf", conf("FOLDER"));
		await bench.archive.write("own/a.conf", conf("FILE"));
		await bench.container("S", [
			{ path: "own", rangeType: "SOURCE" },
			{ path: "none", rangeType: "SOURCE" },
			{ path: "derived" },
		]);
		await bench.run("S");
		const rangeTypes = async () =>
			(
				await bench.database
					.sql`select d.eo_id || ' ' || (v.state->>'rangeType') as line from datasets d join dataset_versions v on v.id = d.version_id where d.archived_at is null order by 1`
			).map(({ line }) => line);
		expect((await rangeTypes()).slice(0, 3)).toEqual(["A FILE", "B FOLDER", "C SOURCE"]);
		expect((await rangeTypes())[3]).not.toMatch(/FILE|FOLDER|SOURCE/);

		await bench.archive.write("own/__default__.conf", conf("OTHER"));
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual(["updated own/b.tif"]);
		expect(changes[0]?.fields).toEqual({ rangeType: { before: "FOLDER", after: "OTHER" } });
		expect((await rangeTypes()).slice(0, 3)).toEqual(["A FILE", "B OTHER", "C SOURCE"]);
		await bench.archive.remove("own/a.conf");
		expect((await bench.run("S")).summary).toEqual(["updated own/a.tif"]);
		await bench.archive.write("own/__default__.conf", conf("THIRD"));
		expect((await bench.run("S")).summary).toEqual(["updated own/a.tif", "updated own/b.tif"]);

		await bench.container("S", [{ path: "nowhere" }]);
		await bench.archive.mkdir("nowhere");
		await bench.run("S");
		await bench.archive.scene("mosaic/tile.tif");
		await bench.archive.write("mosaic/tile.conf", conf("FILE"));
		await bench.container("M", [{ path: "mosaic", rangeType: "SOURCE" }], {
			kind: "rectified-stitched-mosaic",
			rangeType: "MOSAIC",
		});
		await bench.run("M");
		expect(await rangeTypes()).toContain("TILE MOSAIC");
	});
});

describe("rule 3: added and linked", () => {
	test("a file is registered once; a second container links it without reading it", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("ONE", [{}]);
		await bench.container("TWO", [{}]);
		expect((await bench.run("ONE")).summary).toEqual(["added a.tif"]);
		await bench.archive.spoil("a.tif");
		await bench.forgetChangeTimes();
		const { summary, view } = await bench.run("TWO");
		expect(summary).toEqual(["linked a.tif"]);
		expect(view).toMatchObject({ state: "succeeded", added: 0, linked: 1 });
		expect(await bench.registered()).toEqual(["a.tif: A in ONE TWO"]);
		expect((await bench.run("TWO")).summary).toEqual([]);
	});

	test("a file that this container read, and left to another one, is linked again", async () => {
		for (const name of ["a", "b"]) await bench.archive.scene(`${name}.tif`);
		await bench.container("S", [{}]);
		await bench.container("T", [{}]);
		for (const id of ["S", "T"]) await bench.run(id);
		await bench.container("S", [{ exclude: ["a*"] }]);
		expect((await bench.run("S")).summary).toEqual(["unlinked a.tif"]);
		await bench.container("S", [{}]);
		expect((await bench.run("S")).summary).toEqual(["linked a.tif"]);
		expect(await bench.registered()).toEqual(["a.tif: A in S T", "b.tif: B in S T"]);
	});

	test("a file that changed since is read when it is linked, and what differs is recorded", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("ONE", [{}]);
		await bench.container("TWO", [{}]);
		await bench.run("ONE");
		await bench.archive.scene("a.tif", { begin: "2010-01-01T00:00:00Z" });
		const { summary, changes } = await bench.run("TWO");
		expect(summary).toEqual(["linked a.tif"]);
		expect(Object.keys(changes[0]?.fields ?? {}).sort()).toEqual(["begin", "end"]);
		expect((await bench.run("ONE")).summary).toEqual([]);
	});

	test("each container reads by the rules of the source that brought the file in", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("ONE", [{ rangeType: "RED" }]);
		await bench.container("TWO", [{ rangeType: "BLUE" }]);
		await bench.run("ONE");
		await bench.run("TWO");
		await bench.archive.scene("a.tif", { begin: "2010-01-01T00:00:00Z" });
		expect((await bench.run("TWO")).summary).toEqual(["updated a.tif"]);
		expect(
			await bench.database
				.sql`select v.state->>'rangeType' as range_type from datasets d join dataset_versions v on v.id = d.version_id`,
		).toEqual([{ range_type: "RED" }]);
		expect((await bench.run("ONE")).summary).toEqual([]);
	});

	test("of overlapping sources the first one brings the file in", async () => {
		await bench.archive.scene("sub/a.tif");
		await bench.container("S", [{ rangeType: "RED" }, { path: "sub", rangeType: "BLUE" }]);
		expect((await bench.run("S")).summary).toEqual(["added sub/a.tif"]);
		expect(
			await bench.database
				.sql`select v.state->>'rangeType' as range_type from datasets d join dataset_versions v on v.id = d.version_id`,
		).toEqual([{ range_type: "RED" }]);
		expect((await bench.run("S")).summary).toEqual([]);
	});
});
