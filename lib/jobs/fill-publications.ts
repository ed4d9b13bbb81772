import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import { fillNextPortion } from "#lib/catalog/publications/fill.ts";
import { messageOf } from "#lib/errors.ts";
import type { Logger } from "#lib/telemetry/log.ts";

/** Milliseconds between two questions whether a container was published. */
const askEvery = 1000;

/** Makes items of what was published, and takes back those of what no longer is, while the worker lives. */
export async function fillPublicationsUntilStopped(
	database: Database,
	{ log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
	while (!signal.aborted) {
		const filled = await fillNextPortion(database).catch((error: unknown) => {
			if (!signal.aborted) log.warn({ err: error }, `items could not be compared yet: ${messageOf(error)}`);
			return null;
		});
		if (filled?.error) log.warn({ container: filled.container }, `items cannot be compared: ${filled.error}`);
		if (filled?.isComplete) log.info({ container: filled.container, datasets: filled.done }, "all items are compared");
		if (filled === null) await sleep(askEvery, undefined, { signal }).catch(() => {});
	}
}
