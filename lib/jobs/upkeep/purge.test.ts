import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { containerInput } from "#lib/catalog/inputs.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
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
				with made as (insert into datasets (eo_id, kind, storage_id, directory, path, files, size_x, size_y, crs, extent, begin_time, end_time, footprint, range_type, bands, changed_by_run, archived_at)
				select ${path}, 'rectified', id, '', ${path}, '[]', 1, 1, 'EPSG:4326', array[0, 0, 1, 1], now(), now(), '{}', 'Byte', '[]',
					${runId ?? null}, case when ${archived}::int is not null then now() - make_interval(days => ${archived}) end from storages returning id, archived_at)
				insert into container_datasets (container_id, dataset_id) select c.id, made.id from made, containers c where made.archived_at is null`;
			if (runId)
				await sql`insert into changes (run_id, action, storage_id, directory, path) select ${runId}, 'removed', id, '', ${path} from storages`;
		}
	});
	afterAll(() => database.close());

	const paths = async () =>
		(await database.sql<{ path: string }[]>`select path from datasets order by path`).map(({ path }) => path);

	it("waits for no run that is being applied: what it could bring back stays until the next time", async () => {
		await using applying = await openDatabase({ url: database.url, applicationName: "tests", max: 1 });
		await applying.sql`select pg_advisory_lock(${catalogueLock})`;
		expect(await purge(database)).toEqual({ datasets: 0, changes: 2, runs: 0, lines: 0, complete: false });
		expect(await paths()).toContain("old.tif");
	});

	it("forgets what was removed longer ago than its container keeps it, and nothing else, in any number of batches", async () => {
		expect(await purge(database, 1)).toEqual({ datasets: 2, changes: 0, runs: 0, lines: 0, complete: true });
		expect(await paths()).toEqual(["live.tif", "orphan.tif", "recent.tif"]);
		expect(await purge(database)).toEqual({ datasets: 0, changes: 0, runs: 0, lines: 0, complete: true });
	});

	it("forgets decisions that ended long ago, and no others", async () => {
		const { sql } = database;
		for (const days of [500, 10, null])
			await sql`
				insert into acknowledgements (cause, note, by, containers, message, ended_at)
				values (${`ended ${days}`}, 'known', 'ada', 1, 'no', now() - make_interval(days => ${days}::int))`;
		await purge(database, 1);
		expect(await sql`select cause from acknowledgements order by cause`).toEqual([
			{ cause: "ended 10" },
			{ cause: "ended null" },
		]);
	});

	it("forgets old pushes of targets with their differences, but not the newest of each kind, nor what is open", async () => {
		const { sql } = database;
		await sql`insert into targets (name, type, url, settings) values ('eox', 'eoxserver', 'postgres://db/eox', '{}'), ('other', 'eoxserver', 'postgres://db/o', '{}')`;
		const push = (target: string, kind: string, state: string, days: number) => sql`
			with made as (
				insert into target_pushes (target_id, kind, state, reason, finished_at)
				select id, ${kind}::target_push_kind, ${state}::target_push_state, ${`${target} ${kind} ${state} ${days}`},
					case when ${state} in ('held', 'queued') then null else now() - make_interval(days => ${days}) end
				from targets where name = ${target} returning id)
			insert into target_differences (push_id, number, class, kind, identifier)
			select id, n, 'foreign', 'coverage', 'C' || n from made, generate_series(1, 3) n`;
		await push("eox", "check", "succeeded", 300);
		await push("eox", "check", "succeeded", 200);
		await push("eox", "check", "failed", 190);
		await push("eox", "push", "succeeded", 100);
		await push("eox", "push", "held", 95);
		await push("eox", "push", "succeeded", 80);
		await push("eox", "push", "queued", 0);
		await push("eox", "push", "succeeded", 1);
		await push("other", "check", "succeeded", 400);
		await purge(database, 2);
		const left = await sql<{ reason: string; differences: number }[]>`
			select reason, (select count(*)::int from target_differences d where d.push_id = p.id) as differences from target_pushes p order by id`;
		expect(left.map(({ reason, differences }) => `${reason}: ${differences}`)).toEqual([
			"eox check succeeded 200: 3",
			"eox check failed 190: 3",
			"eox push held 95: 3",
			"eox push succeeded 80: 3",
			"eox push queued 0: 3",
			"eox push succeeded 1: 3",
			"other check succeeded 400: 3",
		]);
	});

	it("keeps the changes of a run that is being taken back", async () => {
		const { sql } = database;
		const [old] = await sql<{ id: number }[]>`select id from runs order by id limit 1`;
		await sql`insert into changes (run_id, action, storage_id, directory, path) select ${old?.id ?? 0}, 'removed', id, '', 'x.tif' from storages`;
		const [revert] = await sql<{ id: number }[]>`
			insert into runs (container_id, kind, trigger, actor, state, reverts_run_id)
			select container_id, 'revert', 'dashboard', 'test', 'applying', id from runs where id = ${old?.id ?? 0} returning id`;
		expect((await purge(database)).changes).toBe(0);
		await sql`delete from runs where id = ${revert?.id ?? 0}`;
		expect((await purge(database)).changes).toBe(1);
	});

	it("keeps what a run's changes were in sum, by fewer folders where they were very many", async () => {
		const { sql } = database;
		const [old] = await sql<{ id: number }[]>`select id from runs order by id limit 1`;
		await sql`delete from runs where reverts_run_id is not null`;
		await sql`insert into changes (run_id, action, storage_id, directory, path) select ${old?.id ?? 0}, 'removed', id, 'a/b0/c', 'x.tif' from storages`;
		await sql`insert into run_roll_ups (run_id) values (${old?.id ?? 0})`;
		await sql`
			insert into run_folders (run_id, action, directory, changes)
			select ${old?.id ?? 0}, 'removed', 'a/b' || n % 30 || '/c' || n, 2 from generate_series(1, 1001) n`;
		expect(await purge(database)).toMatchObject({ changes: 1 });
		expect(await sql`select count(*), sum(changes)::int as changes, min(directory) as first from run_folders`).toEqual([
			{ count: 30, changes: 2002, first: "a/b0" },
		]);
		expect(await sql`select folder_depth as depth from run_roll_ups`).toEqual([{ depth: 2 }]);
	});

	it("forgets runs of long ago but for the newest of each container, and what helpers were given of runs that are over", async () => {
		const { sql } = database;
		await sql`delete from runs`;
		await sql`
			insert into runs (container_id, kind, trigger, actor, state, finished_at)
			select c.id, 'sync', 'command-line', 'test', 'succeeded', now() - make_interval(days => 500 - n) from containers c, generate_series(1, 40) n order by n`;
		await sql`
			insert into run_parts (run_id, rule, first_change, last_change) select max(id), 'x', 1, 2 from runs`;
		// The newest 30 stay, although they are older than 400 days.
		expect(await purge(database, 3)).toEqual({ datasets: 0, changes: 0, runs: 10, lines: 0, complete: true });
		expect(await sql`select from runs`).toHaveLength(30);
		expect(await sql`select from run_parts`).toHaveLength(0);
	});

	it("keeps runs for as long as their container keeps what it removed, if that is longer", async () => {
		const { sql } = database;
		await sql`delete from runs`;
		await sql`update containers set retention_days = 800`;
		await sql`
			insert into runs (container_id, kind, trigger, actor, state, finished_at)
			select c.id, 'sync', 'command-line', 'test', 'succeeded', now() - make_interval(days => 820 - n) from containers c, generate_series(1, 50) n order by n`;
		// The runs of 819 to 801 days ago, among the 20 beyond the newest 30.
		expect(await purge(database)).toMatchObject({ runs: 19 });
		await sql`update containers set retention_days = 10`;
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
