import type { Database } from "#lib/catalog/database/database.ts";
import {
	currentVersion,
	datasetCell,
	datasetDay,
	datasetFiles,
	footprintKey,
} from "#lib/catalog/datasets/dataset-state.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { unknownFolders } from "#lib/sync/known-folders.ts";

/** The catalogue in the form in which `ChaosArchive` describes itself: one line per dataset of the container, sorted. */
export async function catalogueLines({ sql }: Database): Promise<readonly string[]> {
	const rows = await sql<{ line: string }[]>`
		select d.path || ' ' || d.eo_id || ' ' || to_char(d.begin_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as line
		from container_datasets cd join datasets d on d.id = cd.dataset_id`;
	return rows.map(({ line }) => line).sort();
}

const forbidden = (sql: Database["sql"]) => ({
	"folders whose loss would go unnoticed": unknownFolders(sql),
	"datasets of one file": sql`select storage_id, path from datasets where archived_at is null group by 1, 2 having count(*) > 1`,
	"datasets of one EO ID": sql`select eo_id from datasets where archived_at is null group by 1 having count(*) > 1`,
	"links of archived datasets": sql`select d.path from container_datasets cd join datasets d on d.id = cd.dataset_id where d.archived_at is not null`,
	"links to nothing": sql`select cd.dataset_id from container_datasets cd left join datasets d on d.id = cd.dataset_id where d.id is null`,
	"datasets in no container": sql`select d.path from datasets d where d.archived_at is null and not exists (select from container_datasets cd where cd.dataset_id = d.id)`,
	"names that were only lent": sql`select eo_id from datasets where eo_id like '\\_eosync-%' or path like '//%'`,
	"a summary that does not fit": sql`
		select c.eo_id from containers c left join container_datasets cd on cd.container_id = c.id left join datasets d on d.id = cd.dataset_id
		group by c.id having c.dataset_count <> count(d.id) or c.begin_time <> min(d.begin_time) or c.end_time <> max(d.end_time)`,
	"footprints that are miscounted": sql`
		select coalesce(f.container_id, g.container_id) as container, f.datasets as told, g.datasets as counted from container_footprints f
		full join (
			select cd.container_id, ${footprintKey(sql)} as key, count(*) as datasets
			from container_datasets cd join datasets d on d.id = cd.dataset_id ${currentVersion(sql)} group by 1, 2
		) g on g.container_id = f.container_id and g.key = f.key
		where f.datasets is distinct from g.datasets and coalesce(f.datasets, 1) > 0`,
	"cells that are miscounted": sql`
		select container_id, cell, told.datasets as told, counted.datasets as counted from container_cells told
		full join (
			select cd.container_id, ${datasetCell(sql)} as cell, count(*) as datasets
			from container_datasets cd join datasets d on d.id = cd.dataset_id ${currentVersion(sql)} group by 1, 2
		) counted using (container_id, cell)
		where told.datasets is distinct from counted.datasets and container_id in (select container_id from container_totals)`,
	"days that are miscounted": sql`
		select container_id, day, told.datasets as told, counted.datasets as counted from container_days told
		full join (
			select cd.container_id, ${datasetDay(sql)} as day, count(*) as datasets
			from container_datasets cd join datasets d on d.id = cd.dataset_id group by 1, 2
		) counted using (container_id, day)
		where told.datasets is distinct from counted.datasets and container_id in (select container_id from container_totals)`,
	"totals that are miscounted": sql`
		select t.* from container_totals t where t.rejections <> (select count(*) from rejections r where r.container_id = t.container_id)
			or t.bytes <> (select coalesce(sum(eosync_bytes(${datasetFiles(sql)})), 0) from container_datasets cd
				join datasets d on d.id = cd.dataset_id ${currentVersion(sql)} where cd.container_id = t.container_id)`,
	"folders of runs that are miscounted": sql`
		select run_id, directory, action, told.changes as told, counted.changes as counted, told.left_out, counted.left_out as "leftOut" from run_folders told
		full join (
			select run_id, directory, action, count(*) as changes, count(*) filter (where outcome in ('skipped', 'failed')) as left_out
			from changes where action <> 'refreshed' group by 1, 2, 3
		) counted using (run_id, directory, action)
		join run_roll_ups u using (run_id) join runs r on r.id = run_id
		where u.folder_depth is null and r.applied_at is not null and exists (select from changes c where c.run_id = r.id)
			and (told.changes, told.left_out) is distinct from (counted.changes, counted.left_out)`,
	"counts of what is gone": sql`
		select 'footprints' as of, container_id as id from container_footprints where container_id not in (select id from containers)
		union select 'days', container_id from container_days where container_id not in (select container_id from container_totals)
		union select 'cells', container_id from container_cells where container_id not in (select container_id from container_totals)
		union select 'folders of a run', run_id from run_folders where run_id not in (select run_id from run_roll_ups)
		union select 'days of a run', run_id from run_days where run_id not in (select run_id from run_roll_ups)
		union select 'cells of a run', run_id from run_cells where run_id not in (select run_id from run_roll_ups)`,
	"runs that are not rolled up": sql`
		select r.id from runs r where r.planned_at is not null and added + removed + updated + moved + linked + unlinked + rejected > 0
			and r.same_as_run_id is null and not exists (select from run_roll_ups u where u.run_id = r.id)`,
	"datasets in no version of their own": sql`
		select d.path from datasets d ${currentVersion(sql)} where d.version_id is not null and v.dataset_id is distinct from d.id`,
	"versions that nothing names": sql`
		select v.id from dataset_versions v where not exists (select from datasets d where d.version_id = v.id)
			and not exists (select from changes c where v.id in (c.before_version, c.after_version))`,
	"changes of versions that are gone": sql`
		select c.id from changes c where not exists (select from dataset_versions v where v.id = c.before_version) and c.before_version is not null
			or not exists (select from dataset_versions v where v.id = c.after_version) and c.after_version is not null`,
	"items that are not what the datasets say": sql`
		select coalesce(i.container_id, w.container_id) as container, coalesce(i.dataset_id, w.dataset_id) as dataset, i.eo_id as told, w.eo_id as wanted
		from items i full join (
			select cd.container_id, cd.dataset_id, d.eo_id, d.begin_time, d.end_time, eosync_said(v.state, d.path, v.files) as said,
				eosync_bbox((v.state->'footprint')::jsonb) as bbox, eosync_fields(v.state) as fields
			from containers c join container_datasets cd on cd.container_id = c.id join datasets d on d.id = cd.dataset_id
				join dataset_versions v on v.id = d.version_id
			where c.publish_stac <> 'off' and c.deleted_at is null and d.archived_at is null
		) w on w.container_id = i.container_id and w.dataset_id = i.dataset_id
		where not exists (select from publication_fills f where f.container_id = coalesce(i.container_id, w.container_id))
			and ((i.eo_id, i.begin_time, i.end_time, split_part(i.etag, '.', 1)) is distinct from (w.eo_id, w.begin_time, w.end_time, w.said)
				or i.bbox::text is distinct from w.bbox::text or i.said is distinct from w.fields)`,
	"items that the log does not lead to": sql`
		select coalesce(i.container_id, l.container_id) as container, coalesce(i.eo_id, l.eo_id) as item, l.kind from items i full join (
			select distinct on (container_id, eo_id) container_id, dataset_id, eo_id, kind, seq, etag, bbox
			from item_changes where dataset_id is not null order by container_id, eo_id, seq desc
		) l on l.container_id = i.container_id and l.eo_id = i.eo_id
		where (select purged_to from item_log) = 0 and ((i.dataset_id is null) <> (l.kind is null or l.kind = 'removed')
			or (l.kind <> 'removed' and (l.dataset_id, l.seq, l.etag, l.bbox::text) is distinct from (i.dataset_id, i.seq, i.etag, i.bbox::text)))`,
	"a log with gaps": sql`
		select last_seq from item_log where last_seq <> (select greatest(coalesce(max(seq), 0), purged_to) from item_changes)
			or last_seq - purged_to <> (select count(*) from item_changes where seq > purged_to)`,
	"notes of items that nobody took": sql`select * from item_notes`,
	"two active runs": sql`
		select container_id from runs where state in ${statesIn(sql, "active")} group by 1 having count(*) > 1`,
	"a lease of a run that is over": sql`select id from runs where finished_at is not null and lease_owner is not null`,
	"a lease that is too long": sql`select id from runs where lease_until > now() + interval '31 seconds'`,
});

/** What a catalogue must never hold, whatever happened; empty when all is well. */
export async function violations({ sql }: Database): Promise<readonly string[]> {
	const found: string[] = [];
	for (const [what, query] of Object.entries(forbidden(sql))) {
		const rows = await query;
		if (rows.length > 0) found.push(`${what}: ${JSON.stringify(rows.slice(0, 3))}`);
	}
	return found;
}
