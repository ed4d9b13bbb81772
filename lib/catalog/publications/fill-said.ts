import type { Database } from "#lib/catalog/database/database.ts";

/** Items per statement, which takes some hundred milliseconds. */
const portion = 5000;

/**
 * Writes what metadata says beside items that an earlier version wrote (`items.said`), of the next portion. Returns of how many; 0: nothing is
 * left. An item that a transaction is writing is left to it.
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
