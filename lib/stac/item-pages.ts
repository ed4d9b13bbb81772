import { z } from "zod";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { pagingBy } from "#lib/catalog/paging.ts";
import { ringBounds } from "#lib/metadata/geometry/ring.ts";
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

type FoundRow = ItemKey & { readonly begin: string };

/** Boxes in the index are wider than footprints over the antimeridian: what is found is looked at, until the page is full. */
export async function itemsPage(sql: Sql | Transaction, query: ItemsQuery, options: LoadOptions): Promise<ItemsPage> {
	const found: { readonly item: LoadedItem; readonly begin: string }[] = [];
	let [begin, dataset] = paging.keyOf(query.token);
	for (;;) {
		const rows = await keysAfter(sql, query, begin === undefined || dataset === undefined ? null : { begin, dataset });
		const begins = new Map(rows.map((row) => [row.datasetId, row.begin]));
		for (const item of await loadItems(sql, rows, options)) {
			if (query.bbox === null || touches(item, query.bbox))
				found.push({ item, begin: begins.get(item.datasetId) ?? "" });
		}
		const last = rows.at(-1);
		if (found.length > query.limit || rows.length <= query.limit || last === undefined) break;
		begin = last.begin;
		dataset = last.datasetId;
	}
	const { rows, next } = paging.pageOf(found, query.limit, (row) => [row.begin, row.item.datasetId]);
	return { items: rows.map(({ item }) => item), next };
}

async function keysAfter(
	sql: Sql | Transaction,
	{ container, bbox, time, limit }: ItemsQuery,
	after: { readonly begin: string; readonly dataset: number } | null,
): Promise<readonly FoundRow[]> {
	return sql<FoundRow[]>`
		select i.container_id as "containerId", i.dataset_id as "datasetId", i.begin_time as begin from items i
		where ${inCollection(sql, { container, time })}
			and ${bbox === null ? sql`true` : inBoxes(sql, bbox)}
			and ${after === null ? sql`true` : sql`(i.begin_time, i.dataset_id) < (${after.begin}::timestamptz, ${after.dataset})`}
		order by i.begin_time desc, i.dataset_id desc limit ${limit + 1}`;
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

/** Two, where it crosses the antimeridian. */
function boxesOf([west, south, east, north]: Bbox): readonly Bbox[] {
	if (west <= east) return [[west, south, east, north]];
	return [
		[west, south, 180, north],
		[-180, south, east, north],
	];
}

/** Whether a part of the footprint lies there, by the box around that part. */
function touches({ footprint }: Pick<LoadedItem, "footprint">, bbox: Bbox): boolean {
	const parts = footprint.coordinates.map(([outer = []]) => ringBounds(outer));
	return boxesOf(bbox).some(([west, south, east, north]) =>
		parts.some((part) => part[0] <= east && part[2] >= west && part[1] <= north && part[3] >= south),
	);
}

const maxCounted = 20_000;

/** How many there are; null: more than are counted for an answer. */
export async function countItems(
	sql: Sql | Transaction,
	{ container, time }: Pick<ItemsQuery, "container" | "time">,
): Promise<number | null> {
	const [row] = await sql<{ items: number }[]>`
		select count(*)::int as items from (select from items i where ${inCollection(sql, { container, time })} limit ${maxCounted + 1}) counted`;
	return row === undefined || row.items > maxCounted ? null : row.items;
}
