import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { StacUrls } from "#lib/stac/links.ts";
import { type LoadOptions, loadItems } from "#lib/stac/load-items.ts";
import type { FeedChange } from "./feed.ts";

/** Loads the documents of the items that changes are about, as they are now; undefined: it is gone, or the change is about something else. */
export async function itemDocuments(
	sql: Sql | Transaction,
	changes: readonly FeedChange[],
	urls: StacUrls,
	{ signerOf }: Pick<LoadOptions, "signerOf"> = {},
): Promise<(change: FeedChange) => object | undefined> {
	const keys = changes.flatMap(({ member }) =>
		member === null ? [] : [{ containerId: member.container, datasetId: member.dataset }],
	);
	const documentByMember = new Map(
		(await loadItems(sql, keys, { urls, signerOf })).map(({ containerId, datasetId, document }) => [
			`${datasetId} ${containerId}`,
			document,
		]),
	);
	return ({ member }) => (member === null ? undefined : documentByMember.get(`${member.dataset} ${member.container}`));
}
