import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { changeStates } from "#lib/catalog/changes/change-states.ts";
import { listChanges } from "#lib/catalog/changes/changes.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import { listDatasets } from "#lib/catalog/datasets/datasets.ts";
import { changeDensity, changeFootprints, datasetFootprints } from "#lib/catalog/datasets/footprints.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { requestApply, requestRevert } from "#lib/jobs/requests/requests.ts";
import { giveVersions } from "#lib/jobs/upkeep/give-versions.ts";
import { asOf01 } from "#lib/sync/testing/as-of-0-1.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** States that 0.1 wrote into datasets and changes say the same wherever they stand, and can be applied and taken back. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

/** Two runs with every kind of change of a dataset; returns the second. */
async function history(): Promise<number> {
	const { archive } = bench;
	for (const name of ["same", "changes", "goes", "moves", "breaks"])
		await archive.scene(`${name}.tif`, { properties: { platform: name } });
	await bench.container("S", [{}]);
	await bench.run("S");
	await archive.scene("changes.tif", { begin: "2010-01-01T00:00:00Z", at: [40, 10] });
	await archive.remove("goes.tif");
	await archive.rename("moves.tif", "moved.tif");
	await archive.rename("moves.xml", "moved.xml");
	await archive.spoil("breaks.tif");
	await archive.scene("comes.tif");
	return 2;
}

/** Everything that pages, commands and the API show of datasets, runs and changes. */
async function allViews() {
	const { database } = bench;
	const runs = await database.sql<{ id: number }[]>`select id from runs order by id`;
	const query = changesQuery.parse({ limit: 1000 });
	const ofRuns = await Promise.all(
		runs.map(async ({ id }) => {
			const changes = await listChanges(database, id, query);
			const { readAt: _, ...view } = { readAt: null, ...(await runView(database, id)) };
			const states = await Promise.all(changes.rows.map(({ key }) => changeStates(database, id, key)));
			const facts = states.map((each) => ({ before: each?.before, after: each?.after }));
			return [
				view,
				changes,
				facts,
				await changeFootprints(database, id, query),
				await changeDensity(database, id, query),
			];
		}),
	);
	return { ofRuns, datasets: await registered(), footprints: await datasetFootprints(database, "S", { search: "" }) };
}

/** The numbers of versions are left out: 0.1 knew none. */
async function registered() {
	const { rows } = await listDatasets(bench.database, "S", { search: "", limit: 100 });
	return rows.map(({ version: _, lastRead: __, ...dataset }) => dataset);
}

it("says the same of every dataset, run and change, before and after it is moved, in any number of portions", async () => {
	await history();
	await bench.run("S");
	await bench.check("S");
	const written = await allViews();
	await asOf01(bench.database);
	expect(await allViews()).toEqual(written);
	expect(await giveVersions(bench.database, 2)).toEqual({ given: 6, complete: true });
	expect(await allViews()).toEqual(written);
	expect(await giveVersions(bench.database)).toEqual({ given: 0, complete: true });
	expect(await violations(bench.database)).toEqual([]);
	expect((await bench.run("S", { full: true })).summary).toEqual(["rejected breaks.tif"]);
});

it("is looked for without holding up a run, where nothing is left to be moved", async () => {
	await history();
	await bench.database.sql.begin(async (run) => {
		await run`select pg_advisory_xact_lock(${catalogueLock})`;
		expect(await giveVersions(bench.database)).toEqual({ given: 0, complete: true });
	});
	await asOf01(bench.database);
	await bench.database.sql.begin(async (run) => {
		await run`select pg_advisory_xact_lock(${catalogueLock})`;
		expect(await giveVersions(bench.database)).toEqual({ given: 0, complete: false });
	});
});

it.each([
	["before", false],
	["after", true],
])("is taken back %s it is moved", async (_, moved) => {
	await history();
	const before = await registered();
	const { run } = await bench.run("S");
	await asOf01(bench.database);
	if (moved) await giveVersions(bench.database);
	const { run: revert } = await requestRevert(bench.database, { run, actor: "tester", trigger: "dashboard" });
	expect((await bench.execute(revert)).view.state).toBe("succeeded");
	expect(await registered()).toEqual(before);
	expect(await violations(bench.database)).toEqual([]);
});

it.each([
	["before", false],
	["after", true],
])("is applied, where it was planned, %s it is moved", async (_, moved) => {
	await history();
	const { run, summary: planned } = await bench.check("S");
	await asOf01(bench.database);
	if (moved) await giveVersions(bench.database);
	await requestApply(bench.database, { run, actor: "tester", approval: null });
	const { view, summary: done } = await bench.execute(run);
	expect(view.state).toBe("succeeded");
	expect(done).toEqual(planned);
	expect(await violations(bench.database)).toEqual([]);
	expect((await bench.run("S", { full: true })).summary).toEqual(["rejected breaks.tif"]);
});
