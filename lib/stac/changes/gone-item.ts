import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { removalOf } from "#lib/catalog/publications/change-log.ts";
import type { Reader } from "#lib/catalog/publications/published.ts";
import { containersCalled, feedContainers } from "./feed-containers.ts";

export interface GoneItem {
	readonly at: string;
	readonly reason: "removed" | "unpublished" | "replaced";
	/** The item that took its place. */
	readonly replacedBy: string | null;
	/** null: no run did it. */
	readonly run: number | null;
}

/** Why an item is not there that a reader could see once; null: they never could, or the log does not have it any more. */
export async function goneItem(
	sql: Sql | Transaction,
	{ collection, item, reader }: { readonly collection: string; readonly item: string; readonly reader: Reader },
): Promise<GoneItem | null> {
	const ids = await containersCalled(sql, [collection]);
	for (const { id, spans } of await feedContainers(sql, { reader, collections: [collection], ids })) {
		const removal = await removalOf(sql, { container: id, eoId: item });
		if (removal === null || removal.reason === null) continue;
		const { seq, at, reason, details, runId } = removal;
		if (spans.some(({ after, upTo }) => seq > after && seq <= upTo))
			return { at, reason, replacedBy: details?.by ?? null, run: runId };
	}
	return null;
}
