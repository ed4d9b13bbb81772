import { z } from "zod";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { pagingBy } from "#lib/catalog/paging.ts";
import { boxesOf, intersects, shapeOf } from "#lib/cql2/intersects.ts";
import { EosyncError } from "#lib/errors.ts";
import type { Bbox, TimeRange } from "#lib/stac/api/parameters.ts";
import { type ItemKey, type LoadedItem, type LoadOptions, loadItems } from "./load-items.ts";

/** The items of one collection, page by page: the newest first. */

export interface ItemsQuery {
	readonly container: number;
	readonly bbox: Bbox | null;
	readonly time: TimeRange | null;
	readonly limit: number;
	/** Of the page before. */
	readonly token: string | null;
}

export interface ItemsPage {
	readonly items: readonly LoadedItem[];
	readonly next: string | null;
}

/** The last item's begin and dataset. */
const paging = pagingBy(z.string().regex(/^\d{4,6}-[\d:.TZ+-]{1,40}$/), z.int().min(0));

/** Items that are looked at in one step, and how long a reader waits. */
const maxAtOnce = 1001;
const patienceMs = 5000;

type FoundRow = ItemKey & { readonly begin: string };

/** Boxes in the index are wider than footprints over the antimeridian: what is found is looked at, until the page is full. */
export async function itemsPage(sql: Sql | Transaction, query: ItemsQuery, options: LoadOptions): Promise<ItemsPage> {
	const found: { readonly item: LoadedItem; readonly begin: string }[] = [];
	let [begin, dataset] = paging.keyOf(query.token);
	const shape = query.bbox === null ? null : shapeOf({ bbox: [...query.bbox] });
	const isRare = query.bbox !== null && (await areFew(sql, query.bbox));
	const started = performance.now();
	for (let most = query.limit + 1; ; most = Math.min(most * 2, maxAtOnce)) {
		if (performance.now() - started > patienceMs) {
			const message =
				"So few of the items near that box are in it that it takes too long: ask for a larger box, or a time.";
			throw new EosyncError("too-slow", message, { retryable: true });
		}
		const rows = await keysAfter(
			sql,
			{ ...query, isRare, limit: most },
			begin === undefined || dataset === undefined ? null : { begin, dataset },
		);
		const begins = new Map(rows.map((row) => [row.datasetId, row.begin]));
		for (const item of await loadItems(sql, rows, options)) {
			if (shape === null || intersects(shape, item.footprint))
				found.push({ item, begin: begins.get(item.datasetId) ?? "" });
		}
		const last = rows.at(-1);
		if (found.length > query.limit || rows.length < most || last === undefined) break;
		begin = last.begin;
		dataset = last.datasetId;
	}
	const { rows, next } = paging.pageOf(found, query.limit, (row) => [row.begin, row.item.datasetId]);
	return { items: rows.map(({ item }) => item), next };
}

const maxCounted = 20_000;

/** PostgreSQL believes of every box that it is rare: so those in it are counted first, by their index alone. */
async function areFew(sql: Sql | Transaction, bbox: Bbox): Promise<boolean> {
	const [row] = await sql<{ items: number }[]>`
		select count(*)::int as items from (select from items i where ${inBoxes(sql, bbox)} limit ${maxCounted + 1}) counted`;
	return row !== undefined && row.items <= maxCounted;
}

/** What is rare is found by its place, and sorted; else the newest are walked through until there are enough. */
async function keysAfter(
	sql: Sql | Transaction,
	{ container, bbox, time, limit, isRare }: ItemsQuery & { readonly isRare: boolean },
	after: { readonly begin: string; readonly dataset: number } | null,
): Promise<readonly FoundRow[]> {
	const place = bbox === null ? sql`true` : inBoxes(sql, bbox);
	const matching = sql`${inCollection(sql, { container, time })} and
		${after === null ? sql`true` : sql`(i.begin_time, i.dataset_id) < (${after.begin}::timestamptz, ${after.dataset})`}`;
	// `is true` keeps the index of places out of the walk.
	return isRare
		? sql<FoundRow[]>`
			with there as materialized (select i.* from items i where ${place})
			select i.container_id as "containerId", i.dataset_id as "datasetId", i.begin_time as begin from there i
			where ${matching} order by i.begin_time desc, i.dataset_id desc limit ${limit}`
		: sql<FoundRow[]>`
			select i.container_id as "containerId", i.dataset_id as "datasetId", i.begin_time as begin from items i
			where ${matching} and (${place}) is true order by i.begin_time desc, i.dataset_id desc limit ${limit}`;
}

function inCollection(sql: Sql | Transaction, { container, time }: Pick<ItemsQuery, "container" | "time">) {
	const starts = time?.end == null ? sql`true` : sql`i.begin_time <= ${time.end}::timestamptz`;
	const ends = time?.start == null ? sql`true` : sql`i.end_time >= ${time.start}::timestamptz`;
	return sql`i.container_id = ${container} and ${starts} and ${ends}`;
}

function inBoxes(sql: Sql | Transaction, bbox: Bbox) {
	const [first, second] = boxesOf(bbox).map((box) => `(${box[0]},${box[1]}),(${box[2]},${box[3]})`);
	return second === undefined
		? sql`i.bbox && ${first ?? ""}::text::box`
		: sql`(i.bbox && ${first ?? ""}::text::box or i.bbox && ${second}::text::box)`;
}

/** How many there are; null: more than are counted for an answer. */
export async function countItems(
	sql: Sql | Transaction,
	{ container, time }: Pick<ItemsQuery, "container" | "time">,
): Promise<number | null> {
	const [row] = await sql<{ items: number }[]>`
		select count(*)::int as items from (select from items i where ${inCollection(sql, { container, time })} limit ${maxCounted + 1}) counted`;
	return row === undefined || row.items > maxCounted ? null : row.items;
}
