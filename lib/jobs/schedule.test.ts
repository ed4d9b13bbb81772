import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { saveContainer } from "#lib/catalog/configuration.ts";
import { listContainers, overdueContainers } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { inTransaction } from "#lib/catalog/database/in-transaction.ts";
import { containerInput } from "#lib/catalog/inputs.ts";
import { runViews } from "#lib/catalog/runs/runs.ts";
import { saveDefaultSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { requestDueRuns } from "./schedule.ts";

describe("requestDueRuns", () => {
	let database: Database;
	const save = (id: string, schedule: unknown) =>
		saveContainer(database, containerInput.parse({ id, kind: "dataset-series", schedule }), { create: "either" });
	const finish = () => database.sql`update runs set state = 'succeeded', finished_at = now() where finished_at is null`;
	const overdue = async () => (await overdueContainers(database)).map(({ id }) => id);
	beforeAll(async () => {
		database = await createTestDatabase();
		for (const [id, schedule] of [
			["DAILY", "0 3 * * *"],
			["BY_HAND", null],
			["NOT_YET", "0 0 29 2 *"],
		] as const) {
			await save(id, schedule);
		}
		await database.sql`update containers set configured_at = now() - interval '3 days' where eo_id = 'DAILY'`;
	});
	afterAll(() => database.close());

	it("is left to another process that is deciding just now", async () => {
		await database.sql.begin(async (tx) => {
			expect(await requestDueRuns(inTransaction(database, tx))).toHaveLength(1);
			expect(await requestDueRuns(database)).toEqual([]);
			await tx`delete from runs`;
		});
	});

	it("is overdue before, and catches up missed times once, however many ask", async () => {
		expect((await listContainers(database)).map(({ id, state }) => [id, state])).toEqual([
			["BY_HAND", "never synced"],
			["DAILY", "overdue"],
			["NOT_YET", "never synced"],
		]);
		expect(await overdue()).toEqual(["DAILY"]);
		const runs = (await Promise.all(Array.from({ length: 8 }, () => requestDueRuns(database)))).flat();
		expect(runs).toHaveLength(1);
		await finish();
		expect(await requestDueRuns(database)).toEqual([]);
		expect(await overdue()).toEqual([]);
		const daily = (await listContainers(database)).find(({ id }) => id === "DAILY");
		expect(daily).toMatchObject({ state: "in sync", lastRun: { trigger: "schedule", actor: "schedule" } });
		expect(daily?.nextRun).toMatch(/T03:00:00Z$/);
	});

	it("runs containers without a schedule of their own by the default one, from then on, and others not", async () => {
		await save("NEVER", "by hand");
		await database.sql`update containers set configured_at = now() - interval '3 days'`;
		await saveDefaultSchedule(database, { cron: "* * * * *", zone: "UTC", kind: "check", jitter: 0 });
		expect((await requestDueRuns(database)).length).toBeLessThanOrEqual(1);
		await finish();
		await database.sql`delete from runs where container_id = (select id from containers where eo_id = 'BY_HAND')`;
		await database.sql`update settings set updated_at = now() - interval '20 minutes'`;
		const runs = await runViews(database, await requestDueRuns(database));
		expect(runs).toMatchObject([{ container: "BY_HAND", kind: "check", trigger: "schedule" }]);
		const shown = (await listContainers(database)).map(({ id, schedule }) => [id, schedule?.isDefault]);
		expect(shown).toEqual([
			["BY_HAND", true],
			["DAILY", false],
			["NEVER", undefined],
			["NOT_YET", false],
		]);
		await database.sql`update runs set created_at = now() - interval '16 minutes' where state = 'queued'`;
		expect((await listContainers(database))[0]).toMatchObject({ state: "overdue" });
		expect(await overdue()).toEqual(["BY_HAND"]);
		await saveDefaultSchedule(database, null);
		// It still waits, though it has no schedule any more.
		expect(await overdue()).toEqual(["BY_HAND"]);
		await finish();
		expect(await overdue()).toEqual([]);
		// Not DAILY's: it would be due again, were this a quarter past three.
		await database.sql`
			update runs set created_at = now() - interval '16 minutes'
			where container_id = (select id from containers where eo_id = 'BY_HAND')`;
		expect(await requestDueRuns(database)).toEqual([]);
	});

	it("reads everything again where the schedule says so", async () => {
		await save("FULL", { cron: "* * * * *", kind: "full" });
		await database.sql`update containers set configured_at = now() - interval '3 days', scheduled_at = null where eo_id = 'FULL'`;
		await requestDueRuns(database);
		const asked = await database.sql`
			select r.kind, r."full" from runs r join containers c on c.id = r.container_id where c.eo_id = 'FULL'
			union all select bc.kind, bc."full" from batch_containers bc join containers c on c.id = bc.container_id where c.eo_id = 'FULL'`;
		expect(asked).toEqual([{ kind: "sync", full: true }]);
		await finish();
	});
});

describe("a tick that several containers are due at", () => {
	let database: Database;
	const batches = () =>
		database.sql`select id, kind, trigger, containers, paused_at is not null as paused from batches order by id`;
	const listed = () =>
		database.sql`select bc.batch_id as batch, c.eo_id as id, bc.kind from batch_containers bc join containers c on c.id = bc.container_id order by 1, bc.position`;
	beforeAll(async () => {
		database = await createTestDatabase();
		for (const [id, kind] of [
			["B", "check"],
			["A", "sync"],
			["C", "sync"],
		] as const) {
			const schedule = { cron: "0 3 * * *", zone: "UTC", kind, jitter: 0 };
			await saveContainer(database, containerInput.parse({ id, kind: "dataset-series", schedule }), { create: true });
		}
		await database.sql`update containers set configured_at = now() - interval '3 days'`;
	});
	afterAll(() => database.close());

	it("is one batch, whatever each is to do, however many ask; what waits is not asked for again", async () => {
		await Promise.all(Array.from({ length: 8 }, () => requestDueRuns(database)));
		expect(await batches()).toEqual([{ id: 1, kind: "sync", trigger: "schedule", containers: 3, paused: false }]);
		expect(await listed()).toEqual([
			{ batch: 1, id: "A", kind: "sync" },
			{ batch: 1, id: "B", kind: "check" },
			{ batch: 1, id: "C", kind: "sync" },
		]);
		expect(await database.sql`select from runs`).toEqual([]);
		// Days pass while it is paused.
		await database.sql`update batches set paused_at = now(), paused_by = 'olga', created_at = now() - interval '2 days'`;
		expect(await requestDueRuns(database)).toEqual([]);
		expect(await batches()).toHaveLength(1);
	});

	it("is caught up once: those that had no turn since are asked for again when the rest was cancelled", async () => {
		await database.sql`update batch_containers set left_out_at = now()`;
		await database.sql`update batches set finished_at = now()`;
		await requestDueRuns(database);
		expect((await batches()).map(({ id }) => id)).toEqual([1, 2]);
		expect(await requestDueRuns(database)).toEqual([]);
		expect(await batches()).toHaveLength(2);
	});
});
