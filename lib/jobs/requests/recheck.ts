import { containersOfCause, findCause } from "#lib/catalog/causes/causes.ts";
import { endRecheck, type Recheck, requestRecheck } from "#lib/catalog/causes/rechecks.ts";
import { containersOfStorages } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { inTransaction } from "#lib/catalog/database/in-transaction.ts";
import { closedStorageIds } from "#lib/catalog/pauses/pauses.ts";
import { UsageError } from "#lib/errors.ts";
import { requestContainers } from "#lib/jobs/batches/batch-requests.ts";

/** Looking again at the containers of a cause: at once, or when their storage answers. */

interface RecheckRequest extends Pick<Recheck, "kind" | "trigger" | "by"> {
	/** Of the cause. */
	readonly key: string;
}

interface Rechecked {
	/** It waits until the storage answers; no run has been requested. */
	readonly waits: boolean;
	/** Those that there are already: several containers are a batch, which gives them their turns. */
	readonly runs: readonly number[];
	readonly containers: number;
}

/** @throws UsageError when nothing fails by it. */
export async function recheckCause(database: Database, { key, kind, by, trigger }: RecheckRequest): Promise<Rechecked> {
	const cause = await findCause(database, key);
	if (cause === null) throw new UsageError(`No container fails by ${key} any more.`);
	// Of a storage that is paused, or outside its hours, nothing is asked until it may be used.
	if (cause.down || cause.pausedUntil !== null) {
		await requestRecheck(database, cause, { kind, trigger, by });
		return { waits: true, runs: [], containers: cause.containers };
	}
	const containers = await containersOfCause(database, key);
	const { runs } = await requestContainers(database, { containers, kind, trigger, actor: by });
	return { waits: false, runs: runs.map(({ run }) => run), containers: containers.length };
}

/**
 * Does what was asked for of the storages that answer by now: a batch for each. Returns the runs that there are already. Any number of
 * workers may call it.
 */
export async function requestDueRechecks(database: Database): Promise<readonly number[]> {
	const { sql } = database;
	const closed = await closedStorageIds({ sql });
	const due = await sql<Recheck[]>`
		select r.id, r.cause, r.storage_id as "storageId", r.kind, r.trigger, r.by, r.at
		from rechecks r join storages st on st.id = r.storage_id join storage_health h on h.storage_id = st.id
		where r.ended_at is null and st.unreachable_since is null and h.reached and h.probed_at > r.at
			and st.id <> all(${closed}::bigint[])`;
	const runs: number[] = [];
	for (const { id, storageId, kind, trigger, by } of due) {
		const requested = await sql.begin(async (tx) => {
			const [mine] = await tx`select from rechecks where id = ${id} and ended_at is null for update skip locked`;
			if (!mine) return [];
			const inside = inTransaction(database, tx);
			const containers = await containersOfStorages(inside, [storageId]);
			await endRecheck({ sql: tx }, id, containers.length);
			if (containers.length === 0) return [];
			const asked = await requestContainers(inside, { containers, kind, trigger, actor: by });
			return asked.runs.map(({ run }) => run);
		});
		runs.push(...requested);
	}
	return runs;
}
