import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { logState } from "#lib/catalog/publications/change-log.ts";
import type { itemChanges } from "#lib/catalog/schema/publish-schema.ts";
import type { FeedCursor } from "./cursor.ts";
import type { FeedRequest } from "./feed-request.ts";

/** The cursor that a request begins at; null: the beginning. "expired": the log does not reach back to that instant. */
export async function startOf(
	sql: Sql | Transaction,
	since: FeedRequest["since"],
): Promise<FeedCursor | null | "expired"> {
	if (since === "beginning") return null;
	if (typeof since === "object" && "epoch" in since) return since;
	const { epoch, lastSeq, purgedTo } = await logState(sql);
	if (since === "now") return { epoch, seq: lastSeq, items: null };
	// Times grow with the numbers, as both are given out under one lock.
	let [before, after] = [purgedTo, lastSeq + 1];
	while (after - before > 1) {
		const middle = Math.floor((before + after) / 2);
		const [entry] = await sql<(Pick<typeof itemChanges.$inferSelect, "seq"> & { readonly isBefore: boolean })[]>`
			select seq, at <= ${since.instant} as "isBefore" from item_changes where seq >= ${middle} order by seq limit 1`;
		if (entry?.isBefore && entry.seq < after) before = entry.seq;
		else after = middle;
	}
	if (before === purgedTo && purgedTo > 0) return "expired";
	return { epoch, seq: before, items: null };
}
