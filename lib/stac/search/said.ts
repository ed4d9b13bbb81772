import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { Fragment } from "#lib/catalog/search/condition-sql.ts";

/** Where statements over `items i` find what metadata says: beside the items themselves, so that very many are looked at in a second. */

/** In an object: a fragment that is awaited would be sent. */
export interface Said {
	/** Joins `s` to `items i`: its `said` has what fields are made of. */
	readonly join: Fragment;
}

/** Until a worker has written it for all items (after an upgrade), it is made of the dataset's version where it is missing, which is slow. */
export async function saidOf(sql: Sql | Transaction): Promise<Said> {
	const missing = await sql`select from items where said is null limit 1`;
	const said =
		missing.length === 0
			? sql`select i.said as said`
			: sql`select coalesce(i.said, eosync_fields(${stateOf(sql)})) as said offset 0`;
	return { join: sql`cross join lateral (${said}) s` };
}

/** The dataset's own state, of `items i`. */
export function stateOf(sql: Sql | Transaction): Fragment {
	return sql`(select v.state from datasets d join dataset_versions v on v.id = d.version_id where d.id = i.dataset_id)`;
}
