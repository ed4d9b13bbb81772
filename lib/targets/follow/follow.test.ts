import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { keyOf } from "#lib/catalog/secrets/sealing.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { approvePush, rejectPush, requestPush } from "#lib/catalog/targets/push-requests.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { standingText } from "#lib/catalog/targets/target-lag.ts";
import { pauseTarget, resumeTarget } from "#lib/catalog/targets/target-pauses.ts";
import { requireStanding } from "#lib/catalog/targets/target-standing.ts";
import { saveTarget } from "#lib/catalog/targets/targets.ts";
import { type Gate, makeGate } from "#lib/catalog/testing/gate.ts";
import { followTargetsUntilStopped } from "#lib/jobs/upkeep/follow-targets.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { createTestEox, describeWithPostgis } from "#lib/targets/testing/eox-bench.ts";
import { openLog } from "#lib/telemetry/log.ts";
import { pushAfterSync } from "./after-sync.ts";
import { carryOut, claimNext } from "./follow.ts";
import { askForDueVerifications } from "./verification.ts";

describeWithPostgis("a target that is followed", () => {
	let bench: Bench;
	let eox: Database;
	/** The way to it. */
	let gate: Gate;
	const access: StorageAccess = {
		policy: { network: undefined, roots: undefined },
		keys: async () => [keyOf("a secret of these tests")],
	};
	beforeAll(async () => {
		[bench, eox] = await Promise.all([makeBench(), createTestEox()]);
		gate = await makeGate(eox);
		for (const name of ["s1", "s2", "s3"]) await bench.archive.scene(`a/${name}.tif`);
		await bench.container("A", [{ path: "a" }], { guard: { maxRemovals: "1" } });
		await bench.run("A");
		await saveTarget(bench.database, targetInput.parse({ name: "eox", url: gate.url }), { access });
		await followAll();
	});
	afterAll(async () => {
		await gate[Symbol.asyncDispose]();
		await eox[Symbol.asyncDispose]();
		await bench[Symbol.asyncDispose]();
	});
	beforeEach(async () => {
		expect(await theirs(), (await standing()).error ?? "").toEqual(await ours());
	});

	const options = (owner: string, signal = new AbortController().signal) => ({ owner, access, signal });
	/** What a worker does until nothing is due. Returns how its pushes ended. */
	async function followAll(owner = "one", database = bench.database): Promise<readonly (string | null)[]> {
		const ends: (string | null)[] = [];
		for (;;) {
			const claimed = await claimNext(database, owner);
			if (claimed === null) return ends;
			ends.push((await carryOut(database, claimed, options(owner))).end?.state ?? null);
		}
	}
	const ours = async () =>
		(await bench.registered()).map((line) => line.replace(/^.*: (\S+) in [AB]$/, "$1")).toSorted();
	const theirs = async () =>
		(
			await eox.sql<{ id: string }[]>`
				select o.identifier as id from coverages_coverage c join coverages_eoobject o on o.id = c.eoobject_ptr_id
					join coverages_coverage_collections m on m.coverage_id = c.eoobject_ptr_id join coverages_collection s on s.eoobject_ptr_id = m.collection_id
				order by 1`
		).map(({ id }) => id);
	/** All rows there, with who wrote them last. */
	const rows = async () =>
		eox.sql`select id, xmin::text from coverages_eoobject union all select id, xmin::text from coverages_arraydataitem order by 1, 2`;
	const standing = () => requireStanding(bench.database, "eox");
	const now = () => bench.database.sql`update targets set retry_at = null`;
	const add = async (name: string) => {
		await bench.archive.scene(`a/${name}.tif`);
		await bench.run("A");
	};

	test("has what an apply changed, once, and is not written to where nothing differs", async () => {
		await add("s4");
		expect((await standing()).lag.changes).toBeGreaterThan(0);
		expect(await followAll()).toEqual(["succeeded"]);
		expect(await theirs()).toContain("S4");
		expect(standingText(await standing())).toBe("in step");
		const before = await rows();
		await bench.run("A");
		expect(await followAll()).toEqual([]);
		await bench.database.sql`update targets set compare_all = true`;
		expect(await followAll()).toEqual(["succeeded"]);
		expect(await rows()).toEqual(before);
	});

	test("follows a run that is reverted", async () => {
		await bench.archive.scene("a/s5.tif");
		const { run } = await bench.run("A");
		await followAll();
		expect(await theirs()).toContain("S5");
		await bench.run("A", { kind: "revert", reverts: run });
		await followAll();
		expect(await theirs()).not.toContain("S5");
		await bench.archive.remove("a/s5.tif");
		await bench.run("A");
	});

	test("is tried again when it was down, with growing pauses, and then catches up with all of it", async () => {
		await gate.shut();
		await add("s6");
		expect(await followAll()).toEqual(["failed"]);
		expect(await followAll()).toEqual([]);
		const first = await standing();
		expect(first).toMatchObject({ failures: 1, error: expect.stringMatching(/target eox cannot be reached/) });
		await add("s7");
		await now();
		expect(await followAll()).toEqual(["failed"]);
		const second = await standing();
		expect(second).toMatchObject({ failures: 2, failingSince: first.failingSince });
		const pause = ({ retryAt }: typeof first) => Date.parse(retryAt ?? "") - Date.now();
		expect(pause(second)).toBeGreaterThan(pause(first) + 5000);
		await gate.open();
		await now();
		expect(await followAll()).toEqual(["succeeded"]);
		expect(await standing()).toMatchObject({ failures: 0, error: null, lag: { changes: 0 } });
		// Attempts that failed are no pushes that a person would look for.
		expect(await bench.database.sql`select from target_pushes where state = 'failed'`).toHaveLength(0);
	});

	test.each([2, 5, 9, 14, 20])("is in step after the connection to it broke at answer %i", async (answers) => {
		await add(`t${answers}`);
		gate.cutAfter(answers);
		await followAll();
		gate.cutAfter(Number.POSITIVE_INFINITY);
		await now();
		await followAll();
	});

	test.each([3, 7, 11, 15, 19, 24])(
		"is in step after a worker was cut off from the catalogue at answer %i",
		async (answers) => {
			await add(`u${answers}`);
			await using way = await makeGate(bench.database);
			const lost = await openDatabase({ url: way.url, applicationName: "tests", max: 2 });
			way.cutAfter(answers);
			await followAll("dead", lost).catch(() => {});
			await way.shut();
			await lost.close().catch(() => {});
			await bench.database.sql`update target_pushes set lease_until = now() where state = 'running'`;
			await now();
			await followAll();
		},
	);

	test("is pushed to by one of several workers", async () => {
		await add("v1");
		const ends = await Promise.all(["one", "two", "three"].map((owner) => followAll(owner)));
		expect(ends.flat()).toEqual(["succeeded"]);
	});

	test("is followed by a worker for as long as that lives, and verified weekly, or as its schedule says", async () => {
		const { sql } = bench.database;
		const log = await openLog({ name: "test", level: "silent", secrets: [] });
		const stop = new AbortController();
		const working = followTargetsUntilStopped(bench.database, { worker: "one", access, log, signal: stop.signal });
		await add("v2");
		await vi.waitFor(async () => expect(await theirs()).toContain("V2"), { timeout: 20_000, interval: 50 });
		stop.abort();
		await working;
		expect(await askForDueVerifications(bench.database)).toBe(0);
		await sql`update targets set verified_at = now() - interval '8 days'`;
		expect(await askForDueVerifications(bench.database)).toBe(1);
		expect(standingText(await standing())).toBe("all of it is to be compared");
		await followAll();
		await sql`update targets set verified_at = now() - interval '80 days', settings = settings || '{"schedule": null}'`;
		expect(await askForDueVerifications(bench.database)).toBe(0);
	});

	test("is left alone while it is paused, but by name, and catches up afterwards", async () => {
		await pauseTarget(bench.database, "eox", { until: null, note: "", by: "Ada" });
		await add("w1");
		expect(await followAll()).toEqual([]);
		await requestPush(bench.database, { target: "eox", kind: "push", by: "Ada" });
		expect(await followAll()).toEqual(["succeeded"]);
		await add("w2");
		expect(await followAll()).toEqual([]);
		expect(await resumeTarget(bench.database, "eox")).toBe(true);
		expect(await followAll()).toEqual(["succeeded"]);
	});

	test("holds of a container what would remove more than its guard lets pass, and all else goes on", async () => {
		const { archive, database } = bench;
		const removeFrom = async (...names: readonly string[]) => {
			for (const name of names) await archive.remove(`a/${name}.tif`);
			const { run } = await bench.run("A", { approval: "test" });
			await bench.execute(run);
		};
		const held = async () => (await standing()).held;
		await bench.container("B", [{ path: "b" }]);
		for (const name of ["x1", "x2", "x3"]) await archive.scene(`a/${name}.tif`);
		await add("x4");
		await followAll();
		await removeFrom("x1", "x2");
		await archive.scene("b/z1.tif");
		await bench.run("B");
		await add("x5");
		expect(await followAll()).toEqual(["succeeded"]);
		expect(await theirs()).toEqual(expect.arrayContaining(["X1", "X2", "X5", "Z1"]));
		const first = await held();
		expect(first).toMatchObject({
			hold: "removals",
			reason: expect.stringMatching(/^2 of \d+ datasets of A would be/),
		});
		const listed = await database.sql`
			select class, identifier from target_differences where push_id = ${first?.push ?? 0} order by identifier`;
		expect([...listed]).toEqual([
			{ class: "removed", identifier: "X1" },
			{ class: "removed", identifier: "X2" },
		]);
		expect((await standing()).isDue).toBe(false);
		// What it asks stays the same as long as that does, also when all is compared.
		await add("x6");
		await database.sql`update targets set compare_all = true`;
		await followAll();
		expect((await held())?.push).toBe(first?.push);
		expect(await theirs()).toEqual(expect.arrayContaining(["X1", "X6"]));
		await removeFrom("x3");
		await followAll();
		const newer = await held();
		expect(newer?.push).not.toBe(first?.push);
		// A decision stays, until there is something else to decide or a person asks.
		await rejectPush(database, newer?.push ?? 0, { by: "Ada", reason: "wait" });
		await add("x7");
		await followAll();
		expect(await held()).toBeNull();
		expect(await theirs()).toEqual(expect.arrayContaining(["X1", "X3", "X7"]));
		await requestPush(database, { target: "eox", kind: "push", by: "Ada" });
		await followAll();
		const again = (await held())?.push ?? 0;
		// What was approved is done when the target is back, without another question.
		await approvePush(database, again, { by: "Ada", reason: "moved to tape" });
		await gate.shut();
		expect(await followAll()).toEqual(["failed"]);
		await gate.open();
		await now();
		expect(await followAll()).toEqual(["succeeded"]);
		expect(await theirs()).not.toContain("X3");
		expect(await database.sql`select number, class from target_differences where push_id = ${again}`).toHaveLength(3);
		expect(standingText(await standing())).toBe("in step");
		// Each container is a question of its own: an answer to one is none to the other, and leaves it as it is.
		await bench.container("B", [{ path: "b" }], { guard: { maxRemovals: "1" } });
		for (const name of ["q1", "q2", "q3"]) await archive.scene(`b/${name}.tif`);
		for (const name of ["p1", "p2"]) await add(name);
		await bench.run("B");
		await followAll();
		await removeFrom("p1", "p2");
		for (const name of ["q1", "q2"]) await archive.remove(`b/${name}.tif`);
		await bench.execute((await bench.run("B", { approval: "test" })).run);
		await followAll();
		const questions = await database.sql<{ id: number; reason: string }[]>`
			select id, reason from target_pushes where state = 'held' order by reason`;
		expect(questions.map(({ reason }) => reason.replace(/^2 of \d+ datasets of (.) .*/, "$1"))).toEqual(["A", "B"]);
		expect(await held()).toMatchObject({ push: Math.min(...questions.map(({ id }) => id)), others: 1 });
		const [ofA, ofB] = questions.map(({ id }) => id);
		await approvePush(database, ofB ?? 0, { by: "Ada", reason: "B only" });
		expect(await followAll()).toEqual(["succeeded"]);
		expect(await held()).toMatchObject({ push: ofA, others: 0 });
		expect(await theirs()).toEqual(expect.arrayContaining(["P1", "P2"]));
		expect(await theirs()).not.toContain("Q1");
		await rejectPush(database, ofA ?? 0, { by: "Ada", reason: "not A" });
		await followAll();
		expect(await theirs()).toEqual(expect.arrayContaining(["P1", "P2"]));
		for (const name of ["p1", "p2"]) await add(name);
		await archive.remove("b/q3.tif");
		await bench.execute((await bench.run("B", { approval: "test" })).run);
		await followAll();
		// What comes back is not removed any more, and what is left of it may be.
		await removeFrom("x4", "x5");
		await followAll();
		expect(await held()).not.toBeNull();
		await add("x4");
		await followAll();
		expect(await held()).toBeNull();
		expect(await theirs()).not.toContain("X5");
		await archive.remove("b/z1.tif");
		const { run } = await bench.run("B", { approval: "test" });
		await bench.execute(run);
		await followAll();
		await approvePush(database, (await held())?.push ?? 0, { by: "Ada", reason: "the last one" }).catch(() => {});
		await followAll();
	});

	test("is brought in step by the command that synced, within its time", async () => {
		const after = (timeout: number) =>
			pushAfterSync(bench.database, {
				...options("console"),
				containers: ["A"],
				timeout,
				onProgress: () => {},
			});
		await add("y1");
		expect(await after(60)).toEqual([
			expect.objectContaining({ name: "eox", lag: 0, error: null, paused: false, held: null }),
		]);
		expect((await after(60))[0]).toMatchObject({ pushed: 0, lag: 0 });
		await add("y2");
		gate.freeze("every");
		const [hung] = await after(1);
		expect(hung).toMatchObject({ error: expect.stringMatching(/within 1 s/) });
		expect(hung?.lag).toBeGreaterThan(0);
		await gate.shut();
		const [down] = await after(60);
		expect(down).toMatchObject({ name: "eox", pushed: 0, error: expect.stringMatching(/cannot be reached/) });
		await gate.open();
		gate.freeze("these");
		expect((await after(60))[0]).toMatchObject({ lag: 0, error: null });
	});
});
