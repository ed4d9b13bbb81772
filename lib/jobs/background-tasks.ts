import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { messageOf } from "#lib/errors.ts";
import { lookUntilStopped } from "#lib/jobs/coverage/look-at-storages.ts";
import { probeUntilStopped } from "#lib/jobs/probe/probe-storages.ts";
import { checkPublishedUntilStopped } from "#lib/jobs/upkeep/check-published.ts";
import { fillPublicationsUntilStopped } from "#lib/jobs/upkeep/fill-publications.ts";
import { followTargetsUntilStopped } from "#lib/jobs/upkeep/follow-targets.ts";
import { recordHealthUntilStopped } from "#lib/jobs/upkeep/health-days.ts";
import { keepSummariesUntilStopped } from "#lib/jobs/upkeep/keep-summaries.ts";
import { watchUntilStopped } from "#lib/jobs/watch/watch.ts";
import { deliverUntilStopped } from "#lib/notifications/deliver.ts";
import { recordOverdue } from "#lib/notifications/health-changes.ts";
import type { Logger } from "#lib/telemetry/log.ts";

/** What a worker does beside its runs. */
export interface BackgroundTaskOptions {
	/** The network policy for storages, and for whatever notifications go to. */
	readonly access: StorageAccess;
	/** Where users reach the dashboard, an origin. */
	readonly dashboard: string;
}

export interface BackgroundTaskContext extends BackgroundTaskOptions {
	/** As in `workers`. */
	readonly worker: string;
	readonly enqueue: (run: number) => Promise<void>;
	readonly log: Logger;
	readonly signal: AbortSignal;
}

/**
 * Begins to notify, to watch, to probe storages, to look at what lies in them, to fill publications, to compare them with what others have, to keep
 * their summaries and the days of health, to bring targets in step. To be called before runs that were missed are asked for: people are
 * notified of those as overdue. Returns what
 * settles when, after the signal aborted, all of it has ended.
 */
export async function startBackgroundTasks(
	database: Database,
	world: BackgroundTaskContext,
): Promise<() => Promise<void>> {
	await recordOverdue(database).catch((error: unknown) =>
		world.log.warn({ err: error }, `overdue schedules could not be reported yet: ${messageOf(error)}`),
	);
	const all = Promise.all([
		deliverUntilStopped(database, world),
		watchUntilStopped(database, world),
		probeUntilStopped(database, world),
		recordHealthUntilStopped(database, world),
		lookUntilStopped(database, world),
		fillPublicationsUntilStopped(database, world),
		checkPublishedUntilStopped(database, world),
		keepSummariesUntilStopped(database, world),
		followTargetsUntilStopped(database, world),
	]);
	return async () => {
		await all;
	};
}
