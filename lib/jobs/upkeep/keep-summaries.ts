import type { Database } from "#lib/catalog/database/database.ts";
import { attemptUntilStopped } from "#lib/jobs/until-stopped.ts";
import { keepNextSummary } from "#lib/stac/kept-summaries.ts";
import type { Logger } from "#lib/telemetry/log.ts";

/** Milliseconds between two questions whether a published collection changed. */
const askEvery = 5000;

/** Keeps the summaries of large published collections true, while the worker lives. */
export function keepSummariesUntilStopped(
	database: Database,
	{ log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
	return attemptUntilStopped(() => keepNextSummary(database), {
		askEvery,
		failure: "a summary could not be made yet",
		log,
		signal,
	});
}
