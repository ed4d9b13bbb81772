import { afterAll, beforeAll, expect, test } from "vitest";
import { saveContainer } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { containerInput } from "#lib/catalog/inputs.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { containerDrift } from "./container-drift.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	for (const id of ["S", "OTHER"])
		await saveContainer(database, containerInput.parse({ id, kind: "dataset-series" }), { create: true });
});
afterAll(() => database.close());

const look = (over: object) =>
	database.sql`insert into runs ${database.sql({
		container_id: 1,
		kind: "check",
		trigger: "schedule",
		actor: "schedule",
		state: "cancelled",
		started_at: "2026-11-20T03:00:00Z",
		scanned_at: "2026-11-20T03:00:01Z",
		finished_at: "2026-11-20T03:00:02Z",
		...over,
	})}`;
const audit = (over: object) =>
	database.sql`insert into audit_log ${database.sql({ via: "dashboard", actor: "Ada", outcome: "done", ...over })}`;

test("there may be no such container, or no look yet", async () => {
	expect(await containerDrift(database, "NONE", { showsNames: true })).toBeNull();
	expect(await containerDrift(database, "S", { showsNames: true })).toEqual({ looks: [], marks: [] });
});

test("look by look, with what people did since the first", async () => {
	await database.sql`update containers set dataset_count = 12 where eo_id = 'S'`;
	await look({ added: 3, skipped: 1, suspect: 2 });
	await look({ state: "scanning", finished_at: null, added: 9 });
	await database.sql`update runs set state = 'succeeded', applied_at = '2026-11-20T03:00:00Z', finished_at = now(), kind = 'sync' where state = 'scanning'`;
	await look({ kind: "revert", reverts_run_id: 1 });
	const [other] = await database.sql<{ id: number }[]>`
		insert into runs (container_id, kind, trigger, actor) select id, 'sync', 'dashboard', 'Ada' from containers where eo_id = 'OTHER' returning id`;
	const edit = { object_kind: "container", object: "S", action: "containers.update" };
	await audit({ ...edit, at: "2026-11-19T00:00:00Z" });
	await audit({ ...edit, at: "2026-11-20T04:00:00Z" });
	await audit({ ...edit, at: "2026-11-20T05:00:00Z", outcome: "refused" });
	const approve = { object_kind: "run", action: "runs.approve", at: "2026-11-20T03:30:00Z", actor: "Grace" };
	await audit({ ...approve, object: "1" });
	await audit({ ...approve, object: String(other?.id) });
	// With one reason, together with another one's.
	await look({ state: "held", finished_at: null, guard: database.sql.json({}) });
	await audit({
		...approve,
		at: "2026-11-20T06:00:00Z",
		details: { input: { runs: [other?.id, 5], reason: "right" } },
	});
	// By `sync --approve`.
	await look({
		guard: database.sql.json({}),
		approval_reason: "right",
		approved_by: "Linus",
		applied_at: "2026-11-20T07:00:00Z",
	});
	// Under the EO ID that it had.
	await database.sql`insert into former_ids (eo_id, container_id, how, actor) values ('OLD', 1, 'renamed', 'Ada'), ('PART', 1, 'merged', 'Ada')`;
	for (const [object, at] of [
		["OLD", "2026-11-20T04:30:00Z"],
		["PART", "2026-11-20T04:31:00Z"],
	])
		await audit({ ...edit, object, at });

	const drift = await containerDrift(database, "S", { showsNames: true });
	expect(drift?.looks.map(({ found, applied, datasets, rejected }) => [found, applied, datasets, rejected])).toEqual([
		[6, false, null, null],
		[9, true, 12, 0],
		[0, false, null, null],
		[0, true, null, null],
	]);
	expect(drift?.marks).toEqual([
		{ at: "2026-11-20T03:30:00Z", what: "approval", run: 1, by: "Grace" },
		{ at: "2026-11-20T04:00:00Z", what: "configuration", run: null, by: "Ada" },
		{ at: "2026-11-20T04:30:00Z", what: "configuration", run: null, by: "Ada" },
		{ at: "2026-11-20T06:00:00Z", what: "approval", run: 5, by: "Grace" },
		{ at: "2026-11-20T07:00:00Z", what: "approval", run: 6, by: "Linus" },
	]);
	const hidden = await containerDrift(database, "S", { showsNames: false });
	expect(hidden?.marks.map(({ by }) => by)).toEqual([null, null, null, null, null]);
});

test("a plan that was applied after a later look stands where it was applied, with the datasets of then", async () => {
	await database.sql`delete from runs`;
	const guard = database.sql.json({});
	await look({ state: "held", finished_at: null, guard, removed: 5, started_at: "2026-11-21T03:00:00Z" });
	await look({ state: "held", finished_at: null, guard, removed: 5, started_at: "2026-11-22T03:00:00Z" });
	const [first] = await database.sql<{ id: number }[]>`select min(id) as id from runs`;
	await database.sql`
		update runs set state = 'succeeded', finished_at = '2026-11-22T09:00:00Z', applied_at = '2026-11-22T09:00:00Z' where id = ${first?.id ?? 0}`;
	const { looks = [] } = (await containerDrift(database, "S", { showsNames: true })) ?? {};
	expect(looks.map(({ run, at, applied }) => [run - (first?.id ?? 0), at, applied])).toEqual([
		[1, "2026-11-22T03:00:00Z", false],
		[0, "2026-11-22T09:00:00Z", true],
	]);
});
