import type { Transaction } from "#lib/catalog/database/database.ts";
import { type Fragment, inBoxesByIndex } from "#lib/catalog/search/condition-sql.ts";
import { fewest } from "#lib/catalog/search/fewest.ts";
import { searchTimeoutMs } from "#lib/catalog/search/find-datasets.ts";
import { limitStatements } from "#lib/catalog/search/time-limit.ts";
import type { ItemKey } from "#lib/stac/load-items.ts";
import { fromItems, inCollections, type Leading, matches, type SearchQuery } from "./item-conditions.ts";
import type { Pace } from "./pace.ts";
import type { Said } from "./said.ts";

/** Which items a search looks at first: those of the condition that has the fewest. */

/** The items of the condition with the fewest; null: none has few. */
export async function smallestSet(sql: Transaction, query: SearchQuery, few: number): Promise<Leading | null> {
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
	const best = await fewest(sql, sets, few);
	return best === null ? null : { items: best.rows, count: best.count };
}

interface RareOptions {
	readonly said: Said | null;
	readonly few: number;
	readonly pace: Pace;
}

/**
 * The items that meet the condition as SQL knows it, if they are few. The whole table is read in its own order, which takes a tenth of the time of
 * walking an index; so the statement does not say where the page begins, or PostgreSQL would take the index. null: they are not few, or the table is
 * too large to read all of it.
 */
export async function rareSet(
	sql: Transaction,
	query: SearchQuery,
	{ said, few, pace }: RareOptions,
): Promise<Leading | null> {
	if (!pace.isFastEnoughFor(await estimatedItems(sql))) return null;
	await limitStatements(sql, pace.limits.longest);
	const rows = await sql<ItemKey[]>`
		select i.dataset_id as "datasetId", i.container_id as "containerId" from ${fromItems(sql, null, said)}
		where ${matches(sql, query)} limit ${few + 1}`;
	await limitStatements(sql, searchTimeoutMs);
	if (rows.length > few) return null;
	const [datasets, containers] = [rows.map(({ datasetId }) => datasetId), rows.map(({ containerId }) => containerId)];
	return {
		items: sql`select * from unnest(${datasets}::bigint[], ${containers}::bigint[]) as few(dataset_id, container_id)`,
		count: rows.length,
	};
}

async function estimatedItems(sql: Transaction): Promise<number> {
	const [items] = await sql<
		{ total: number }[]
	>`select greatest(reltuples, 0)::float8 as total from pg_class where oid = 'items'::regclass`;
	return items?.total ?? 0;
}

/**
 * Whether the page is full sooner along the index of the order than by looking at all of the set: for what is spread evenly, one item in
 * `total / count` is met.
 */
export async function isSoonerWalked(
	sql: Transaction,
	{ condition, ids }: SearchQuery,
	{ set, limit }: { readonly set: Leading; readonly limit: number },
): Promise<boolean> {
	if (condition !== null || ids !== null) return false;
	return set.count ** 2 > limit * Math.max(await estimatedItems(sql), set.count);
}
