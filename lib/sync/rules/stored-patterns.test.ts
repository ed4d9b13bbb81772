import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listProblems } from "#lib/catalog/runs/runs.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** Patterns of before that only picomatch knows: a name over which one takes too long is unclear (rule 17). */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const slowName = `${"a".repeat(60)}!.tif`;
const slowPattern = `!(b)${"@(a|a)".repeat(40)}`;
const storePattern = (column: "include" | "exclude", patterns: readonly string[]) =>
	bench.database.sql`update sources set ${bench.database.sql(column)} = ${patterns as string[]}`;

test("it is a problem by name, and what is registered of it stays; the rest is synced", async () => {
	for (const name of ["one", "two"]) await bench.archive.scene(`in/${name}.tif`);
	await bench.archive.scene(`in/${slowName}`, { eoId: "SLOW" });
	await bench.container("S", [{ path: "in" }]);
	await bench.run("S");
	await storePattern("exclude", [slowPattern]);
	await bench.archive.remove("in/two.tif");
	await bench.archive.scene("in/three.tif");
	const { summary, view, run } = await bench.run("S");
	expect(summary.toSorted()).toEqual(["added in/three.tif", "removed in/two.tif"]);
	expect(view).toMatchObject({ state: "partial", problems: 1 });
	const { rows } = await listProblems(bench.database, run, {});
	expect(rows).toMatchObject([{ path: `in/${slowName}`, code: "timeout" }]);
	expect(await bench.registered()).toContain(`in/${slowName}: SLOW in S`);
	// It is reported as long as the pattern is there, and over when it is not.
	expect((await bench.run("S")).view).toMatchObject({ state: "partial", problems: 1, removed: 0, unlinked: 0 });
	await storePattern("exclude", []);
	expect(await bench.run("S")).toMatchObject({ summary: [], view: { state: "succeeded" } });
});

test("a file that is not registered yet is looked at again when the pattern lets it", async () => {
	await bench.archive.scene("in/one.tif");
	await bench.archive.scene(`in/${slowName}`, { eoId: "SLOW" });
	await bench.container("S", [{ path: "in" }]);
	await storePattern("include", [slowPattern, "one.tif"]);
	const { summary, view } = await bench.run("S");
	expect(summary).toEqual(["added in/one.tif"]);
	// Nor can the run decide that about its metadata file.
	expect(view).toMatchObject({ state: "partial", problems: 2 });
	await storePattern("include", ["*.tif"]);
	expect((await bench.run("S")).summary).toEqual([`added in/${slowName}`]);
});
