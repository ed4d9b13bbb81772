import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openBatches } from "#lib/catalog/batches/batches.ts";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { containerViews, overdueContainers } from "#lib/catalog/containers/containers.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { closedStorageList, pausedContainers, pauseStorage, resumeStorage } from "#lib/catalog/pauses/pauses.ts";
import { claimRun, findAbandonedRuns, heartbeat } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { requestContainers } from "#lib/jobs/batches/batch-requests.ts";
import { giveTurns } from "#lib/jobs/batches/give-turns.ts";
import { requestCancel, requestRevert, requestRuns } from "#lib/jobs/requests/requests.ts";
import { recordOverdue } from "#lib/notifications/health-changes.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { takeTurns } from "#lib/sync/take-turns.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { requestDueRuns } from "./schedule.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	await bench.archive.scene("a/one.tif");
	await bench.archive.scene("b/two.tif");
	await bench.database.sql`update storages set paused_until = null`;
	await bench.container("A", [{ path: "a" }], { schedule: "0 3 * * *" });
	await bench.container("B", [{ path: "b" }]);
	await saveStorage(bench.database, archive());
});

const archive = (more: { readonly hours?: string } = {}) =>
	storageInput.parse({ name: "archive", type: "local", root: bench.archive.root, ...more });
const soon = () => new Date(Date.now() + 60_000).toISOString();
const pause = (until = "2999-01-01T00:00:00Z") =>
	pauseStorage(bench.database, "archive", { until, note: "new disks", by: "Ada" });
/** They begin in two hours. */
const closeHours = async () => {
	const clock = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
	const hours = `${clock(2)}-${clock(3)}`;
	await saveStorage(bench.database, archive({ hours }));
};
const asked = { kind: "sync", trigger: "command-line", actor: "tester" } as const;
const request = (containers: readonly string[] | "all") => requestRuns(bench.database, { ...asked, containers });

describe("while a storage is paused, or outside its hours", () => {
	test.each([
		["paused", () => pause()],
		["hours", () => closeHours()],
	] as const)("%s: all leaves its containers out, by name they run", async (reason, close) => {
		await close();
		expect(await request("all")).toEqual([]);
		expect([...(await pausedContainers(bench.database))]).toMatchObject([
			["A", { storage: "archive", reason }],
			["B", { storage: "archive", reason }],
		]);
		const [view] = await containerViews(bench.database, ["A"]);
		expect(view?.paused).toMatchObject({ storage: "archive", reason });
		const by = reason === "paused" ? { by: "Ada", note: "new disks" } : null;
		expect(await closedStorageList(bench.database)).toMatchObject([
			{ storage: "archive", reason, pause: by, containers: 2 },
		]);
		const [wanted] = await request(["A"]);
		expect(await bench.execute(wanted?.run ?? 0)).toMatchObject({
			view: { state: "succeeded" },
			summary: ["added a/one.tif"],
		});
	});

	test("several that are asked for by name run as well; of all, those that wait are handed back", async () => {
		const several = { kind: "sync", trigger: "command-line", actor: "tester" } as const;
		await requestContainers(bench.database, { ...several, containers: "all" });
		await pause();
		const turns = async () => {
			const taken = await takeTurns(bench.database, { limit: 2 });
			await Promise.all(
				taken.map((turn) => executeRun(bench.database, turn.taken.id, { signal: new AbortController().signal, turn })),
			);
			return Promise.all(taken.map(async ({ taken: { id } }) => (await runView(bench.database, id))?.state));
		};
		expect(await turns()).toEqual(["interrupted", "interrupted"]);
		await bench.database.sql`delete from runs`;
		await requestContainers(bench.database, { ...several, containers: ["A", "B"] });
		expect(await turns()).toEqual(["succeeded", "succeeded"]);
	});

	test.each([
		["all of them", "all", "command-line"],
		["a schedule's tick", ["A", "B"], "schedule"],
	] as const)("a batch of %s gives its containers no turn until then", async (_, containers, trigger) => {
		await requestContainers(bench.database, { kind: "sync", trigger, actor: "tester", containers });
		await closeHours();
		const stop = new AbortController();
		const giving = giveTurns(bench.database, {
			log: pino({ level: "silent" }),
			signal: stop.signal,
			running: new Map(),
			concurrency: 2,
			longAfter: 10,
			handle: async (turn) => void (await executeRun(bench.database, turn.taken.id, { signal: stop.signal, turn })),
		});
		const states = async () =>
			(await bench.database.sql<{ state: string }[]>`select state from runs`).map((r) => r.state);
		await sleep(1200);
		expect(await states()).toEqual([]);
		await saveStorage(bench.database, archive());
		await expect.poll(states, { timeout: 10_000 }).toEqual(["succeeded", "succeeded"]);
		stop.abort();
		await giving;
	});

	test("no schedule runs, nothing is overdue; what was missed is caught up once", async () => {
		await bench.database.sql`update containers set configured_at = now() - interval '3 days'`;
		expect((await overdueContainers(bench.database)).map(({ id }) => id)).toEqual(["A"]);
		await pause();
		expect(await requestDueRuns(bench.database)).toEqual([]);
		expect(await overdueContainers(bench.database)).toEqual([]);
		await recordOverdue(bench.database);
		expect(await bench.database.sql`select from notices`).toHaveLength(0);
		expect(await resumeStorage(bench.database, "archive")).toBe(true);
		// A moment ago it could not begin.
		expect(await overdueContainers(bench.database)).toEqual([]);
		expect(await requestDueRuns(bench.database)).toHaveLength(1);
		expect(await requestDueRuns(bench.database)).toEqual([]);
	});

	test("a pause ends by itself, and one that is over cannot be begun", async () => {
		await expect(pause("2020-01-01T00:00:00Z")).rejects.toThrow(/in the future/);
		await pause();
		await bench.database.sql`update storages set paused_until = now() - interval '1 second'`;
		expect([...(await pausedContainers(bench.database))]).toEqual([]);
		expect(await resumeStorage(bench.database, "archive")).toBe(false);
	});

	test("a run that was not asked for by name is handed back, keeps what it has, and goes on when that is over", async () => {
		const [wanted] = await request(["A"]);
		const run = wanted?.run ?? 0;
		await pause();
		const { view } = await bench.execute(run);
		expect(view).toMatchObject({ state: "interrupted", resumeAt: expect.stringContaining("2999"), error: null });
		expect(await findAbandonedRuns(bench.database)).toEqual([]);
		expect((await bench.execute(run)).view.state).toBe("interrupted");
		await resumeStorage(bench.database, "archive");
		expect(await findAbandonedRuns(bench.database)).toEqual([run]);
		expect(await bench.execute(run)).toMatchObject({
			view: { state: "succeeded", resumeAt: null },
			summary: ["added a/one.tif"],
		});
	});

	test.each([
		["its hours were taken away", () => closeHours(), () => saveStorage(bench.database, archive())],
		["its pause was made shorter", () => pause(), () => pause(soon())],
	])("a run that waits looks for itself once %s", async (_, close, edit) => {
		const [wanted] = await request(["A"]);
		const run = wanted?.run ?? 0;
		await close();
		expect((await bench.execute(run)).view.state).toBe("interrupted");
		await edit();
		expect(await findAbandonedRuns(bench.database)).toEqual([run]);
	});

	test("a run that was cancelled while it was handed back does not wait until it goes on", async () => {
		await requestContainers(bench.database, {
			kind: "sync",
			trigger: "dashboard",
			actor: "tester",
			containers: ["A", "B"],
		});
		await pause();
		const [turn] = await takeTurns(bench.database, { limit: 1 });
		const run = turn?.taken.id ?? 0;
		await requestCancel(bench.database, { run, actor: "Ada" });
		await executeRun(bench.database, run, { signal: new AbortController().signal, ...(turn && { turn }) });
		expect(await runView(bench.database, run)).toMatchObject({ state: "cancelled", resumeAt: null });
	});

	test("a revert, which lists nothing, goes on", async () => {
		const [wanted] = await request(["A"]);
		await bench.execute(wanted?.run ?? 0);
		const { run } = await requestRevert(bench.database, { run: wanted?.run ?? 0, trigger: "dashboard", actor: "Ada" });
		await claimRun(bench.database, run, "it");
		await pause();
		await expect(heartbeat(bench.database, run, "it")).resolves.toEqual([]);
	});

	test("what is asked for by name while a run does less follows that, and does not wait either", async () => {
		await pause();
		const [check] = await requestRuns(bench.database, { ...asked, containers: ["A"], kind: "check" });
		const [sync] = await request(["A"]);
		expect(sync).toMatchObject({ run: check?.run, joined: true, again: true });
		expect((await bench.execute(check?.run ?? 0)).view.state).toBe("planned");
		const [next] = await bench.database.sql<{ id: number }[]>`select id from runs where state = 'queued'`;
		expect((await bench.execute(next?.id ?? 0)).view.state).toBe("succeeded");
	});

	test("several that are asked for by name need not wait for one of them that was handed back", async () => {
		const [wanted] = await request(["A"]);
		const run = wanted?.run ?? 0;
		await pause();
		expect((await bench.execute(run)).view.state).toBe("interrupted");
		await requestContainers(bench.database, { ...asked, containers: ["A", "B"] });
		expect(await findAbandonedRuns(bench.database)).toEqual([run]);
		expect((await bench.execute(run)).view.state).toBe("succeeded");
		expect(await openBatches(bench.database)).toMatchObject([{ state: "running", waiting: 2 }]);
		expect(await takeTurns(bench.database, { limit: 2 })).toHaveLength(2);
	});

	test("a run that waits goes on at once when it is asked for by name", async () => {
		const [wanted] = await request(["A"]);
		await pause();
		await bench.execute(wanted?.run ?? 0);
		const [again] = await request(["A"]);
		expect(again).toMatchObject({ run: wanted?.run, joined: true });
		expect((await bench.execute(wanted?.run ?? 0)).view.state).toBe("succeeded");
	});
});
