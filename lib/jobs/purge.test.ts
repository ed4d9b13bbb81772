import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database.ts";
import { containerInput } from "#lib/catalog/inputs.ts";
import { createTestDatabase } from "#lib/catalog/testing.ts";
import { purge, purgeAudit } from "./purge.ts";

describe("purge", () => {
	let database: Database;
	beforeAll(async () => {
		database = await createTestDatabase();
		const { sql } = database;
		await saveStorage(database, { name: "archive", type: "local", root: "/nowhere" });
		await saveContainer(database, containerInput.parse({ id: "A", kind: "dataset-series", retentionDays: 10 }), {
			create: true,
		});
		const run = (days: number) => sql`
			insert into runs (container_id, kind, trigger, actor, state, finished_at)
			select id, 'sync', 'command-line', 'test', 'succeeded', now() - make_interval(days => ${days}) from containers returning id`;
		const [[old], [recent]] = [await run(11), await run(9)];
		for (const [path, runId, archived] of [
			["old.tif", old?.id, 11],
			["recent.tif", recent?.id, 9],
			["live.tif", old?.id, null],
			["orphan.tif", null, 89],
			["old-orphan.tif", null, 91],
		] as const) {
			await sql`
				insert into datasets (eo_id, kind, storage_id, directory, path, files, size_x, size_y, crs, extent, begin_time, end_time, footprint, range_type, bands, changed_by_run, archived_at)
				select ${path}, 'rectified', id, '', ${path}, '[]', 1, 1, 'EPSG:4326', array[0, 0, 1, 1], now(), now(), '{}', 'Byte', '[]',
					${runId ?? null}, case when ${archived}::int is not null then now() - make_interval(days => ${archived}) end from storages`;
			if (runId)
				await sql`insert into changes (run_id, action, storage_id, directory, path) select ${runId}, 'removed', id, '', ${path} from storages`;
		}
	});
	afterAll(() => database.close());

	it("forgets what was removed longer ago than its container keeps it, and nothing else", async () => {
		expect(await purge(database)).toEqual({ datasets: 2, changes: 2 });
		const left = await database.sql`select path from datasets order by path`;
		expect(left.map(({ path }) => path)).toEqual(["live.tif", "orphan.tif", "recent.tif"]);
		expect(await purge(database)).toEqual({ datasets: 0, changes: 0 });
	});

	it("forgets what the audit log kept long enough", async () => {
		const { sql } = database;
		for (const days of [0, 399, 401])
			await sql`
				insert into audit_log (via, actor, action, outcome, at)
				values ('eosync', 'x', ${`${days}.x`}, 'done', now() - make_interval(days => ${days}))`;
		expect(await purgeAudit(database, 400)).toBe(1);
		const left = await sql<{ action: string }[]>`select action from audit_log order by id`;
		expect(left.map(({ action }) => action)).toEqual(["0.x", "399.x", "audit.purge"]);
		expect(await purgeAudit(database, 400)).toBe(0);
	});
});
