import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { claimRun, createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { addParts, type NewPart } from "#lib/catalog/runs/run-parts.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { loadRun } from "#lib/sync/loaded-run.ts";
import { helpRun } from "#lib/sync/share/help.ts";
import { beforeFences } from "#lib/sync/testing/fences.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** Rule 15: a process that has lost its claim to a run, or to parts of it, writes nothing more, wherever it is. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	// So many that some are left to be given away after those that are read at once.
	for (let i = 0; i < 200; i++) await bench.archive.write(`f${i % 80}/${i}.tif`, "none of the formats");
	await mkdir(Buffer.concat([Buffer.from(`${bench.archive.root}/not UTF-8 `), Buffer.from([0xff])]));
	await promisify(execFile)("mkfifo", [bench.archive.at("f0/pipe")]);
	await bench.container("S", [{}]);
});

const newRun = async () =>
	(await createRun(bench.database, { container: "S", kind: "sync", trigger: "command-line", actor: "tester" })).run;

/** All that is staged of runs, and what helpers count as done. */
async function staged() {
	const { sql } = bench.database;
	return Promise.all([
		sql`select * from changes order by id`,
		sql`select * from run_directories order by source_id, path`,
		sql`select * from problems order by id`,
		sql`select id, path, first_change, last_change from run_parts order by id`,
		sql`select coalesce(sum(done), 0) as done from run_helpers`,
		sql`select id, base_revision, problems, notes from runs order by id`,
	]);
}

type Work = (database: Database) => Promise<unknown>;

/** Works to the fence of that caller; then another process claims. Expects that nothing is written from then on. */
async function expectStandstill(caller: string, work: Work, claim: () => Promise<unknown>): Promise<void> {
	let before: Awaited<ReturnType<typeof staged>> | undefined;
	const met = new Set<string>();
	await work(
		beforeFences(bench.database, async (fence) => {
			met.add(fence);
			if (fence !== caller || before) return;
			await claim();
			before = await staged();
		}),
	);
	if (!before) throw new Error(`There was no fence of ${caller}, only of ${[...met].join(", ")}.`);
	expect(await staged()).toEqual(before);
}

/** Until the leader has read who helps, at least once. */
async function reported(run: number) {
	const { sql } = bench.database;
	const version = async () => {
		const [row] = await sql`select xmin::text as version, lease_owner as owner from runs where id = ${run}`;
		if (row?.owner === null || row?.owner === "another") throw new Error("The leader is no more.");
		return row?.version;
	};
	for (let reports = 0; reports < 2; reports++) {
		const last = await version();
		while ((await version()) === last) await sleep(20);
	}
}

describe("a leader whose run is taken over", () => {
	/** The run, with an idle helper who claims nothing while it is in that phase. */
	const lead = (run: number, phase: "scanning" | "reading"): Work => {
		const { sql } = bench.database;
		let isHelped = false;
		const help = async (caller: string) => {
			const isWorking = phase === "scanning" ? caller.startsWith("stage.ts") : caller.endsWith("writePortions");
			if (!isWorking || isHelped) return;
			isHelped = true;
			await sql`insert into run_helpers (run_id, owner, phase, seen_at) values (${run}, 'idle', ${phase}, 'infinity')`;
			await reported(run);
		};
		return (database) => executeRun(beforeFences(database, help), run, { signal: new AbortController().signal });
	};
	const left = async (run: number) => {
		expect(await claimRun(bench.database, run, "dead")).toBe(true);
		await bench.database.sql`update runs set lease_until = now() - interval '1 second' where id = ${run}`;
	};
	const takeOver = (run: number) => async () => {
		await bench.database.sql`update runs set lease_until = now() - interval '1 second' where id = ${run}`;
		expect(await claimRun(bench.database, run, "another")).toBe(true);
		// What it does then is not the first one's to undo.
		await bench.database.sql`update runs set problems = 7 where id = ${run}`;
		await bench.database
			.sql`insert into run_parts (run_id, rule, first_change, last_change) values (${run}, 'rule', 1, 1)`;
	};

	test.each([
		["scanning", "scan-phase.ts: restartIfOutdated"],
		["scanning", "stage.ts: stage"],
		["scanning", "problems.ts: addProblems"],
		["scanning", "problems.ts: addNotes"],
		["scanning", "rebalancer.ts: give"],
		["scanning", "rebalancer.ts: takeBack"],
		["reading", "read-phase.ts: readPhase"],
		["reading", "write-outcomes.ts: writePortions"],
		["reading", "rebalancer.ts: give"],
		["reading", "rebalancer.ts: takeBack"],
	] as const)("while %s, at the fence of %s", async (phase, caller) => {
		const run = await newRun();
		// One that was left begins by clearing up.
		if (caller.endsWith("restartIfOutdated")) await left(run);
		await expectStandstill(caller, lead(run, phase), takeOver(run));
		expect(await bench.database.sql`select lease_owner from runs`).toEqual([{ lease_owner: "another" }]);
	});
});

describe("a helper whose parts another one claims", () => {
	/** A run that some process leads, with all of its phase given away. */
	async function led(phase: "scanning" | "reading"): Promise<number> {
		const { database } = bench;
		const run = await newRun();
		if (phase === "reading") {
			const stop = new AbortController();
			const stopAtReading = async (caller: string) => {
				if (caller.endsWith("readPhase")) stop.abort(new Error("the process is to end"));
			};
			await executeRun(beforeFences(database, stopAtReading), run, { signal: stop.signal });
		}
		await claimRun(database, run, "leader");
		const { container, sources, folderRule } = await loadRun(database, run);
		await database.sql`update runs set base_revision = ${container.revision} where id = ${run}`;
		const [source] = sources;
		const ids = await database.sql<{ id: number }[]>`select id from changes where to_read order by id limit 20`;
		const parts: readonly NewPart[] =
			phase === "scanning"
				? Array.from({ length: 20 }, (_, i) => ({ sourceId: source?.id ?? 0, folder: { path: `f${i}`, parent: "" } }))
				: ids.map(({ id }) => ({ changes: { first: id, last: id } }));
		await database.sql.begin((sql) => addParts(sql, { run, rule: folderRule }, parts));
		return run;
	}

	test.each([
		["scanning", "stage.ts: stage"],
		["scanning", "folder-source.ts: finish"],
		["reading", "write-outcomes.ts: writePortions"],
		["reading", "change-source.ts: finish"],
	] as const)("while %s, at the fence of %s", async (phase, caller) => {
		const run = await led(phase);
		const { sql } = bench.database;
		let isClaimed = false;
		const help: Work = (database) =>
			helpRun(database, run, { signal: new AbortController().signal, mayGoOn: () => !isClaimed });
		await expectStandstill(caller, help, async () => {
			isClaimed = true;
			const claimed = await sql`
				update run_parts set owner = 'another', owned_until = now() + interval '1 minute' where owner is not null returning id`;
			expect(claimed.length).toBeGreaterThan(0);
		});
	});
});
