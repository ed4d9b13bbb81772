import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { makeGate } from "#lib/catalog/testing/gate.ts";
import { randomFrom } from "#lib/demo/random.ts";
import { messageOf } from "#lib/errors.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { pauseBefore } from "#lib/sync/testing/pause.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { executeRun } from "./execute.ts";

/** PostgreSQL out of reach while a run is at work; what became of the catalogue is looked at over another connection. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const request = async () =>
	(await createRun(bench.database, { container: "S", kind: "sync", trigger: "dashboard", actor: "olga" })).run;
const { signal } = new AbortController();

/** A statement before which a run stands still, in the order of its phases. */
const places = {
	scanning: "insert on run_directories",
	planning: "delete on waiting_files",
	applying: "delete on rejections",
};

describe("refuses connections for a while", () => {
	test.each(Object.entries(places))("while %s: the run waits, says why, and goes on", async (_, place) => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("bad.tif", { begin: null });
		await bench.container("S", [{}]);
		await bench.run("S");
		for (const name of ["a", "c"]) await bench.archive.scene(`${name}.tif`, { begin: "2011-01-01T00:00:00Z" });
		const run = await request();
		await using gate = await makeGate(bench.database);
		await using through = await openDatabase({ url: gate.url, applicationName: "worker" });
		const outages: string[] = [];
		const work = () => executeRun(through, run, { signal, onOutage: (error) => outages.push(messageOf(error)) });
		const state = await pauseBefore(bench.database, place, work, async () => {
			await gate.shut();
			// Several attempts in vain; nothing has happened meanwhile.
			while (outages.length < 4) await pause(20);
			expect(await bench.registered()).toEqual(["a.tif: A in S"]);
			expect(await violations(bench.database)).toEqual([]);
			await gate.open();
		});
		expect(state).toBe("succeeded");
		expect(outages.at(-1)).toMatch(/ECONNREFUSED/);
		expect((await bench.changes(run)).map(({ action, path }) => `${action} ${path}`)).toEqual([
			"updated a.tif",
			"added c.tif",
		]);
		expect(await bench.registered()).toEqual(["a.tif: A in S", "c.tif: C in S"]);
		expect(await violations(bench.database)).toEqual([]);
	});

	test("a run that is to end meanwhile does not wait; another goes on when the lease is over", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		const run = await request();
		await using gate = await makeGate(bench.database);
		await using through = await openDatabase({ url: gate.url, applicationName: "worker" });
		const stop = new AbortController();
		const work = () => executeRun(through, run, { signal: stop.signal, onOutage: () => stop.abort() });
		expect(await pauseBefore(bench.database, places.planning, work, () => gate.shut())).toBe("interrupted");
		await bench.database.sql`update runs set lease_until = now() - interval '1 second'`;
		expect((await bench.execute(run)).summary).toEqual(["added a.tif"]);
	});
});

test("connections that are cut again and again, anywhere, cost attempts but nothing else", async () => {
	const random = randomFrom(7);
	await bench.container("S", [{}]);
	await using gate = await makeGate(bench.database);
	await using through = await openDatabase({ url: gate.url, applicationName: "worker" });
	let cuts = 0;
	let outages = 0;
	for (let round = 0; round < 6; round++) {
		for (let i = 0; i < 5; i++)
			await bench.archive.scene(`f${round % 4}/${round}-${i}.tif`, { eoId: `S${round}-${i}` });
		if (round > 0) await bench.archive.remove(`f${(round - 1) % 4}/${round - 1}-0.tif`);
		const run = await request();
		// Again and again: what is left to do becomes less each time.
		const cutAgain = () => cuts++ % 4 !== 3 && gate.cutAfter(Math.floor(random() * 50));
		cutAgain();
		const onOutage = () => {
			outages++;
			cutAgain();
		};
		expect(await executeRun(through, run, { signal, onOutage })).toBe("succeeded");
		const view = await runView(bench.database, run);
		expect(view).toMatchObject({ state: "succeeded", added: 5, problems: 0, skipped: 0, rejected: 0 });
		expect(await violations(bench.database)).toEqual([]);
	}
	expect(await bench.registered()).toHaveLength(6 * 5 - 5);
	expect(outages).toBeGreaterThan(6);
	expect((await bench.run("S")).summary).toEqual([]);
});
