import { expect, test } from "vitest";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { countStatements } from "#lib/catalog/testing/sent-statements.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { makeBench } from "#lib/sync/testing/testing.ts";

test("a sync sends the same statements where it, another container or nothing is published", async () => {
	await using bench = await makeBench();
	const { archive, database } = bench;
	await archive.scene("other/o.tif");
	await bench.container("OTHER", [{ path: "other" }]);
	await bench.run("OTHER");
	await bench.container("S", [{ path: "in" }]);
	await using sent = await countStatements(database);
	await using counted = await openDatabase({ url: sent.url, applicationName: "counted" });
	let scenes = 0;
	const once = async () => {
		scenes += 1;
		await archive.scene(`in/s${scenes}.tif`);
		if (scenes > 1) await archive.scene("in/s1.tif", { properties: { cloudCover: scenes } });
		const { run } = await createRun(database, { container: "S", kind: "sync", trigger: "dashboard", actor: "tester" });
		sent.take();
		await executeRun(counted, run, { signal: new AbortController().signal });
		return sent.take();
	};
	/** What goes on by the clock (progress, the lease) falls into some runs only. */
	const ofRuns = async () => {
		const runs = [await once(), await once()];
		const [least = []] = runs.toSorted((a, b) => a.length - b.length);
		const lasting = least.filter((text) => !/update runs set (progress|lease)/.test(text));
		return lasting.map((text) => text.replace(/portions_\d+/, "portions")).toSorted();
	};
	await once();
	const before = await ofRuns();
	await database.sql`update containers set publish_stac = 'public' where eo_id = 'OTHER'`;
	expect(await ofRuns()).toEqual(before);
	await database.sql`update containers set publish_stac = 'public' where eo_id = 'S'`;
	expect(await ofRuns()).toEqual(before);
	expect(await database.sql`select eo_id as id from items where eo_id = 'S6'`).toEqual([{ id: "S6" }]);
});
