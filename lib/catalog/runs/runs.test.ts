import { expect, test } from "vitest";
import { listContainers } from "#lib/catalog/containers/containers.ts";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { makeBench } from "#lib/sync/testing/testing.ts";
import { countRunFacets, runView } from "./runs.ts";

test("a plan that waited until the next day took only what was worked on it", async () => {
	await using bench = await makeBench();
	await bench.archive.scene("a.tif");
	await bench.container("S", [{}]);
	const { run } = await bench.check("S");
	await bench.database.sql`
		update runs set started_at = started_at - interval '1 day', planned_at = planned_at - interval '1 day' where id = ${run}`;
	await requestApply(bench.database, { run, actor: "olga", approval: null });
	const { view } = await bench.execute(run);
	expect(view).toMatchObject({ state: "succeeded", added: 1 });
	expect(view.seconds).toBeGreaterThan(0);
	expect(view.seconds).toBeLessThan(3600);
});

test("runs are counted by who asked for them, whatever they are called", async () => {
	await using bench = await makeBench();
	await bench.container("S", [{}]);
	const actors = ["constructor", "__proto__", "olga"];
	for (const actor of actors) {
		const { run } = await bench.run("S");
		await bench.database.sql`update runs set actor = ${actor} where id = ${run}`;
	}
	const { actor } = await countRunFacets(bench.database, {});
	expect(Object.entries(actor).toSorted()).toEqual(actors.toSorted().map((each) => [each, 1]));
});

test("the list of containers says what stands in the last run's row now, whatever it read of it before", async () => {
	await using bench = await makeBench();
	await bench.archive.scene("a.tif");
	await bench.container("S", [{}]);
	const { run } = await bench.run("S");
	const lastRun = async () => (await listContainers(bench.database))[0]?.lastRun;
	expect(await lastRun()).toMatchObject({ run, notes: 0, revertedBy: null, can: { revert: true } });
	await bench.database.sql`update runs set notes = 7 where id = ${run}`;
	// How far both see differs with every transaction of the server, those of other databases too.
	expect(await lastRun()).toEqual({ ...(await runView(bench.database, run)), readAt: expect.any(Number) });
	expect(await lastRun()).toMatchObject({ run, notes: 7 });
	const { sql } = bench.database;
	// What other rows say of it is never taken from memory.
	await sql`update containers set eo_id = 'T' where eo_id = 'S'`;
	expect(await lastRun()).toMatchObject({ run, container: "T" });
});
