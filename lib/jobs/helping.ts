import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import { findRunToHelp } from "#lib/catalog/runs/run-helpers.ts";
import { messageOf } from "#lib/errors.ts";
import { helpRun } from "#lib/sync/share/help.ts";
import type { Logger } from "#lib/telemetry/log.ts";

/** How soon a worker that has helped looks again: the run's next phase may begin at once. */
const pauseMs = 100;
/** A run with which it could not help is left alone for so long. */
const avoidanceMs = 60_000;

export interface HelpingOptions {
	readonly log: Logger;
	readonly signal: AbortSignal;
	/** Runs that this worker leads. */
	readonly running: ReadonlyMap<number, unknown>;
	/** Runs at once. */
	readonly concurrency: number;
	/** Seconds that a run has been worked on before it is helped with. */
	readonly helpAfter: number;
	/** Seconds after which a worker with nothing to do looks again for a run to help with. */
	readonly helpEvery: number;
}

/**
 * Helps others with their runs while this worker has capacity to spare, until the signal aborts. It takes none of the
 * queue's: a queued run is taken at once, and the help ends with the portion under way.
 */
export async function helpOthers(database: Database, options: HelpingOptions): Promise<void> {
	const { log, signal, running, concurrency, helpAfter, helpEvery } = options;
	const avoided = new Map<number, number>();
	const mayGoOn = () => running.size < concurrency;
	while (!signal.aborted) {
		let waitMs = helpEvery * 1000;
		try {
			const now = performance.now();
			for (const [run, until] of avoided) if (until < now) avoided.delete(run);
			const except = [...running.keys(), ...avoided.keys()];
			const run = mayGoOn() ? await findRunToHelp(database, { except, after: helpAfter }) : null;
			if (run !== null) {
				const help = await helpRun(database, run, { signal, mayGoOn });
				if (help === "helped") {
					waitMs = pauseMs;
					log.info({ run }, "helped with a run that another worker leads");
				}
				if (help === "cannot") {
					avoided.set(run, now + avoidanceMs);
					log.warn(
						{ run },
						"cannot help with this run from here: its storage is out of reach, or its files are not there",
					);
				}
			}
		} catch (error) {
			if (!signal.aborted) log.warn({ err: error }, `helping failed: ${messageOf(error)}`);
		}
		await sleep(waitMs, undefined, { signal }).catch(() => {});
	}
}
