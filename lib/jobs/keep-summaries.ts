import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import { messageOf } from "#lib/errors.ts";
import { keepNextSummary } from "#lib/stac/kept-summaries.ts";
import type { Logger } from "#lib/telemetry/log.ts";

/** Milliseconds between two questions whether a published collection changed. */
const askEvery = 5000;

/** Keeps the summaries of large published collections true, while the worker lives. */
export async function keepSummariesUntilStopped(
	database: Database,
	{ log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
	while (!signal.aborted) {
		const did = await keepNextSummary(database).catch((error: unknown) => {
			if (!signal.aborted) log.warn({ err: error }, `a summary could not be made yet: ${messageOf(error)}`);
			return false;
		});
		if (!did) await sleep(askEvery, undefined, { signal }).catch(() => {});
	}
}
