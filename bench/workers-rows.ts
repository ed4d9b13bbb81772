import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { childEnvironment } from "#lib/env.ts";
import { openQueue } from "#lib/jobs/queue.ts";
import { requestRuns } from "#lib/jobs/requests/requests.ts";
import { startSlowWeb } from "#lib/storage/test-servers/slow-web.ts";
import { makeTiffs } from "./archives.ts";
import { alternate, type Measurement, medianSeconds, type Row } from "./measurement.ts";
import type { BenchOptions } from "./options.ts";
import { releasedProgram } from "./released.ts";
import type { Workplace } from "./workplace.ts";

/** Milliseconds per answer of the storage. */
const delay = 20;
/** Calls at once that each worker is allowed: few, so that it is the storage that is waited for, not the processor. */
const parallel = 2;
const shape = { files: 2400, folders: 800, prefix: "SLOW" } as const;

/** The least that so many workers must be faster than one, and what is hoped for. */
const goals = [
	{ workers: 3, must: 2.7, aim: 2.9 },
	{ workers: 8, must: 5, aim: 7 },
] as const;

/** The first sync of one container on a slow storage: by several worker processes, and by one. */
export async function* workersRows(place: Workplace, { rounds }: BenchOptions): AsyncGenerator<Row> {
	const root = place.archive("slow", (folder) => makeTiffs(folder, shape));
	await using web = await startSlowWeb(root, { delay });
	const storage = { name: "slow", type: "http", url: web.url, listing: "json", parallel };
	await saveStorage(place.database, storageInput.parse(storage));
	for (const { workers, must, aim } of goals) {
		const [runs, peerRuns] = await alternate(
			rounds,
			() => firstSync(place, workers),
			() => firstSync(place, 1),
		);
		const times = medianSeconds(peerRuns) / medianSeconds(runs);
		const helped = runs.map(({ helped }) => helped).join("; ");
		yield {
			work: `first sync of ${shape.files} files in ${shape.folders} folders, ${delay} ms per call, ${parallel} calls at once per worker, ${workers} workers`,
			runs,
			peer: "1 worker",
			peerRuns,
			required: `≥ ${must} × as fast`,
			aim: `${aim} ×`,
			reached: `${times.toFixed(2)} × as fast`,
			meets: times >= must,
			note: `done by helpers: ${helped}; they come after 1 s`,
		};
	}
}

async function firstSync(place: Workplace, workers: number): Promise<Measurement & { helped: string }> {
	const { database, home } = place;
	await place.forget({ container: "SLOW", storage: "slow" });
	const source = { storage: "slow", include: ["*.tif"], fileName: "_(?<begin>\\d{8}T\\d{6})_" };
	const input = containerInput.parse({ id: "SLOW", kind: "dataset-series", sources: [source] });
	await saveContainer(database, input, { create: true });
	const children = Array.from({ length: workers }, () => startWorker(home));
	try {
		await until(
			async () =>
				(await database.sql`select from workers where seen_at > now() - interval '10 seconds'`).length >= workers,
		);
		const [requested] = await requestRuns(database, {
			containers: ["SLOW"],
			kind: "sync",
			trigger: "command-line",
			actor: "bench",
		});
		await using queue = await openQueue(database, { role: "producer", onError: () => {} });
		await queue.enqueue(requested?.run ?? 0);
		return await measured(database, requested?.run ?? 0);
	} finally {
		for (const child of children) child.kill("SIGTERM");
		await Promise.all(children.map((child) => child.exitCode ?? once(child, "exit")));
	}
}

function startWorker(home: string): ChildProcess {
	const env = childEnvironment({ EOSYNC_HOME: home, LOG_LEVEL: "error" });
	return spawn(process.execPath, [releasedProgram, "worker", "--concurrency", "1"], {
		env,
		stdio: ["ignore", "ignore", "inherit"],
	});
}

async function measured({ sql }: Database, run: number): Promise<Measurement & { helped: string }> {
	const over = () => sql<{ seconds: number; added: number; helped: string }[]>`
		select extract(epoch from finished_at - started_at)::float8 as seconds, added, (
			select string_agg(step->>'phase' || ' ' || coalesce(step->>'helped', '0') || ' of ' || (step->>'done'), ', ')
			from jsonb_array_elements(progress->'steps') step where step->>'phase' in ('scanning', 'reading')
		) as helped from runs where id = ${run} and finished_at is not null`;
	await until(async () => (await over()).length > 0);
	const [{ seconds = 0, added = 0, helped = "" } = {}] = await over();
	if (added !== shape.files) throw new Error(`${added} of ${shape.files} files were registered.`);
	return { seconds, helped };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
	while (!(await condition())) await sleep(50);
}
