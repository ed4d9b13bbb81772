import type { Database } from "#lib/catalog/database/database.ts";
import type { RunView } from "#lib/catalog/read-models.ts";
import { markForRetry, type RejectionsFilter } from "#lib/catalog/rejections/rejected-files.ts";
import { UsageError } from "#lib/errors.ts";
import { type RequestedRun, requestRuns } from "./requests.ts";

interface Retry {
	readonly filter: RejectionsFilter;
	readonly actor: string;
	readonly trigger: RunView["trigger"];
}

/**
 * Has rejected files that match read again, and asks for the syncs that do it; these look at their containers as any sync does.
 * @throws UsageError when none matches.
 */
export async function retryRejections(
	database: Database,
	{ filter, actor, trigger }: Retry,
): Promise<{ readonly files: number; readonly runs: readonly RequestedRun[] }> {
	const { files, containers } = await database.sql.begin((tx) => markForRetry(tx, filter));
	if (containers.length === 0) throw new UsageError("No rejected file matches; nothing was done.");
	// A run that is under way may have passed their folders.
	const runs = await requestRuns(database, { containers, kind: "sync", trigger, actor, again: true });
	return { files, runs };
}
