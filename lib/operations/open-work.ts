import type { Database } from "#lib/catalog/database/database.ts";
import type { RunState } from "#lib/catalog/read-models/run-view.ts";
import { leaseSeconds } from "#lib/catalog/runs/run-lifecycle.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";

/** The current work, read from the open runs, the workers and one row per container. */
export interface OpenWork {
	readonly runsByState: readonly { readonly state: RunState; readonly runs: number }[];
	/** Runs that wait for a worker. */
	readonly queued: number;
	/** Seconds since the longest waiting of them was requested; 0: none. */
	readonly queueAge: number;
	/** Seconds since the lease of an active run was renewed, the longest ago; 0: none is active. */
	readonly leaseAge: number;
	/** Workers heard of lately. */
	readonly workers: number;
	/** Runs that they can work on at once, and do. */
	readonly slots: number;
	readonly busy: number;
	/** Containers and the datasets in them, by kind; a dataset counts in each container that has it. */
	readonly containers: readonly { readonly kind: string; readonly containers: number; readonly datasets: number }[];
	/** Bytes. */
	readonly databaseSize: number;
}

/** A worker counts as running if its last heartbeat, one every five seconds, is not older than this, seconds. */
export const workerTimeoutSeconds = 20;

export async function openWork({ sql }: Pick<Database, "sql">): Promise<OpenWork> {
	const [now] = await sql<Omit<OpenWork, "runsByState" | "containers">[]>`
		select r.queued, coalesce(r."queueAge", 0)::float8 as "queueAge", coalesce(r."leaseAge", 0)::float8 as "leaseAge",
			w.workers, w.slots, w.busy, pg_database_size(current_database()) as "databaseSize"
		from (select count(*) filter (where lease_owner is null and state in ${statesIn(sql, "free")}) as queued,
				extract(epoch from now() - min(created_at) filter (where lease_owner is null and state in ${statesIn(sql, "free")})) as "queueAge",
				${leaseSeconds} - extract(epoch from min(lease_until) filter (where state in ${statesIn(sql, "leased")}) - now()) as "leaseAge"
			from runs where finished_at is null) r,
			(select count(*) as workers, coalesce(sum(concurrency), 0) as slots, coalesce(sum(running), 0) as busy
			from workers where seen_at > now() - make_interval(secs => ${workerTimeoutSeconds})) w`;
	const runsByState = await sql<OpenWork["runsByState"][number][]>`
		select state, count(*) as runs from runs where finished_at is null group by state`;
	const containers = await sql<OpenWork["containers"][number][]>`
		select kind, count(*) as containers, sum(dataset_count) as datasets from containers where deleted_at is null group by kind`;
	if (!now) throw new Error("The database answered without a row.");
	return { ...now, runsByState, containers };
}

/** Whether a storage answers, as far as it was asked. */
export interface StorageReach {
	readonly id: number;
	readonly type: string;
	readonly down: boolean;
	/** Of the last answer; null: there was none. */
	readonly milliseconds: number | null;
	readonly isPaused: boolean;
}

export async function storageReach({ sql }: Pick<Database, "sql">): Promise<readonly StorageReach[]> {
	return sql<StorageReach[]>`
		select st.id, st.type, st.unreachable_since is not null as down, h.latency_ms as milliseconds,
			coalesce(st.paused_until > now(), false) as "isPaused"
		from storages st join storage_health h on h.storage_id = st.id where h.probed_at is not null or st.unreachable_since is not null order by st.id`;
}
