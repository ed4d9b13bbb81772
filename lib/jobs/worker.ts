import type { Logger } from "pino";
import type { Database } from "#lib/catalog/database.ts";
import { findAbandonedRuns } from "#lib/catalog/run-lifecycle.ts";
import { messageOf } from "#lib/errors.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { purge } from "./purge.ts";
import { openQueue } from "./queue.ts";
import { requestDueRuns } from "./schedule.ts";

/** How often a worker looks for runs that are due, and for those whose owner went silent, milliseconds. */
const patrolInterval = 5000;

const purgeInterval = 3_600_000;

export interface WorkerOptions {
	/** Runs at once. */
	readonly concurrency: number;
	readonly log: Logger;
	/** Aborts: hand back what is under way and return. */
	readonly signal: AbortSignal;
}

/** Takes runs from the queue, and takes over those whose worker died, until the signal aborts. */
export async function work(database: Database, { concurrency, log, signal }: WorkerOptions): Promise<void> {
	const queue = await openQueue(database, {
		role: "worker",
		onError: (error) => log.error({ err: error }, "the queue reports an error"),
	});
	const patrol = async () => {
		for (const run of await requestDueRuns(database)) await queue.enqueue(run);
		for (const run of await findAbandonedRuns(database)) await queue.enqueue(run);
	};
	let purged = 0;
	const tidy = async () => {
		if (Date.now() - purged < purgeInterval) return;
		purged = Date.now();
		const { datasets, changes } = await purge(database);
		if (datasets + changes > 0) log.info({ datasets, changes }, "retention time over: forgotten");
	};
	const onPatrol = () =>
		void patrol()
			.then(tidy)
			.catch((error: unknown) => log.warn(`the patrol failed: ${messageOf(error)}`));
	const timer = setInterval(onPatrol, patrolInterval);
	try {
		onPatrol();
		await queue.work(concurrency, async (run) => {
			log.info({ run }, "run taken");
			const onOutage = (error: unknown) =>
				log.warn({ run }, `the database fails, the run waits for it: ${messageOf(error)}`);
			const state = await executeRun(database, run, { signal, onOutage });
			log.info({ run, state }, state === null ? "nothing to do for this run" : "run left");
		});
		await new Promise<void>((resolve) => {
			if (signal.aborted) resolve();
			else signal.addEventListener("abort", () => resolve(), { once: true });
		});
	} finally {
		clearInterval(timer);
		await queue[Symbol.asyncDispose]();
	}
}
