import { actionsThat, isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles, noColumns } from "#lib/catalog/datasets/dataset-state.ts";
import { isLeavingLastContainer } from "#lib/sync/plan/duplicate-eo-ids.ts";
import { expectAtLeast } from "#lib/sync/planner-statistics.ts";

/** The steps of an apply that write datasets; each is one kind of change as one or two statements over a run's changes. */

/** Whether a source `s` does not cover what a change `c` moved. */
export const outOfReach = (sql: Sql | Transaction) =>
	sql`(s.storage_id <> c.storage_id or not (s.path = '' or starts_with(c.path, s.path || '/')))`;

/** EO IDs and paths may be swapped among datasets: those that change give theirs up first. What an EO ID was is remembered. */
export async function releaseNames(sql: Transaction, run: number): Promise<void> {
	await sql`
		with given_up as (
			select d.id, d.eo_id from changes c join datasets d on d.id = c.dataset_id
			where c.run_id = ${run} and ${isPlanned(sql)} and c.action in ${actionsThat.alter(sql)} and c.after_version is not null and c.eo_id <> d.eo_id
		), remembered as (
			insert into dataset_former_ids (dataset_id, eo_id, run_id) select id, eo_id, ${run} from given_up
			on conflict (dataset_id, eo_id) do update set until = excluded.until, run_id = excluded.run_id
		)
		update datasets d set eo_id = '_eosync-' || d.id from given_up g where d.id = g.id`;
	await sql`
		update datasets d set path = '//' || d.id from changes c
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'moved' and d.id = c.dataset_id`;
}

/**
 * Rule 4: leaves every container, and can be restored: into this container, by the change's source. Only other links are
 * noted.
 */
export async function archiveRemoved(sql: Transaction, run: number): Promise<void> {
	// First, so that nobody need look whether what leaves a container is in another one.
	await sql`
		update datasets d set archived_at = now(), changed_by_run = ${run}, updated_at = now() from changes c
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'removed' and d.id = c.dataset_id`;
	await sql`
		with gone as (
			delete from container_datasets cd using changes c, runs r
			where r.id = c.run_id and c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'removed' and cd.dataset_id = c.dataset_id
			returning cd.dataset_id, cd.container_id, cd.source_id, (cd.container_id, cd.source_id) is distinct from (r.container_id, c.source_id) as elsewhere
		), links as (
			select dataset_id, jsonb_agg(jsonb_build_object('containerId', container_id, 'sourceId', source_id)) as links from gone
			where dataset_id in (select dataset_id from gone where elsewhere) group by 1
		)
		update changes c set undo = jsonb_build_object('links', links.links) from links
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'removed' and c.dataset_id = links.dataset_id`;
	await sql`
		delete from suspects s using changes c
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'removed' and s.dataset_id = c.dataset_id`;
}

/**
 * A dataset that leaves its last container would keep its EO ID and path for ever, even when its file is gone. Before others
 * are written, which may have its EO ID.
 */
export async function archiveUnlinked(sql: Transaction, run: number): Promise<void> {
	await sql`
		update datasets d set archived_at = now(), changed_by_run = ${run}, updated_at = now() from changes c
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'unlinked' and d.id = c.dataset_id and ${isLeavingLastContainer(sql)}`;
}

/** Selects the containers that have the dataset of a change `c`, and through which source. */
const linksOfDataset = (
	sql: Sql | Transaction,
) => sql`(select coalesce(jsonb_agg(jsonb_build_object('containerId', cd.container_id, 'sourceId', cd.source_id)), '[]')
	from container_datasets cd where cd.dataset_id = c.dataset_id)`;

/** Joins the run (`reading`) that read a version (`v`); when it began is when the version was read, or a little before. */
const readingRun = (sql: Sql | Transaction) => sql`left join runs reading on reading.id = v.run_id`;
const readAt = (sql: Sql | Transaction) => sql`coalesce(reading.started_at, now())`;

/**
 * Rule 6: what was read for an existing dataset, under any action, is its state from now on. Columns that held its state before
 * there were versions are emptied.
 */
export async function writeStates(sql: Transaction, run: number): Promise<void> {
	await sql`
		update changes c set undo = jsonb_build_object('path', coalesce(c.from_path, c.path), 'storageId', d.storage_id, 'rule', d.rule, 'links', ${linksOfDataset(sql)})
			|| case when c.after_version is null then jsonb_build_object('files', ${datasetFiles(sql)}) else '{}' end
		from datasets d ${currentVersion(sql)}
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action in ${actionsThat.alter(sql)} and d.id = c.dataset_id
			and (c.after_version is not null or c.action = 'moved')`;
	await sql`
		update datasets d set version_id = v.id, eo_id = v.state->>'eoId', begin_time = v.begin_time, end_time = v.end_time, ${noColumns(sql)},
			verified_at = ${readAt(sql)},
			changed_by_run = ${run}, updated_at = now()
		from changes c join dataset_versions v on v.id = c.after_version ${readingRun(sql)}
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action in ${actionsThat.describe(sql)} and d.id = c.dataset_id`;
}

export async function writeMoves(sql: Transaction, run: number): Promise<void> {
	await sql`
		update datasets d set storage_id = c.storage_id, directory = c.directory, path = c.path, changed_by_run = ${run}, updated_at = now(),
			home_source_id = coalesce(c.source_id, d.home_source_id)
		from changes c where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'moved' and d.id = c.dataset_id`;
	await sql`
		update container_datasets cd set source_id = c.source_id
		from changes c join containers k on true join runs r on r.id = c.run_id and r.container_id = k.id
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'moved' and cd.dataset_id = c.dataset_id and cd.container_id = k.id
			and cd.source_id is not null`;
	// Other containers' sources that do not look there would never learn of it.
	await sql`
		delete from container_datasets cd using changes c, runs r, sources s
		where c.run_id = ${run} and r.id = c.run_id and ${isPlanned(sql)} and c.action = 'moved' and cd.dataset_id = c.dataset_id
			and cd.container_id <> r.container_id and s.id = cd.source_id and ${outOfReach(sql)}`;
}

export async function writeFingerprints(sql: Transaction, run: number): Promise<void> {
	// Files that say the same as before belong to the same version.
	await sql`
		update dataset_versions v set files = c.files from changes c join datasets d on d.id = c.dataset_id
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action in ('added', 'updated', 'moved', 'refreshed') and v.id = d.version_id and c.files <> v.files`;
	await sql`
		update datasets d set files = case when d.version_id is null then coalesce(c.files, d.files) end, rule = coalesce(c.rule, d.rule),
			home_source_id = case when exists (select from sources s where s.id = d.home_source_id and not s.retired) then d.home_source_id else c.source_id end
		from changes c
		where c.run_id = ${run} and ${isPlanned(sql)} and d.id = c.dataset_id and (c.after_version is not null or c.files is not null)
			and (c.action in ('added', 'updated', 'moved', 'refreshed') or (c.action in ('linked', 'unlinked') and c.after_version is not null))`;
	// Datasets of a removed source now belong to the source that matches them, even if they keep their last good state.
	await sql`
		update datasets d set home_source_id = c.source_id from changes c
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'rejected' and d.id = c.dataset_id
			and not exists (select from sources s where s.id = d.home_source_id and not s.retired)`;
	await sql`
		update container_datasets cd set source_id = c.source_id from changes c, sources s, runs r
		where c.run_id = ${run} and r.id = c.run_id and ${isPlanned(sql)} and c.action in ('refreshed', 'updated', 'rejected')
			and cd.dataset_id = c.dataset_id and cd.container_id = r.container_id and s.id = cd.source_id and s.retired`;
}

/**
 * Restores datasets, to be read by the rules that found them. A revert keeps their former rules if that source still exists and
 * its container gets them back.
 */
export async function restore(sql: Transaction, run: number): Promise<void> {
	await sql`
		update datasets d set archived_at = null, changed_by_run = ${run}, updated_at = now(),
			home_source_id = case when exists (select from sources s join runs r on r.id = c.run_id where s.id = d.home_source_id and not s.retired
					and ((r.kind in ('revert', 'restore') and s.container_id = r.container_id) or c.undo->'links' @> jsonb_build_array(jsonb_build_object('containerId', s.container_id))))
				then d.home_source_id else coalesce(c.source_id, d.home_source_id) end
		from changes c where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'added' and d.id = c.dataset_id`;
}

/**
 * Inserts new datasets, each with the id it was given when it was read, pointing to the version read then. One query finds those
 * that exist already: looking for each among all that were just inserted took 12 s for 20,000.
 * In the order of their files, as indexes that grow at their end are a third smaller.
 */
export async function insertAdded(sql: Transaction, run: number): Promise<void> {
	const { count } = await sql`
		insert into datasets (id, version_id, storage_id, directory, path, rule, home_source_id, added_by_run, changed_by_run, eo_id, begin_time, end_time, verified_at)
		overriding system value
		select c.dataset_id, v.id, c.storage_id, c.directory, c.path, c.rule, c.source_id, ${run}, ${run}, c.eo_id, v.begin_time, v.end_time, ${readAt(sql)}
		from changes c join dataset_versions v on v.id = c.after_version ${readingRun(sql)}
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'added' and c.dataset_id not in (
			select d.id from changes there join datasets d on d.id = there.dataset_id where there.run_id = ${run} and there.action = 'added')
		order by c.storage_id, c.path`;
	await expectAtLeast(sql, "datasets", count);
}
