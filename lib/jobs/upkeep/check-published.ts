import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { attemptUntilStopped } from "#lib/jobs/until-stopped.ts";
import { checkPublished } from "#lib/stac/compare/check-published.ts";
import { claimCheck } from "#lib/stac/compare/check-requests.ts";
import { stacUrls } from "#lib/stac/links.ts";
import type { Logger } from "#lib/telemetry/log.ts";

/** Milliseconds between two questions whether a comparison is asked for. */
const askEvery = 2000;

export interface CheckingOptions {
	readonly access: StorageAccess;
	/** Where users reach the dashboard, an origin. */
	readonly dashboard: string;
	readonly log: Logger;
	readonly signal: AbortSignal;
}

/** Compares what is published with what others have of it, when a person asks for it, until the signal aborts. */
export function checkPublishedUntilStopped(database: Database, options: CheckingOptions): Promise<void> {
	const { log, signal } = options;
	return attemptUntilStopped(() => checkNext(database, options), {
		askEvery,
		failure: "what others have could not be compared",
		log,
		signal,
	});
}

/** Returns whether there was one to do. */
export async function checkNext(
	database: Database,
	{ access, dashboard, log, signal }: CheckingOptions,
): Promise<boolean> {
	const claimed = await claimCheck(database);
	if (claimed === null) return false;
	const result = await checkPublished(database, claimed, {
		urls: stacUrls(dashboard),
		network: access.policy.network,
		token: null,
		signal,
	});
	log.info({ check: claimed.id, url: claimed.url, ...result }, "compared what is published with what others have");
	return true;
}
