import type { Transaction } from "#lib/catalog/database/database.ts";
import { conditionSql, type Fragment } from "#lib/catalog/search/condition-sql.ts";
import type { Condition } from "#lib/cql2/condition.ts";
import type { Box } from "#lib/cql2/intersects.ts";
import type { SortKey } from "./item-order.ts";
import { itemColumnsOf } from "./item-properties.ts";
import type { Said } from "./said.ts";

/** What is asked of items, and what of it SQL can say. */

export interface SearchQuery {
	/** Ids of the containers that are searched. */
	readonly containers: readonly number[];
	/** Items whose time touches it, as PostgreSQL takes instants; null: open. */
	readonly time: { readonly start: string | null; readonly end: string | null } | null;
	/** Items that have one of these IDs; null: any. */
	readonly ids: readonly string[] | null;
	/** Place and filter; null: everything. */
	readonly condition: Condition | null;
	/** Boxes that hold the place; null: anywhere. */
	readonly boxes: readonly Box[] | null;
	readonly sort: readonly SortKey[];
}

/** In an object: a fragment that is awaited would be sent. */
export interface Leading {
	/** Selects `dataset_id` and `container_id`. */
	readonly items: Fragment;
	readonly count: number;
}

export function fromItems(sql: Transaction, leading: Leading | null, said: Said | null): Fragment {
	const items =
		leading === null
			? sql`items i`
			: sql`candidates l join items i on i.dataset_id = l.dataset_id and i.container_id = l.container_id`;
	return sql`${items} join containers c on c.id = i.container_id ${said === null ? sql`` : said.join}`;
}

/** All that SQL can say of items `i`, their container `c` and what metadata says of them, `s`. */
export function matches(sql: Transaction, query: SearchQuery): Fragment {
	const { condition, ids } = query;
	return sql`${inCollections(sql, query)} and ${endsInTime(sql, query)}
		${ids === null ? sql`` : sql`and i.eo_id = any(${ids as string[]}::text[])`}
		${condition === null ? sql`` : sql`and ${conditionSql(sql, condition, itemColumnsOf(sql))}`}`;
}

/** As far as the indexes by begin know: what ends then or later began no earlier than the longest item would have. */
export function inCollections(sql: Transaction, { containers, time }: SearchQuery): Fragment {
	const [only] = containers;
	const longest = sql`(select max(longest.end_time - longest.begin_time) from items longest)`;
	return sql`${containers.length === 1 ? sql`i.container_id = ${only as number}` : sql`i.container_id = any(${containers as number[]}::bigint[])`}
		${time?.end == null ? sql`` : sql`and i.begin_time <= ${time.end}::timestamptz`}
		${time?.start == null ? sql`` : sql`and i.begin_time >= ${time.start}::timestamptz - ${longest}`}`;
}

export function endsInTime(sql: Transaction, { time }: SearchQuery): Fragment {
	return time?.start == null ? sql`true` : sql`i.end_time >= ${time.start}::timestamptz`;
}
