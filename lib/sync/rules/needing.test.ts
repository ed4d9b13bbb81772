import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { planSelection } from "#lib/catalog/inputs.ts";
import type { ChangeNeeds } from "#lib/catalog/read-models/change-view.ts";
import { previewSelection } from "#lib/jobs/requests/plan-selection.ts";
import { changeNeeds } from "#lib/sync/plan/change-needs.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** Which changes need which others is told before anything is left out: by that a page moves their boxes along. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

/** Those that are left out along with one, as a page has it. */
function alongWith(key: number, { changes, needs }: ChangeNeeds): readonly string[] {
	const left = new Set([key]);
	for (let size = 0; size !== left.size; ) {
		size = left.size;
		for (const need of needs)
			if (need.needs.some((one) => left.has(one))) for (const one of need.dependents) left.add(one);
	}
	return changes.flatMap((one) => (left.has(one.key) && one.key !== key ? [one.path] : [])).toSorted();
}

/** Leaves out each change of the plan by itself, and compares what else is left out. Returns that by path. */
async function expectTold(run: number): Promise<Readonly<Record<string, readonly string[]>>> {
	const told = await changeNeeds(bench.database, run);
	const all = await bench.database.sql<{ id: number; action: string; path: string }[]>`
		select id, action, path from changes where run_id = ${run} and outcome = 'planned' and action <> 'refreshed' order by path`;
	const together: Record<string, readonly string[]> = {};
	for (const { id, action, path } of all) {
		const selection = planSelection.parse({ leaveChanges: [id] });
		const found = (await previewSelection(bench.database, { run, actor: "olga", selection })).selection;
		const paths = (found?.examples ?? []).map((one) => one.path).toSorted();
		expect([path, alongWith(id, told)]).toEqual([path, paths]);
		if (paths.length > 0) together[`${action} ${path}`] = paths;
	}
	return together;
}

test("EO IDs that are freed, in a chain and in a ring, paths that are left, and duplicates", async () => {
	const ids = { a: "ONE", b: "TWO", c: "THREE", e: "FIVE", f: "SIX", k: "TEN" };
	const scene = (name: string, eoId: string) => bench.archive.scene(`${name}.tif`, { eoId });
	for (const [name, eoId] of Object.entries(ids)) await scene(name, eoId);
	for (const name of ["x", "y", "z"]) await bench.archive.scene(`in/${name}.tif`);
	await bench.container("S", [{}]);
	await bench.run("S");
	await bench.archive.remove("a.tif");
	await scene("b", "ONE");
	await scene("c", "TWO");
	await scene("e", "SIX");
	await scene("f", "FIVE");
	await scene("k", "ELEVEN");
	await scene("m", "TEN");
	await scene("g", "SEVEN");
	await scene("h", "SEVEN");
	for (const end of ["tif", "xml"]) {
		await bench.archive.rename(`in/y.${end}`, `out/y.${end}`);
		await bench.archive.rename(`in/x.${end}`, `in/y.${end}`);
		await bench.archive.rename(`in/z.${end}`, `out/z.${end}`);
	}
	const { run, summary } = await bench.check("S");
	expect(summary).toContain("moved in/z.tif → out/z.tif");
	expect(await expectTold(run)).toEqual({
		"removed a.tif": ["b.tif", "c.tif"],
		"updated b.tif": ["c.tif"],
		"updated e.tif": ["f.tif"],
		"updated f.tif": ["e.tif"],
		"added g.tif": ["h.tif"],
		"updated k.tif": ["m.tif"],
		// The dataset at in/y.tif becomes the one of in/x.tif, and lets go of its EO ID.
		"removed in/x.tif": ["in/y.tif", "out/y.tif"],
		"updated in/y.tif": ["out/y.tif"],
	});
	const { needs, moves, isCut } = await changeNeeds(bench.database, run);
	expect(needs.map(({ why }) => why)).toContain("it gets the EO ID ONE, which a.tif has until then");
	expect(moves).toEqual([{ directory: "out", from: "in", rows: 1 }]);
	expect(isCut).toBe(false);
});

test("what does not fit a mosaic needs all that sets its grid", async () => {
	await bench.archive.scene("a.tif", { at: [10, 50] });
	await bench.archive.scene("b.tif", { at: [10.1, 50] });
	await bench.archive.scene("c.tif", { at: [11, 50] });
	await bench.container("M", [{}], { kind: "rectified-stitched-mosaic" });
	const { run } = await bench.check("M");
	expect(await expectTold(run)).toEqual({ "added a.tif": ["b.tif"], "added c.tif": ["b.tif"] });
});
