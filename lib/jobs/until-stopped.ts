import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "#lib/errors.ts";
import type { Logger } from "#lib/telemetry/log.ts";

interface Repeating {
	/** Milliseconds until the next attempt, when there was nothing to do. */
	readonly askEvery: number;
	/** Of an attempt that failed: what could not be done. */
	readonly failure: string;
	readonly log: Logger;
	readonly signal: AbortSignal;
}

/** Attempts it until the signal aborts: at once as long as there was something to do, else after a while, also when it failed. */
export async function attemptUntilStopped(
	attempt: () => Promise<boolean>,
	{ askEvery, failure, log, signal }: Repeating,
): Promise<void> {
	while (!signal.aborted) {
		const did = await attempt().catch((error: unknown) => {
			if (!signal.aborted) log.warn({ err: error }, `${failure}: ${messageOf(error)}`);
			return false;
		});
		if (!did) await sleep(askEvery, undefined, { signal }).catch(() => {});
	}
}
