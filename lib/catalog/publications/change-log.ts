import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { itemChanges, itemLog } from "#lib/catalog/schema/publish-schema.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";

/**
 * The log of what changed in published containers (docs/decisions/change-log.md): read, never written here. Triggers of the database
 * write it, whoever changes the catalogue.
 */

export type LogState = Pick<typeof itemLog.$inferSelect, "epoch" | "lastSeq" | "purgedTo">;

/** Whoever read up to `lastSeq` of this `epoch` has read all. Of entries up to `purgedTo` some are gone. */
export async function logState(sql: Sql | Transaction): Promise<LogState> {
	const [state] = await sql<LogState[]>`select epoch, last_seq as "lastSeq", purged_to as "purgedTo" from item_log`;
	if (!state) throw new Error("The log of published items has no state.");
	return state;
}

type LogRow = typeof itemChanges.$inferSelect;

/** An entry, with the EO ID that its container has now, or had when it was deleted. */
export interface LogEntry extends LogRow {
	readonly collection: typeof containers.$inferSelect.eoId;
}

export interface LogQuery {
	/** Entries after this one. */
	readonly since: number;
	readonly limit: number;
	/** Ids of containers, not EO IDs: whose entries are asked for, as they may be read. */
	readonly containers: readonly number[];
	/** Entries of items that touch one of these areas (west, south, east, north), and all of collections; absent: everywhere. */
	readonly areas?: readonly (readonly [number, number, number, number])[];
}

/** The next entries, in order. An area is compared with the boxes of items only. */
export async function logEntries(
	sql: Sql | Transaction,
	{ since, limit, containers: of, areas }: LogQuery,
): Promise<readonly LogEntry[]> {
	const boxes = areas?.map(([west, south, east, north]) => `((${west},${south}),(${east},${north}))`);
	const near = boxes
		? sql`and (ch.bbox is null or exists (select from unnest(${boxes}::text[]) a(area) where ch.bbox && a.area::box))`
		: sql``;
	return sql<LogEntry[]>`
		select ch.seq, ch.at, ch.container_id as "containerId", ch.dataset_id as "datasetId", ch.eo_id as "eoId", ch.kind, ch.reason, ch.etag, ch.bbox::text,
			ch.run_id as "runId", ch.details, coalesce(c.deleted_eo_id, c.eo_id, g.eo_id) as collection
		from item_changes ch left join containers c on c.id = ch.container_id left join gone_collections g on g.container_id = ch.container_id
		where ch.seq > ${since} and ch.container_id = any(${of as number[]}) ${near} order by ch.seq limit ${limit}`;
}

/** Why there is no item of that EO ID in a container that had one; null: it had none, as far as the log reaches. */
export async function removalOf(
	sql: Sql | Transaction,
	{ container, eoId }: { readonly container: number; readonly eoId: string },
): Promise<Pick<LogRow, "seq" | "at" | "reason" | "runId" | "details"> | null> {
	const [row = null] = await sql<Pick<LogRow, "seq" | "at" | "reason" | "runId" | "details">[]>`
		select seq, at, reason, run_id as "runId", details from item_changes
		where container_id = ${container} and eo_id = ${eoId} and kind = 'removed' order by seq desc limit 1`;
	return row;
}
