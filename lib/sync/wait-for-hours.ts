import type { Database } from "#lib/catalog/database/database.ts";
import { closedAt, firstClosing, type Opening } from "#lib/catalog/pauses/hours.ts";
import { containerOpening } from "#lib/catalog/pauses/pauses.ts";
import { StoragePausedError } from "#lib/errors.ts";
import type { LoadedRun, SourceRules } from "./loaded-run.ts";
import type { RunLease } from "./run-lease.ts";

/**
 * A run that lists or reads uses its storages in their hours only: when these end, or a person edits them or pauses a storage meanwhile, the
 * lease hands it back, and it goes on when they begin again. A run that was asked for by name while they were off does not wait, nor does one that only applies what it has found.
 * @throws StoragePausedError when a storage is paused, or outside its hours
 */
export async function waitForHours(database: Database, lease: RunLease, { run, sources }: LoadedRun): Promise<void> {
	if (run.despitePause || run.planned || run.kind === "revert") return;
	const openings = sources.flatMap(openingsOf);
	const { paused } = containerOpening(openings);
	if (paused !== null) {
		if (await wasClosedWhenAsked(database, run.id, openings)) return;
		throw new StoragePausedError(run.id, paused.until);
	}
	lease.endAt(firstClosing(openings, Date.now()));
}

/** Whether a batch named the run's container while the storage was closed already; then the run is not stopped later either. */
async function wasClosedWhenAsked({ sql }: Database, run: number, openings: readonly Opening[]): Promise<boolean> {
	const [asked] = await sql<{ at: string; wasPaused: boolean }[]>`
		select b.created_at as at, exists (select from sources s join storages st on st.id in (s.storage_id, s.metadata_storage_id)
			where s.container_id = r.container_id and not s.retired and st.paused_at <= b.created_at and st.paused_until > b.created_at) as "wasPaused"
		from runs r join batches b on b.id = r.batch_id where r.id = ${run} and not b.of_all and b.trigger not in ('schedule', 'watch')`;
	if (asked === undefined) return false;
	const at = Date.parse(asked.at);
	const wasOff = openings.some((opening) => closedAt({ ...opening, pausedUntil: null }, at) !== null);
	if (!asked.wasPaused && !wasOff) return false;
	await sql`update runs set despite_pause = true where id = ${run}`;
	return true;
}

function openingsOf({ storageName: name, storageConfig: config, pausedUntil, metadataStorage }: SourceRules) {
	const all = [{ name, config, pausedUntil }, ...(metadataStorage === null ? [] : [metadataStorage])];
	return all.map(({ name, config, pausedUntil }) => ({
		storage: name,
		pausedUntil,
		hours: config.hours ?? null,
		timeZone: config.timeZone ?? null,
	}));
}
