import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { claimRun, createRun, findAbandonedRuns, leaseSeconds } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { childEnvironment } from "#lib/env.ts";
import { requestCancel } from "#lib/jobs/requests/requests.ts";
import { pauseBefore } from "#lib/sync/testing/pause.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** Rule 15 on machines whose clocks are wrong, or are set while they work: leases go by the database's clock alone. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	await bench.archive.scene("a.tif");
	await bench.container("S", [{}]);
});
let child: ChildProcess | null = null;
afterEach(() => void child?.kill("SIGKILL"));

const hours = 3600;

/** A worker's process whose clock is set by so many seconds at SIGUSR2, and what comes of the run. */
async function workWithWrongClock(run: number, seconds: number): Promise<string | undefined> {
	const preload = ["--import", join(import.meta.dirname, "../testing/clock.ts")];
	const options = [...preload, join(import.meta.dirname, "../testing/child.ts"), bench.database.url, String(run)];
	const env = childEnvironment({ CLOCK_WRONG: String(seconds) });
	child = spawn(process.execPath, options, { env, stdio: ["ignore", "ignore", "inherit"] });
	await once(child, "exit");
	return (await runView(bench.database, run))?.state;
}

const request = async () =>
	(await createRun(bench.database, { container: "S", kind: "sync", trigger: "dashboard", actor: "olga" })).run;

/** Seconds that the run's lease still lasts, by the database's clock. */
async function leaseLasts(run: number): Promise<number> {
	const [row] = await bench.database.sql<{ seconds: number }[]>`
		select extract(epoch from lease_until - now())::float8 as seconds from runs where id = ${run}`;
	return row?.seconds ?? 0;
}

test("a clock that is put back: the lease is renewed in time, by the database's clock", async () => {
	const run = await request();
	const state = await pauseBefore(
		bench.database,
		"delete on waiting_files",
		() => workWithWrongClock(run, -6 * hours),
		async () => {
			child?.kill("SIGUSR2");
			// Down to where it must be renewed, then renewed: otherwise this waits until the test is over time.
			while ((await leaseLasts(run)) > (leaseSeconds * 5) / 6) await pause(100);
			while ((await leaseLasts(run)) < (leaseSeconds * 5) / 6) await pause(100);
			expect(await leaseLasts(run)).toBeLessThanOrEqual(leaseSeconds);
			expect(await findAbandonedRuns(bench.database)).toEqual([]);
			expect(await claimRun(bench.database, run, "another")).toBe(false);
		},
	);
	expect(state).toBe("succeeded");
});

test("a clock that is put back: a cancellation is noticed at once all the same", async () => {
	const run = await request();
	const ended = Promise.withResolvers<void>();
	await pauseBefore(
		bench.database,
		"delete on waiting_files",
		async () => {
			expect(await workWithWrongClock(run, -6 * hours)).toBe("cancelled");
			ended.resolve();
		},
		async () => {
			child?.kill("SIGUSR2");
			await pause(1000); // Until it has reported how far it is.
			await requestCancel(bench.database, { run, actor: "olga" });
			// The statement under way stands still until this function returns.
			await ended.promise;
		},
	);
	expect(await bench.registered()).toEqual([]);
});
