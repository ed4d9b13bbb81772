import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { requestRevert } from "#lib/jobs/requests/requests.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const idOf = async (path: string) => (await bench.database.sql`select id from datasets where path = ${path}`)[0]?.id;
/** A data file with its metadata. */
const rename = async (from: string, to: string) => {
	await bench.archive.rename(from, to);
	await bench.archive.rename(from.replace(/tif$/, "xml"), to.replace(/tif$/, "xml"));
};

describe("rule 6: updated", () => {
	test("the change lists just the fields that differ, before and after", async () => {
		await bench.archive.scene("a.tif", { properties: { platform: "ONE", orbitNumber: 7 } });
		await bench.container("S", [{}]);
		await bench.run("S");
		const id = await idOf("a.tif");
		await bench.archive.scene("a.tif", {
			end: "2006-08-16T10:00:00.250Z",
			properties: { platform: "TWO", orbitNumber: 7 },
		});
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual(["updated a.tif"]);
		expect(changes[0]?.fields).toEqual({
			end: { before: "2006-08-16T09:09:29Z", after: "2006-08-16T10:00:00.250Z" },
			properties: { before: { platform: "ONE", orbitNumber: 7 }, after: { platform: "TWO", orbitNumber: 7 } },
		});
		expect(await idOf("a.tif")).toBe(id);
		expect(
			await bench.database
				.sql`select d.end_time, v.state->'properties'->>'platform' as platform from datasets d join dataset_versions v on v.id = d.version_id`,
		).toEqual([{ end_time: "2006-08-16T10:00:00.250Z", platform: "TWO" }]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test.each([
		[
			"the data file",
			(name: string) => bench.archive.scene(`${name}.tif`, { size: [8, 4] }),
			["extent", "footprint", "size"],
		],
		["the metadata file", (name: string) => bench.archive.scene(`${name}.tif`, { eoId: "NEW" }), ["eoId"]],
		[
			"a .conf that appears",
			(name: string) => bench.archive.write(`${name}.conf`, "[range_type]\nrange_type_name=RED\n"),
			["rangeType"],
		],
	])("by %s", async (_, change, fields) => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await change("a");
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual(["updated a.tif"]);
		expect(Object.keys(changes[0]?.fields ?? {}).sort()).toEqual(fields);
	});

	test("if no field differs only the fingerprint is refreshed", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.touch("a.tif");
		const [{ size }] = (await bench.database
			.sql`select (files->0->>'mtime')::bigint as size from dataset_versions`) as unknown as [{ size: number }];
		const { summary, view } = await bench.run("S");
		expect(summary).toEqual([]);
		expect(view).toMatchObject({ state: "succeeded", updated: 0, unchanged: 1 });
		const [row] = await bench.database.sql`select (files->0->>'mtime')::bigint as size from dataset_versions`;
		expect(row?.size).toBeGreaterThan(size);
		await bench.archive.spoil("a.tif");
		await bench.forgetChangeTimes();
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("an unchanged file is not read, unless by --full or where contents are compared", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.spoil("a.tif");
		await bench.forgetChangeTimes();
		expect((await bench.run("S")).summary).toEqual([]);
		expect((await bench.run("S", { full: true })).summary).toEqual(["rejected a.tif"]);
	});

	test("the container's times are those of its datasets, also when its first or last one changes or goes", async () => {
		const times = async () => {
			const [row] = await bench.database.sql`select begin_time as begin, end_time as end from containers`;
			return [row?.begin, row?.end].map((time) => String(time).slice(0, 4)).join("–");
		};
		const scene = (name: string, year: number, more: object = {}) =>
			bench.archive.scene(`${name}.tif`, { begin: `${year}-01-01T00:00:00Z`, ...more });
		await scene("a", 2001);
		await scene("b", 2005);
		await scene("c", 2009);
		await bench.container("S", [{}]);
		await bench.run("S");
		expect(await times()).toBe("2001–2009");
		await scene("a", 2001, { at: [20, 40] });
		await scene("c", 2009, { at: [20, 40] });
		expect((await bench.run("S")).summary).toEqual(["updated a.tif", "updated c.tif"]);
		expect(await times()).toBe("2001–2009");
		await scene("a", 2006);
		expect((await bench.run("S")).summary).toEqual(["updated a.tif"]);
		expect(await times()).toBe("2005–2009");
		await scene("b", 2004);
		await bench.run("S");
		expect(await times()).toBe("2004–2009");
		await bench.archive.remove("c.tif");
		expect((await bench.run("S", { approval: "yes" })).summary).toEqual(["removed c.tif"]);
		expect(await times()).toBe("2004–2006");
	});

	test("beside one that changed: the rules of the source that reads it count, wherever that is", async () => {
		for (const name of ["a", "b"]) await bench.archive.scene(`${name}.tif`);
		await bench.container("S", [{}]);
		await bench.container("T", [{}]);
		for (const id of ["S", "T"]) await bench.run(id);
		await bench.container("S", [{ rangeType: "OTHER" }]);
		await bench.archive.scene("b.tif", { begin: "2011-01-01T00:00:00Z" });
		expect((await bench.check("T")).summary).toEqual(["updated a.tif", "updated b.tif"]);
	});

	test("with checksum: true a difference that only the contents show is an update", async () => {
		const pixels = (value: number) => ({ pixel: () => value, metadata: null, dateTime: "2006:08:16 09:09:29" });
		const sameTime = async (value: number) => {
			await bench.archive.scene("a.tif", pixels(value));
			await bench.database.sql`update dataset_versions set files = jsonb_set(files, '{0,mtime}', to_jsonb(0))`;
		};
		await sameTime(1);
		await bench.container("S", [{ checksum: true }]);
		await bench.run("S");
		expect((await bench.run("S")).summary).toEqual([]);
		await sameTime(2);
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual(["updated a.tif"]);
		expect(Object.keys(changes[0]?.fields ?? {})).toEqual(["checksum"]);
		expect((await bench.run("S")).summary).toEqual([]);
	});
});

describe("rule 7: moved", () => {
	test("by inode, without reading: the dataset keeps its identity and its links, only the path changes", async () => {
		await bench.archive.scene("a/x.tif");
		await bench.archive.scene("a/y.tif");
		await bench.container("S", [{}]);
		await bench.container("T", [{}]);
		await bench.run("S");
		await bench.run("T");
		const id = await idOf("a/x.tif");
		await rename("a/x.tif", "b/x.tif");
		await bench.archive.spoil("b/x.tif");
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual(["moved a/x.tif → b/x.tif"]);
		expect(changes[0]?.fields).toEqual({});
		expect(await idOf("b/x.tif")).toBe(id);
		expect(await bench.registered()).toEqual(["a/y.tif: Y in S T", "b/x.tif: X in S T"]);
		expect((await bench.run("S")).summary).toEqual([]);
		expect((await bench.run("T")).summary).toEqual([]);
	});

	test("by EO ID, when the file is another one; what differs is recorded", async () => {
		await bench.archive.scene("a/x.tif");
		await bench.archive.scene("a/y.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		const id = await idOf("a/x.tif");
		await bench.archive.remove("a/x.tif");
		await bench.archive.scene("b/z.tif", { eoId: "X", begin: "2011-01-01T00:00:00Z" });
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual(["moved a/x.tif → b/z.tif"]);
		expect(Object.keys(changes[0]?.fields ?? {}).sort()).toEqual(["begin", "end"]);
		expect(await idOf("b/z.tif")).toBe(id);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("a renamed file whose name told its EO ID is read, and keeps its identity", async () => {
		await bench.archive.scene("first.tif", { eoId: null });
		await bench.archive.scene("y.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		const id = await idOf("first.tif");
		await rename("first.tif", "second.tif");
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual(["moved first.tif → second.tif"]);
		expect(changes[0]?.fields).toEqual({ eoId: { before: "first", after: "second" } });
		expect(await idOf("second.tif")).toBe(id);
		expect((await bench.run("S", { full: true })).summary).toEqual([]);
	});

	test("a renamed file whose name told its time is read", async () => {
		await bench.archive.scene("x_20010203T040506.tif", { eoId: "X", begin: null });
		await bench.archive.scene("y.tif");
		await bench.container("S", [{ fileName: "_(?<begin>\\d{8}T\\d{6})" }]);
		await bench.run("S");
		await rename("x_20010203T040506.tif", "x_20010203T040507.tif");
		const { changes } = await bench.run("S");
		expect(changes[0]).toMatchObject({ action: "moved", fields: { begin: { after: "2001-02-03T04:05:07Z" } } });
		expect((await bench.run("S", { full: true })).summary).toEqual([]);
	});

	test("a file moved to a source with other rules is read by those", async () => {
		await bench.archive.scene("a/x.tif");
		await bench.archive.scene("a/y.tif");
		await bench.archive.mkdir("b");
		await bench.container("S", [
			{ path: "a", rangeType: "RED" },
			{ path: "b", rangeType: "BLUE" },
		]);
		await bench.run("S");
		await rename("a/x.tif", "b/x.tif");
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual(["moved a/x.tif → b/x.tif"]);
		expect(changes[0]?.fields).toEqual({ rangeType: { before: "RED", after: "BLUE" } });
		expect((await bench.run("S", { full: true })).summary).toEqual([]);
		await bench.archive.remove("b/x.tif");
		expect((await bench.run("S", { approval: "on purpose" })).summary).toEqual(["removed b/x.tif"]);
	});

	test("chains and swaps of names, and of EO IDs between files, end as the archive is", async () => {
		const names = ["a", "b", "c", "d", "e"];
		for (const name of names) await bench.archive.scene(`${name}.tif`, { eoId: `ID_${name}` });
		await bench.container("S", [{}]);
		await bench.run("S");
		for (const [from, to] of [
			["b", "f"],
			["a", "b"],
			["c", "tmp"],
			["d", "c"],
			["tmp", "d"],
		])
			await rename(`${from}.tif`, `${to}.tif`);
		await bench.archive.scene("e.tif", { eoId: "ID_new" });
		await bench.archive.scene("g.tif", { eoId: "ID_e" });
		const { view } = await bench.run("S");
		expect(view).toMatchObject({ state: "succeeded", rejected: 0 });
		expect(await bench.registered()).toEqual([
			"b.tif: ID_a in S",
			"c.tif: ID_d in S",
			"d.tif: ID_c in S",
			"e.tif: ID_new in S",
			"f.tif: ID_b in S",
			"g.tif: ID_e in S",
		]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test.each([
		["case", "s1", "S1"],
		["normal form", "\u00e9", "e\u0301"],
	])(
		"of two files alike in all but %s each is a dataset of its own, whatever happens to the other",
		async (_, one, other) => {
			const bare = { metadata: null, dateTime: "2006:08:16 09:09:29" };
			await bench.archive.scene(`in/${one}.tif`, bare);
			await bench.archive.scene(`in/${other}.tif`, bare);
			await bench.container("S", [{ path: "in" }], { guard: { maxRemovals: null } });
			expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", added: 2 });
			const [ofOne, ofOther] = [await idOf(`in/${one}.tif`), await idOf(`in/${other}.tif`)];
			// By name, one is there: it is not what the other was.
			await bench.archive.rename(`in/${other}.tif`, `in/sub/${other}.tif`);
			expect((await bench.run("S")).summary).toEqual([`moved in/${other}.tif → in/sub/${other}.tif`]);
			expect(await idOf(`in/sub/${other}.tif`)).toBe(ofOther);
			await bench.archive.remove(`in/${one}.tif`);
			await bench.archive.rename(`in/sub/${other}.tif`, `in/${one}.tif`);
			const last = await bench.run("S");
			expect(last.view.state).toBe("succeeded");
			expect(await bench.registered()).toEqual([`in/${one}.tif: ${one} in S`]);
			expect([ofOne, ofOther]).toContain(await idOf(`in/${one}.tif`));
			await bench.archive.rename(`in/${one}.tif`, `in/${other}.tif`);
			expect((await bench.run("S")).summary).toEqual([`moved in/${one}.tif → in/${other}.tif`]);
			expect(await bench.registered()).toEqual([`in/${other}.tif: ${other} in S`]);
			expect((await bench.run("S")).summary).toEqual([]);
		},
	);

	test("hard links pair up in the order of their paths", async () => {
		await bench.archive.scene("in/a.tif", { eoId: null });
		await bench.archive.hardLink("in/a.tif", "in/b.tif");
		await bench.archive.hardLink("in/a.xml", "in/b.xml");
		await bench.container("S", [{}]);
		await bench.run("S");
		await rename("in/a.tif", "out/a.tif");
		await rename("in/b.tif", "out/b.tif");
		expect((await bench.run("S")).summary).toEqual(["moved in/a.tif → out/a.tif", "moved in/b.tif → out/b.tif"]);
		expect(await bench.registered()).toEqual(["out/a.tif: a in S", "out/b.tif: b in S"]);
	});

	test("to another storage, and back by a revert", async () => {
		await bench.archive.scene("one/x.tif");
		await bench.archive.scene("one/y.tif");
		await bench.archive.mkdir("two");
		await saveStorage(
			bench.database,
			storageInput.parse({ name: "second", type: "local", root: bench.archive.at("two") }),
		);
		await bench.container("S", [{ path: "one" }, { storage: "second" }]);
		await bench.run("S");
		await rename("one/x.tif", "two/x.tif");
		const { run, summary } = await bench.run("S");
		expect(summary).toEqual(["moved one/x.tif → x.tif"]);
		const reverted = await requestRevert(bench.database, { run, actor: "tester", trigger: "dashboard" });
		expect((await bench.execute(reverted.run)).view.state).toBe("succeeded");
		const placeOf = () =>
			bench.database
				.sql`select st.name, d.path from datasets d join storages st on st.id = d.storage_id where eo_id = 'X'`;
		expect(await placeOf()).toEqual([{ name: "archive", path: "one/x.tif" }]);
		expect((await bench.run("S")).summary).toEqual(["moved one/x.tif → x.tif"]);
		expect(await placeOf()).toEqual([{ name: "second", path: "x.tif" }]);
	});
});
