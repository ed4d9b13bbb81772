import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cli, openCli } from "#lib/cli/testing.ts";
import { childEnvironment } from "#lib/env.ts";
import { pauseBefore } from "#lib/sync/testing/pause.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
let cli: Cli;
beforeAll(async () => {
	bench = await makeBench();
	cli = openCli(bench.database);
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await bench[Symbol.asyncDispose]();
});

/** How many dashboards, and how often each of them asks at once. */
const dashboards = 3;
const clicks = 15;
const commands = 5;

/** A process that asks as the dashboard's actions do, many times at once, and says which runs it got. */
async function dashboard(): Promise<readonly { readonly run: number; readonly joined: boolean }[]> {
	const program = `
		import { openDatabase } from "#lib/catalog/database/database.ts";
		import { openQueue } from "#lib/jobs/queue.ts";
		import { requestRuns } from "#lib/jobs/requests/requests.ts";
		await using database = await openDatabase({ url: process.env.DATABASE_URL, applicationName: "dashboard" });
		await using queue = await openQueue(database, { role: "producer", onError: console.error });
		const ask = async () => {
			const runs = await requestRuns(database, { containers: ["S"], kind: "sync", trigger: "dashboard", actor: "olga" });
			for (const { run } of runs) await queue.enqueue(run);
			return runs;
		};
		console.log(JSON.stringify((await Promise.all(Array.from({ length: ${clicks} }, ask))).flat()));`;
	const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
		cwd: join(import.meta.dirname, "../.."),
		env: childEnvironment({ DATABASE_URL: bench.database.url }),
		stdio: ["ignore", "pipe", "inherit"],
	});
	const [output, [status]] = await Promise.all([text(child.stdout), once(child, "exit")]);
	if (status !== 0) throw new Error(`A process that asks as the dashboard does ended with status ${status}.`);
	return JSON.parse(output);
}

test(`${dashboards * clicks + commands} requests at once, of dashboards and commands in processes of their own, make one run`, {
	timeout: 180_000,
}, async () => {
	await bench.archive.scene("a.tif");
	await bench.container("S", [{}]);
	const { sql } = bench.database;
	const asked: Promise<Awaited<ReturnType<typeof dashboard>>>[] = [];
	let over = 0;
	const command = () =>
		cli.alone.json("sync", "S").finally(() => {
			over += 1;
		});
	// One of the commands works on the run, and may not end before all have asked.
	const ended = await pauseBefore(
		bench.database,
		"delete on waiting_files",
		async () => {
			asked.push(...Array.from({ length: dashboards }, dashboard));
			return Promise.all(Array.from({ length: commands }, command));
		},
		async () => {
			await Promise.all(asked);
			// Programs that follow a run listen. One that ended already failed, as is seen below.
			const following = async () =>
				(await sql`select from pg_stat_activity where datname = current_database() and query ilike 'listen%'`).length;
			while (over === 0 && (await following()) < commands) await pause(50);
		},
	);
	expect(await sql`select id, state, added from runs`).toEqual([{ id: 1, state: "succeeded", added: 1 }]);
	const answers = (await Promise.all(asked)).flat();
	expect(answers).toHaveLength(dashboards * clicks);
	expect(new Set(answers.map(({ run }) => run))).toEqual(new Set([1]));
	expect(answers.filter(({ joined }) => !joined).length).toBeLessThanOrEqual(1);
	for (const { status, lines } of ended)
		expect([status, lines.at(-1)]).toMatchObject([0, { ok: true, runs: [{ run: 1, state: "succeeded", added: 1 }] }]);
	// The job it left behind finds nothing to do.
	expect(await sql`select distinct revision from containers`).toHaveLength(1);
});
