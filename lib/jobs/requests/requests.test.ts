import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { containerViews } from "#lib/catalog/containers/containers.ts";
import { claimRun, createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { requestDueRuns } from "#lib/jobs/schedule.ts";
import { someoneWaits } from "#lib/sync/testing/pause.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { requestApply, requestCancel, requestRevert, requestRuns } from "./requests.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	await bench.archive.scene("in/a.tif");
	await bench.container("S", [{ path: "in" }]);
	await bench.container("T", []);
});

const ask = (containers: readonly string[] | "all", more: object = {}) =>
	requestRuns(bench.database, { containers, kind: "sync", trigger: "dashboard", actor: "olga", ...more });
const stateOf = async (id: string) => (await containerViews(bench.database, [id]))[0]?.state;

/** A run of S that waits for approval, as its only file is gone. */
async function held() {
	await bench.run("S");
	for (const name of ["in/a.tif", "in/a.xml"]) await bench.archive.remove(name);
	return (await bench.run("S")).run;
}

describe("requestRuns", () => {
	test("asks for a run of each container, once; a second request joins", async () => {
		const first = await ask(["S", "T", "S"]);
		expect(first.map(({ container, joined }) => [container, joined])).toEqual([
			["S", false],
			["T", false],
		]);
		expect(await ask("all")).toEqual(first.map((run) => ({ ...run, joined: true })));
		expect(await stateOf("S")).toBe("syncing");
	});

	describe("joining a run whose look at the archive is of before", () => {
		const leave = (run: number) => bench.database.sql`
			update runs set state = 'interrupted', started_at = now() - interval '1 day', scanned_at = now() - interval '1 day', base_revision = (
				select revision from containers where eo_id = 'S') where id = ${run}`;
		const runsOfS = async () => [
			...(await bench.database.sql<{ id: number; kind: string; trigger: string; state: string }[]>`
				select id, kind, "full", trigger, actor, state from runs where container_id = (select id from containers where eo_id = 'S') order by id`),
		];
		const requestByDashboard = () => ask(["S"]);
		const requestByWatch = async () => [
			{
				container: "S",
				...(await createRun(bench.database, { container: "S", kind: "sync", trigger: "watch", actor: "watch" })),
			},
		];

		test.each([
			["of the dashboard", requestByDashboard, "dashboard"],
			["of a watched folder", requestByWatch, "watch"],
		])("a request %s is followed by another look", async (_, request, trigger) => {
			const [{ run } = { run: 0 }] = await ask(["S"]);
			await leave(run);
			expect(await request()).toEqual([{ run, container: "S", joined: true, again: true }]);
			// What it was interrupted with is staged: it finds nothing of this.
			expect((await bench.execute(run)).view).toMatchObject({ state: "succeeded", added: 0 });
			const [, next] = await runsOfS();
			expect(next).toMatchObject({ kind: "sync", trigger, state: "queued" });
			expect((await bench.execute(next?.id ?? 0)).view).toMatchObject({ state: "succeeded", added: 1 });
			expect(await runsOfS()).toHaveLength(2);
		});

		test("a schedule, too", async () => {
			const [{ run } = { run: 0 }] = await ask(["S"]);
			await leave(run);
			await bench.database
				.sql`update containers set schedule = '* * * * *', configured_at = now() - interval '1 hour' where eo_id = 'S'`;
			await requestDueRuns(bench.database);
			await bench.execute(run);
			expect(await runsOfS()).toMatchObject([{}, { trigger: "schedule", state: "queued" }]);
		});

		test("several are followed by one that does the most", async () => {
			const [{ run } = { run: 0 }] = await ask(["S"]);
			await leave(run);
			await ask(["S"], { full: true, actor: "otto" });
			await ask(["S"], { kind: "check" });
			await bench.execute(run);
			expect(await runsOfS()).toMatchObject([{}, { kind: "sync", full: true, actor: "olga" }]);
		});

		test("also when it was taken up meanwhile, or approved", async () => {
			const [{ run } = { run: 0 }] = await ask(["S"]);
			await leave(run);
			expect(await claimRun(bench.database, run, "another worker")).toBe(true);
			expect(await ask(["S"])).toMatchObject([{ run, again: true }]);
			await bench.database.sql`delete from runs`;
			const plan = await held();
			await requestApply(bench.database, { run: plan, actor: "olga", approval: "moved to tape" });
			expect(await ask(["S"])).toMatchObject([{ run: plan, again: true }]);
		});

		test("not when it is cancelled, nor when it was only waiting or is scanning for the first time", async () => {
			const [{ run } = { run: 0 }] = await ask(["S"]);
			expect(await ask(["S"])).toMatchObject([{ run, again: false }]);
			expect(await claimRun(bench.database, run, "a worker")).toBe(true);
			expect(await ask(["S"])).toMatchObject([{ run, again: false }]);
			await leave(run);
			await bench.database.sql`update runs set lease_owner = null, lease_until = null where id = ${run}`;
			expect(await ask(["S"])).toMatchObject([{ run, again: true }]);
			await requestCancel(bench.database, { run, actor: "olga" });
			expect(await runsOfS()).toHaveLength(1);
		});
	});

	describe("joining a run that does less than is asked for", () => {
		const runsOfS = async () => [
			...(await bench.database
				.sql`select kind, "full", removes_now as now, trigger, actor, state, approval_reason as approval, approved_by as approver from runs order by id`),
		];
		const newest = async () => Number((await bench.database.sql`select max(id) as id from runs`)[0]?.id);

		test("also one whose worker went silent, before anybody noticed", async () => {
			const [{ run } = { run: 0 }] = await ask(["S"]);
			expect(await claimRun(bench.database, run, "a worker")).toBe(true);
			expect(await ask(["S"])).toMatchObject([{ run, joined: true, again: false }]);
			await bench.database.sql`update runs set lease_until = now() - interval '1 second' where id = ${run}`;
			expect(await ask(["S"])).toMatchObject([{ run, joined: true, again: true }]);
		});

		test("a sync follows a check, and applies what it finds", async () => {
			const [{ run } = { run: 0 }] = await ask(["S"], { kind: "check" });
			expect(await claimRun(bench.database, run, "a worker")).toBe(true);
			expect(await ask(["S"])).toEqual([{ run, container: "S", joined: true, again: true }]);
			// Another check does not ask for more.
			expect(await ask(["S"], { kind: "check", actor: "otto" })).toMatchObject([{ run, again: false }]);
			await bench.database
				.sql`update runs set lease_owner = null, lease_until = null, state = 'queued', started_at = null`;
			expect((await bench.execute(run)).view).toMatchObject({ state: "planned", added: 1 });
			expect(await runsOfS()).toMatchObject([{ kind: "check" }, { kind: "sync", state: "queued", actor: "olga" }]);
			expect((await bench.execute(await newest())).view).toMatchObject({ state: "succeeded", added: 1 });
			expect(await bench.registered()).toHaveLength(1);
			expect(await runsOfS()).toMatchObject([{ state: "cancelled" }, { state: "succeeded" }]);
		});

		test("also a check that waits for an approval; the run that follows is held as well", async () => {
			await bench.run("S");
			for (const name of ["in/a.tif", "in/a.xml"]) await bench.archive.remove(name);
			const [{ run } = { run: 0 }] = await ask(["S"], { kind: "check" });
			expect(await ask(["S"])).toMatchObject([{ run, again: true }]);
			expect((await bench.execute(run)).view.state).toBe("held");
			expect((await bench.execute(await newest())).view).toMatchObject({ kind: "sync", state: "held", sameAs: run });
		});

		test.each([
			["everything read again", { full: true }, { full: true, now: false }],
			["what is missing removed now", { removesNow: true }, { full: false, now: true }],
			["a sync, of a revert", {}, { kind: "sync" }],
			["a check, of a revert", { kind: "check" }, { kind: "check" }],
		])("%s", async (what, wanted, expected) => {
			const first = what.endsWith("revert") ? (await bench.run("S")).run : 0;
			const [{ run } = { run: 0 }] =
				first === 0
					? await ask(["S"])
					: [await requestRevert(bench.database, { run: first, actor: "olga", trigger: "dashboard" })];
			expect(await ask(["S"], wanted)).toMatchObject([{ run, again: true }]);
			await bench.execute(run);
			expect((await runsOfS()).slice(first === 0 ? 1 : 2)).toMatchObject([{ ...expected, state: "queued" }]);
			await bench.execute(await newest());
			expect((await runsOfS()).length).toBe(first === 0 ? 2 : 3);
		});

		test("who approved is named, whoever asks besides; and that was for one run", async () => {
			await bench.run("S");
			for (const name of ["in/a.tif", "in/a.xml"]) await bench.archive.remove(name);
			const [{ run } = { run: 0 }] = await ask(["S"], { kind: "check" });
			await ask(["S"], { approval: "moved to tape" });
			await ask(["S"], { actor: "otto", full: true });
			expect((await bench.execute(run)).view.state).toBe("held");
			const follower = { kind: "sync", full: true, actor: "olga", approval: "moved to tape", approver: "olga" };
			expect((await runsOfS()).slice(2)).toMatchObject([follower]);
			await requestCancel(bench.database, { run: await newest(), actor: "otto" });
			await requestApply(bench.database, { run, actor: "otto", approval: "it is right" });
			expect((await bench.execute(run)).view).toMatchObject({ state: "succeeded", removed: 1 });
			expect(await runsOfS()).toHaveLength(3);
		});
	});

	test("names every unknown container, and then does nothing", async () => {
		await expect(ask(["S", "X", "Y"])).rejects.toThrow("There is no container X, Y; nothing was done.");
		expect(await bench.database.sql`select from runs`).toHaveLength(0);
	});

	test("with a reason lets a held plan go on instead of making another", async () => {
		const run = await held();
		expect(await stateOf("S")).toBe("held");
		expect(await ask(["S"], { approval: "moved to tape" })).toEqual([
			{ run, container: "S", joined: false, again: false },
		]);
		expect((await bench.execute(run)).view).toMatchObject({ state: "succeeded", removed: 1, approval: { by: "olga" } });
	});

	test("with a reason makes a new run where the held plan is for another configuration", async () => {
		const run = await held();
		await bench.container("S", [{ path: "in", symlinks: "follow" }]);
		const [asked] = await ask(["S", "T"], { approval: "moved to tape" });
		expect(asked?.run).toBeGreaterThan(run);
		expect((await bench.execute(asked?.run ?? 0)).view).toMatchObject({ state: "succeeded", removed: 1 });
		expect((await bench.execute(run)).view).toMatchObject({ state: "cancelled", supersededBy: asked?.run });
	});

	test("with a reason joins a run that is active beside a held plan", async () => {
		await held();
		const [active] = await ask(["S"]);
		expect(await ask(["S", "T"], { approval: "moved to tape" })).toMatchObject([
			{ run: active?.run, joined: true },
			{ container: "T" },
		]);
	});
});

describe("requestApply", () => {
	test("of a plan that is discarded at the same moment is refused", async () => {
		const run = await held();
		const { sql } = bench.database;
		let applying: Promise<unknown> = Promise.resolve();
		await sql.begin(async (tx) => {
			await tx`update runs set state = 'cancelled', finished_at = now() where id = ${run}`;
			const applied = requestApply(bench.database, { run, actor: "olga", approval: "moved to tape" });
			applying = expect(applied).rejects.toThrow(`Run ${run} is no longer waiting.`);
			await someoneWaits(bench.database, "query like '%approval_reason = coalesce%'");
		});
		await applying;
		expect(await sql`select from runs where id = ${run} and state = 'cancelled'`).toHaveLength(1);
	});

	test("is refused for what is no plan, for a plan beside an active run, for no run", async () => {
		const { run } = await bench.run("S");
		const apply = (of: number) => requestApply(bench.database, { run: of, actor: "olga", approval: null });
		await expect(apply(run)).rejects.toThrow(`Run ${run} is succeeded; only a plan can be applied.`);
		await expect(apply(999)).rejects.toThrow("There is no run 999.");
		await bench.archive.scene("in/b.tif");
		const plan = await bench.check("S");
		expect(await stateOf("S")).toBe("out of sync");
		await ask(["S"]);
		await expect(apply(plan.run)).rejects.toThrow("Another run of S is active; wait for it or cancel it.");
		expect((await bench.execute(plan.run)).view.state).toBe("planned");
	});

	test("a plan that the guard objects to is held until there is a reason", async () => {
		await bench.run("S");
		for (const name of ["in/a.tif", "in/a.xml"]) await bench.archive.remove(name);
		const { run, view } = await bench.check("S");
		expect(view.can).toMatchObject({ apply: false, approve: true });
		expect(await requestApply(bench.database, { run, actor: "olga", approval: null })).toMatchObject({ state: "held" });
		expect(await requestApply(bench.database, { run, actor: "olga", approval: "yes, all" })).toMatchObject({
			state: "queued",
		});
	});
});

describe("requestCancel", () => {
	const cancel = (run: number) => requestCancel(bench.database, { run, actor: "olga" });

	test("is refused when the run ends at the same moment", async () => {
		const [asked] = await ask(["S"]);
		const run = asked?.run ?? 0;
		const { sql } = bench.database;
		let cancelling: Promise<unknown> = Promise.resolve();
		await sql.begin(async (tx) => {
			await tx`update runs set state = 'succeeded', finished_at = now() where id = ${run}`;
			cancelling = expect(cancel(run)).rejects.toThrow(`Run ${run} has ended (succeeded); there is nothing to cancel.`);
			const isWaiting = () => sql`
				select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%cancel_requested_at%'`;
			while ((await isWaiting()).length === 0);
		});
		await cancelling;
	});

	test("of a run that has ended is refused, of one that waits it is done at once", async () => {
		const { run } = await bench.run("S");
		await expect(cancel(run)).rejects.toThrow(`Run ${run} has ended (succeeded); there is nothing to cancel.`);
		const [asked] = await ask(["S"]);
		expect(await cancel(asked?.run ?? 0)).toMatchObject({ state: "cancelled" });
	});
});

describe("requestRevert", () => {
	const revert = (run: number) => requestRevert(bench.database, { run, actor: "olga", trigger: "dashboard" });

	test("of a run from before the container's retention time is refused, also while its changes are there still", async () => {
		const { run } = await bench.run("S");
		await bench.database.sql`update runs set finished_at = now() - interval '91 days' where id = ${run}`;
		await expect(revert(run)).rejects.toThrow(`Run ${run} cannot be reverted any more: its retention time is over.`);
	});

	test("is refused for a run that changed nothing, was taken back already, or while another is active", async () => {
		const { run } = await bench.run("S");
		const nothing = await bench.run("S");
		await expect(revert(nothing.run)).rejects.toThrow(`Run ${nothing.run} (succeeded) cannot be reverted`);
		await ask(["S"]);
		await expect(revert(run)).rejects.toThrow("cannot be reverted: it changed nothing, or a run of S is active");
		await requestCancel(bench.database, { run: nothing.run + 1, actor: "olga" });
		await bench.execute((await revert(run)).run);
		expect(await bench.registered()).toEqual([]);
		expect(await stateOf("S")).toBe("out of sync");
		await expect(revert(run)).rejects.toThrow(`Run ${run} was reverted already, by run`);
	});
});
