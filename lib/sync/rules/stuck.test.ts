import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { listProblems, runView } from "#lib/catalog/runs/runs.ts";
import { requestApply, requestCancel } from "#lib/jobs/requests/requests.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { type Answer, startWebArchive, type WebArchive, type WebCall } from "#lib/sync/testing/web-archive.ts";

/** Rules 11 and 12 on a storage that gets stuck, loses what it may show, or shows half of it. */

let bench: Bench;
let web: WebArchive;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	web = await startWebArchive(bench.archive.root);
	for (const path of ["one/a.tif", "two/b.tif", "two/sub/c.tif", "three/d.tif"]) await bench.archive.scene(path);
});
afterEach(() => web[Symbol.asyncDispose]());

/** @param timeout seconds of the storage's patience */
async function configure(timeout: number) {
	const storage = { name: "web", type: "http", url: web.url, listing: "json", timeout };
	await saveStorage(bench.database, storageInput.parse(storage));
	await bench.container("S", [{ storage: "web" }]);
}

const all = ["one/a.tif: A in S", "three/d.tif: D in S", "two/b.tif: B in S", "two/sub/c.tif: C in S"];
const problems = async (run: number) =>
	(await listProblems(bench.database, run, {})).rows.map(({ path, code }) => `${path}: ${code}`);
const stickAt = (call: WebCall, path: string, how: Answer) => {
	web.answer = (asked, at) => (asked === call && at === path ? how : "well");
};
const mend = () => {
	web.answer = () => "well";
};

describe("what gets stuck is given up by the storage; the rest goes on", () => {
	test.each<[WebCall, string, Answer, string]>([
		["list", "two", "never", "timeout"],
		["list", "two", "stalls", "timeout"],
		["list", "two", "breaks off", "unreachable"],
		["list", "two", "forbidden", "forbidden"],
	])("%s of %s: %s", async (call, path, how, code) => {
		await configure(1);
		await bench.run("S");
		for (const gone of ["two/b.tif", "three/d.tif"]) await bench.archive.remove(gone);
		await bench.archive.scene("one/e.tif");
		stickAt(call, path, how);
		const { view, summary, run } = await bench.run("S");
		expect(summary).toEqual(["added one/e.tif", "removed three/d.tif"]);
		expect(view.state).toBe("partial");
		expect(await problems(run)).toEqual([`${path}: ${code}`]);
		mend();
		expect((await bench.run("S")).summary).toEqual(["removed two/b.tif"]);
	});

	test.each<[WebCall, Answer, string]>([
		["head", "never", "timeout"],
		["read", "never", "timeout"],
		["read", "stalls", "timeout"],
		["read", "breaks off", "unreachable"],
	])("%s of a file: %s", async (call, how, code) => {
		await configure(1);
		stickAt(call, "two/b.tif", how);
		const { view, summary, run } = await bench.run("S");
		expect(summary).toEqual(["added one/a.tif", "added three/d.tif", "added two/sub/c.tif"]);
		expect(view.state).toBe("partial");
		expect(await problems(run)).toEqual([`two/b.tif: ${code}`]);
		mend();
		expect((await bench.run("S")).summary).toEqual(["added two/b.tif"]);
	});

	test("the root: the run fails, nothing is removed; when it comes back all is well", async () => {
		await configure(1);
		await bench.run("S");
		stickAt("list", "", "never");
		expect((await bench.run("S")).view).toMatchObject({ state: "failed", removed: 0, error: { code: "unreachable" } });
		expect(await bench.registered()).toEqual(all);
		mend();
		expect(await bench.run("S")).toMatchObject({ summary: [], view: { state: "succeeded", unchanged: 4 } });
	});
});

test("a storage that answers nothing any more is not asked for each of its many folders", async () => {
	await configure(1);
	const names = Array.from({ length: 60 }, (_, i) => `f${10 + i}`);
	for (const name of names) await bench.archive.scene(`${name}/${name}.tif`);
	let asked = 0;
	let silent = 0;
	web.answer = () => (++asked > 15 && ++silent ? "never" : "well");
	const listed = await bench.run("S");
	expect(listed.view).toMatchObject({ state: "partial", added: 0 });
	const { rows } = await listProblems(bench.database, listed.run, { limit: 100 });
	expect(new Set(rows.map(({ code }) => code))).toEqual(new Set(["timeout", "unreachable"]));
	expect(silent).toBeLessThan(30);
	mend();
	expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", added: 64 });
});

test("permission that is lost in the middle: what was seen is synced, the rest is unknown, until it comes back", async () => {
	await configure(5);
	await bench.run("S");
	for (const gone of ["one/a.tif", "two/b.tif", "two/sub/c.tif", "three/d.tif"]) await bench.archive.remove(gone);
	let listings = 0;
	web.answer = (call) => (call === "list" && ++listings > 3 ? "forbidden" : "well");
	const { view, changes } = await bench.run("S", { approval: "known" });
	expect(view).toMatchObject({ state: "partial", removed: changes.length });
	expect(changes.length).toBeGreaterThan(0);
	expect(changes.length).toBeLessThan(4);
	mend();
	expect((await bench.run("S", { approval: "known" })).view).toMatchObject({
		state: "succeeded",
		removed: 4 - changes.length,
	});
});

test("a storage that is emptied holds the run; when it comes back nothing has happened", async () => {
	await configure(5);
	await bench.run("S");
	for (const folder of ["one", "two", "three"]) await bench.archive.rename(folder, `.away/${folder}`);
	expect((await bench.run("S")).view).toMatchObject({ state: "held", removed: 4 });
	for (const folder of ["one", "two", "three"]) await bench.archive.rename(`.away/${folder}`, folder);
	expect(await bench.run("S")).toMatchObject({ summary: [], view: { state: "succeeded" } });
	expect(await bench.registered()).toEqual(all);
});

describe("a run that waits for a storage that never answers", () => {
	/** What it waits for, and whether a plan is applied. */
	const phases = {
		"scanning, the root": ["list", "", false],
		"scanning, a folder": ["list", "two", false],
		"reading, opening a file": ["head", "two/b.tif", false],
		"reading, its bytes": ["read", "two/b.tif", false],
		"applying, looking again": ["head", "two/b.tif", true],
	} as const;
	const cases = Object.keys(phases).flatMap((phase) =>
		(["cancelled", "interrupted"] as const).map((end) => [phase as keyof typeof phases, end] as const),
	);

	test.each(cases)("%s: is %s all the same, and lets go of it", async (phase, end) => {
		const [call, path, applies] = phases[phase];
		// Far longer than this test may take: it is not the storage that gives up.
		await configure(600);
		const request = { container: "S", kind: applies ? "check" : "sync", trigger: "dashboard", actor: "olga" } as const;
		const { run } = await createRun(bench.database, request);
		if (applies) {
			await bench.execute(run);
			await requestApply(bench.database, { run, actor: "olga", approval: null });
		}
		stickAt(call, path, "never");
		const stuck = web.stuck();
		const stop = new AbortController();
		const working = executeRun(bench.database, run, { signal: stop.signal });
		await stuck;
		if (end === "cancelled") await requestCancel(bench.database, { run, actor: "olga" });
		else stop.abort(new Error("the process is to end"));
		expect(await working).toBe(end);
		while (web.waiting > 0) await new Promise((resolve) => setTimeout(resolve, 10));
		expect(await bench.database.sql`select state, lease_owner from runs`).toEqual([{ state: end, lease_owner: null }]);
		expect(await bench.registered()).toEqual([]);
		expect(await violations(bench.database)).toEqual([]);
		mend();
		if (end === "interrupted") expect((await bench.execute(run)).view).toMatchObject({ state: "succeeded", added: 4 });
		else expect((await runView(bench.database, run))?.error).toMatchObject({ code: "cancelled" });
	});
});
