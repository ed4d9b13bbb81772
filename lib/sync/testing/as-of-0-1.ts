import type { Database } from "#lib/catalog/database/database.ts";

/** The catalogue as 0.1 would have written it: states in the columns of datasets and changes, and no versions. */
export async function asOf01({ sql }: Pick<Database, "sql">): Promise<void> {
	await sql.begin(async (tx) => {
		await tx`set local session_replication_role = replica`;
		await tx`
			update changes c set before = bv.state::jsonb, after = av.state::jsonb, files = coalesce(c.files, av.files, bv.files),
				undo = case when c.undo is not null and av.id is not null then c.undo || jsonb_build_object('files', bv.files) else c.undo end,
				dataset_id = case when exists (select from datasets d where d.id = c.dataset_id) then c.dataset_id end,
				before_version = null, after_version = null
			from changes same left join dataset_versions bv on bv.id = same.before_version left join dataset_versions av on av.id = same.after_version
			where same.id = c.id`;
		await tx`
			update changes set before = null where action in ('removed', 'unlinked') and after is null`;
		await tx`
			update datasets d set files = v.files, kind = (v.state->>'kind')::dataset_kind, size_x = (v.state->'size'->>0)::int, size_y = (v.state->'size'->>1)::int,
				crs = v.state->>'crs', extent = case when json_typeof(v.state->'extent') = 'array' then array(select json_array_elements_text(v.state->'extent')::float8) end,
				gcps = nullif((v.state->'gcps')::jsonb, 'null'), footprint = (v.state->'footprint')::jsonb, range_type = v.state->>'rangeType',
				bands = (v.state->'bands')::jsonb, properties = (v.state->'properties')::jsonb, version_id = null
			from dataset_versions v where v.id = d.version_id`;
		await tx`
			delete from container_footprints`;
		await tx`
			insert into container_footprints (container_id, key, datasets, since, merged, footprint)
			select g.container_id, g.key, g.datasets, g.since, true, d.footprint from (
				select cd.container_id, md5(d.footprint::text)::uuid as key, count(*) as datasets, min(d.id) as since
				from container_datasets cd join datasets d on d.id = cd.dataset_id group by 1, 2
			) g join datasets d on d.id = g.since`;
		await tx`delete from dataset_versions`;
	});
}
