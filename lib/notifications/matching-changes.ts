import type { CatalogueFilter } from "#lib/catalog/channels/channel-records.ts";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { UsageError } from "#lib/errors.ts";
import { type FeedChange, readFeed } from "#lib/stac/changes/feed.ts";
import { type Area, areasIn } from "#lib/stac/changes/feed-filter.ts";
import { filterChanges } from "#lib/stac/changes/filter-changes.ts";

/** Events of one batch. */
const perBatch = 250;

interface MatchingChanges {
	readonly changes: readonly FeedChange[];
	/** All entries of the log up to this one are in it, or not for the channel. */
	readonly upTo: number;
	/** Why its filter cannot be asked; then these are the changes before it: a filter of another version, for instance. */
	readonly problem: string | null;
}

/** The next changes after an entry of the log that a channel is to hear of. "expired": some of them are gone from the log. */
export async function matchingChanges(
	sql: Sql | Transaction,
	filter: CatalogueFilter,
	{ epoch, after }: { readonly epoch: string; readonly after: number },
): Promise<MatchingChanges | "expired"> {
	const page = await readFeed(sql, {
		reader: { withToken: filter.tokenOnly },
		collections: filter.collections.length === 0 ? null : filter.collections,
		areas: filter.bbox === null ? null : areasOf(filter.bbox),
		cursor: { epoch, seq: after, items: null },
		limit: perBatch,
		// A program reads a collection that it may read from now on by itself.
		givesItems: false,
	});
	if (page === "expired") return page;
	const upTo = page.cursor.seq;
	if (filter.filter === null) return { changes: page.changes, upTo, problem: null };
	try {
		return { changes: await filterChanges(sql, page.changes, filter.filter), upTo, problem: null };
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		return { changes: page.changes, upTo, problem: error.message };
	}
}

function areasOf([west = 0, south = 0, east = 0, north = 0]: readonly number[]): readonly Area[] {
	return areasIn([west, south, east, north]);
}
