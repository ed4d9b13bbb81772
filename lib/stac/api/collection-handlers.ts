import { z } from "zod";
import { ownPathname } from "#lib/access/request/own-pathname.ts";
import { formerId } from "#lib/catalog/containers/former-ids.ts";
import { pagingBy } from "#lib/catalog/paging.ts";
import { type StacCollection, stacCollection } from "#lib/stac/collection.ts";
import { conformsTo, landingPage } from "#lib/stac/landing.ts";
import { type Link, mediaTypes, rootLink } from "#lib/stac/links.ts";
import {
	type CollectionRow,
	collectionNames,
	collectionRow,
	collectionRows,
	withSummaries,
} from "#lib/stac/published-collections.ts";
import { isAskedFor, readCollectionFilter } from "#lib/stac/search/collection-search.ts";
import type { StacAnswer, StacCall } from "./call.ts";
import { limitOf, parametersOf } from "./parameters.ts";
import { StacProblem } from "./stac-problem.ts";

/** The landing page and the collections. */

const readerOf = ({ caller }: Pick<StacCall, "caller">) => ({ withToken: caller !== null });

export async function landing(call: StacCall): Promise<StacAnswer> {
	return { body: landingPage(await collectionNames(call.database.sql, readerOf(call)), call.urls) };
}

export async function conformance(): Promise<StacAnswer> {
	return { body: { conformsTo } };
}

const paging = pagingBy(z.string().max(1000));
/** Collections that are read at once where some are left out. */
const leastRead = 200;

async function page(call: StacCall, at: string, key: "collections" | "children"): Promise<StacAnswer> {
	const { database, urls, query } = call;
	const searched = key === "collections" ? ["bbox", "datetime", "q"] : [];
	const { limit: asked, token, ...given } = parametersOf(query, ["limit", "token", "f", ...searched]);
	const limit = limitOf(asked, 100);
	const filter = readCollectionFilter(given);
	const isFiltered = [given.bbox, given.datetime, given.q].some((each) => each !== undefined);
	// However few are asked for: of a thousand, none may be meant.
	const portion = isFiltered ? Math.max(limit, leastRead) : limit;
	const found: CollectionRow[] = [];
	let [after = null] = paging.keyOf(token);
	for (;;) {
		const rows = await collectionRows(database.sql, { ...readerOf(call), after, limit: portion });
		found.push(...rows.filter((row) => isAskedFor(row, filter)));
		after = rows.at(-1)?.id ?? null;
		if (rows.length <= portion || found.length > limit) break;
	}
	const { rows: shown, next } = paging.pageOf(found, limit, ({ id }) => [id]);
	const collections = await documentsOf(call, shown);
	const search = query.size === 0 ? "" : `?${query}`;
	const links: Link[] = [
		{ rel: "self", href: `${urls.at(at)}${search}`, type: mediaTypes.json, title: "This page" },
		rootLink(urls),
	];
	if (next !== null) {
		const following = new URLSearchParams(query);
		following.set("limit", String(limit));
		following.set("token", next);
		links.push({ rel: "next", href: `${urls.at(at)}?${following}`, type: mediaTypes.json, title: "The next page" });
	}
	return { body: { [key]: collections, links, numberReturned: collections.length } };
}

export const collections = (call: StacCall) => page(call, "/collections", "collections");
export const children = (call: StacCall) => page(call, "/children", "children");

export async function collection(call: StacCall): Promise<StacAnswer> {
	const row = await requireCollection(call);
	const [source] = await withSummaries(call.database.sql, [row], call.loading);
	if (source === undefined) throw noCollection(call);
	return { body: stacCollection(source, call.urls), modifiedAt: source.modifiedAt };
}

async function documentsOf(call: StacCall, rows: readonly CollectionRow[]): Promise<readonly StacCollection[]> {
	const sources = await withSummaries(call.database.sql, rows, call.loading);
	return sources.map((source) => stacCollection(source, call.urls));
}

/**
 * @throws StacProblem `NotFound`, for one that may not be read as well: that it is there is not told; `PermanentRedirect` for one that was
 * renamed or merged
 */
export async function requireCollection(call: StacCall): Promise<CollectionRow> {
	const { database, path, request } = call;
	const { collection: id = "" } = path;
	const row = await collectionRow(database.sql, { id, ...readerOf(call) });
	if (row !== null) return row;
	const former = await formerId(database, id);
	const now = former === null ? null : await collectionRow(database.sql, { id: former.container, ...readerOf(call) });
	if (now === null) throw noCollection(call);
	const { search } = new URL(request.url);
	// `/stac/collections/ID/…` and `/stac/assets/ID/…`
	const names = ownPathname(request.url).split("/").with(3, encodeURIComponent(now.id));
	const location = `${call.urls.origin}${names.join("/")}${search}`;
	throw new StacProblem("PermanentRedirect", `This collection is called ${now.id} now.`, { headers: { location } });
}

function noCollection({ path }: Pick<StacCall, "path">): StacProblem {
	return new StacProblem("NotFound", `There is no collection ${(path.collection ?? "").slice(0, 200)}.`);
}
