import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { saveContainer } from "#lib/catalog/configuration.ts";
import { listContainers } from "#lib/catalog/containers.ts";
import type { Database } from "#lib/catalog/database.ts";
import { containerInput } from "#lib/catalog/inputs.ts";
import { createTestDatabase } from "#lib/catalog/testing.ts";
import { requestDueRuns } from "./schedule.ts";

describe("requestDueRuns", () => {
	let database: Database;
	beforeAll(async () => {
		database = await createTestDatabase();
		for (const [id, schedule] of [
			["DAILY", "0 3 * * *"],
			["BY_HAND", null],
			["NOT_YET", "0 0 29 2 *"],
		] as const) {
			await saveContainer(database, containerInput.parse({ id, kind: "dataset-series", schedule }), { create: true });
		}
		await database.sql`update containers set configured_at = now() - interval '3 days' where eo_id = 'DAILY'`;
	});
	afterAll(() => database.close());

	it("is overdue before, and catches up missed times once, however many ask", async () => {
		expect((await listContainers(database)).map(({ id, state }) => [id, state])).toEqual([
			["BY_HAND", "never synced"],
			["DAILY", "overdue"],
			["NOT_YET", "never synced"],
		]);
		const runs = (await Promise.all(Array.from({ length: 8 }, () => requestDueRuns(database)))).flat();
		expect(runs).toHaveLength(1);
		await database.sql`update runs set state = 'succeeded', finished_at = now() where id = ${runs[0] ?? 0}`;
		expect(await requestDueRuns(database)).toEqual([]);
		const daily = (await listContainers(database)).find(({ id }) => id === "DAILY");
		expect(daily).toMatchObject({ state: "in sync", lastRun: { trigger: "schedule", actor: "schedule" } });
		expect(daily?.nextRun).toMatch(/T03:00:00Z$/);
	});
});
