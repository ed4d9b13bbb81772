import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { containerViews } from "#lib/catalog/containers/containers.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** Rule 17: removals that ripen. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	for (const path of ["a/one.tif", "a/two.tif", "b/three.tif", "keep/four.tif"]) await bench.archive.scene(path);
});

const ripening = (removals: object) => bench.container("S", [{}], { removals, guard: { maxRemovals: "0" } });
/** As if all that was seen had been seen so much earlier. */
const later = (seconds: number) =>
	bench.database.sql`
		update suspects set since = since - make_interval(secs => ${seconds}), looked_at = looked_at - make_interval(secs => ${seconds})`;
const suspects = async () =>
	(
		await bench.database.sql<{ path: string; looks: number }[]>`
			select path, looks from suspects s join datasets d on d.id = s.dataset_id order by path`
	).map(({ path, looks }) => `${path} ${looks}`);
const approved = () => bench.run("S", { approval: "it is right" });

describe("looks", () => {
	beforeEach(async () => {
		await ripening({ looks: 2 });
		await bench.run("S");
		await bench.archive.remove("a/one.tif");
	});

	test("a file must be missing twice, a minute or more apart; until then the run changes nothing, and the guard is not asked", async () => {
		const first = await bench.run("S");
		expect(first).toMatchObject({
			summary: [],
			view: { state: "succeeded", removed: 0, suspect: 1, unchanged: 3, guard: null },
		});
		expect(await containerViews(bench.database, ["S"])).toMatchObject([{ state: "out of sync", suspect: 1 }]);
		expect((await bench.run("S")).view).toMatchObject({ removed: 0, suspect: 1 });
		expect(await suspects()).toEqual(["a/one.tif 1"]);
		await later(30);
		expect((await bench.run("S")).view.suspect).toBe(1);
		await later(31);
		// The guard judges the run that removes.
		expect((await bench.run("S")).view).toMatchObject({ state: "held", removed: 1, suspect: 0 });
		expect(await approved()).toMatchObject({
			summary: ["removed a/one.tif"],
			view: { state: "succeeded", suspect: 0 },
		});
		expect(await suspects()).toEqual([]);
		expect(await bench.registered()).toHaveLength(3);
		expect(await containerViews(bench.database, ["S"])).toMatchObject([{ state: "in sync", suspect: 0 }]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("checks count as looks", async () => {
		expect((await bench.check("S")).view).toMatchObject({ state: "succeeded", suspect: 1 });
		await later(61);
		expect((await approved()).summary).toEqual(["removed a/one.tif"]);
	});

	test.each(["sync", "check"] as const)("a file that is listed again is no suspect any more (%s)", async (kind) => {
		await bench.archive.scene("a/one.tif");
		await bench.run("S");
		await bench.archive.rename("a/one.tif", ".away.tif");
		await bench.run("S", { kind });
		expect(await suspects()).toEqual(["a/one.tif 1"]);
		await bench.archive.rename(".away.tif", "a/one.tif");
		expect(await bench.run("S", { kind })).toMatchObject({ summary: [], view: { suspect: 0 } });
		expect(await suspects()).toEqual([]);
		await later(61);
		await bench.archive.remove("a/one.tif");
		expect((await bench.run("S")).view).toMatchObject({ removed: 0, suspect: 1 });
	});

	test("moves, and EO IDs that turn up elsewhere, are settled at once, also by a later run", async () => {
		await bench.run("S");
		for (const name of ["two.tif", "two.xml"]) await bench.archive.rename(`a/${name}`, `c/${name}`);
		expect((await bench.run("S")).summary).toEqual(["moved a/two.tif → c/two.tif"]);
		await bench.archive.scene("c/other.tif", { eoId: "ONE", size: [8, 8] });
		expect((await bench.run("S")).summary).toEqual(["moved a/one.tif → c/other.tif"]);
		expect(await suspects()).toEqual([]);
		await bench.archive.remove("b/three.tif");
		expect((await bench.run("S")).view.suspect).toBe(1);
		await bench.archive.scene("keep/four.tif", { eoId: "THREE" });
		const { summary, view } = await approved();
		expect(summary).toEqual(["removed b/three.tif", "updated keep/four.tif"]);
		expect(view).toMatchObject({ state: "succeeded", suspect: 0 });
	});

	test("--now ends the wait", async () => {
		await bench.run("S");
		const { view, summary } = await bench.run("S", { removesNow: true, approval: "it is right" });
		expect(summary).toEqual(["removed a/one.tif"]);
		expect(view.suspect).toBe(0);
	});

	test("what another container removes is its suspect no more", async () => {
		await bench.archive.scene("a/five.tif");
		await bench.run("S");
		await bench.container("T", [{}]);
		await bench.run("T");
		await bench.archive.remove("a/five.tif");
		await bench.run("S");
		expect(await suspects()).toEqual(["a/five.tif 1", "a/one.tif 1"]);
		await bench.run("T");
		expect(await suspects()).toEqual(["a/one.tif 1"]);
		expect((await bench.run("S")).view).toMatchObject({ suspect: 1, removed: 0 });
	});
});

test("a folder that is gone is looked for until its datasets go", async () => {
	await ripening({ looks: 2 });
	await bench.run("S");
	await bench.archive.remove("a");
	expect((await bench.run("S")).view).toMatchObject({ suspect: 2, removed: 0 });
	await later(61);
	expect((await approved()).summary).toEqual(["removed a/one.tif", "removed a/two.tif"]);
	expect(await bench.database.sql`select path from directories order by path`).toMatchObject([
		{ path: "" },
		{ path: "b" },
		{ path: "keep" },
	]);
	expect((await bench.run("S")).summary).toEqual([]);
});

test("a folder that comes back as it was ends the suspicion", async () => {
	await ripening({ looks: 2 });
	await bench.run("S");
	await bench.archive.rename("a", ".a");
	await bench.check("S");
	await bench.run("S");
	expect(await suspects()).toHaveLength(2);
	await bench.archive.rename(".a", "a");
	expect(await bench.run("S")).toMatchObject({ summary: [], view: { suspect: 0, state: "succeeded" } });
	expect(await suspects()).toEqual([]);
});

test("time must pass since the first look, however many there are", async () => {
	await ripening({ after: "24h" });
	await bench.run("S");
	await bench.archive.remove("a/one.tif");
	for (let looks = 0; looks < 3; looks++) {
		expect((await bench.run("S")).view).toMatchObject({ suspect: 1, removed: 0 });
		await later(8 * 3600 - 60);
	}
	expect((await bench.run("S")).view).toMatchObject({ suspect: 1, removed: 0 });
	await later(200);
	expect((await approved()).summary).toEqual(["removed a/one.tif"]);
});

test("a folder that could not be listed keeps its suspects", async () => {
	await ripening({ looks: 2 });
	await bench.container("S", [{ path: "a" }, { path: "keep" }], { removals: { looks: 2 } });
	await bench.run("S", { approval: "b is left out" });
	await bench.archive.remove("a/one.tif");
	await bench.run("S");
	await bench.archive.rename("a", ".a");
	await later(61);
	expect((await bench.run("S")).view).toMatchObject({ state: "failed", removed: 0, suspect: 1 });
	expect(await suspects()).toEqual(["a/one.tif 1"]);
});
