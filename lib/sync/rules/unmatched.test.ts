import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import { sourceInput } from "#lib/catalog/inputs.ts";
import { listProblems } from "#lib/catalog/runs/runs.ts";
import { findUnmatched, testSource } from "#lib/sync/test-source.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** A pattern or path that finds nothing is reported, with the nearest name, by the run, the pages and `configure`. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const signal = new AbortController().signal;
const source = (input: object) => sourceInput.parse({ storage: "archive", include: ["*.tif"], ...input });
const look = (input: object) => findUnmatched(bench.database, source(input), { signal, milliseconds: 5000 });
const notesOf = async (run: number) => (await listProblems(bench.database, run, { notes: true })).rows;
const shown = async () => (await containerDetail(bench.database, "S"))?.sources.map(({ unmatched }) => unmatched);

describe("a pattern that matches nothing", () => {
	test.each([
		["in another case", "*.TIF", 'No data file matches "*.TIF". The nearest name is a.tif, in another case.'],
		["of another kind", "*.jp2", 'No data file matches "*.jp2". There are 2 files, such as a.tif.'],
	])("%s", async (_, include, message) => {
		await bench.archive.scene("in/a.tif");
		await bench.container("S", [{ path: "in", include: [include] }]);
		const { view, run } = await bench.run("S");
		expect(view).toMatchObject({ state: "succeeded", notes: 1, added: 0 });
		expect(await notesOf(run)).toEqual([{ path: "in", code: "no-match", message }]);
		expect(await shown()).toEqual([[message]]);
		expect(await look({ path: "in", include: [include] })).toEqual([message]);
		// Known folders are not listed again, and still reported.
		const again = await bench.run("S");
		expect(await notesOf(again.run)).toEqual([{ path: "in", code: "no-match", message }]);
	});

	test("beside one that matches; until a file comes, rejected or not", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{ include: ["*.tif", "*.tiff"] }]);
		const { run } = await bench.run("S");
		expect(await notesOf(run)).toMatchObject([{ message: expect.stringContaining("The nearest name is a.tif.") }]);
		expect((await bench.check("S")).view.notes).toBe(1);
		await bench.archive.write("b.tiff", "nothing that can be read");
		expect((await bench.run("S")).view).toMatchObject({ rejected: 1, notes: 0 });
		expect((await bench.run("S")).view.notes).toBe(0);
		expect(await shown()).toEqual([[]]);
	});

	test.each([
		["a dataset", () => bench.archive.scene("b.tiff")],
		["rejected", () => bench.archive.write("b.tiff", "nothing that can be read")],
	])("since its last file is gone, %s", async (_, write) => {
		await bench.archive.scene("a.tif");
		await write();
		await bench.container("S", [{ include: ["*.tif", "*.tiff"] }]);
		await bench.run("S");
		await bench.archive.remove("b.tiff");
		await bench.run("S");
		for (const _run of ["the next", "and all others"]) {
			const { view, run } = await bench.run("S");
			expect(view).toMatchObject({ state: "succeeded", notes: 1, unchanged: 1 });
			expect(await notesOf(run)).toMatchObject([{ message: expect.stringContaining("The nearest name is a.tif.") }]);
		}
	});

	test("because all of it is excluded", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{ exclude: ["a.*"] }]);
		const { run } = await bench.run("S");
		expect(await notesOf(run)).toMatchObject([{ message: expect.stringMatching(/a\.tif fits it, but is excluded/) }]);
	});

	test("in an empty archive", async () => {
		await bench.container("S", [{}]);
		const { run } = await bench.run("S");
		expect(await notesOf(run)).toMatchObject([{ message: 'No data file matches "*.tif": there are no files.' }]);
	});

	test("patterns know no difference between composed and decomposed letters", async () => {
		await bench.archive.scene("\u00e9t\u00e9.tif".normalize("NFD"));
		await bench.container("S", [{ include: ["\u00e9t\u00e9.tif"] }]);
		expect((await bench.run("S")).view).toMatchObject({ added: 1, notes: 0 });
	});

	test("is not told where a folder could not be listed: it may be in there", async () => {
		await bench.archive.scene("a.tif");
		// A name that is no UTF-8.
		await mkdir(Buffer.concat([Buffer.from(`${bench.archive.root}/`), Buffer.from([0x62, 0xff])]));
		await bench.container("S", [{ include: ["*.jp2"] }]);
		expect((await bench.run("S")).view).toMatchObject({ state: "partial", notes: 0 });
	});

	test("the test of a source tells it", async () => {
		await bench.archive.scene("a.tif");
		const { message } = await testSource(bench.database, source({ include: ["*.TIF"] }), { signal });
		expect(message).toBe(
			'No file matches among 2 files in 1 folder. No data file matches "*.TIF". The nearest name is a.tif, in another case.',
		);
	});
});

describe("a path that does not exist", () => {
	const composed = "\u00e9t\u00e9";
	test.each([
		["in another case", "Meris/2006", "meris/2006", "meris/2006."],
		["with a letter too few", "mers", "meris", "meris."],
		[
			"decomposed",
			composed,
			composed.normalize("NFD"),
			`${composed.normalize("NFD")}, whose letters are decomposed (NFD).`,
		],
		["composed", composed.normalize("NFD"), composed, `${composed}, whose letters are composed (NFC).`],
	])("%s", async (_, said, there, nearest) => {
		await bench.archive.scene(`${there}/a.tif`);
		await bench.container("S", [{ path: said }]);
		const { view } = await bench.run("S");
		expect(view.state).toBe("failed");
		expect(view.error?.message).toContain(`The nearest name is ${nearest}`);
		expect(await look({ path: said })).toEqual([expect.stringContaining(`The nearest name is ${nearest}`)]);
		const tested = await testSource(bench.database, source({ path: said }), { signal });
		expect(tested).toMatchObject({ ok: false, message: expect.stringContaining(nearest) });
	});

	test("nothing is like it", async () => {
		await bench.archive.scene("asar/a.tif");
		await bench.container("S", [{ path: "meris" }]);
		const { view } = await bench.run("S");
		expect(view.error?.message).not.toContain("nearest");
	});
});

test("a storage that does not answer says nothing of patterns", async () => {
	expect(await look({ storage: "archive", marker: null, path: "x" })).toEqual([expect.stringContaining("x")]);
	await bench.database
		.sql`update storages set config = jsonb_set(config, '{root}', '"/nowhere/at/all"') where name = 'archive'`;
	const problems = await look({});
	await bench.database
		.sql`update storages set config = jsonb_set(config, '{root}', ${JSON.stringify(bench.archive.root)}::jsonb) where name = 'archive'`;
	expect(problems.join()).not.toContain("No data file");
});
