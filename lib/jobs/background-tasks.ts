import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storage-access.ts";
import { messageOf } from "#lib/errors.ts";
import { watchUntilStopped } from "#lib/jobs/watch/watch.ts";
import { notifyUntilStopped } from "#lib/notifications/deliver.ts";
import { noticeOverdue } from "#lib/notifications/health-changes.ts";
import type { Logger } from "#lib/telemetry/log.ts";

/** What a worker does beside its runs. */
export interface CompanionOptions {
	/** To storages, and to whatever notifications go to: the same rules hold. */
	readonly access: StorageAccess;
	/** Where users reach the dashboard, an origin. */
	readonly dashboard: string;
}

export interface CompanionWorld extends CompanionOptions {
	/** As in `workers`. */
	readonly worker: string;
	readonly enqueue: (run: number) => Promise<void>;
	readonly log: Logger;
	readonly signal: AbortSignal;
}

/**
 * Begins to notify and to watch. To be called before runs that were missed are asked for: those are told of as overdue. Returns what
 * settles when, after the signal aborted, all of it has ended.
 */
export async function startCompanions(database: Database, world: CompanionWorld): Promise<() => Promise<void>> {
	await noticeOverdue(database).catch((error: unknown) =>
		world.log.warn({ err: error }, `what is overdue is not told yet: ${messageOf(error)}`),
	);
	const all = Promise.all([notifyUntilStopped(database, world), watchUntilStopped(database, world)]);
	return async () => {
		await all;
	};
}
