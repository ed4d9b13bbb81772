import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { claimRun, createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { requestCancel } from "#lib/jobs/requests/requests.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** A run that finds nothing new is over in one statement, and is then what it would be had it gone through all phases. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	await bench.archive.scene("a.tif");
	await bench.archive.scene("sub/b.tif");
	await bench.container("S", [{}]);
	await bench.run("S");
});

const newRun = async (kind: "sync" | "check" = "sync") =>
	(await createRun(bench.database, { container: "S", kind, trigger: "command-line", actor: "tester" })).run;

/** Works on the run, and does something just before it is to be concluded in one statement. */
async function executeMeanwhile(run: number, meanwhile: () => Promise<unknown>) {
	let isMet = false;
	const sql = new Proxy(bench.database.sql, {
		apply(target, self, parameters) {
			const query: unknown = Reflect.apply(target as (...all: unknown[]) => unknown, self, parameters);
			if (!String(parameters[0]).includes("with own as")) return query;
			isMet = true;
			return meanwhile().then(() => query);
		},
	});
	const database: Database = { ...bench.database, sql };
	const state = await executeRun(database, run, { signal: new AbortController().signal });
	expect(isMet, "it came so far").toBe(true);
	return state;
}

/** A run that went through all phases has a step for each. */
async function phasesOf(run: number): Promise<readonly string[]> {
	const view = await runView(bench.database, run);
	return (view?.progress.steps ?? []).map(({ phase }) => phase);
}

/** All that a run leaves of itself but when, its phases and its number. */
async function left(run: number) {
	const [row] = await bench.database.sql`
		select to_jsonb(r) - array['id', 'progress', 'base_revision'] - array(select key from jsonb_each(to_jsonb(r)) where key ~ '_at$' and value <> 'null') as run,
			r.base_revision = c.revision - 1 as counted from runs r join containers c on c.id = r.container_id where r.id = ${run}`;
	return row;
}

describe("a run that finds nothing new", () => {
	test("is as one that has gone through all phases", async () => {
		await bench.database.sql`update containers set configured_at = now()`;
		const slow = await bench.run("S");
		expect(await phasesOf(slow.run)).toEqual(["scanning", "reading", "planning", "applying"]);
		const asLeft = await left(slow.run);
		const quick = await bench.run("S");
		expect(await phasesOf(quick.run)).toEqual(["scanning"]);
		expect(await left(quick.run)).toEqual(asLeft);
		expect(quick.view).toMatchObject({ state: "succeeded", unchanged: 2, progress: { phase: "finished" } });
		expect(quick.view.appliedAt).not.toBeNull();
	});

	test("of which only a check was asked for applies nothing", async () => {
		const { view, run } = await bench.check("S");
		expect(await phasesOf(run)).toEqual(["scanning"]);
		expect(view).toMatchObject({ state: "succeeded", unchanged: 2, appliedAt: null });
		const [{ same } = { same: null }] = await bench.database.sql`
			select base_revision = revision as same from runs r join containers c on c.id = r.container_id where r.id = ${run}`;
		expect(same).toBe(true);
	});

	test("takes the place of an older plan, and tells that the storage answers", async () => {
		await bench.archive.scene("c.tif");
		const plan = await bench.check("S");
		expect(plan.view.state).toBe("planned");
		await bench.archive.remove("c.tif");
		await bench.archive.remove("c.xml");
		await bench.database.sql`update storages set unreachable_since = now(), unreachable_reason = 'away'`;
		// The plan's scan saw another archive: the first run after it looks at everything.
		await bench.run("S");
		expect(await runView(bench.database, plan.run)).toMatchObject({ state: "cancelled" });
		expect(await bench.database.sql`select unreachable_since from storages`).toEqual([{ unreachable_since: null }]);
		await bench.database.sql`update storages set unreachable_since = now(), unreachable_reason = 'away'`;
		await bench.database
			.sql`update runs set state = 'planned', finished_at = null, superseded_by = null where id = ${plan.run}`;
		const { run } = await bench.run("S");
		expect(await phasesOf(run)).toEqual(["scanning"]);
		expect(await runView(bench.database, plan.run)).toMatchObject({ state: "cancelled", supersededBy: run });
		expect(await bench.database.sql`select unreachable_since from storages`).toEqual([{ unreachable_since: null }]);
	});
});

describe("what may leave more to do is looked at in all phases", () => {
	test.each([
		["a pattern that matches nothing", () => bench.container("S", [{ include: ["*.tif", "*.jp2"] }])],
		["a source that was taken out", () => bench.container("S", [{ path: "sub" }])],
		["a plan that saw something else", () => bench.database.sql`update runs set state = 'partial'`],
		[
			"a file that waits",
			() => bench.database.sql`
			insert into waiting_files (container_id, storage_id, path, directory, source_id, files, since) select c.id, s.storage_id, 'x.tif', '', s.id, '[]', now()
			from containers c join sources s on s.container_id = c.id`,
		],
		[
			"a rejection that may be over",
			() => bench.database.sql`
			insert into rejections (container_id, storage_id, path, directory, source_id, files, rule, code, reason, run_id)
			select c.id, s.storage_id, 'x.tif', '', s.id, '[]', '', 'duplicate-eo-id', '', 1 from containers c join sources s on s.container_id = c.id`,
		],
		[
			"a dataset that is missed",
			() => bench.database.sql`
			insert into suspects (container_id, dataset_id, source_id, since, looks, looked_at, run_id)
			select cd.container_id, cd.dataset_id, cd.source_id, now(), 1, now(), 1 from container_datasets cd limit 1`,
		],
	] as const)("%s", async (_, make) => {
		await make();
		const { run } = await bench.run("S");
		expect(await phasesOf(run)).toContain("planning");
	});

	test("a folder that another run has doubts about", async () => {
		await bench.database.sql`update directories set digest = null, doubts = doubts + 1 where path = 'sub'`;
		const { run, view } = await bench.run("S");
		expect(await phasesOf(run)).toContain("planning");
		expect(view).toMatchObject({ state: "succeeded", unchanged: 2 });
	});

	test("many folders are known as well as few", async () => {
		for (let i = 0; i < 70; i++) await bench.archive.scene(`many/${i}/m${i}.tif`);
		await bench.run("S");
		const { run, view } = await bench.run("S");
		expect(await phasesOf(run)).toEqual(["scanning"]);
		expect(view).toMatchObject({ state: "succeeded", unchanged: 72 });
	});
});

describe("until the last moment", () => {
	test("it can be cancelled", async () => {
		const run = await newRun();
		const state = await executeMeanwhile(run, () => requestCancel(bench.database, { run, actor: "olga" }));
		expect(state).toBe("cancelled");
		expect(await runView(bench.database, run)).toMatchObject({ state: "cancelled", appliedAt: null });
	});

	test("it can be taken over: then it is another one's to end", async () => {
		const run = await newRun();
		const state = await executeMeanwhile(run, async () => {
			await bench.database.sql`update runs set lease_until = now() - interval '1 second' where id = ${run}`;
			expect(await claimRun(bench.database, run, "another")).toBe(true);
		});
		expect(state).toBe("interrupted");
		expect(await bench.database.sql`select state, lease_owner from runs where id = ${run}`).toEqual([
			{ state: "scanning", lease_owner: "another" },
		]);
	});

	test("a container that is configured meanwhile is not told to be in sync with what it was", async () => {
		const run = await newRun();
		const state = await executeMeanwhile(run, () => bench.container("S", [{ path: "sub" }]));
		expect(state).toBe("failed");
		expect(await runView(bench.database, run)).toMatchObject({ error: { code: "stale" } });
	});

	test("a request that joins late gets its own look", async () => {
		const wanted = {
			kind: "sync",
			trigger: "command-line",
			actor: "olga",
			full: false,
			removesNow: false,
			approval: null,
		};
		const run = await newRun();
		const state = await executeMeanwhile(
			run,
			() => bench.database.sql`
			update runs set look_again = ${bench.database.sql.json(wanted)}
			where id = ${run}`,
		);
		expect(state).toBe("succeeded");
		expect(await bench.database.sql`select state, actor from runs where id > ${run}`).toEqual([
			{ state: "queued", actor: "olga" },
		]);
	});
});
