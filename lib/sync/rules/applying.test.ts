import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { requestApply, requestRevert } from "#lib/jobs/requests/requests.ts";
import { duplicateEoIds } from "#lib/sync/plan/duplicate-eo-ids.ts";
import { linkRegisteredMeanwhile } from "#lib/sync/plan/planning.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { pauseBefore, someoneWaits } from "#lib/sync/testing/pause.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

async function apply(run: number, approval: string | null = null) {
	await requestApply(bench.database, { run, actor: "tester", approval });
	return bench.execute(run);
}

describe("rule 14: what was reviewed is what is applied", () => {
	test("a check changes nothing; applying it does just what it showed", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.remove("a.tif");
		await bench.archive.scene("b.tif", { begin: "2011-01-01T00:00:00Z" });
		await bench.archive.scene("c.tif");
		const { view, summary, run, changes } = await bench.check("S");
		expect(view).toMatchObject({ state: "planned", removed: 1, updated: 1, added: 1, can: { apply: true } });
		expect(changes.every(({ outcome }) => outcome === "planned")).toBe(true);
		expect(await bench.registered()).toEqual(["a.tif: A in S", "b.tif: B in S"]);
		for (const path of ["b.tif", "c.tif"]) await bench.archive.spoil(path);
		const applied = await apply(run);
		expect(applied).toMatchObject({ summary, view: { state: "succeeded", skipped: 0 } });
		expect(applied.changes.every(({ outcome }) => outcome === "applied")).toBe(true);
		expect(await bench.registered()).toEqual(["b.tif: B in S", "c.tif: C in S"]);
		await bench.forgetChangeTimes();
		expect((await bench.check("S")).view.state).toBe("succeeded");
	});

	test("what drifted since is left out and reported, and looked at again by the next run", async () => {
		const { archive } = bench;
		for (const name of ["back", "moved", "removed", "touched", "stays"]) await archive.scene(`${name}.tif`);
		await bench.container("S", [{}]);
		await bench.run("S");
		for (const end of ["tif", "xml"]) await archive.rename(`back.${end}`, `.back.${end}`);
		for (const end of ["tif", "xml"]) await archive.rename(`moved.${end}`, `to/moved.${end}`);
		await archive.remove("removed.tif");
		await archive.scene("touched.tif", { begin: "2011-01-01T00:00:00Z" });
		for (const name of ["new", "vanishes", "sidecar"]) await archive.scene(`${name}.tif`);
		const { run } = await bench.check("S");
		for (const end of ["tif", "xml"]) await archive.rename(`.back.${end}`, `back.${end}`);
		for (const end of ["tif", "xml"]) await archive.rename(`to/moved.${end}`, `on/moved.${end}`);
		await archive.scene("touched.tif", { begin: "2012-01-01T00:00:00Z" });
		await archive.remove("vanishes.tif");
		await archive.remove("sidecar.xml");
		const { summary, view, changes } = await apply(run);
		expect(summary).toEqual([
			"removed back.tif (skipped)",
			"added new.tif",
			"removed removed.tif",
			"added sidecar.tif (skipped)",
			"updated touched.tif (skipped)",
			"added vanishes.tif (skipped)",
			"moved moved.tif → to/moved.tif (skipped)",
		]);
		expect(view).toMatchObject({ state: "partial", skipped: 5, added: 1, removed: 1, moved: 0, updated: 0 });
		const reasons = changes.filter(({ outcome }) => outcome === "skipped").map(({ reason }) => reason);
		expect(reasons).toEqual([
			"the file came back since the plan was made",
			"sidecar.xml is gone since the plan was made",
			expect.stringMatching(/^touched\.(tif|xml) changed since the plan was made$/),
			"vanishes.tif is gone since the plan was made",
			"moved.tif is gone since the plan was made",
		]);
		expect((await bench.run("S")).summary).toEqual([
			"rejected sidecar.tif",
			"updated touched.tif",
			"moved moved.tif → on/moved.tif",
		]);
	});

	test("an EO ID is not taken over when its holder's removal drifted", async () => {
		await bench.archive.scene("a.tif", { eoId: "ONE" });
		await bench.archive.scene("b.tif", { eoId: "TWO" });
		await bench.container("S", [{}]);
		await bench.run("S");
		for (const end of ["tif", "xml"]) await bench.archive.rename(`a.${end}`, `.a.${end}`);
		await bench.archive.scene("b.tif", { eoId: "ONE" });
		const { run, summary } = await bench.check("S");
		expect(summary).toEqual(["removed a.tif", "updated b.tif"]);
		for (const end of ["tif", "xml"]) await bench.archive.rename(`.a.${end}`, `a.${end}`);
		const applied = await apply(run);
		expect(applied.view.error).toBeNull();
		expect(applied.summary).toEqual(["removed a.tif (skipped)", "updated b.tif (skipped)"]);
		expect(await bench.registered()).toEqual(["a.tif: ONE in S", "b.tif: TWO in S"]);
		expect((await bench.run("S")).summary).toEqual(["rejected b.tif"]);
	});

	test("a rejected file that is gone is forgotten without a word", async () => {
		await bench.archive.scene("a.tif", { begin: null });
		await bench.archive.scene("b.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.remove("a.tif");
		await bench.archive.scene("c.tif");
		const { run } = await bench.check("S");
		expect((await apply(run)).view).toMatchObject({ state: "succeeded", skipped: 0, added: 1 });
		expect(await bench.database.sql`select from rejections`).toHaveLength(0);
	});

	test("a dataset that another container's run changed meanwhile is left out", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif");
		await bench.container("S", [{}]);
		await bench.container("T", [{}]);
		await bench.run("S");
		await bench.run("T");
		await bench.archive.remove("a.tif");
		await bench.archive.scene("c.tif");
		const { run } = await bench.check("S");
		await bench.run("T");
		const { summary, changes } = await apply(run);
		expect(summary).toEqual(["removed a.tif (skipped)", "linked c.tif"]);
		expect(changes[0]?.reason).toBe("the dataset was changed by another run since the plan was made");
		expect(await bench.registered()).toEqual(["b.tif: B in S T", "c.tif: C in S T"]);
	});

	test("folders of which something was left out are looked at again, though nothing changed in them since", async () => {
		await bench.archive.scene("in/first.tif", { eoId: null });
		await bench.archive.scene("in/stays.tif");
		await bench.container("S", [{ exclude: ["other/*"] }]);
		await bench.container("T", [{ path: "other" }]);
		await bench.run("S");
		for (const end of ["tif", "xml"]) await bench.archive.rename(`in/first.${end}`, `out/second.${end}`);
		await bench.archive.scene("new/c.tif", { eoId: "third" });
		const { run, summary } = await bench.check("S");
		expect(summary).toEqual(["added new/c.tif", "moved in/first.tif → out/second.tif"]);
		for (const eoId of ["second", "third"]) await bench.archive.scene(`other/${eoId}.tif`, { eoId });
		await bench.run("T");
		const applied = await apply(run);
		expect(applied.summary).toEqual(["added new/c.tif (skipped)", "moved in/first.tif → out/second.tif (skipped)"]);
		expect(applied.changes[0]?.reason).toBe("duplicate EO ID third: other/third.tif has it");
		expect((await bench.run("S")).summary).toEqual([
			"removed in/first.tif",
			"rejected new/c.tif",
			"rejected out/second.tif",
		]);
	});

	test("a removal is not applied while the source cannot be reached", async () => {
		await bench.archive.scene("in/a.tif");
		await bench.archive.scene("in/b.tif");
		await bench.container("S", [{ path: "in" }]);
		await bench.run("S");
		await bench.archive.remove("in/a.tif");
		const { run } = await bench.check("S");
		await bench.archive.rename("in", ".in");
		const { summary, view } = await apply(run);
		expect(summary).toEqual(["removed in/a.tif (skipped)"]);
		expect(view.state).toBe("partial");
	});

	test("a container that was configured anew, or synced, refuses an older plan", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		const first = await bench.check("S");
		await bench.container("S", [{ include: ["b*"] }]);
		await expect(apply(first.run)).rejects.toThrow("S was changed since run 1 was planned; check it again.");
		expect((await bench.execute(first.run)).view.state).toBe("planned");

		// Even if it had been asked for before.
		await bench.container("S", [{}]);
		const second = await bench.check("S");
		await requestApply(bench.database, { run: second.run, actor: "tester", approval: null });
		await bench.container("S", [{ include: ["b*"] }]);
		expect((await bench.execute(second.run)).view).toMatchObject({ state: "failed", error: { code: "stale" } });
		expect(await bench.registered()).toEqual([]);
	});

	test("who configures the container while a plan is being applied waits for the end", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		let configured = false;
		let configuring: Promise<void> = Promise.resolve();
		const { view } = await pauseBefore(
			bench.database,
			"insert on datasets",
			() => bench.run("S"),
			async () => {
				configuring = bench.container("S", [{ include: ["b*"] }]).then(() => {
					configured = true;
				});
				const waits = new AbortController();
				const waiting = someoneWaits(bench.database, "wait_event = 'transactionid'", { signal: waits.signal });
				await Promise.race([waiting, configuring]);
				waits.abort();
				expect(configured).toBe(false);
			},
		);
		await configuring;
		expect(view).toMatchObject({ state: "succeeded", added: 1 });
		expect((await bench.run("S", { approval: "as wanted" })).summary).toEqual(["unlinked a.tif"]);
	});

	test("a newer plan supersedes an older one", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		const first = await bench.check("S");
		const second = await bench.check("S");
		const [view] = await Promise.all([bench.execute(first.run)]);
		expect(view.view).toMatchObject({ state: "cancelled", supersededBy: second.run });
		await expect(apply(first.run)).rejects.toThrow(`Run ${first.run} is cancelled; only a plan can be applied.`);
		expect((await apply(second.run)).view).toMatchObject({ state: "succeeded", added: 1 });
	});
});

test("while a plan is applied or taken back, its progress and that it is to be cancelled can be written", async () => {
	await bench.archive.scene("a.tif");
	await bench.container("S", [{}]);
	await bench.run("S");
	await bench.archive.remove("a.tif");
	const { run } = await bench.check("S");
	await requestApply(bench.database, { run, actor: "tester", approval: "known" });
	// Fails where somebody holds the row.
	const free = () => bench.database.sql`select from runs where state = 'applying' for no key update nowait`;
	const updating = "update on datasets";
	await pauseBefore(
		bench.database,
		updating,
		() => bench.execute(run),
		async () => expect(await free()).toHaveLength(1),
	);
	const { run: reverting } = await requestRevert(bench.database, { run, actor: "tester", trigger: "command-line" });
	await pauseBefore(
		bench.database,
		updating,
		() => bench.execute(reverting),
		async () => expect(await free()).toHaveLength(1),
	);
});

describe("rule 13: all or nothing", () => {
	test("who reads in the middle of applying sees the state before", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.remove("a.tif");
		await bench.archive.scene("c.tif");
		await pauseBefore(
			bench.database,
			"delete on rejections",
			() => bench.run("S"),
			async () => expect(await bench.registered()).toEqual(["a.tif: A in S", "b.tif: B in S"]),
		);
		expect(await bench.registered()).toEqual(["b.tif: B in S", "c.tif: C in S"]);
	});

	test("a process killed in the middle of applying leaves the state before; another one finishes", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.remove("a.tif");
		await bench.archive.scene("c.tif");
		const { run } = await createRun(bench.database, {
			container: "S",
			kind: "sync",
			trigger: "command-line",
			actor: "tester",
		});
		const child = fileURLToPath(new URL("../testing/child.ts", import.meta.url));
		let worker: ChildProcess | undefined;
		await pauseBefore(
			bench.database,
			"delete on rejections",
			async () => {
				worker = spawn(process.execPath, [child, bench.database.url, String(run)], { stdio: "inherit" });
				await once(worker, "exit");
			},
			async () => worker?.kill("SIGKILL"),
		);
		expect(worker?.signalCode).toBe("SIGKILL");
		const { sql } = bench.database;
		while (
			(await sql`select from pg_stat_activity where datname = current_database() and application_name = 'child'`)
				.length > 0
		)
			await pause(10);
		expect(await bench.registered()).toEqual(["a.tif: A in S", "b.tif: B in S"]);
		expect(await sql`select state from runs where id = ${run}`).toEqual([{ state: "applying" }]);
		await sql`update runs set lease_until = now() - interval '1 second' where id = ${run}`;
		expect((await bench.execute(run)).summary).toEqual(["removed a.tif", "added c.tif"]);
		expect(await bench.registered()).toEqual(["b.tif: B in S", "c.tif: C in S"]);
	});

	test("a file that another container registers between two statements of a plan is no duplicate of itself", async () => {
		await bench.archive.scene("a.tif");
		for (const id of ["S", "T"]) await bench.container(id, [{}]);
		const plan = await bench.check("S");
		expect(plan.summary).toEqual(["added a.tif"]);
		await bench.run("T");
		expect(await bench.database.sql.begin((sql) => duplicateEoIds(sql, plan.run))).toEqual([]);
		await bench.run("S");
		expect(await bench.registered()).toEqual(["a.tif: A in S T"]);
	});

	test("what was read of a file that another container registers meanwhile is kept no longer, its fingerprints are", async () => {
		for (const name of ["a", "b"]) await bench.archive.scene(`${name}.tif`);
		for (const id of ["S", "T"]) await bench.container(id, [{}]);
		const { run } = await bench.check("S");
		await bench.run("T");
		expect(await bench.database.sql.begin((sql) => linkRegisteredMeanwhile(sql, run))).toBe(2);
		expect(await violations(bench.database)).toEqual([]);
		await bench.archive.remove("a.tif");
		expect((await apply(run)).summary).toEqual(["linked a.tif (skipped)", "linked b.tif"]);
	});

	test("a file that another container has registered meanwhile as it was before is looked at again", async () => {
		await bench.archive.scene("a.tif");
		for (const id of ["S", "T"]) await bench.container(id, [{}]);
		const { run } = await bench.check("S");
		await bench.run("T");
		// Its run had listed the file before it was written again.
		await bench.database
			.sql`update dataset_versions set files = jsonb_set(files, '{0,size}', '1') where id in (select version_id from datasets)`;
		expect((await apply(run)).summary).toEqual(["linked a.tif"]);
		await bench.run("S");
		expect(
			await bench.database
				.sql`select v.files->0->>'size' as size from datasets d join dataset_versions v on v.id = d.version_id`,
		).not.toEqual([{ size: "1" }]);
	});

	test("a move to where another container has registered the file meanwhile is left out", async () => {
		await bench.archive.scene("in/a.tif", { eoId: "X", dateTime: "2006:08:16 09:09:29" });
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.mkdir("out");
		for (const name of ["a.tif", "a.xml"]) await bench.archive.rename(`in/${name}`, `out/${name}`);
		await bench.archive.scene("b.tif");
		const plan = await bench.check("S");
		expect(plan.summary.toSorted()).toEqual(["added b.tif", "moved in/a.tif → out/a.tif"]);
		// By its rules the file has another EO ID.
		await bench.container("T", [{ path: "out", metadata: [] }]);
		await bench.run("T");
		await bench.database.sql`update runs set state = 'queued' where id = ${plan.run}`;
		const { view, changes } = await bench.execute(plan.run);
		expect(view).toMatchObject({ state: "partial", error: null, added: 1, moved: 0 });
		expect(changes.find(({ action }) => action === "moved")).toMatchObject({
			outcome: "skipped",
			reason: "another dataset has its path since the plan was made",
		});
		expect((await bench.run("S")).summary.toSorted()).toEqual(["linked out/a.tif", "removed in/a.tif"]);
		expect(await bench.registered()).toEqual(["b.tif: B in S", "out/a.tif: a in S T"]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("two containers at the same time over the same new files register each once", async () => {
		for (const name of ["a", "b", "c", "d"]) await bench.archive.scene(`${name}.tif`);
		const ids = ["S", "T", "U"];
		for (const id of ids) await bench.container(id, [{}]);
		const results = await Promise.all(ids.map((id) => bench.run(id)));
		expect(results.map(({ view }) => view.state)).toEqual(["succeeded", "succeeded", "succeeded"]);
		expect(await bench.registered()).toEqual(
			["a", "b", "c", "d"].map((name) => `${name}.tif: ${name.toUpperCase()} in S T U`),
		);
		expect(results.reduce((sum, { view }) => sum + view.added, 0)).toBe(4);
		// The listing does not show what belongs to a dataset that is linked and read by another container's rules.
		const listed = await bench.database.sql`
			select c.eo_id as id from directories d join sources s on s.id = d.source_id join containers c on c.id = s.container_id
			where d.listing is not null`;
		expect(listed).toEqual(ids.filter((_, i) => results[i]?.view.added === 4).map((id) => ({ id })));
		for (const id of ids) expect((await bench.run(id)).summary).toEqual([]);
		await bench.archive.remove("a.tif");
		await Promise.all(ids.map((id) => bench.run(id)));
		await bench.archive.scene("a.tif");
		await Promise.all(ids.map((id) => bench.run(id)));
		for (const id of ids) await bench.run(id);
		expect((await bench.registered())[0]).toBe("a.tif: A in S T U");
	});
});
