import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { requestCancel, requestRuns } from "#lib/jobs/requests/requests.ts";
import { type SlowWeb, startSlowWeb } from "#lib/storage/test-servers/slow-web.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { openQueue } from "./queue.ts";
import { work } from "./worker.ts";

/** Several workers share one container on a storage that answers slowly. */

const years = 8;
const months = 16;

let bench: Bench;
let web: SlowWeb;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	web = await startSlowWeb(bench.archive.root, { delay: 10 });
	// One call at a time, so that there is something to share for a while.
	await saveStorage(
		bench.database,
		storageInput.parse({ name: "web", type: "http", url: web.url, listing: "json", parallel: 1 }),
	);
	await bench.container("HUGE", [{ storage: "web" }]);
});
afterEach(async () => {
	await web[Symbol.asyncDispose]();
	await emptyBench(bench);
});

/** `years × months` folders, half of them with a scene. */
async function fillArchive() {
	const paths: string[] = [];
	for (let i = 0; i < years * months; i++) {
		const folder = `y${Math.floor(i / months)}/m${i % months}`;
		if (i % 2 === 1) await bench.archive.mkdir(folder);
		else paths.push(`${folder}/s${i}.tif`);
		if (i % 2 === 0) await bench.archive.scene(`${folder}/s${i}.tif`);
	}
	return paths;
}

async function request(container: string): Promise<number> {
	const [requested] = await requestRuns(bench.database, {
		containers: [container],
		kind: "sync",
		trigger: "dashboard",
		actor: "olga",
	});
	const run = requested?.run ?? 0;
	await enqueue(run);
	return run;
}

async function enqueue(run: number): Promise<void> {
	await using queue = await openQueue(bench.database, { role: "producer", onError: () => {} });
	await queue.enqueue(run);
}

/** Workers of this process, each with its own part in the queue, until the function returned is called. */
function startWorkers(count: number, concurrency = 1): () => Promise<void> {
	const stop = new AbortController();
	const options = { concurrency, log: pino({ level: "silent" }), signal: stop.signal, helpAfter: 0, helpEvery: 0.1 };
	const working = Array.from({ length: count }, () => work(bench.database, options));
	return async () => {
		stop.abort();
		await Promise.all(working);
	};
}

/** Says how the run stands when it does not come to that. */
async function until(condition: () => Promise<boolean>) {
	const timeout = AbortSignal.timeout(100_000);
	while (!(await condition())) {
		if (timeout.aborted) {
			const { sql } = bench.database;
			const rows = [
				...(await sql`select id, state, lease_owner, lease_until, progress from runs`),
				...(await sql`select * from run_parts limit 20`),
				...(await sql`select * from run_helpers`),
			];
			throw new Error(`It did not come to that: ${JSON.stringify(rows)}`);
		}
		await sleep(20);
	}
}
const isOver = async (run: number) => (await runView(bench.database, run))?.finishedAt !== null;
/** A helper has parts of the run in hand. */
const isHelped = async (run: number, phase: string) => {
	const { sql } = bench.database;
	const found = await sql`
		select from run_parts p join runs r on r.id = p.run_id where r.id = ${run} and r.state::text = ${phase} and p.owner is not null`;
	return found.length > 0;
};
const notOnce = (counts: ReadonlyMap<string, number>) => [...counts].filter(([, times]) => times !== 1);

test("folders are listed and files read once, by the workers that have time", { timeout: 240_000 }, async () => {
	const paths = await fillArchive();
	const stop = startWorkers(3);
	const run = await request("HUGE");
	await until(() => isOver(run));
	await stop();
	expect(await runView(bench.database, run)).toMatchObject({ state: "succeeded", added: paths.length, problems: 0 });
	expect(web.listings.size).toBe(1 + years + years * months);
	expect(notOnce(web.listings)).toEqual([]);
	expect([...web.openings.keys()].filter((path) => path.endsWith(".tif")).toSorted()).toEqual(paths.toSorted());
	const steps = (await runView(bench.database, run))?.progress.steps ?? [];
	expect(steps.slice(0, 2)).toMatchObject([
		{ phase: "scanning", done: 1 + years + years * months },
		{ phase: "reading", done: paths.length },
	]);
	for (const { helped = 0 } of steps.slice(0, 2)) expect(helped).toBeGreaterThan(0);
	expect(await bench.database.sql`select from run_parts`).toHaveLength(0);
	expect(await bench.database.sql`select from run_helpers`).toHaveLength(0);
});

test.each(["scanning", "reading"] as const)(
	"cancelled while %s, helpers stop as well",
	{ timeout: 240_000 },
	async (phase) => {
		await fillArchive();
		const stop = startWorkers(3);
		const run = await request("HUGE");
		await until(() => isHelped(run, phase));
		await requestCancel(bench.database, { run, actor: "olga" });
		await until(() => isOver(run));
		await stop();
		expect(await runView(bench.database, run)).toMatchObject({ state: "cancelled" });
		expect(await bench.registered()).toEqual([]);
	},
);

test("a small container is synced while all workers are at a huge one", { timeout: 240_000 }, async () => {
	await fillArchive();
	await bench.archive.scene("small/a.tif");
	await bench.container("SMALL", [{ path: "small" }]);
	await bench.container("HUGE", [{ storage: "web", path: "", exclude: ["small/**"] }]);
	const stop = startWorkers(2);
	const huge = await request("HUGE");
	await until(() => isHelped(huge, "scanning"));
	const small = await request("SMALL");
	await until(() => isOver(small));
	expect(await isOver(huge)).toBe(false);
	web.delay = 0;
	await until(() => isOver(huge));
	await stop();
});

test.each(["leader", "helper"] as const)(
	"a %s that is killed is replaced, and nothing is lost or read again",
	{ timeout: 240_000 },
	async (victim) => {
		const paths = await fillArchive();
		const { sql } = bench.database;
		const program = join(import.meta.dirname, "testing-worker.ts");
		const children = [1, 2].map(() => spawn(process.execPath, [program, bench.database.url], { stdio: "ignore" }));
		await until(async () => (await sql`select from workers`).length >= 2);
		const run = await request("HUGE");
		await until(() => isHelped(run, "reading"));
		const [row] = await sql<{ owner: string }[]>`select lease_owner as owner from runs where id = ${run}`;
		const leads = ({ pid }: ChildProcess) => row?.owner.includes(`:${pid}:`) ?? false;
		const killed = children.find((child) => leads(child) === (victim === "leader"));
		if (!killed) throw new Error(`No ${victim} is there to be killed.`);
		killed.kill("SIGKILL");
		await once(killed, "exit");
		await sql`update runs set lease_until = now() - interval '1 second' where lease_owner like ${`%:${killed.pid}:%`}`;
		await sql`update run_parts set owned_until = now() - interval '1 second' where owner like ${`%:${killed.pid}:%`}`;
		const written = await sql<{ path: string }[]>`select path from changes where run_id = ${run} and not to_read`;
		const before = new Map(web.openings);
		web.delay = 0;
		await enqueue(run);
		await until(() => isOver(run));
		const exits = children.filter((child) => child !== killed).map((child) => once(child, "exit"));
		for (const child of children) child.kill("SIGTERM");
		// The next test counts its own.
		await Promise.all(exits);
		expect(await runView(bench.database, run)).toMatchObject({ state: "succeeded", added: paths.length, problems: 0 });
		expect(written.filter(({ path }) => web.openings.get(path) !== before.get(path))).toEqual([]);
	},
);
