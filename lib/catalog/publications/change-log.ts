import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { itemChanges, itemLog } from "#lib/catalog/schema/publish-schema.ts";

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
