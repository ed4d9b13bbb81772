import type { Database } from "#lib/catalog/database/database.ts";
import { fillNextPortion } from "#lib/catalog/publications/fill.ts";
import { fillSaid } from "#lib/catalog/publications/fill-said.ts";
import { attemptUntilStopped } from "#lib/jobs/until-stopped.ts";
import type { Logger } from "#lib/telemetry/log.ts";

/** Milliseconds between two questions whether a container was published. */
const askEvery = 1000;

/**
 * Makes items of what was published, and takes back those of what no longer is, while the worker lives. After an upgrade it also fills in
 * what searches look at (`items.said`).
 */
export function fillPublicationsUntilStopped(
	database: Database,
	{ log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
	const fill = async () => {
		const filled = await fillNextPortion(database);
		if (filled?.error) log.warn({ container: filled.container }, `items cannot be compared: ${filled.error}`);
		if (filled?.isComplete) log.info({ container: filled.container, datasets: filled.done }, "all items are compared");
		return filled !== null || (await fillSaid(database)) > 0;
	};
	return attemptUntilStopped(fill, { askEvery, failure: "items could not be compared yet", log, signal });
}
