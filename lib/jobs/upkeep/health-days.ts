import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import { recordHealthDay } from "#lib/catalog/health/health-days.ts";
import { messageOf } from "#lib/errors.ts";
import type { Logger } from "#lib/telemetry/log.ts";

/** Milliseconds between two questions whether today's row is due. */
const askEvery = 60_000;

/** Keeps the days of *Health*; of several workers the first to ask writes. */
export async function recordHealthUntilStopped(
	database: Database,
	{ log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
	while (!signal.aborted) {
		await recordHealthDay(database).catch((error: unknown) =>
			log.warn({ err: error }, `the day's health could not be recorded yet: ${messageOf(error)}`),
		);
		await sleep(askEvery, undefined, { signal }).catch(() => {});
	}
}
