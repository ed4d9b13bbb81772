import { afterAll, beforeAll, expect, test } from "vitest";
import { saveContainer } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { containerInput } from "#lib/catalog/inputs.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { recordHealthDay } from "./health-days.ts";
import { healthHistory } from "./health-history.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	for (const id of ["BETTER", "WORSE", "WORST"])
		await saveContainer(database, containerInput.parse({ id, kind: "dataset-series" }), { create: true });
});
afterAll(() => database.close());

/** A check a day, which found so many files to add, each replacing the plan before. */
async function checks(id: string, ...added: readonly number[]) {
	for (const [index, count] of added.entries())
		await database.sql`
			insert into runs (container_id, kind, trigger, actor, state, started_at, scanned_at, planned_at, finished_at, added)
			select id, 'check', 'schedule', 'schedule', ${index === added.length - 1 ? "planned" : "cancelled"}, t, t, t,
				${index === added.length - 1 ? null : "2026-11-30T00:00:00Z"}, ${count}
			from containers, (select '2026-11-20T03:00:00Z'::timestamptz + ${index} * interval '1 day' as t) times where eo_id = ${id}`;
}

test("a day is written again as it goes on, not more often than every ten minutes, and kept for 400", async () => {
	expect(await healthHistory(database)).toEqual({ days: [], worsening: [] });
	expect(await recordHealthDay(database)).toBe(true);
	expect(await recordHealthDay(database)).toBe(false);
	await checks("WORST", 10, 300);
	await database.sql`update health_days set written_at = now() - interval '11 minutes'`;
	await database.sql`
		insert into health_days (day, containers, untrue, differences, rejected, waiting)
		select (now() at time zone 'UTC')::date - n, 3, 0, n, 0, 0 from unnest(array[1, 29, 30, 400, 401]) n`;
	expect(await recordHealthDay(database)).toBe(true);
	const { days } = await healthHistory(database);
	expect(days.map(({ differences }) => differences)).toEqual([29, 1, 300]);
	expect(days.at(-1)).toMatchObject({ containers: 3, untrue: 3, rejected: 0, waiting: 0 });
	expect(days.at(-1)?.oldestAsOf).toBe("2026-11-21T03:00:00Z");
	const kept = await database.sql`select from health_days where day <= (now() at time zone 'UTC')::date - 30`;
	expect(kept).toHaveLength(2);
});

test("what exceptions keep out makes no container worse", async () => {
	for (const [day, excepted] of [3, 40].entries())
		await database.sql`
			insert into runs (container_id, kind, trigger, actor, state, started_at, scanned_at, planned_at, applied_at, finished_at, skipped, excepted)
			select id, 'sync', 'schedule', 'schedule', 'succeeded', t, t, t, t, t, ${excepted}, ${excepted}
			from containers, (select '2026-11-18T03:00:00Z'::timestamptz + ${day} * interval '1 day' as t) times where eo_id = 'BETTER'`;
	expect((await healthHistory(database)).worsening.map(({ id }) => id)).not.toContain("BETTER");
});

test("containers whose looks found ever more, the one that grew most first", async () => {
	await checks("BETTER", 9, 4);
	await checks("WORSE", 2, 2, 5);
	const { worsening } = await healthHistory(database);
	expect(worsening.map(({ id, growth }) => [id, growth])).toEqual([
		["WORST", 290],
		["WORSE", 3],
	]);
	expect(worsening[1]?.points.map(({ at, differences }) => [at, differences])).toEqual([
		["2026-11-20T03:00:00Z", 2],
		["2026-11-21T03:00:00Z", 2],
		["2026-11-22T03:00:00Z", 5],
	]);
});
