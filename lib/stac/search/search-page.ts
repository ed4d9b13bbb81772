import { searchLimit } from "#lib/api/search-limits.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import type { StacCall } from "#lib/stac/api/call.ts";
import { networkOf } from "#lib/stac/api/network-of.ts";
import { type LoadedItem, loadItems } from "#lib/stac/load-items.ts";
import { pickFields } from "./fields.ts";
import { openToken, sealToken } from "./page-token.ts";
import { type FoundItems, searchItems } from "./search-items.ts";
import type { SearchRequest } from "./search-request.ts";

/** A page of items, for the search and for the items of a collection. */
export interface SearchPage {
	readonly items: readonly LoadedItem[];
	/** The documents, with the fields that are wanted. */
	readonly features: readonly object[];
	/** null: it is the last. */
	readonly nextToken: string | null;
	/** Exact; null: not known. */
	readonly matched: number | null;
}

/** @param searched those that are searched, and may be read */
export async function searchPage(
	{ database: { sql }, loading, request, caller }: Pick<StacCall, "database" | "loading" | "request" | "caller">,
	asked: SearchRequest,
	searched: readonly { readonly id: number; readonly eoId: string }[],
): Promise<SearchPage> {
	const { filteredCollections } = asked;
	const containers = searched.filter(({ eoId }) => filteredCollections?.includes(eoId) ?? true).map(({ id }) => id);
	const keys = await storageAccess(readEnv()).keys({ make: true });
	const [key] = keys;
	if (key === undefined) throw new Error("There is no secret to sign pages with.");
	const { token, limit, fields, signature } = asked;
	const after = token === null || token === "" ? null : openToken(token, signature, keys);
	const found: FoundItems =
		containers.length === 0
			? { keys: [], next: null, matched: 0 }
			: await searchLimit().during(
					request.signal,
					() => searchItems(sql, { ...asked, containers }, { after, limit }),
					caller === null ? networkOf(request) : `token ${caller.token.id}`,
				);
	const items = await loadItems(sql, found.keys, loading);
	return {
		items,
		features: items.map(({ document }) => (fields === null ? document : pickFields(document, fields))),
		nextToken: found.next === null ? null : sealToken(found.next, signature, key),
		matched: found.matched,
	};
}
