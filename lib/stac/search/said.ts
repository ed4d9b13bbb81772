import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { Fragment } from "#lib/catalog/search/condition-sql.ts";

/** Statements over `items i` read metadata from a column of the items themselves, so that a million are examined in a second. */

/** In an object: a fragment that is awaited would be sent. */
export interface Said {
	/** Joins `s` to `items i`: its `said` has what fields are made of. */
	readonly join: Fragment;
}

/** Where the column is still empty after an upgrade, the dataset's version is read instead, which is slow. A worker fills it for all items. */
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
