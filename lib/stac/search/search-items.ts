import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { instantText } from "#lib/catalog/datasets/dataset-state.ts";
import { conditionSql, type Fragment, inBoxesByIndex } from "#lib/catalog/search/condition-sql.ts";
import { fewest } from "#lib/catalog/search/fewest.ts";
import { joinByIndex, tooSlow, within } from "#lib/catalog/search/time-limit.ts";
import type { Condition } from "#lib/cql2/condition.ts";
import { evaluate } from "#lib/cql2/evaluate.ts";
import type { Box } from "#lib/cql2/intersects.ts";
import { itemTimes } from "#lib/cql2/item-property.ts";
import { UsageError } from "#lib/errors.ts";
import type { ItemKey } from "#lib/stac/load-items.ts";
import { isAfter, newestFirst, type Order, orderOf, type SortKey } from "./item-order.ts";
import { type ItemState, itemColumnsOf, itemValues } from "./item-properties.ts";
import type { SortValue } from "./page-token.ts";

/** Finds published items: which, and in which order. Who may see which collections is the caller's to know. */

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

export interface FoundItems {
	readonly keys: readonly ItemKey[];
	/** The sort key of the last one; null: there are no more. */
	readonly next: readonly SortValue[] | null;
	/** Exact; null: they are too many to be counted for an answer. */
	readonly matched: number | null;
}

/** Items that are looked at to be counted. */
const mostEvaluated = 500;
/** Items that may be sorted by what has no index. */
const mostSorted = 100_000;
/** Milliseconds. */
const patience = 5_000;

/**
 * A page of items. As PostgreSQL misjudges how many a box meets, each condition that has an index is counted first, as far as 20,001;
 * the one with the fewest leads if they are few, else the index of the order is walked. What SQL does not decide (places, fields that
 * documents derive) is evaluated on a few items more than the page takes.
 * @throws EosyncError `too-slow` @throws UsageError for an order that cannot be had
 */
export async function searchItems(
	sql: Pick<Sql, "begin">,
	query: SearchQuery,
	{ after, limit }: { readonly after: readonly SortValue[] | null; readonly limit: number },
): Promise<FoundItems> {
	return within(sql, patience, (tx) => search(tx, query, { after, limit }), "collections");
}

async function search(
	sql: Transaction,
	query: SearchQuery,
	{ after, limit }: { readonly after: readonly SortValue[] | null; readonly limit: number },
): Promise<FoundItems> {
	const started = performance.now();
	const order = orderOf(sql, query.sort);
	const smallest = await smallestSet(sql, query);
	const isWalked = smallest !== null && order.isIndexed && (await isSoonerWalked(sql, query, { set: smallest, limit }));
	const leading = isWalked ? null : smallest;
	if (leading !== null) await joinByIndex(sql);
	if (!order.isIndexed) await requireSortable(sql, query, leading);
	const found: (ItemKey & { readonly position: readonly SortValue[] })[] = [];
	let position = after;
	for (;;) {
		const wanted = limit + 1 - found.length;
		const asked = query.condition === null ? wanted : Math.min(2000, Math.ceil(wanted * 1.5) + 20);
		const rows = await readRows(sql, query, { leading, order, position, limit: asked });
		for (const row of rows) if (isMet(query, row)) found.push({ ...row, position: row.position });
		const last = rows.at(-1);
		if (rows.length < asked || found.length > limit || last === undefined) break;
		if (performance.now() - started > patience) throw tooSlow(patience, null, "collections");
		position = last.position;
	}
	const page = found.slice(0, limit);
	return {
		keys: page.map(({ containerId, datasetId }) => ({ containerId, datasetId })),
		next: found.length > limit ? (page.at(-1)?.position ?? null) : null,
		// Later pages need not count again.
		matched: after === null && smallest !== null ? await countItems(sql, query, smallest) : null,
	};
}

type Row = ItemKey &
	Omit<ItemState, "state"> & {
		/** null: there is nothing to evaluate. */
		readonly state: ItemState["state"] | null;
		readonly position: readonly SortValue[];
	};

function isMet({ condition }: SearchQuery, { state, ...row }: Row): boolean {
	return condition === null || state === null || evaluate(condition, itemValues({ ...row, state })) === true;
}

interface From {
	readonly leading: Leading | null;
	readonly order: Order;
	readonly position: readonly SortValue[] | null;
	readonly limit: number;
}

async function readRows(
	sql: Transaction,
	query: SearchQuery,
	{ leading, order, position, limit }: From,
): Promise<readonly Row[]> {
	const { keys } = order;
	const isLater = position === null ? sql`true` : isAfter(sql, order, position);
	const by = keys.map(
		({ column, descending }, index) =>
			sql`${index === 0 ? sql`` : sql`, `}${column} ${descending ? sql`desc` : sql``} ${index < keys.length - 2 && !order.isIndexed ? sql`nulls last` : sql``}`,
	);
	const values = keys.map(
		({ column, as }, index) =>
			sql`${index === 0 ? sql`` : sql`, `}${as === "timestamptz" ? instantText(sql, column) : column}`,
	);
	const isEvaluated = query.condition !== null;
	return sql<Row[]>`
		${leading === null ? sql`` : sql`with candidates as materialized (${leading.items})`}
		select i.container_id as "containerId", i.dataset_id as "datasetId", jsonb_build_array(${values}) as position, c.eo_id as collection,
			${isEvaluated ? sql`v.state` : sql`null::json`} as state, ${instantText(sql, sql`i.created_at`)} as "createdAt", ${instantText(sql, sql`i.updated_at`)} as "updatedAt"
		from ${fromItems(sql, query, leading)}
		where ${matches(sql, query)} and ${isLater} order by ${by} limit ${limit}`;
}

/** The version is joined where something of it is asked for. */
function fromItems(sql: Transaction, query: SearchQuery, leading: Leading | null): Fragment {
	const items =
		leading === null
			? sql`items i`
			: sql`candidates l join items i on i.dataset_id = l.dataset_id and i.container_id = l.container_id`;
	const versions = sql`join datasets d on d.id = i.dataset_id join dataset_versions v on v.id = d.version_id`;
	const isSorted = query.sort.some(({ name }) => !itemTimes.includes(name));
	return sql`${items} join containers c on c.id = i.container_id ${query.condition === null && !isSorted ? sql`` : versions}`;
}

/** All that SQL can say of items `i`, their container `c` and version `v`. */
function matches(sql: Transaction, query: SearchQuery): Fragment {
	const { condition, ids } = query;
	return sql`${inCollections(sql, query)} and ${endsInTime(sql, query)}
		${ids === null ? sql`` : sql`and i.eo_id = any(${ids as string[]}::text[])`}
		${condition === null ? sql`` : sql`and ${conditionSql(sql, condition, itemColumnsOf(sql))}`}`;
}

/** As far as the indexes by begin know: what ends then or later began no earlier than the longest item would have. */
function inCollections(sql: Transaction, { containers, time }: SearchQuery): Fragment {
	const [only] = containers;
	const longest = sql`(select max(longest.end_time - longest.begin_time) from items longest)`;
	return sql`${containers.length === 1 ? sql`i.container_id = ${only as number}` : sql`i.container_id = any(${containers as number[]}::bigint[])`}
		${time?.end == null ? sql`` : sql`and i.begin_time <= ${time.end}::timestamptz`}
		${time?.start == null ? sql`` : sql`and i.begin_time >= ${time.start}::timestamptz - ${longest}`}`;
}

function endsInTime(sql: Transaction, { time }: SearchQuery): Fragment {
	return time?.start == null ? sql`true` : sql`i.end_time >= ${time.start}::timestamptz`;
}

/** In an object: a fragment that is awaited would be sent. */
interface Leading {
	/** Selects `dataset_id` and `container_id`. */
	readonly items: Fragment;
	readonly count: number;
}

/** The items of the condition with the fewest; null: none has few. */
async function smallestSet(sql: Transaction, query: SearchQuery): Promise<Leading | null> {
	const { boxes, ids } = query;
	if (ids !== null)
		return {
			items: sql`select i.dataset_id, i.container_id from datasets d join items i on i.dataset_id = d.id
				where d.eo_id = any(${ids as string[]}::text[]) and d.archived_at is null`,
			count: ids.length,
		};
	const sets: Fragment[] = [sql`select i.dataset_id, i.container_id from items i where ${inCollections(sql, query)}`];
	if (boxes !== null)
		sets.push(sql`select i.dataset_id, i.container_id from items i where ${inBoxesByIndex(sql, sql`i.bbox`, boxes)}`);
	const best = await fewest(sql, sets);
	return best === null ? null : { items: best.rows, count: best.count };
}

/**
 * Whether the page is full sooner along the index of the order than by looking at all of the set: for what is spread evenly, one item in
 * `total / count` is met.
 */
async function isSoonerWalked(
	sql: Transaction,
	{ condition, ids }: SearchQuery,
	{ set, limit }: { readonly set: Leading; readonly limit: number },
): Promise<boolean> {
	if (condition !== null || ids !== null) return false;
	const [items] = await sql<
		{ total: number }[]
	>`select greatest(reltuples, 0)::float8 as total from pg_class where oid = 'items'::regclass`;
	return set.count ** 2 > limit * Math.max(items?.total ?? 0, set.count);
}

/** @throws UsageError when they are too many for an order that no index has */
async function requireSortable(sql: Transaction, query: SearchQuery, leading: Leading | null): Promise<void> {
	if (leading !== null) return;
	const rows = await sql`select from items i where ${inCollections(sql, query)} offset ${mostSorted} limit 1`;
	if (rows.length > 0)
		throw new UsageError(
			`More than ${mostSorted} items would have to be sorted: ask for a smaller time, a smaller area or fewer collections, or sort by datetime.`,
		);
}

/** null: more than are counted, or looked at, for an answer. */
async function countItems(sql: Transaction, query: SearchQuery, leading: Leading): Promise<number | null> {
	if (query.condition === null) {
		const [counted] = await sql<{ count: number }[]>`
			with candidates as materialized (${leading.items})
			select count(*) as count from ${fromItems(sql, { ...query, sort: newestFirst }, leading)} where ${matches(sql, query)}`;
		return counted?.count ?? 0;
	}
	if (leading.count > mostEvaluated) return null;
	const order = orderOf(sql, newestFirst);
	const rows = await readRows(
		sql,
		{ ...query, sort: newestFirst },
		{ leading, order, position: null, limit: mostEvaluated },
	);
	return rows.filter((row) => isMet(query, row)).length;
}
