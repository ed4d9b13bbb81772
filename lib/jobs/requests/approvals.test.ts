import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runView } from "#lib/catalog/runs/runs.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { approvableRuns, requestApprovals } from "./approvals.ts";
import { requestRuns } from "./requests.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const ids = ["A", "B", "C"];

/** Held runs of A, B and C, as all their files are gone. */
async function heldRuns() {
	for (const id of ids) {
		await bench.archive.scene(`${id}/scene_${id}.tif`);
		await bench.container(id, [{ path: id }]);
		await bench.run(id);
	}
	for (const id of ids) for (const suffix of [".tif", ".xml"]) await bench.archive.remove(`${id}/scene_${id}${suffix}`);
	const [a, b, c] = [await bench.run("A"), await bench.run("B"), await bench.run("C")].map(({ run }) => run);
	if (a === undefined || b === undefined || c === undefined) throw new Error("There are three.");
	return { a, b, c };
}

const approve = (runs: readonly number[]) =>
	requestApprovals(bench.database, { runs, actor: "olga", reason: "moved to tape" });
const stateOf = async (run: number) => (await runView(bench.database, run))?.state;
const obstacles = async (waiting: Parameters<typeof approvableRuns>[1]) =>
	(await approvableRuns(bench.database, waiting)).map(({ view, obstacle }) => [view.run, obstacle]);

test("all go on with one reason, each once: a run that found a held plan again stands for that", async () => {
	const { a, b } = await heldRuns();
	const again = await bench.run("A");
	expect(again.view.sameAs).toBe(a);
	expect(await obstacles({ runs: [again.run, b, a] })).toEqual([
		[a, null],
		[b, null],
	]);
	const views = await approve([again.run, b, a]);
	const approval = { by: "olga", reason: "moved to tape" };
	expect(views).toMatchObject([
		{ run: a, state: "queued", approval },
		{ run: b, state: "queued", approval },
	]);
	for (const run of [a, b]) expect((await bench.execute(run)).view).toMatchObject({ state: "succeeded", removed: 1 });
});

test("none goes on if one cannot", async () => {
	const { a, b } = await heldRuns();
	await expect(approve([a, 999, b])).rejects.toThrow("There is no run 999.");
	await approve([b]);
	await expect(approve([a, b])).rejects.toThrow(`Run ${b} is queued; only a plan can be applied.`);
	expect(await stateOf(a)).toBe("held");
});

test("of the runs that wait in containers it is said which cannot be approved, and why", async () => {
	const { a, b, c } = await heldRuns();
	await bench.container("D", []);
	expect(await obstacles({ containers: ["D", "C", "A"] })).toEqual([
		[a, null],
		[c, null],
	]);
	await requestRuns(bench.database, { containers: ["A"], kind: "sync", trigger: "dashboard", actor: "olga" });
	await bench.database.sql`update containers set revision = revision + 1 where eo_id = 'B'`;
	expect(await obstacles({ containers: ids })).toEqual([
		[a, "Another run of its container is active."],
		[b, "Its container was changed since it was planned: check it again."],
		[c, null],
	]);
	await approve([c]);
	expect(await obstacles({ runs: [c] })).toEqual([[c, "It is queued, and waits no more."]]);
	expect(await obstacles({ containers: ["C"] })).toEqual([]);
});
