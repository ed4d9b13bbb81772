import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import { closedStorageIds } from "#lib/catalog/pauses/pauses.ts";
import type { StoredStorage } from "#lib/catalog/secrets/storage-secrets.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { recordProbe } from "#lib/catalog/storages/storage-health.ts";
import { messageOf } from "#lib/errors.ts";
import { requestDueRechecks } from "#lib/jobs/requests/recheck.ts";
import { probeStorage } from "#lib/sync/storages/probe-storage.ts";
import type { Logger } from "#lib/telemetry/log.ts";

/** Milliseconds between two looks whether a probe is due. */
const roundMs = 2000;
/** Seconds between two probes of a storage that a recheck waits for. */
const awaitedSeconds = 60;
/** Seconds without an answer until the storage counts as unreachable. */
const timeoutSeconds = 30;
/** Seconds after which another worker takes a probe over. */
const leaseSeconds = 60;
/** Probes at the same time. */
const parallel = 8;

export interface ProbeOptions {
	/** As in `workers`. */
	readonly worker: string;
	readonly access: StorageAccess;
	readonly enqueue: (run: number) => Promise<void>;
	readonly log: Logger;
	readonly signal: AbortSignal;
}

/** Asks every storage from time to time whether it answers, until the signal aborts. One worker at a time asks one storage. */
export async function probeUntilStopped(database: Database, options: ProbeOptions): Promise<void> {
	const { log, signal } = options;
	while (!signal.aborted) {
		try {
			await probeDueStorages(database, options);
			for (const run of await requestDueRechecks(database)) await options.enqueue(run);
		} catch (error) {
			if (!signal.aborted) log.warn({ err: error }, `storages could not be probed: ${messageOf(error)}`);
		}
		await sleep(roundMs, undefined, { signal }).catch(() => {});
	}
}

type DueStorage = StoredStorage & { readonly id: number; readonly awaited: boolean };

/** Probes once each storage that is due, and that no other worker probes. */
export async function probeDueStorages(
	database: Database,
	{ worker, access, log, signal }: Omit<ProbeOptions, "enqueue">,
): Promise<void> {
	const due = await claim(database, worker);
	await Promise.all(
		due.map(async ({ awaited, ...stored }) => {
			const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
			const result = await probeStorage(database, stored, { access, signal: limit, stopping: signal });
			if (result === null) return;
			await recordProbe(database, stored.id, result, awaited ? { nextSeconds: awaitedSeconds } : {});
			const { name } = stored;
			if (result.reached) log.debug({ storage: name, milliseconds: result.milliseconds }, "storage answers");
			else log.info({ storage: name, code: result.code, reason: result.message }, "storage does not answer");
		}),
	);
}

/**
 * After a refused log-in a storage is left alone until it is edited or tested. One that no container uses is not asked either, nor one
 * that is paused or outside its hours.
 */
async function claim({ sql }: Database, worker: string): Promise<readonly DueStorage[]> {
	await sql`
		insert into storage_health (storage_id) select id from storages st
		where not exists (select from storage_health h where h.storage_id = st.id) on conflict do nothing`;
	const closed = await closedStorageIds({ sql });
	return sql<DueStorage[]>`
		with due as (
			select h.storage_id from storage_health h join storages st on st.id = h.storage_id
			where h.next_at <= now() and (h.lease_until is null or h.lease_until < now()) and not (h.refused and st.updated_at <= h.probed_at)
				and st.id <> all(${closed}::bigint[])
				and exists (select from sources s join containers c on c.id = s.container_id
					where h.storage_id in (s.storage_id, s.metadata_storage_id) and not s.retired and c.deleted_at is null)
			order by h.next_at limit ${parallel} for update of h skip locked
		)
		update storage_health h set worker = ${worker}, lease_until = now() + make_interval(secs => ${leaseSeconds})
		from due join storages st on st.id = due.storage_id where h.storage_id = due.storage_id
		returning st.id, st.name, st.config, st.sealed,
			exists (select from rechecks r where r.storage_id = st.id and r.ended_at is null) as awaited`;
}
