import { link, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { claimRun, createRun, findAbandonedRuns } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { requestCancel, requestRuns } from "#lib/jobs/requests/requests.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { pauseBefore, someoneWaits } from "#lib/sync/testing/pause.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const request = async () => {
	const { run } = await createRun(bench.database, {
		container: "S",
		kind: "sync",
		trigger: "command-line",
		actor: "tester",
	});
	return run;
};
/** That of a process which died before it had written anything. */
const requestLeft = async () => {
	const run = await request();
	expect(await claimRun(bench.database, run, "dead")).toBe(true);
	await expire(run);
	return run;
};
const work = (run: number, stop = new AbortController()) => executeRun(bench.database, run, { signal: stop.signal });
const stateOf = async (run: number) => (await runView(bench.database, run))?.state;
/** As if its worker had been silent for long. */
const expire = (run: number) =>
	bench.database.sql`update runs set lease_until = now() - interval '1 second' where id = ${run}`;

/** What only a run that is applied may change. */
async function catalogue() {
	const { sql } = bench.database;
	return Promise.all(
		["datasets", "container_datasets", "directories", "rejections", "containers"].map(
			(table) => sql`select * from ${sql(table)} order by 1, 2`,
		),
	);
}

/** A statement before which a run stands still, in the order of its phases; one that was left begins by clearing up. */
const places = {
	starting: "delete on problems",
	scanning: "insert on run_directories",
	reading: "update of to_read on changes",
	planning: "delete on waiting_files",
	applying: "delete on rejections",
};

describe("rule 15: one run per container at a time", () => {
	test("50 requests at once make one run, which one worker gets", async () => {
		await bench.container("S", [{}]);
		const requests = Array.from({ length: 50 }, () =>
			requestRuns(bench.database, { containers: ["S"], kind: "sync", trigger: "dashboard", actor: "many" }),
		);
		const runs = (await Promise.all(requests)).flat();
		expect(new Set(runs.map(({ run }) => run)).size).toBe(1);
		expect(runs.filter(({ joined }) => !joined)).toHaveLength(1);
		const owners = Array.from({ length: 10 }, (_, i) => `worker ${i}`);
		const claims = await Promise.all(owners.map((owner) => claimRun(bench.database, runs[0]?.run ?? 0, owner)));
		expect(claims.filter(Boolean)).toHaveLength(1);
	});

	test("a run whose worker went silent becomes interrupted, and goes on", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		const run = await request();
		expect(await claimRun(bench.database, run, "first")).toBe(true);
		expect(await findAbandonedRuns(bench.database)).toEqual([]);
		await expire(run);
		expect(await findAbandonedRuns(bench.database)).toEqual([run]);
		expect(await stateOf(run)).toBe("interrupted");
		expect((await bench.execute(run)).view).toMatchObject({ state: "succeeded", added: 1 });
	});

	test.each(["starting", "planning", "applying"] as const)(
		"taken over while %s: the first worker stops and changes nothing, the second finishes",
		async (place) => {
			await bench.archive.scene("a.tif");
			await bench.container("S", [{}]);
			const run = await (place === "starting" ? requestLeft() : request());
			const first = await pauseBefore(
				bench.database,
				places[place],
				() => work(run),
				async () => {
					await expire(run);
					expect(await claimRun(bench.database, run, "another")).toBe(true);
				},
			);
			expect(first).toBe("interrupted");
			expect(await bench.registered()).toEqual([]);
			expect(await bench.database.sql`select lease_owner from runs`).toEqual([{ lease_owner: "another" }]);
			await expire(run);
			expect((await bench.execute(run)).summary).toEqual(["added a.tif"]);
			expect(await bench.registered()).toEqual(["a.tif: A in S"]);
		},
	);

	test("the process that goes on reads nothing again that was read", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif", { begin: null });
		await bench.container("S", [{}]);
		const run = await request();
		const stop = new AbortController();
		const state = await pauseBefore(
			bench.database,
			places.reading,
			() => work(run, stop),
			async () => stop.abort(new Error("the process is to end")),
		);
		expect(state).toBe("interrupted");
		await bench.archive.remove("a.tif");
		expect((await bench.execute(run)).summary).toEqual(["added a.tif", "rejected b.tif"]);
	});

	test("the process that goes on scanning takes back what was staged of a folder that is as it was again", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("sub/b.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.rename("a.tif", ".a.tif");
		const run = await request();
		const stop = new AbortController();
		await pauseBefore(
			bench.database,
			places.scanning,
			() => work(run, stop),
			async () => stop.abort(new Error("the process is to end")),
		);
		expect((await bench.changes(run)).map(({ action, path }) => `${action} ${path}`)).toEqual(["removed a.tif"]);
		await bench.archive.rename(".a.tif", "a.tif");
		expect((await bench.execute(run)).summary).toEqual([]);
		expect(await bench.registered()).toEqual(["a.tif: A in S", "sub/b.tif: B in S"]);
	});

	test("what was staged under another configuration is worth nothing", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("sub/b.tif");
		await bench.container("S", [{}]);
		const run = await request();
		const stop = new AbortController();
		await pauseBefore(
			bench.database,
			places.scanning,
			() => work(run, stop),
			async () => stop.abort(new Error("the process is to end")),
		);
		await bench.container("S", [{ include: ["b*"] }]);
		expect((await bench.execute(run)).summary).toEqual(["added sub/b.tif"]);
	});
});

describe("cancelling", () => {
	beforeEach(async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("bad.tif", { begin: null });
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.scene("a.tif", { begin: "2011-01-01T00:00:00Z" });
		await bench.archive.scene("bad.tif");
		await bench.archive.scene("c.tif");
	});
	const cancel = (run: number) => requestCancel(bench.database, { run, actor: "olga" });

	test.each(["starting", "scanning", "reading", "planning", "applying"] as const)(
		"while %s leaves nothing",
		async (place) => {
			const before = await catalogue();
			const run = await (place === "starting" ? requestLeft() : request());
			const cancelled: Promise<unknown>[] = [];
			const state = await pauseBefore(
				bench.database,
				places[place],
				() => work(run),
				async () => {
					// Where the run's own row is locked the cancellation comes right after.
					const answered = new AbortController();
					const request = cancel(run).finally(() => answered.abort());
					cancelled.push(request);
					await someoneWaits(bench.database, "query like '%cancel_requested_at = now()%'", answered);
				},
			);
			await Promise.all(cancelled);
			expect(state).toBe("cancelled");
			expect(await runView(bench.database, run)).toMatchObject({ state: "cancelled", error: { code: "cancelled" } });
			expect(await catalogue()).toEqual(before);
			expect((await bench.run("S")).summary).toEqual(["updated a.tif", "added bad.tif", "added c.tif"]);
		},
	);

	test.each(["planning", "applying"] as const)("while %s does not wait for the statement under way", async (place) => {
		const run = await request();
		let state: string | null = null;
		await pauseBefore(
			bench.database,
			places[place],
			async () => {
				state = await work(run);
			},
			async () => {
				await cancel(run);
				// The statement stands still until this function returns.
				while (state === null) await new Promise((resolve) => setTimeout(resolve, 10));
			},
		);
		expect(state).toBe("cancelled");
	});

	test("while several portions of files are read takes nothing else with it", async () => {
		// Their contents, a gigabyte of nothing each, are compared for longer than a test waits.
		const [first, ...others] = Array.from({ length: 200 }, (_, number) =>
			join(bench.archive.root, `large${number}.tif`),
		);
		await bench.archive.scene("large0.tif");
		await truncate(first ?? "", 1_000_000_000);
		for (const other of others) await link(first ?? "", other);
		await bench.container("S", [{ include: ["large*.tif"], checksum: true }]);
		const run = await request();
		const working = work(run);
		while ((await runView(bench.database, run))?.state !== "reading")
			await new Promise((resolve) => setTimeout(resolve, 20));
		await cancel(run);
		expect(await working).toBe("cancelled");
	});

	test("what waits is over at once: a queued run, a plan", async () => {
		const before = await catalogue();
		const queued = await request();
		expect(await cancel(queued)).toMatchObject({
			state: "cancelled",
			error: { message: "Cancelled by olga; nothing was changed." },
		});
		expect(await work(queued)).toBeNull();
		const { run } = await bench.check("S");
		expect(await cancel(run)).toMatchObject({ state: "cancelled" });
		await expect(cancel(run)).rejects.toThrow(`Run ${run} has ended (cancelled); there is nothing to cancel.`);
		expect(await catalogue()).toEqual(before);
	});

	test("a run whose worker died is cancelled by the process that takes it", async () => {
		const run = await request();
		await claimRun(bench.database, run, "dead");
		await cancel(run);
		await expire(run);
		expect(await work(run)).toBe("cancelled");
		expect(await bench.registered()).toEqual(["a.tif: A in S"]);
	});
});
