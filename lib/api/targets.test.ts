import { afterAll, beforeAll, expect, it } from "vitest";
import { operations } from "#lib/api/operations/operations.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { targetDetail } from "#lib/catalog/targets/target-overview.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { openTestApi, type TestApi } from "./testing.ts";

let database: Database;
let api: TestApi;
beforeAll(async () => {
	database = await createTestDatabase();
	api = await openTestApi(database);
	await database.sql`insert into containers (eo_id, kind) values ('S', 'dataset-series')`;
});
afterAll(() => database.close());

/** Asks, and compares the answer with what is documented of it. */
async function ask(id: string, what: string, body?: object) {
	const answer = await api.call(what, body === undefined ? {} : { body });
	const operation = operations.find((each) => each.id === id);
	if (answer.status < 300) expect(operation?.response.parse(answer.body), what).toEqual(answer.body);
	return answer;
}
const url = "postgres://eox:secret@db.example.org/eox";

it("targets are added, read, edited and forgotten, never with a password", async () => {
	const { status, body } = await ask("createTarget", "POST /targets", { name: "eox", url, containers: ["S"] });
	expect([status, body]).toMatchObject([
		200,
		{
			name: "eox",
			url: "postgres://eox@db.example.org/eox",
			hasPassword: true,
			containers: ["S"],
			state: "never pushed",
		},
	]);
	expect((await ask("createTarget", "POST /targets", { name: "eox", url })).status).toBe(409);
	expect((await ask("createTarget", "POST /targets", { name: "x", url: "http://no" })).body).toMatchObject({
		code: "invalid-request",
		errors: [{ at: "body.url" }],
	});
	const { version } = body as { version: string };
	const edit = { url: "postgres://eox@db.example.org/eox", rangeTypes: { A: "B" }, version };
	expect((await ask("updateTarget", "POST /targets/eox", edit)).body).toMatchObject({
		hasPassword: true,
		containers: null,
		rangeTypes: { A: "B" },
	});
	expect((await ask("updateTarget", "POST /targets/eox", edit)).status).toBe(409);
	const elsewhere = await ask("updateTarget", "POST /targets/eox", { url: "postgres://eox@other.example.org/eox" });
	expect([elsewhere.status, elsewhere.body]).toMatchObject([
		409,
		{ detail: expect.stringContaining("another address") },
	]);
	const all = await ask("listTargets", "GET /targets?limit=1");
	expect(all.body).toMatchObject({ total: 1, next: null, rows: [{ name: "eox" }] });
	expect((await ask("getTarget", "GET /targets/none")).status).toBe(404);
	const audit = await database.sql`select details::text from audit_log where action like 'targets.%'`;
	expect(JSON.stringify([all.body, audit])).not.toContain("secret@");
});

it("a check is asked for once, cancelled, and listed", async () => {
	const first = await ask("checkTarget", "POST /targets/eox/check");
	expect([first.status, first.body]).toMatchObject([202, { joined: false }]);
	const { push } = first.body as { push: number };
	expect((await ask("checkTarget", "POST /targets/eox/check")).body).toEqual({ push, joined: true });
	expect((await ask("getTarget", "GET /targets/eox")).body).toMatchObject({ state: "waiting", current: { id: push } });
	expect((await ask("cancelTargetPush", `POST /targets/eox/pushes/${push}/cancel`)).body).toMatchObject({
		current: null,
	});
	expect((await ask("cancelTargetPush", `POST /targets/eox/pushes/${push}/cancel`)).status).toBe(409);
	expect((await ask("listTargetPushes", "GET /targets/eox/pushes")).body).toMatchObject({
		rows: [{ id: push, state: "cancelled", requestedBy: expect.stringContaining("token test") }],
	});
	expect((await ask("cancelTargetPush", `POST /targets/none/pushes/${push}/cancel`)).status).toBe(404);
});

it("a held push is approved or rejected with a reason, and what it would do can be read", async () => {
	const [{ id: push } = { id: 0 }] = await database.sql<{ id: number }[]>`
		insert into target_pushes (target_id, kind, state, reason) select id, 'push', 'held', 'many' from targets returning id`;
	await database.sql`
		insert into target_differences (push_id, number, class, kind, identifier) values (${push}, 1, 'removed', 'coverage', 'X')`;
	expect(
		(await ask("listTargetDifferences", `GET /targets/eox/differences?push=${push}&class=removed`)).body,
	).toMatchObject({
		total: 1,
		rows: [{ number: 1, identifier: "X" }],
	});
	expect((await ask("countTargetDifferences", `GET /targets/eox/differences/counts?push=${push}`)).body).toMatchObject({
		classes: { removed: 1 },
	});
	expect((await ask("listForeignContainers", `GET /targets/eox/foreign-containers?push=${push}`)).body).toEqual({
		rows: [],
	});
	expect((await ask("approveTargetPush", `POST /targets/eox/pushes/${push}/approve`, { reason: "" })).status).toBe(400);
	const approved = await ask("approveTargetPush", `POST /targets/eox/pushes/${push}/approve`, {
		reason: "It is right",
	});
	expect([approved.status, approved.body]).toMatchObject([
		202,
		{ current: { state: "queued", approvalReason: "It is right" } },
	]);
	expect(
		(await ask("rejectTargetPush", `POST /targets/eox/pushes/${push}/reject`, { reason: "No, it is not" })).status,
	).toBe(409);
});

it("a target is paused, resumed and forgotten; one that cannot be reached says so", async () => {
	expect((await ask("pauseTarget", "POST /targets/eox/pause", { note: "Upgrade" })).body).toMatchObject({
		state: "paused",
		pause: { until: null, note: "Upgrade" },
	});
	expect((await ask("resumeTarget", "POST /targets/eox/resume")).body).toMatchObject({ pause: null });
	expect((await ask("acceptTargetDifferences", "POST /targets/eox/accept", { fields: ["size"] })).body).toEqual({
		accepted: 0,
	});
	const { sql } = database;
	await sql`
		insert into target_objects (target_id, kind, dataset_id, identifier, target_pk, written, desired, differing, adopted, state)
		select id, 'coverage', 1, 'C', 1, '{"size": [1, 1]}', '{"size": [2, 2]}', '{size}', true, 'differs (adopted)' from targets`;
	const accepted = async () => (await targetDetail(database, "eox"))?.accepted;
	expect(await accepted()).toBe(0);
	expect((await ask("acceptTargetDifferences", "POST /targets/eox/accept", {})).body).toEqual({ accepted: 1 });
	expect(await accepted()).toBe(1);
	expect((await ask("withdrawTargetAcceptance", "POST /targets/eox/withdraw", {})).body).toEqual({ withdrawn: 1 });
	expect(await accepted()).toBe(0);
	expect((await ask("withdrawTargetAcceptance", "POST /targets/eox/withdraw", {})).body).toEqual({ withdrawn: 0 });
	await database.sql`update targets set url = 'postgres://127.0.0.1:1/eox', sealed = null`;
	expect((await ask("testTarget", "POST /targets/eox/test")).body).toMatchObject({ ok: false, storages: [] });
	expect((await ask("deleteTarget", "DELETE /targets/eox")).body).toEqual({ deleted: true });
	expect((await ask("deleteTarget", "DELETE /targets/eox")).status).toBe(404);
	expect(api.errors).toEqual([]);
});
