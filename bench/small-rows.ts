import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { connectionsFor } from "#lib/jobs/connections.ts";
import { openQueue } from "#lib/jobs/queue.ts";
import { requestRuns } from "#lib/jobs/requests/requests.ts";
import { work } from "#lib/jobs/worker.ts";
import { makePairs } from "./archives.ts";
import { eosync } from "./eosync.ts";
import { type Measurement, medianSeconds, type Row } from "./measurement.ts";
import type { BenchOptions } from "./options.ts";
import type { Workplace } from "./workplace.ts";

/** Very many small containers: what a run costs that finds nothing new. */

const filesEach = 5;
const concurrency = 2;
const rounds = 15;
/** Runs before those: each of a worker's connections has to be opened, and each statement planned there. */
const warmUp = 40;
/** Between two runs, milliseconds: the worker is at rest when the next one is asked for. */
const pauseMs = 100;

export async function* smallRows(place: Workplace, { containers, rounds: rounded }: BenchOptions): AsyncGenerator<Row> {
	const { database, home } = place;
	await smallContainers(place, containers);
	const files = containers * filesEach;
	const first = await eosync(home, ["sync", "--all"]);
	const [{ count } = { count: 0 }] = await database.sql<
		{ count: number }[]
	>`select count(*) as count from container_datasets`;
	if (count !== files) throw new Error(`${count} of ${files} files were registered.`);
	console.log(`(first sync of ${containers} containers: ${first.seconds.toFixed(1)} s)`);
	await database.sql`vacuum analyze`;
	yield inWorker(await runsOfWorker(database));
	const runs: Measurement[] = [];
	for (let round = 0; round < rounded; round++) {
		// Not of one run: there are as many as containers.
		const { seconds, peakMegabytes = 0, cpuSeconds = 0 } = await eosync(home, ["sync", "--all"]);
		runs.push({ seconds, peakMegabytes, cpuSeconds });
	}
	const seconds = medianSeconds(runs);
	yield {
		work: `sync --all of ${containers.toLocaleString("en")} unchanged containers of ${filesEach} files`,
		runs,
		required: "≤ 20 s",
		aim: "10 s",
		reached: `${seconds.toFixed(1)} s`,
		meets: seconds <= 20,
	};
}

/** So many containers of five files each, not synced yet; `--all` is of these alone. */
export async function smallContainers(place: Workplace, containers: number): Promise<void> {
	await place.forget("everything");
	const shape = { files: containers * filesEach, folders: containers, prefix: "SMALL_SCENE" };
	const root = place.archive("small", (folder) => makePairs(folder, shape));
	await saveStorage(place.database, storageInput.parse({ name: "small", type: "local", root }));
	for (let i = 0; i < containers; i++) {
		const path = containers === 1 ? "" : `d${String(i).padStart(5, "0")}`;
		const input = {
			id: `SMALL_${i}`,
			kind: "dataset-series",
			sources: [{ storage: "small", path, include: ["*.tif"] }],
		};
		await saveContainer(place.database, containerInput.parse(input), { create: true });
	}
}

function inWorker(runs: readonly Measurement[]): Row {
	const seconds = medianSeconds(runs);
	return {
		work: `an unchanged container of ${filesEach} files in a running worker, from its claim to its end`,
		runs,
		required: "≤ 15 ms",
		aim: "8 ms",
		reached: `${(seconds * 1000).toFixed(1)} ms`,
		meets: seconds <= 0.015,
	};
}

/** Runs of one container after the other, as requests of the dashboard; how long each was worked on. */
async function runsOfWorker(database: Database): Promise<readonly Measurement[]> {
	const { url } = database;
	await using own = await openDatabase({ url, applicationName: "worker", max: connectionsFor(concurrency) });
	await using queue = await openQueue(database, { role: "producer", onError: () => {} });
	const stop = new AbortController();
	const working = work(own, { concurrency, log: pino({ level: "silent" }), signal: stop.signal });
	const runs: Measurement[] = [];
	for (let round = 0; round < warmUp + rounds; round++) {
		await sleep(pauseMs);
		const request = { containers: ["SMALL_0"], kind: "sync", trigger: "dashboard", actor: "bench" } as const;
		const [{ run } = { run: 0 }] = await requestRuns(database, request);
		await queue.enqueue(run);
		runs.push({ seconds: await secondsOf(database, run) });
	}
	stop.abort();
	await working;
	return runs.slice(warmUp);
}

async function secondsOf({ sql }: Database, run: number): Promise<number> {
	for (;;) {
		const [ended] = await sql<{ seconds: number }[]>`
			select extract(epoch from finished_at - started_at)::float8 as seconds from runs where id = ${run} and finished_at is not null`;
		if (ended) return ended.seconds;
		await sleep(20);
	}
}
