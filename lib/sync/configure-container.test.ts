import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import { containerInput } from "#lib/catalog/inputs.ts";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { configureContainer } from "./configure-container.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const names = Array.from({ length: 6 }, (_, i) => `in/a${i}.tif`);
const configure = (options: object, source: object = {}) =>
	configureContainer(
		bench.database,
		containerInput.parse({
			id: "S",
			kind: "dataset-series",
			sources: [{ storage: "archive", path: "in", include: ["*.tif"], ...source }],
			...options,
		}),
		{ create: "either" },
	);
const detail = () => containerDetail(bench.database, "S");
const apply = (run: number, approval: string | null = null) =>
	requestApply(bench.database, { run, actor: "tester", approval });

/** Three of six datasets are to be removed. */
async function threeGone(guard: object) {
	for (const name of names) await bench.archive.scene(name, { metadata: null, dateTime: "2006:08:16 09:09:29" });
	await configure({ guard });
	await bench.run("S");
	for (const name of names.slice(0, 3)) await bench.archive.remove(name);
}

test("a plan that is held becomes one that waits when the guard lets it pass, and is applied as it was reviewed", async () => {
	await threeGone({ maxRemovals: "2" });
	const held = await bench.run("S");
	expect(held.view.state).toBe("held");
	expect(await configure({ guard: { maxRemovals: "3" }, title: "New" })).toBe(true);
	expect(await detail()).toMatchObject({
		state: "out of sync",
		plan: { run: held.run, state: "planned", guard: null, removed: 3, can: { apply: true, approve: false } },
	});
	await apply(held.run);
	expect((await bench.execute(held.run)).view).toMatchObject({ state: "succeeded", removed: 3 });
	expect(await detail()).toMatchObject({ state: "in sync", datasets: 3 });
});

test("a plan that waits is held when the guard lets it pass no more; those that found it again say so, too", async () => {
	await threeGone({ maxRemovals: "2" });
	const held = await bench.run("S");
	const again = await bench.run("S");
	expect(again.view.sameAs).toBe(held.run);
	await configure({ guard: { maxRemovals: "3" } });
	await configure({ guard: { maxRemovals: "1" } });
	expect(await detail()).toMatchObject({
		state: "held",
		plan: { run: held.run, state: "held" },
		stateReason: "3 of 6 datasets would be removed; this container lets 1 pass.",
	});
	const states = await bench.database.sql`select id, state from runs where id >= ${held.run} order by id`;
	expect(states.map(({ state }) => state)).toEqual(["held", "held"]);
	expect((await apply(held.run)).state).toBe("held");
	await apply(held.run, "checked");
	expect((await bench.execute(held.run)).view.state).toBe("succeeded");
});

test("an edit of what no sync depends on keeps a plan; one of its sources makes it one for another revision", async () => {
	await threeGone({});
	const check = await bench.check("S");
	await configure({ title: "New", schedule: "0 3 * * *", retentionDays: 5, removals: { looks: 3 } });
	expect(await detail()).toMatchObject({ plan: { run: check.run, state: check.view.state } });
	await configure({ title: "New", schedule: "0 3 * * *", retentionDays: 5 }, { exclude: ["x"] });
	await expect(apply(check.run, "checked")).rejects.toThrow("S was changed since run");
});

test("a run is judged by the guard as it is when its plan is complete", async () => {
	await threeGone({ maxRemovals: "2" });
	const [run] = await bench.database.sql<{ id: number }[]>`
		insert into runs (container_id, kind, trigger, actor) select id, 'sync', 'command-line', 'tester' from containers returning id`;
	await bench.database.sql.unsafe(`
		create function guard_changes() returns trigger language plpgsql as $$ begin
			update containers set guard = '{"maxRemovals": "3"}'; return null; end $$;
		create trigger guard_changes after insert on changes for each statement execute function guard_changes()`);
	try {
		expect((await bench.execute(run?.id ?? 0)).view).toMatchObject({ state: "succeeded", removed: 3 });
	} finally {
		await bench.database.sql.unsafe("drop trigger guard_changes on changes; drop function guard_changes()");
	}
});
