import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { emptyCatalogue } from "#lib/catalog/testing/empty-catalogue.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { CancelledError, LeaseLostError } from "#lib/errors.ts";
import { claimRun, createRun, findAbandonedRuns, heartbeat, moveRun, recordProgress } from "./run-lifecycle.ts";

let database: Database;
let run: number;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
	await emptyCatalogue(database, { storages: "stay" });
	await database.sql`insert into containers (eo_id, kind) values ('S', 'dataset-series')`;
	({ run } = await createRun(database, { container: "S", kind: "sync", trigger: "dashboard", actor: "olga" }));
	await claimRun(database, run, "me");
});

const progress = { phase: "scanning", done: 1, total: null } as const;
const row = async () =>
	(
		await database.sql`select state, lease_owner, progress, finished_at is not null as over from runs where id = ${run}`
	)[0];
/** Everything that only the owner may do. */
const actions = [
	["renew its lease", (owner: string) => heartbeat(database, run, owner)],
	["show progress", (owner: string) => recordProgress(database, run, owner, progress)],
	["move it on", (owner: string) => moveRun(database, run, owner, { state: "reading", scanned: true })],
	["end it", (owner: string) => moveRun(database, run, owner, { state: "succeeded", applied: true })],
] as const;

describe("a run that is worked on", () => {
	test.each(actions)("only its owner may %s", async (_, act) => {
		const before = await row();
		await expect(act("somebody else")).rejects.toThrow(LeaseLostError);
		expect(await row()).toEqual(before);
		await act("me");
	});

	test.each(actions)("once cancelled, not even its owner may %s and go on", async (_, act) => {
		await database.sql`update runs set cancel_requested_at = now()`;
		await expect(act("me")).rejects.toThrow(CancelledError);
		expect(await row()).toMatchObject({ state: "scanning", over: false });
		await moveRun(database, run, "me", { state: "cancelled" });
		expect(await row()).toMatchObject({ state: "cancelled", lease_owner: null, over: true });
	});

	test("can be handed back, and goes on where it was", async () => {
		await moveRun(database, run, "me", { state: "reading", scanned: true });
		await moveRun(database, run, "me", { state: "interrupted", release: true });
		expect(await findAbandonedRuns(database)).toEqual([run]);
		expect(await claimRun(database, run, "another")).toBe(true);
		expect(await row()).toMatchObject({ state: "reading", lease_owner: "another" });
	});

	test("a run that is over, or waits for a person, cannot be taken", async () => {
		await moveRun(database, run, "me", { state: "planned", planned: true, release: true });
		expect(await claimRun(database, run, "another")).toBe(false);
		await database.sql`update runs set state = 'queued'`;
		expect(await claimRun(database, run, "another")).toBe(true);
		expect(await row()).toMatchObject({ state: "applying" });
		await moveRun(database, run, "another", { state: "failed", error: { code: "x", message: "y" } });
		expect(await claimRun(database, run, "me")).toBe(false);
	});
});

test("a container that does not exist has no runs", async () => {
	const request = { container: "X", kind: "sync", trigger: "dashboard", actor: "olga" } as const;
	await expect(createRun(database, request)).rejects.toThrow("There is no container X.");
});
