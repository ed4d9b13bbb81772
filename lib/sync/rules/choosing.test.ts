import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import { type PlanSelection, planSelection } from "#lib/catalog/inputs.ts";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** A person chooses what of a plan is applied; the rest is left for later. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const request = (run: number, selection: Partial<PlanSelection>, approval: string | null = null) =>
	requestApply(bench.database, { run, actor: "olga", approval, selection: planSelection.parse(selection) });
const apply = async (run: number, selection: Partial<PlanSelection>, approval: string | null = null) => {
	const { state } = await request(run, selection, approval);
	expect(state).toBe("queued");
	const result = await bench.execute(run);
	expect(await violations(bench.database)).toEqual([]);
	return result;
};
const stateOf = async (id: string) => {
	const detail = await containerDetail(bench.database, id);
	return { state: detail?.state, reason: detail?.stateReason };
};
const rename = async (from: string, to: string) => {
	for (const end of ["tif", "xml"]) await bench.archive.rename(`${from}.${end}`, `${to}.${end}`);
};

describe("what is left for later", () => {
	beforeEach(async () => {
		for (const path of ["in/a.tif", "in/b.tif", "in/sub/c.tif", "out/d.tif"]) await bench.archive.scene(path);
		await bench.container("S", [{}]);
	});

	test("is skipped, the run succeeds, and the next check and sync find it", async () => {
		const { run } = await bench.check("S");
		const { view, summary, changes } = await apply(run, { except: ["in/**"] });
		expect(summary).toEqual([
			"added in/a.tif (skipped)",
			"added in/b.tif (skipped)",
			"added in/sub/c.tif (skipped)",
			"added out/d.tif",
		]);
		expect(changes[0]).toMatchObject({ outcome: "skipped", reason: "left for later by olga", exception: null });
		expect(view).toMatchObject({ state: "succeeded", added: 1, skipped: 3, leftOut: 3, excepted: 0, error: null });
		expect(view.selection).toEqual({ by: "olga", planned: 4, chosen: 1, together: 0, examples: [], keepOut: null });
		expect(await stateOf("S")).toEqual({
			state: "out of sync",
			reason: expect.stringMatching(/^Applied 1 of 4 as selected by olga: 1 added; 3 left for later; /),
		});
		expect((await bench.check("S")).summary).toEqual(["added in/a.tif", "added in/b.tif", "added in/sub/c.tif"]);
		const { view: after } = await bench.run("S");
		expect(after).toMatchObject({ state: "succeeded", added: 3, skipped: 0, leftOut: 0, selection: null });
		expect((await stateOf("S")).state).toBe("in sync");
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("may be chosen by folder and by change, and the rest of a removed folder is found again", async () => {
		await bench.run("S");
		await bench.archive.remove("in");
		const { run, view, changes } = await bench.check("S");
		expect(view.state).toBe("planned");
		const [a] = changes;
		await apply(run, { folders: ["in/sub"], changes: [a?.key ?? 0] });
		expect(await bench.registered()).toEqual(["in/b.tif: B in S", "out/d.tif: D in S"]);
		expect((await bench.run("S")).summary).toEqual(["removed in/b.tif"]);
	});

	test("is an update, a rejection, a link or an unlinking as well", async () => {
		await bench.run("S");
		await bench.archive.scene("in/a.tif", { begin: "2011-01-01T00:00:00Z" });
		await bench.archive.scene("in/b.tif", { begin: null });
		await bench.archive.scene("in/new.tif", { begin: null });
		await bench.container("S", [{ exclude: ["out/*"] }]);
		await bench.container("T", [{}]);
		const plan = await bench.check("S");
		const all = ["updated in/a.tif", "rejected in/b.tif", "rejected in/new.tif", "unlinked out/d.tif"];
		expect(plan.summary).toEqual(all);
		await expect(apply(plan.run, { only: ["*.tif"], except: ["*.tif"] })).rejects.toThrow(
			`Nothing of the plan of run ${plan.run} would be applied. To discard the plan, cancel the run.`,
		);
		await apply(plan.run, { only: ["in/a.tif"] });
		expect((await bench.check("S")).summary).toEqual(all.slice(1));
		await bench.run("S");
		const links = await bench.check("T");
		expect(links.summary).toEqual([
			"linked in/a.tif",
			"rejected in/b.tif",
			"rejected in/new.tif",
			"linked in/sub/c.tif",
			"added out/d.tif",
		]);
	});

	test("is applied by nobody who takes the run over", async () => {
		const { run } = await bench.check("S");
		await request(run, { only: ["out/*"] });
		await bench.database.sql`
			update runs set state = 'applying', lease_owner = 'dead', lease_until = now() - interval '1 second' where id = ${run}`;
		expect((await bench.execute(run)).view).toMatchObject({ state: "succeeded", added: 1, leftOut: 3 });
		expect(await bench.registered()).toEqual(["out/d.tif: D in S"]);
	});

	test("what drifted besides makes the run partial all the same", async () => {
		const { run } = await bench.check("S");
		await request(run, { except: ["in/a.tif"] });
		await bench.archive.remove("out/d.tif");
		expect((await bench.execute(run)).view).toMatchObject({ state: "partial", added: 2, skipped: 2, leftOut: 1 });
	});

	test("what a selection names and the plan lacks is refused by name, and nothing is left out", async () => {
		const { run } = await bench.check("S");
		await expect(request(run, { except: ["x/**"], leaveFolders: ["in"] })).rejects.toThrow(
			`Nothing in the plan of run ${run} is meant by the pattern "x/**"; nothing was done.`,
		);
		await expect(request(run, { changes: [999_999] })).rejects.toThrow("change 999999");
		await expect(request(run, { only: ["in/x.tif"] })).rejects.toThrow("is about the path below that of its source");
		const keepOut = { until: "for-good", note: "not for us" } as const;
		await expect(request(run, { keepOut })).rejects.toThrow("Say what of the plan is kept out");
		expect((await bench.execute(run)).view).toMatchObject({ state: "planned", added: 4, skipped: 0 });
		const all = await apply(run, { only: ["*.tif"] });
		expect(all.view).toMatchObject({ added: 4, selection: null });
	});
});

describe("rule 12 is about what is to be applied", () => {
	beforeEach(async () => {
		for (let i = 10; i < 30; i++) await bench.archive.scene(`in/s${i}.tif`);
		for (let i = 10; i < 30; i++) await bench.archive.scene(`two/s${i + 20}.tif`);
		await bench.container("S", [{ path: "in" }, { path: "two" }]);
		await bench.run("S");
		await bench.archive.remove("in");
		await bench.archive.mkdir("in");
	});

	test("three removals of a held run pass by themselves", async () => {
		const { run, view } = await bench.run("S");
		expect(view).toMatchObject({ state: "held", removed: 20 });
		expect(view.guard?.emptied).toEqual(["archive:in"]);
		const { view: applied } = await apply(run, { only: ["s10.tif", "s11.tif", "s12.tif"] });
		expect(applied).toMatchObject({ state: "succeeded", removed: 3, leftOut: 17, approval: null });
		expect((await bench.run("S")).view).toMatchObject({ state: "held", removed: 17 });
	});

	test("many of them stay held, nothing is left out, and a reason lets them pass", async () => {
		const { run } = await bench.run("S");
		const still = await request(run, { except: ["s10.tif"] });
		expect(still).toMatchObject({ state: "held", guard: { removals: 19, emptied: [] } });
		expect((await bench.execute(run)).view).toMatchObject({ state: "held", removed: 20, leftOut: 0, selection: null });
		const { view } = await apply(run, { except: ["s10.tif"] }, "moved to tape");
		expect(view).toMatchObject({ state: "succeeded", removed: 19, leftOut: 1, approval: { reason: "moved to tape" } });
	});
});

describe("changes that need each other are left out together", () => {
	beforeEach(() => bench.container("S", [{}]));

	test("the two ends of a move are one change, by either folder", async () => {
		await bench.archive.scene("in/a.tif");
		await bench.archive.scene("b.tif");
		await bench.run("S");
		await rename("in/a", "out/a");
		await bench.archive.scene("c.tif");
		const { run, summary } = await bench.check("S");
		expect(summary).toEqual(["added c.tif", "moved in/a.tif → out/a.tif"]);
		await apply(run, { leaveFolders: ["in"] });
		expect(await bench.registered()).toEqual(["b.tif: B in S", "c.tif: C in S", "in/a.tif: A in S"]);
		expect((await bench.run("S")).summary).toEqual(["moved in/a.tif → out/a.tif"]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("an EO ID that a removal frees stays with its holder", async () => {
		await bench.archive.scene("a.tif", { eoId: "ONE" });
		await bench.archive.scene("b.tif", { eoId: "TWO" });
		await bench.archive.scene("c.tif");
		await bench.run("S");
		await bench.archive.remove("a.tif");
		await bench.archive.scene("b.tif", { eoId: "ONE" });
		await bench.archive.remove("c.tif");
		const plan = await bench.check("S");
		expect(plan.summary).toEqual(["removed a.tif", "updated b.tif", "removed c.tif"]);
		const { view, changes } = await apply(plan.run, { except: ["a.tif"] }, "as wanted");
		expect(view.selection).toMatchObject({
			planned: 3,
			chosen: 1,
			together: 1,
			examples: [{ action: "updated", path: "b.tif", why: "duplicate EO ID ONE: a.tif has it" }],
		});
		expect(view).toMatchObject({ state: "succeeded", leftOut: 2, removed: 1 });
		expect(changes[1]?.reason).toBe("left out as well: duplicate EO ID ONE: a.tif has it");
		expect(await bench.registered()).toEqual(["a.tif: ONE in S", "b.tif: TWO in S"]);
		expect((await bench.run("S", { approval: "as wanted" })).summary).toEqual(["removed a.tif", "updated b.tif"]);
		expect(await bench.registered()).toEqual(["b.tif: ONE in S"]);
	});

	test("only what needs the other one is left out with it, and choosing nothing that can stand alone is refused", async () => {
		await bench.archive.scene("a.tif", { eoId: "ONE" });
		await bench.archive.scene("b.tif", { eoId: "TWO" });
		await bench.run("S");
		await bench.archive.remove("a.tif");
		await bench.archive.scene("b.tif", { eoId: "ONE" });
		const { run } = await bench.check("S");
		await expect(request(run, { only: ["b.tif"] })).rejects.toThrow(
			"would be applied. b.tif is left out as well: duplicate EO ID ONE: a.tif has it.",
		);
		await apply(run, { only: ["a.tif"] }, "as wanted");
		expect(await bench.registered()).toEqual(["b.tif: TWO in S"]);
	});

	test("swapped EO IDs are swapped together", async () => {
		await bench.archive.scene("a.tif", { eoId: "ONE" });
		await bench.archive.scene("b.tif", { eoId: "TWO" });
		await bench.run("S");
		await bench.archive.scene("a.tif", { eoId: "TWO" });
		await bench.archive.scene("b.tif", { eoId: "ONE" });
		await bench.archive.scene("c.tif");
		const { run } = await bench.check("S");
		const { summary } = await apply(run, { except: ["a.tif"] });
		expect(summary).toEqual(["updated a.tif (skipped)", "updated b.tif (skipped)", "added c.tif"]);
	});

	test("a duplicate is no duplicate of what is left out", async () => {
		await bench.archive.scene("a.tif", { eoId: "ONE" });
		await bench.archive.scene("b.tif", { eoId: "ONE" });
		await bench.archive.scene("c.tif");
		const { run, summary } = await bench.check("S");
		expect(summary).toEqual(["added a.tif", "rejected b.tif", "added c.tif"]);
		const { view } = await apply(run, { except: ["a.tif"] });
		expect(view.selection?.examples).toEqual([
			{ action: "rejected", path: "b.tif", why: "a.tif, which would have its EO ID, is left out" },
		]);
		expect((await bench.run("S")).summary).toEqual(["added a.tif", "rejected b.tif"]);
	});

	test("what does not fit a mosaic is asked again when what sets its grid is left out", async () => {
		await bench.archive.scene("m/a.tif", { at: [10, 50] });
		await bench.archive.scene("m/b.tif", { at: [10.1, 50] });
		await bench.archive.scene("m/c.tif", { at: [10.1, 51] });
		await bench.container("M", [{ path: "m" }], { kind: "rectified-stitched-mosaic" });
		const { run, summary } = await bench.check("M");
		expect(summary).toEqual(["added m/a.tif", "rejected m/b.tif", "rejected m/c.tif"]);
		await expect(request(run, { except: ["a.tif"] })).rejects.toThrow(
			"m/b.tif is left out as well: what would set the grid of the mosaic is left out.",
		);
	});
});

test("a mosaic's grid is that of what is applied", async () => {
	for (const [name, east] of [
		["a", 10],
		["b", 11],
		["c", 15],
	] as const)
		await bench.archive.scene(`${name}.tif`, { at: [east, 50] });
	await bench.container("M", [{}], { kind: "rectified-stitched-mosaic" });
	const { run } = await bench.check("M");
	await apply(run, { except: ["c.tif"] });
	const grid = async () => (await containerDetail(bench.database, "M"))?.mosaicGrid?.size;
	expect(await grid()).toEqual([8, 4]);
	expect((await bench.run("M")).summary).toEqual(["added c.tif"]);
	expect(await grid()).toEqual([24, 4]);
});
