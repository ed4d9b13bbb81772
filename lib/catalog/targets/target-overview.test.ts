import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { containerTargets } from "./container-targets.ts";
import {
	countTargetDifferences,
	exportTargetDifferences,
	listTargetDifferences,
	targetDifferencesQuery,
} from "./target-differences.ts";
import { targetInput } from "./target-inputs.ts";
import { listPushes, targetDetail, targetViews } from "./target-overview.ts";
import { targetTroubles } from "./target-troubles.ts";
import { saveTarget } from "./targets.ts";

let database: Database;
/** Numbers of the check, and of the push that is held. */
let check: number;
let held: number;

beforeAll(async () => {
	database = await createTestDatabase();
	const { sql } = database;
	await sql`insert into containers (eo_id, kind, dataset_count) values ('S', 'dataset-series', 3), ('T', 'dataset-series', 0)`;
	await saveTarget(database, targetInput.parse({ name: "eox", url: "postgres://eox@db/eox", containers: ["S"] }));
	await saveTarget(database, targetInput.parse({ name: "all", url: "postgres://eox@db/other" }));
	await sql`update targets set compare_all = false`;
	await sql`delete from target_notes`;
	const [{ id } = { id: 0 }] = await sql<{ id: number }[]>`
		insert into target_pushes (target_id, kind, state, requested_by, counts, finished_at)
		select id, 'check', 'succeeded', 'Ada', '{"same": 41, "differs": 1}', now() from targets where name = 'eox' returning id`;
	check = id;
	await sql`
		insert into target_differences (push_id, number, class, kind, identifier, eo_id, dataset_id, fields, message)
		select ${check}, n, (array['foreign', 'differs', 'conflict']::target_difference_class[])[1 + n % 3], 'coverage', 'C_' || n,
			case when n % 3 > 0 then 'OURS_' || n end, case when n % 3 > 0 then 200 + n end,
			case when n % 3 = 1 then '[{"field": "size", "before": [1, 2], "after": [1, 3]}, {"field": "beginTime", "before": null, "after": "2024-01-01T00:00:00Z"}]'::jsonb else '[]' end,
			case when n % 3 = 2 then '=1+1' end
		from generate_series(1, 9) n`;
	// A coverage is in the containers of its dataset; there are no such datasets here.
	await sql.begin(async (tx) => {
		await tx`set local session_replication_role = replica`;
		await tx`insert into container_datasets (container_id, dataset_id) select id, 200 + generate_series(1, 9) from containers where eo_id = 'S'`;
	});
	const [push] = await sql<{ id: number }[]>`
		insert into target_pushes (target_id, kind, state, reason) select id, 'push', 'held', 'It removes 7 of 8.' from targets where name = 'eox' returning id`;
	held = push?.id ?? 0;
});
afterAll(() => database.close());

const query = (over: object = {}) => targetDifferencesQuery.parse({ push: check, ...over });
const numbers = async (over: object = {}) => {
	const all: number[] = [];
	for (let after: string | null = null, more = true; more; more = after !== null) {
		const page = await listTargetDifferences(database, "eox", { ...query(over), after, limit: 2 });
		all.push(...page.rows.map(({ number }) => number));
		after = page.next;
	}
	return all;
};

describe("targets", () => {
	it("say what was found there last, and what waits for a person", async () => {
		const [all, eox] = await targetViews(database);
		expect(all).toMatchObject({ name: "all", state: "never pushed", current: null, lastCheck: null });
		expect(eox).toMatchObject({
			name: "eox",
			state: "held",
			input: { containers: ["S"] },
			heldPush: { id: held, reason: "It removes 7 of 8." },
			lastCheck: { id: check, counts: { same: 41, differs: 1 } },
		});
		expect(JSON.stringify(await targetViews(database))).not.toContain("sealed");
	});

	it("differ as long as nothing was pushed since a check found something", async () => {
		const state = async () => (await targetViews(database, "eox"))[0]?.state;
		const { sql } = database;
		await sql`update target_pushes set state = 'cancelled', finished_at = now() where id = ${held}`;
		await sql`update targets set pushed_at = now() - interval '1 hour' where name = 'eox'`;
		expect(await state()).toBe("differs");
		await sql`update targets set pushed_at = now() where name = 'eox'`;
		expect(await state()).toBe("in step");
		await sql`update target_pushes set state = 'held', finished_at = null where id = ${held}`;
		expect(await state()).toBe("held");
	});

	it("show what a held push would do, else what was found last, else what was asked for", async () => {
		expect((await targetDetail(database, "eox"))?.shown?.id).toBe(held);
		expect((await targetDetail(database, "eox", check))?.shown?.id).toBe(check);
		expect((await targetDetail(database, "all"))?.shown).toBeNull();
		expect((await targetDetail(database, "all", check))?.shown).toBeNull();
		expect(await targetDetail(database, "none")).toBeNull();
	});

	it("have a history, newest first, in pages", async () => {
		const first = await listPushes(database, "eox", { after: null, limit: 1 });
		expect([first.rows.map(({ id }) => id), first.total]).toEqual([[held], 2]);
		const second = await listPushes(database, "eox", { after: first.next, limit: 1 });
		expect([second.rows.map(({ id }) => id), second.next]).toEqual([[check], null]);
		await expect(listPushes(database, "none", { after: null, limit: 1 })).rejects.toThrow("There is no target none");
	});
});

describe("differences", () => {
	it("come in pages without gaps, and can be narrowed", async () => {
		expect(await numbers()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
		expect(await numbers({ class: "differs" })).toEqual([1, 4, 7]);
		expect(await numbers({ container: "S", search: "ours_8" })).toEqual([8]);
		expect(await numbers({ search: "c_%" })).toEqual([]);
		expect(await numbers({ number: 5 })).toEqual([5]);
		expect(await numbers({ container: "NONE" })).toEqual([]);
	});

	it("of another target, or push, are none", async () => {
		const other = await listTargetDifferences(database, "all", { ...query(), after: null, limit: 5 });
		expect(other).toEqual({ rows: [], next: null, total: 0 });
	});

	it("are counted by what they can be narrowed by, each without the condition on itself", async () => {
		expect(await countTargetDifferences(database, "eox", query({ class: "differs" }))).toEqual({
			classes: { foreign: 3, differs: 3, conflict: 3 },
			kinds: { coverage: 3 },
			containers: [{ container: "S", count: 3 }],
		});
	});

	it("are saved as a table, a line for each field, no cell of which is a formula", async () => {
		let text = "";
		for await (const part of exportTargetDifferences(database, "eox", query({ container: "S" }))) text += part;
		const lines = text.trim().split("\r\n");
		expect(lines).toHaveLength(1 + 3 * 2 + 3);
		expect(lines[1]).toBe('differs,coverage,C_1,OURS_1,S,size,"[1,2]","[1,3]",');
		expect(lines[3]).toBe("conflict,coverage,C_2,OURS_2,S,,,,'=1+1");
	});
});

it("a container is there as far as nothing of it waits or cannot be written", async () => {
	const { sql } = database;
	const of = async (container: string) =>
		(await containerTargets(database, container)).map(({ target, there, of, waiting, open }) => ({
			target,
			there,
			of,
			waiting,
			open,
		}));
	const complete = { there: 3, of: 3, waiting: 0, open: 0 };
	expect(await of("S")).toEqual([
		{ target: "all", ...complete },
		{ target: "eox", ...complete },
	]);
	expect(await of("T")).toEqual([{ target: "all", there: 0, of: 0, waiting: 0, open: 0 }]);
	// Neither datasets nor triggers.
	await sql.begin(async (tx) => {
		await tx`set local session_replication_role = replica`;
		await tx`insert into container_datasets (container_id, dataset_id) select id, unnest(array[101, 102, 103]) from containers where eo_id = 'S'`;
		await tx`insert into target_notes (target_id, datasets) select id, array[101, 999] from targets where name = 'eox'`;
		await tx`insert into target_notes (target_id, datasets) select id, array[101] from targets where name = 'eox'`;
		await tx`
			insert into target_objects (target_id, kind, dataset_id, identifier, state, message)
			select id, 'coverage', 102, '2', 'conflict', 'no' from targets where name = 'eox'`;
	});
	expect(await of("S")).toEqual([
		{ target: "all", ...complete },
		{ target: "eox", there: 1, of: 3, waiting: 1, open: 1 },
	]);
	expect((await containerTargets(database, "S"))[1]?.behindSince).toEqual(expect.any(String));
});

it("Health hears of those that fail, are held, behind or not in use yet, of each the worst, and of none that is paused", async () => {
	const { sql } = database;
	const troubles = async () => (await targetTroubles(database)).map(({ name, trouble }) => `${name} ${trouble}`);
	expect(await troubles()).toEqual(["all idle", "eox held"]);
	await sql`update targets set failing_since = now(), last_error = 'refused' where name = 'eox'`;
	expect(await targetTroubles(database)).toMatchObject([{ name: "all" }, { trouble: "failing", message: "refused" }]);
	await sql`update targets set failing_since = null, pushed_at = now()`;
	await sql`update target_pushes set state = 'cancelled', finished_at = now() where state = 'held'`;
	expect(await troubles()).toEqual([]);
	await sql`update target_notes set at = now() - interval '2 hours'`;
	expect(await troubles()).toEqual(["eox behind"]);
	await sql`update targets set paused_until = 'infinity', paused_at = now(), failing_since = now()`;
	expect(await troubles()).toEqual([]);
});
