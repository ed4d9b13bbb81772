import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { logState } from "#lib/catalog/publications/change-log.ts";
import type { collectionBlocks, collectionSummaries, items } from "#lib/catalog/schema/publish-schema.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { stacUrls } from "./links.ts";
import { loadItems } from "./load-items.ts";
import { joinParts, partsOfItems, type Summaries, type SummaryParts, summaryFormat, summaryOf } from "./summaries.ts";

/**
 * Summaries of large collections, which are too many items to be asked all for each answer (docs/decisions/collection-summaries.md).
 * Items are summed up in blocks, by the thousands of their datasets' ids. The log tells which blocks a change is in; workers make those
 * anew, and of all blocks the summary. It is shown only as long as the log has nothing newer.
 */

/** Larger collections have theirs kept. */
export const maxUnkept = 500;
const blockSize = 1000;
/** Addresses are in no summary. */
const urls = stacUrls("http://localhost");

export interface KeptSummary {
	readonly summaries: Summaries;
	readonly changedAt: Instant;
}

type SummaryRow = typeof collectionSummaries.$inferSelect;

/** By container's id; those that are not true of this moment, or not made yet, are left out. */
export async function keptSummaries(
	sql: Sql | Transaction,
	containers: readonly number[],
): Promise<ReadonlyMap<number, KeptSummary>> {
	if (containers.length === 0) return new Map();
	const rows = await sql<(Pick<SummaryRow, "containerId"> & { summary: SummaryParts; changedAt: Instant })[]>`
		select s.container_id as "containerId", s.summary, s.changed_at as "changedAt" from collection_summaries s, item_log l
		where s.container_id = any(${containers as number[]}) and s.summary is not null and s.format = ${summaryFormat}
			and s.epoch = l.epoch and s.position >= greatest(l.purged_to, (
				select ch.seq from item_changes ch where ch.container_id = s.container_id order by ch.seq desc limit 1))`;
	return new Map(
		rows.map(({ containerId, summary, changedAt }) => [containerId, { summaries: summaryOf(summary), changedAt }]),
	);
}

/**
 * Does the next piece: marks what changed in one collection, or makes one block or its summary anew. Returns whether there was anything to
 * do. Several processes take turns; one that dies leaves what it committed.
 */
export async function keepNextSummary(
	{ sql }: Pick<Database, "sql">,
	{ largerThan = maxUnkept }: { readonly largerThan?: number } = {},
): Promise<boolean> {
	const due = await dueCollections(sql, largerThan);
	for (const container of due) {
		const did = await sql.begin(async (tx) => {
			// First what deletes a container would lock first; what others are at is theirs.
			const [free] = await tx`select from containers where id = ${container} for key share skip locked`;
			const row = free && (await lockedRow(tx, container));
			if (!row) return false;
			await markChanged(tx, row);
			if (!(await makeBlock(tx, container))) await makeSummary(tx, container);
			return true;
		});
		if (did) return true;
	}
	return false;
}

/** A container that is being filled changes with every portion: it waits. Where nothing happens the place in the log moves once a day. */
async function dueCollections(sql: Sql, largerThan: number): Promise<readonly number[]> {
	const rows = await sql<{ id: number }[]>`
		select c.id from containers c cross join item_log l left join collection_summaries s on s.container_id = c.id
		where c.publish_stac <> 'off' and c.deleted_at is null and c.dataset_count > ${largerThan}
			and (s.container_id is null or s.summary is null or s.format <> ${summaryFormat} or s.epoch <> l.epoch
				or s.position < greatest(l.purged_to, (
					select ch.seq from item_changes ch where ch.container_id = c.id order by ch.seq desc limit 1))
				or (s.position < l.last_seq and s.updated_at < now() - interval '1 day'))
			and not exists (select from publication_fills f where f.container_id = c.id and f.error is null)
		order by s.updated_at nulls first, c.id limit 10`;
	return rows.map(({ id }) => id);
}

type LockedRow = Pick<SummaryRow, "containerId" | "epoch" | "position" | "format">;

/** null: another process has it. */
async function lockedRow(sql: Transaction, container: number): Promise<LockedRow | null> {
	await sql`
		insert into collection_summaries (container_id, epoch, position, format)
		values (${container}, '00000000-0000-0000-0000-000000000000', 0, 0) on conflict do nothing`;
	const [row = null] = await sql<LockedRow[]>`
		select container_id as "containerId", epoch, position, format from collection_summaries
		where container_id = ${container} for update skip locked`;
	return row;
}

/**
 * What a block is made of is read after this: it may be newer than the place in the log that is noted here, never older. What is newer
 * is in the log after that place, and until it is marked as well nothing is shown.
 */
async function markChanged(sql: Transaction, { containerId, epoch, position, format }: LockedRow): Promise<void> {
	const log = await logState(sql);
	const isKnown = epoch === log.epoch && format === summaryFormat && position >= log.purgedTo;
	if (isKnown && position === log.lastSeq) return;
	if (!isKnown) await sql`delete from collection_blocks where container_id = ${containerId}`;
	const changed = isKnown
		? await sql`
			insert into collection_blocks (container_id, block)
			select distinct ch.container_id, ch.dataset_id / ${blockSize} from item_changes ch
			where ch.container_id = ${containerId} and ch.seq > ${position} and ch.seq <= ${log.lastSeq} and ch.dataset_id is not null
			on conflict (container_id, block) do update set summary = null`
		: await sql`
			insert into collection_blocks (container_id, block)
			select distinct i.container_id, i.dataset_id / ${blockSize} from items i where i.container_id = ${containerId}`;
	await sql`
		update collection_summaries set epoch = ${log.epoch}, position = ${log.lastSeq}, format = ${summaryFormat}, updated_at = now(),
			summary = case when ${isKnown && changed.count === 0} then summary end,
			-- From having been left out it is shown again.
			changed_at = case when exists (select from item_changes where container_id = ${containerId} and seq > ${position})
				then clock_timestamp() else changed_at end
		where container_id = ${containerId}`;
}

/** Returns whether one was waiting. */
async function makeBlock(sql: Transaction, container: number): Promise<boolean> {
	const [waiting] = await sql<Pick<typeof collectionBlocks.$inferSelect, "block">[]>`
		select block from collection_blocks where container_id = ${container} and summary is null order by block limit 1`;
	if (!waiting) return false;
	const { block } = waiting;
	const keys = await sql<Pick<typeof items.$inferSelect, "containerId" | "datasetId">[]>`
		select container_id as "containerId", dataset_id as "datasetId" from items
		where dataset_id >= ${block * blockSize} and dataset_id < ${(block + 1) * blockSize} and container_id = ${container}`;
	if (keys.length === 0)
		await sql`delete from collection_blocks where container_id = ${container} and block = ${block}`;
	else {
		const loaded = await loadItems(sql, keys, { urls });
		const parts = partsOfItems(loaded.map(({ document }) => document));
		await sql`
			update collection_blocks set summary = ${json(sql, parts)} where container_id = ${container} and block = ${block}`;
	}
	return true;
}

async function makeSummary(sql: Transaction, container: number): Promise<void> {
	const [kept] = await sql<Pick<SummaryRow, "summary">[]>`
		select summary from collection_summaries where container_id = ${container}`;
	if (kept?.summary !== null) return;
	const blocks = await sql<{ summary: SummaryParts | null }[]>`
		select summary from collection_blocks where container_id = ${container}`;
	const parts = joinParts(blocks.flatMap(({ summary }) => summary ?? []));
	await sql`
		update collection_summaries set summary = ${json(sql, parts)}, changed_at = clock_timestamp(), updated_at = now()
		where container_id = ${container}`;
}
