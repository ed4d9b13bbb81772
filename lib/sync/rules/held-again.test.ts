import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import { requestApply, requestRuns } from "#lib/jobs/requests/requests.ts";
import { giveVersions } from "#lib/jobs/upkeep/give-versions.ts";
import { recordRunHealth } from "#lib/notifications/health-changes.ts";
import { asOf01 } from "#lib/sync/testing/as-of-0-1.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** Rule 19: a run that comes to the plan of a held run again. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	await bench.database.sql`delete from notices`;
	for (const path of ["in/a.tif", "in/b.tif", "two/c.tif"]) await bench.archive.scene(path);
	await bench.container("S", [{ path: "in" }, { path: "two" }]);
	await bench.run("S");
	await bench.archive.remove("in/a.tif");
	await bench.archive.remove("in/b.tif");
});

const detail = async () => {
	const found = await containerDetail(bench.database, "S");
	if (!found) throw new Error("There is no container S.");
	return found;
};
const notices = async () => {
	await recordRunHealth(bench.database);
	return (await bench.database.sql<{ event: string }[]>`select event from notices order by id`).map(
		({ event }) => event,
	);
};

test("a check whose plan the guard refuses is held, and is not applied without a reason", async () => {
	const { run, view } = await bench.check("S");
	expect(view).toMatchObject({ state: "held", kind: "check", removed: 2, sameAs: null });
	expect(await detail()).toMatchObject({ state: "held", plan: { run } });
	expect(await requestApply(bench.database, { run, actor: "olga", approval: null })).toMatchObject({ state: "held" });
	await requestApply(bench.database, { run, actor: "olga", approval: "moved to tape" });
	expect((await bench.execute(run)).view).toMatchObject({ state: "succeeded", removed: 2 });
	expect((await bench.execute(run)).view.appliedAt).not.toBeNull();
});

test("a plan that 0.1 left waiting is the same when it is come to again, wherever the states are by then", async () => {
	const held = await bench.run("S");
	expect(held.view).toMatchObject({ state: "held", removed: 2 });
	await asOf01(bench.database);
	expect((await bench.run("S")).view).toMatchObject({ state: "held", sameAs: held.run });
	await giveVersions(bench.database);
	expect((await bench.run("S")).view).toMatchObject({ state: "held", sameAs: held.run });
});

test.each(["check", "sync"] as const)(
	"a %s with the same plan keeps none of its own: the held one stays",
	async (kind) => {
		const held = await bench.run("S");
		expect(await notices()).toEqual(["held"]);
		const again = await bench.run("S", { kind });
		expect(again.view).toMatchObject({
			state: "held",
			sameAs: held.run,
			removed: 2,
			can: { approve: false, cancel: false },
		});
		expect(again.view.finishedAt).not.toBeNull();
		expect(again.summary).toEqual([]);
		expect(await bench.database.sql`select from run_directories where run_id = ${again.run}`).toHaveLength(0);
		const { state, lastRun, plan } = await detail();
		expect({ state, last: lastRun?.run, plan: plan?.run }).toEqual({ state: "held", last: held.run, plan: held.run });
		expect(plan?.seenAgainAt).not.toBeNull();
		expect(await notices()).toEqual(["held"]);

		// Either number means the held one.
		expect(
			await requestApply(bench.database, { run: again.run, actor: "olga", approval: "moved to tape" }),
		).toMatchObject({
			run: held.run,
			state: "queued",
		});
		expect((await bench.execute(held.run)).view).toMatchObject({ state: "succeeded", removed: 2 });
		expect(await detail()).toMatchObject({ state: "in sync", plan: null });
	},
);

test("what is told of stays the held run, however long ago that was: nothing has changed since", async () => {
	const held = await bench.run("S");
	expect(await notices()).toEqual(["held"]);
	await bench.database.sql`update container_health set told_at = told_at - interval '2 days'`;
	expect((await bench.run("S")).view.sameAs).toBe(held.run);
	expect(await notices()).toEqual(["held"]);
	expect(await bench.database.sql`select health, run_id as run from container_health`).toEqual([
		{ health: "held", run: held.run },
	]);
});

test("another plan, or the same one for another configuration, takes the held one's place", async () => {
	const held = await bench.run("S");
	await bench.archive.scene("two/new.tif");
	const other = await bench.check("S");
	expect(other.view).toMatchObject({ state: "held", sameAs: null, added: 1 });
	expect((await bench.execute(held.run)).view).toMatchObject({ state: "cancelled", supersededBy: other.run });
	await bench.archive.touch("two/new.tif");
	const touched = await bench.check("S");
	expect(touched.view.sameAs).toBeNull();
	await bench.container("S", [{ path: "in" }, { path: "two", symlinks: "follow" }]);
	const configured = await bench.run("S");
	expect(configured.view).toMatchObject({ state: "held", sameAs: null });
	expect((await bench.run("S")).view.sameAs).toBe(configured.run);
	await bench.archive.scene("in/a.tif");
	expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", removed: 1, added: 1 });
	expect(await detail()).toMatchObject({ state: "in sync", plan: null });
});

test("with a reason given beforehand the held run is the one that goes on", async () => {
	const held = await bench.run("S");
	await bench.run("S");
	const request = { kind: "sync", trigger: "command-line", actor: "olga" } as const;
	expect(await requestRuns(bench.database, { ...request, containers: ["S"], approval: "moved to tape" })).toMatchObject(
		[{ run: held.run, joined: false }],
	);
});
