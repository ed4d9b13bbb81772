import type { Transaction } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles, versionColumns } from "#lib/catalog/datasets/dataset-state.ts";

/**
 * Changes that 0.1 wrote hold the states before and after themselves: they become versions, so that the plan can be applied, or
 * what was applied be taken back. Shown they are as they stand, until their retention time is over.
 */
export async function takeStatesOver(sql: Transaction, run: number): Promise<void> {
	const [found] = await sql`
		select from changes c where c.run_id = ${run} and (c.before is not null or c.after is not null) limit 1`;
	if (!found) return;
	await sql`
		with old as materialized (
			select c.id, c.run_id, c.before, c.after, c.action = 'added' as adds, coalesce(c.dataset_id, nextval('datasets_id_seq')) as dataset_id,
				coalesce(c.files, '[]') as files, coalesce(c.undo->'files', ${datasetFiles(sql)}, c.files, '[]') as files_before,
				case when c.before is not null then nextval('changes_id_seq') end as version_before
			from changes c left join datasets d on d.id = c.dataset_id ${currentVersion(sql)}
			where c.run_id = ${run} and (c.before is not null or c.after is not null)
		), made as (
			insert into dataset_versions (${versionColumns(sql)})
			select id, dataset_id, run_id, (after->>'begin')::timestamptz, (after->>'end')::timestamptz, md5((after->'footprint')::text)::uuid, after::json, files
			from old where after is not null
			union all
			select version_before, dataset_id, null, (before->>'begin')::timestamptz, (before->>'end')::timestamptz,
				md5((before->'footprint')::text)::uuid, before::json, files_before
			from old where before is not null
		)
		update changes c set before_version = old.version_before, after_version = case when old.after is not null then old.id end,
			dataset_id = case when old.adds then old.dataset_id else c.dataset_id end,
			files = case when old.after is null then c.files end, before = null, after = null
		from old where c.id = old.id`;
}
