import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";

/** Of a larger container about so many datasets are compared word by word, unless all are asked for. */
const looked = 10_000;

/** How a container's items differ from what they should be. */
export interface ItemFaults {
	/** EO ID, of a deleted one the one that it had. */
	readonly container: string;
	/** Datasets that are no items. */
	readonly missing: number;
	/** Items that should not be there. */
	readonly foreign: number;
	/** Items that say something else than their dataset. */
	readonly differing: number;
}

/** Containers whose items are not what their datasets say, and that are not being compared already. Changes nothing. */
export async function itemFaults(
	sql: Sql | Transaction,
	{ full }: { readonly full: boolean },
): Promise<readonly ItemFaults[]> {
	const concerned = await sql<Pick<typeof containers.$inferSelect, "id" | "eoId" | "datasetCount">[]>`
		select c.id, coalesce(c.deleted_eo_id, c.eo_id) as "eoId", c.dataset_count as "datasetCount" from containers c
		where (c.publish_stac <> 'off' or exists (select from items i where i.container_id = c.id))
			and not exists (select from publication_fills f where f.container_id = c.id) order by 2`;
	const found: ItemFaults[] = [];
	for (const { id, eoId, datasetCount } of concerned) {
		const every = full ? 1 : Math.max(1, Math.floor(datasetCount / looked));
		const [faults] = await sql<Omit<ItemFaults, "container">[]>`
			with wanted as (
				select cd.dataset_id, d.eo_id, d.begin_time, d.end_time, d.version_id, d.path from containers c
					join container_datasets cd on cd.container_id = c.id join datasets d on d.id = cd.dataset_id
				where c.id = ${id} and c.publish_stac <> 'off' and c.deleted_at is null and d.archived_at is null and d.version_id is not null
			)
			select count(*) filter (where i.dataset_id is null) as missing, count(*) filter (where w.dataset_id is null) as foreign,
				count(*) filter (where i.eo_id <> w.eo_id or i.begin_time <> w.begin_time or i.end_time <> w.end_time
					or (i.dataset_id % ${every} = 0 and split_part(i.etag, '.', 1) <> (
						select eosync_said(v.state, w.path, v.files) from dataset_versions v where v.id = w.version_id))) as differing
			from wanted w full join (select * from items where container_id = ${id}) i on i.dataset_id = w.dataset_id`;
		if (faults && faults.missing + faults.foreign + faults.differing > 0) found.push({ container: eoId, ...faults });
	}
	return found;
}
