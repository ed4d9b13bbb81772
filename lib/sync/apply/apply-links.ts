import { actionsThat, isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { isDoubtful } from "#lib/sync/known-folders.ts";
import { linkOnly } from "#lib/sync/plan/removed-sources.ts";
import { expectAtLeast } from "#lib/sync/planner-statistics.ts";

/** The steps of an apply that write what surrounds the datasets: links, rejections, folders, sources. */

export async function link(sql: Transaction, run: number, containerId: number): Promise<void> {
	const { count } = await sql`
		insert into container_datasets (container_id, dataset_id, source_id)
		select ${containerId}, d.id, c.source_id from changes c
			join datasets d on d.storage_id = c.storage_id and d.path = c.path and d.archived_at is null
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action in ${actionsThat.arrive(sql)} order by d.id
		on conflict do nothing`;
	await expectAtLeast(sql, "container_datasets", count);
	// A removal that is taken back: into the other containers that it had left as well.
	await sql`
		insert into container_datasets (container_id, dataset_id, source_id)
		select k.id, c.dataset_id, s.id from changes c, jsonb_array_elements(c.undo->'links') l
			join containers k on k.id = (l->>'containerId')::bigint and k.deleted_at is null left join sources s on s.id = (l->>'sourceId')::bigint
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'added' and c.dataset_id is not null
		on conflict do nothing`;
}

/** Rule 5; what leaves its last container was archived already, like a removed dataset, and comes back without being read. */
export async function unlink(sql: Transaction, run: number, containerId: number): Promise<void> {
	await sql`
		with gone as (
			delete from container_datasets cd using changes c
			where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'unlinked' and cd.dataset_id = c.dataset_id and cd.container_id = ${containerId}
			returning c.id, cd.source_id
		)
		update changes c set undo = coalesce(c.undo, '{}') || jsonb_build_object('links', jsonb_build_array(jsonb_build_object('containerId', ${containerId}::bigint, 'sourceId', gone.source_id)))
		from gone where c.id = gone.id`;
	await passHomes(sql, run, containerId);
}

/** Hands datasets that left this container to one that still has them: its rules read them, and its next sync looks at them again. */
async function passHomes(sql: Transaction, run: number, containerId: number): Promise<void> {
	await sql`
		with passed as (
			update datasets d set home_source_id = heir.source_id
			from changes c, sources home, lateral (
				select cd.source_id from container_datasets cd join sources s on s.id = cd.source_id and not s.retired
				where cd.dataset_id = c.dataset_id and cd.container_id <> ${containerId} order by cd.container_id limit 1
			) heir
			where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'unlinked' and d.id = c.dataset_id and d.archived_at is null
				and home.id = d.home_source_id and home.container_id = ${containerId}
			returning d.home_source_id, d.directory
		)
		update directories d set ${isDoubtful(sql)} from passed where d.source_id = passed.home_source_id and d.path = passed.directory`;
}

/** Rule 8: keeps a rejection until its file changes, and deletes those of all other files that were looked at. */
export async function writeRejections(sql: Transaction, run: number, containerId: number): Promise<void> {
	await sql`
		delete from rejections r using changes c
		where c.run_id = ${run} and ${isPlanned(sql)} and r.container_id = ${containerId} and r.storage_id = c.storage_id and r.path = c.path
			and c.code is distinct from ${linkOnly}`;
	await sql`
		insert into rejections (container_id, storage_id, path, directory, source_id, files, rule, code, reason, eo_id, run_id)
		select distinct on (storage_id, path) ${containerId}, storage_id, path, directory, source_id, files, coalesce(rule, ''), coalesce(code, 'unreadable'), coalesce(reason, ''), eo_id, ${run}
		from changes where run_id = ${run} and ${isPlanned(sql, "changes")} and action = 'rejected' order by storage_id, path, id desc`;
}

/** A folder of which something was left out does not agree with the catalogue: the next sync looks at it again. */
export async function lookAgainAtSkipped(sql: Transaction, run: number): Promise<void> {
	await sql`
		with spoilt as materialized (
			select unnest(array[directory, regexp_replace(from_path, '/?[^/]*$', '')]) as path from changes where run_id = ${run} and outcome = 'skipped'
		)
		update run_directories set digest = ''
		where run_id = ${run} and digest is not null and path in (select path from spoilt where path is not null)`;
}

/** All other folders agree with it from now on, but for those that another run has had doubts about since this one looked. */
export async function writeDirectories(sql: Transaction, run: number): Promise<void> {
	await sql`delete from directories d using run_directories r where r.run_id = ${run} and r.digest is null and d.source_id = r.source_id and d.path = r.path`;
	await sql`
		insert into directories (source_id, path, parent, digest, listing, rule)
		select r.source_id, r.path, r.parent, case when coalesce(d.doubts, 0) = r.doubts then nullif(r.digest, '') end, r.listing, r.rule
		from run_directories r left join directories d on d.source_id = r.source_id and d.path = r.path
		where r.run_id = ${run} and r.digest is not null
		on conflict (source_id, path) do update set parent = excluded.parent, digest = excluded.digest, listing = excluded.listing, rule = excluded.rule`;
}

/** Other containers must look again at folders whose datasets left them. */
export async function invalidateOthers(sql: Transaction, run: number, containerId: number): Promise<void> {
	await sql`
		update directories d set ${isDoubtful(sql)}
		from sources s, (select distinct storage_id, directory from changes where run_id = ${run} and ${isPlanned(sql, "changes")} and action = 'removed') c
		where s.storage_id = c.storage_id and s.container_id <> ${containerId} and d.source_id = s.id and d.path = c.directory`;
}

/**
 * Rule 8 for mosaics of others that have the same datasets: what is different now may not fit there any more, or fit at last. Their next
 * runs see; of files that did not fit the folders are looked at again, even where they are as they were.
 */
export async function refitMosaics(sql: Transaction, run: number, containerId: number): Promise<void> {
	const [others] = await sql`
		select from containers where kind = 'rectified-stitched-mosaic' and id <> ${containerId} and deleted_at is null limit 1`;
	if (!others) return;
	const mayFitOtherwise = sql`c.run_id = ${run} and ${isPlanned(sql)} and ((c.action = 'added' and c.undo ? 'links')
		or (c.action in ${actionsThat.alter(sql)} and c.after_version is not null
			and coalesce(c.fields ?| array['kind', 'crs', 'size', 'extent', 'rangeType', 'bands'], true)))`;
	await sql`
		update containers k set mosaic_refit = true
		where k.kind = 'rectified-stitched-mosaic' and k.id in (
			select cd.container_id from changes c join container_datasets cd on cd.dataset_id = c.dataset_id
			where ${mayFitOtherwise} and cd.container_id <> ${containerId})`;
	await sql`
		update directories d set ${isDoubtful(sql)} from rejections r
		where r.code = 'does-not-fit' and r.container_id <> ${containerId} and d.source_id = r.source_id and d.path = r.directory
			and exists (select from changes c where ${mayFitOtherwise} and c.directory = r.directory and c.path = r.path and c.storage_id = r.storage_id)`;
}

/** Its rejections go with a source: others that match those files have to look at them. */
export async function dropRemovedSources(sql: Transaction, _run: number, containerId: number): Promise<void> {
	await sql`
		with dropped as (
			select s.id from sources s where s.container_id = ${containerId} and s.retired
				and not exists (select from container_datasets cd where cd.source_id = s.id)
		), doubtful as (
			update directories d set ${isDoubtful(sql)}
			from sources s, rejections r
			where r.source_id in (select id from dropped) and s.container_id = ${containerId} and s.storage_id = r.storage_id
				and d.source_id = s.id and d.path = r.directory and s.id not in (select id from dropped)
		)
		delete from sources where id in (select id from dropped)`;
}
