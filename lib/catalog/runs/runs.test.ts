import { expect, test } from "vitest";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { makeBench } from "#lib/sync/testing/testing.ts";
import { countRunFacets } from "./runs.ts";

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
