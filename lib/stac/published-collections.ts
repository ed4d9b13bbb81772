import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { isReadable, type Reader } from "#lib/catalog/publications/published.ts";
import type { items } from "#lib/catalog/schema/publish-schema.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import type { CollectionSource } from "./collection.ts";
import { laterOf } from "./etag.ts";
import { keptSummaries, maxUnkept } from "./kept-summaries.ts";
import { type ItemKey, type LoadOptions, loadItems } from "./load-items.ts";
import { type Summaries, summarise } from "./summaries.ts";

/** Published containers as the STAC API lists them. */

export interface CollectionRow extends Omit<CollectionSource, "id" | "summaries"> {
	readonly containerId: number;
	readonly id: typeof containers.$inferSelect.eoId;
	readonly datasets: typeof containers.$inferSelect.datasetCount;
	readonly revision: typeof containers.$inferSelect.publicationRevision;
	/** When all of its documents last became other ones at once; null: never. */
	readonly republishedAt: typeof containers.$inferSelect.republishedAt;
}

type Row = Pick<typeof containers.$inferSelect, "kind" | "title" | "footprint"> &
	Pick<CollectionRow, "containerId" | "id" | "datasets" | "revision" | "republishedAt"> & {
		readonly begin: typeof containers.$inferSelect.beginTime;
		readonly end: typeof containers.$inferSelect.endTime;
		readonly updatedAt: Instant;
	};

const collectionColumns = (sql: Sql | Transaction) => sql`
	c.id as "containerId", c.eo_id as id, c.kind, c.title, c.begin_time as begin, c.end_time as "end", c.footprint,
	c.dataset_count as datasets, c.publication_revision as revision, c.republished_at as "republishedAt",
	greatest(c.configured_at, coalesce(ch.at, c.created_at)) as "updatedAt"`;

const lastChange = (sql: Sql | Transaction) => sql`
	left join lateral (select at from item_changes where container_id = c.id order by seq desc limit 1) ch on true`;

/** In the order of their EO IDs, those after one; one more than `limit` where there are more. */
export async function collectionRows(
	sql: Sql | Transaction,
	{ after = null, limit, ...reader }: Reader & { readonly after?: string | null; readonly limit: number },
): Promise<readonly CollectionRow[]> {
	return sql<Row[]>`
		select ${collectionColumns(sql)} from containers c ${lastChange(sql)}
		where ${isReadable(sql, reader)} and c.eo_id > ${after ?? ""} order by c.eo_id limit ${limit + 1}`;
}

export async function collectionRow(
	sql: Sql | Transaction,
	{ id, ...reader }: Reader & { readonly id: string },
): Promise<CollectionRow | null> {
	const [row = null] = await sql<Row[]>`
		select ${collectionColumns(sql)} from containers c ${lastChange(sql)} where ${isReadable(sql, reader)} and c.eo_id = ${id}`;
	return row;
}

/** As many as there are: names are short. */
export async function collectionNames(
	sql: Sql | Transaction,
	reader: Reader,
): Promise<readonly { readonly id: string; readonly title: string }[]> {
	return sql<{ id: typeof containers.$inferSelect.eoId; title: typeof containers.$inferSelect.title }[]>`
		select c.eo_id as id, c.title from containers c where ${isReadable(sql, reader)} order by c.eo_id`;
}

/** So many items are looked at for one request at most; the collections that remain get theirs with a later one. */
const maxLookedAt = 3000;
const maxKept = 5000;

/** Summaries by what they are made of. They are true as long as that is the same. */
const kept = new Map<string, Summaries>();

export interface SummarisedCollection extends CollectionSource {
	/** When its document became what it is. */
	readonly modifiedAt: Instant;
}

export async function withSummaries(
	sql: Sql | Transaction,
	rows: readonly CollectionRow[],
	options: LoadOptions,
): Promise<readonly SummarisedCollection[]> {
	const stamps = await stampsOf(sql, rows);
	const large = rows.filter(({ datasets }) => datasets > maxUnkept).map(({ containerId }) => containerId);
	const keptByWorkers = await keptSummaries(sql, large);
	let left = maxLookedAt;
	const sources: SummarisedCollection[] = [];
	for (const row of rows) {
		const large = keptByWorkers.get(row.containerId);
		if (large !== undefined) {
			const { summaries, changedAt } = large;
			sources.push({ ...row, summaries, modifiedAt: laterOf(row.updatedAt, changedAt) });
			continue;
		}
		const stamp = stamps.get(row.containerId);
		const key = `${options.urls.origin} ${row.containerId} ${row.revision} ${stamp}`;
		let summaries = kept.get(key) ?? null;
		if (summaries === null && stamp !== undefined && row.datasets <= left) {
			left -= row.datasets;
			summaries = await summariesOf(sql, row.containerId, options);
			kept.set(key, summaries);
			const [oldest] = kept.keys();
			if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
		}
		sources.push({ ...row, summaries, modifiedAt: row.updatedAt });
	}
	return sources;
}

/** Of the small ones: how many items they have, and the sum of their places in the log, which no change leaves as it was. */
async function stampsOf(sql: Sql | Transaction, rows: readonly CollectionRow[]): Promise<ReadonlyMap<number, string>> {
	const ids = rows.filter(({ datasets }) => datasets <= maxUnkept).map(({ containerId }) => containerId);
	const stamps = await sql<{ containerId: typeof items.$inferSelect.containerId; stamp: string }[]>`
		select container_id as "containerId", count(*) || ' ' || sum(seq) as stamp from items where container_id = any(${ids}) group by container_id`;
	return new Map(stamps.map(({ containerId, stamp }) => [containerId, stamp]));
}

async function summariesOf(sql: Sql | Transaction, container: number, { urls }: LoadOptions): Promise<Summaries> {
	const keys = await sql<Pick<typeof items.$inferSelect, "containerId" | "datasetId">[]>`
		select container_id as "containerId", dataset_id as "datasetId" from items where container_id = ${container}`;
	const loaded = await loadItems(sql, keys as readonly ItemKey[], { urls });
	return summarise(loaded.map(({ document }) => document));
}
