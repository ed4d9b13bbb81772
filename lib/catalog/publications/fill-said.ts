import type { Database } from "#lib/catalog/database/database.ts";

/** Items per statement, which takes some hundred milliseconds. */
const portion = 5000;

/**
 * Fills `items.said` of the next portion of items that an earlier version wrote. Returns how many; 0: nothing is left. It skips an item that another
 * transaction is writing: that one fills it.
 */
export async function fillSaid({ sql }: Pick<Database, "sql">): Promise<number> {
	// Nearly always there is nothing to do.
	if ((await sql`select from items where said is null limit 1`).length === 0) return 0;
	const { count } = await sql`
		with unsaid as materialized (
			select dataset_id, container_id from items where said is null order by dataset_id limit ${portion} for update skip locked
		)
		update items i set said = eosync_fields(v.state)
		from unsaid u join datasets d on d.id = u.dataset_id join dataset_versions v on v.id = d.version_id
		where i.dataset_id = u.dataset_id and i.container_id = u.container_id`;
	return count;
}
