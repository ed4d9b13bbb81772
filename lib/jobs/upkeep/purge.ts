import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { purgeLog } from "#lib/catalog/publications/purge-log.ts";
import { forgetPushes } from "#lib/catalog/targets/forget-pushes.ts";
import { coarsenFolders, hasManyFolders } from "#lib/sync/plan/roll-up.ts";

/** Days for datasets whose container is gone. */
const defaultRetention = 90;
/** Days for runs, with their counts and problems; longer where the container's retention time is. */
const runDays = 400;
/** The newest runs of a container stay, however old: pages show as many. */
const runsKept = 30;
/** A run that has just been asked to be taken back still is. */
const grace = "1 hour";
/**
 * Key of the advisory lock of each of these transactions: of two that forget the last two rows that name a version, each would
 * still see the other's, and the version would stay for ever (`eosync_forget_versions`).
 */
const purgeLock = 7_302_006;
/** Rows per transaction, which takes some ten milliseconds. */
const defaultBatch = 2000;

export interface Purged {
	readonly datasets: number;
	readonly changes: number;
	readonly runs: number;
	/** Of the log of published items. */
	readonly lines: number;
	/** false: a run is being applied, and the rest has to wait. */
	readonly complete: boolean;
}

/**
 * Rule 4: forgets removed datasets whose container's retention time is over, but for one line of their lives, and the changes of runs as old: they cannot
 * be taken back any more. Runs that are older than 400 days follow. All in small transactions, of which none waits for a
 * run and no run waits for more than one.
 */
export async function purge(database: Pick<Database, "sql">, batch = defaultBatch): Promise<Purged> {
	const { sql } = database;
	// Work that helpers were given in runs that have ended otherwise.
	await sql`delete from run_parts p using runs r where r.id = p.run_id and r.finished_at is not null`;
	const datasets = await purgeDatasets(database, batch);
	let changes = 0;
	for (const run of await runsToForget(database)) {
		if (await hasManyFolders(sql, run)) await oneAtATime(database, (tx) => coarsenFolders(tx, run));
		changes += await inBatches(
			batch,
			async () => (await oneAtATime(database, (tx) => deleteChanges(tx, run, batch))).count,
		);
		await sql`delete from viewed_folders where run_id = ${run}`;
	}
	const runs = await inBatches(batch, async () => (await oneAtATime(database, (tx) => deleteOldRuns(tx, batch))).count);
	await forgetBatches(database);
	for (const table of ["exceptions", "acknowledgements", "rechecks"] as const)
		await inBatches(batch, async () => (await deleteEnded(database, table, batch)).count);
	await forgetPushes(database, batch);
	if (datasets.complete) await forgetDeletedContainers(database);
	const lines = await inBatches(batch, () => purgeLog(database, batch));
	return { datasets: datasets.count, changes, runs, lines, complete: datasets.complete };
}

/** Runs in a transaction that waits for any other process that purges. */
function oneAtATime<T>({ sql }: Pick<Database, "sql">, act: (tx: Transaction) => Promise<T>) {
	return sql.begin(async (tx) => {
		await tx`select pg_advisory_xact_lock(${purgeLock})`;
		return act(tx);
	});
}

/** An apply may be about to bring one of them back: then they wait. */
async function purgeDatasets(database: Pick<Database, "sql">, batch: number) {
	let complete = true;
	const count = await inBatches(batch, () =>
		oneAtATime(database, async (tx) => {
			const [lock] = await tx<[{ free: boolean }]>`select pg_try_advisory_xact_lock(${catalogueLock}) as free`;
			complete = lock.free;
			if (!lock.free) return 0;
			// One line of its life stays of each.
			const deleted = await tx`
				with gone as (
					delete from datasets where id = any(array(
						select id from datasets d where d.archived_at < now() - make_interval(days => coalesce(
							(select c.retention_days from runs r join containers c on c.id = r.container_id where r.id = d.changed_by_run), ${defaultRetention}))
						limit ${batch}))
					returning id, eo_id, storage_id, path, created_at, added_by_run, archived_at, changed_by_run
				)
				insert into dataset_lives (dataset_id, eo_id, storage, path, added_at, added_by_run, removed_at, removed_by_run, removed_by, container)
				select gone.id, gone.eo_id, st.name, gone.path, gone.created_at, gone.added_by_run, gone.archived_at, gone.changed_by_run,
					r.actor, coalesce(c.deleted_eo_id, c.eo_id)
				from gone join storages st on st.id = gone.storage_id
					left join runs r on r.id = gone.changed_by_run left join containers c on c.id = r.container_id
				on conflict (dataset_id) do update set removed_at = excluded.removed_at, removed_by_run = excluded.removed_by_run,
					removed_by = excluded.removed_by, container = excluded.container`;
			return deleted.count;
		}),
	);
	return { count, complete };
}

function deleteChanges(sql: Transaction, run: number, batch: number) {
	return sql`delete from changes where id = any(array(select id from changes where run_id = ${run} limit ${batch}))`;
}

/** Selects runs that still have changes, by going from run to run in the index of the changes. */
async function runsToForget({ sql }: Pick<Database, "sql">): Promise<readonly number[]> {
	const rows = await sql<{ id: number }[]>`
		with recursive with_changes(id) as (
			select min(run_id) from changes
			union all select (select min(run_id) from changes where run_id > w.id) from with_changes w where w.id is not null
		)
		select r.id from with_changes join runs r using (id) join containers c on c.id = r.container_id
		where r.finished_at < now() - make_interval(days => c.retention_days) - ${grace}::interval
			and not exists (select from runs v where v.reverts_run_id = r.id and v.finished_at is null)
		order by r.id`;
	return rows.map(({ id }) => id);
}

/** Deleted containers that cannot be restored any more, with those that were merged into them, and their former IDs. */
async function forgetDeletedContainers(database: Pick<Database, "sql">): Promise<void> {
	await oneAtATime(
		database,
		(sql) => sql`
			with recursive gone(id) as (
				select id from containers where deleted_at < now() - make_interval(days => retention_days) - ${grace}::interval and merged_into is null
				union select c.id from containers c join gone on c.merged_into = gone.id
			)
			delete from containers where id in (select id from gone)`,
	);
}

/** A batch goes with the last of its runs, one without any when runs as old go. */
async function forgetBatches({ sql }: Pick<Database, "sql">): Promise<void> {
	await sql`
		delete from batches b where b.finished_at < now() - make_interval(days => ${runDays}) - ${grace}::interval
			and not exists (select from batch_containers bc where bc.batch_id = b.id and bc.run_id is not null)
			and not exists (select from runs r where r.batch_id = b.id)`;
}

/** What users decided and what has ended since: it stays as history for as long as runs do. */
function deleteEnded(
	{ sql }: Pick<Database, "sql">,
	table: "exceptions" | "acknowledgements" | "rechecks",
	batch: number,
) {
	return sql`
		delete from ${sql(table)} where id = any(array(
			select id from ${sql(table)} where ended_at < now() - make_interval(days => ${runDays}) - ${grace}::interval limit ${batch}))`;
}

function deleteOldRuns(sql: Transaction, batch: number) {
	return sql`
		delete from runs where id = any(array(
			select old.id from containers c, lateral (
				select id, finished_at from runs where container_id = c.id and finished_at is not null order by id desc nulls last offset ${runsKept}
			) old
			where old.finished_at < now() - make_interval(days => greatest(${runDays}, c.retention_days)) - ${grace}::interval
			limit ${batch}))`;
}

/** Repeats until a batch is not full. */
async function inBatches(batch: number, act: () => Promise<number>): Promise<number> {
	let total = 0;
	for (;;) {
		const count = await act();
		total += count;
		if (count < batch) return total;
	}
}

/** Removes audit entries older than so many days, at least 30; the log records that itself. */
export async function purgeAudit({ sql }: Pick<Database, "sql">, days: number): Promise<number> {
	const [row] = await sql<[{ gone: number }]>`select eosync_purge_audit(${days}::int) as gone`;
	return row.gone;
}
