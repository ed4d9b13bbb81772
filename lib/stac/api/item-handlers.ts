import { withCurrentIds } from "#lib/catalog/containers/former-ids.ts";
import { itemOf } from "#lib/catalog/publications/published.ts";
import { browseCatalog, isPeriod, itemsOfDay, periodsBelow } from "#lib/stac/browse.ts";
import { crs84 } from "#lib/stac/collection.ts";
import { laterOf } from "#lib/stac/etag.ts";
import { type Link, mediaTypes, rootLink } from "#lib/stac/links.ts";
import { type LoadedItem, loadItems } from "#lib/stac/load-items.ts";
import type { CollectionRow } from "#lib/stac/published-collections.ts";
import { type SearchPage, searchPage } from "#lib/stac/search/search-page.ts";
import { readSearchParameters, searchParameters } from "#lib/stac/search/search-request.ts";
import type { StacAnswer, StacCall } from "./call.ts";
import { requireCollection } from "./collection-handlers.ts";
import { parametersOf } from "./parameters.ts";
import { StacProblem } from "./stac-problem.ts";

/** The items of a collection, and one of them (OGC API - Features). */

/** pystac-client asks for the items of a collection by its name a second time, and some by `ids` and `intersects`, as they search. */
const itemsParameters = [...searchParameters, "bbox-crs", "crs"];

export async function items(call: StacCall): Promise<StacAnswer> {
	const { urls, query } = call;
	const { "bbox-crs": bboxCrs, crs, ...given } = parametersOf(query, itemsParameters);
	for (const [name, value] of [
		["bbox-crs", bboxCrs],
		["crs", crs],
	])
		if ((value ?? crs84) !== crs84) throw new StacProblem("BadRequest", `${name} can only be ${crs84}.`);
	const row = await requireCollection(call);
	const asked = readSearchParameters(given);
	const names = asked.collections === null ? null : await withCurrentIds(call.database, asked.collections);
	const page = await searchPage(
		call,
		asked,
		names?.includes(row.id) === false ? [] : [{ id: row.containerId, eoId: row.id }],
	);
	const here = urls.items(row.id);
	const search = query.size === 0 ? "" : `?${query}`;
	const parent = { href: urls.collection(row.id), type: mediaTypes.json, title: row.id };
	const links: Link[] = [
		{ rel: "self", href: `${here}${search}`, type: mediaTypes.geoJson, title: "This page" },
		rootLink(urls),
		{ rel: "parent", ...parent },
		{ rel: "collection", ...parent },
	];
	if (page.nextToken !== null) {
		const following = new URLSearchParams(query);
		following.set("token", page.nextToken);
		links.push({ rel: "next", href: `${here}?${following}`, type: mediaTypes.geoJson, title: "The next page" });
	}
	return featureCollection(page, links);
}

/** The answer of a search. */
export function featureCollection({ items: found, features, matched }: SearchPage, links: readonly Link[]): StacAnswer {
	return {
		body: {
			type: "FeatureCollection",
			features,
			links,
			...(matched === null ? {} : { numberMatched: matched }),
			numberReturned: features.length,
		},
		type: mediaTypes.geoJson,
		maxAge: secondsGood(found),
	};
}

export async function item(call: StacCall): Promise<StacAnswer> {
	parametersOf(call.query, ["f"]);
	const row = await requireCollection(call);
	const found = await requireItem(call, row);
	return {
		body: found.document,
		type: mediaTypes.geoJson,
		etag: found.etag,
		// Signed addresses become others with time alone: then only the ETag tells.
		modifiedAt: found.expires === null ? laterOf(found.updatedAt, row.republishedAt) : null,
		maxAge: secondsGood([found]),
	};
}

/** @throws StacProblem `NotFound` */
export async function requireItem(call: StacCall, { containerId, id }: CollectionRow): Promise<LoadedItem> {
	const { sql } = call.database;
	const eoId = call.path.item ?? "";
	const known = await itemOf(sql, { container: containerId, eoId });
	const [loaded] = known === null ? [] : await loadItems(sql, [known], call.loading);
	// What was there and is gone is told by `removalOf` (410) before this.
	if (loaded === undefined) throw new StacProblem("NotFound", `There is no item ${eoId.slice(0, 200)} in ${id}.`);
	return loaded;
}

/** How long answers may be kept: as long as their signed addresses are the newest, and half as long as they are good. */
function secondsGood(found: readonly LoadedItem[]): number {
	const ends = found.flatMap(({ expires }) => (expires === null ? [] : [Date.parse(expires)]));
	return ends.length === 0 ? 0 : Math.max(0, Math.floor((Math.min(...ends) - Date.now()) / 2000));
}

/** A step of the way from a collection to its items by links alone. */
export async function browse(call: StacCall): Promise<StacAnswer> {
	const { token = null } = parametersOf(call.query, ["token", "f"]);
	const period = call.path.period ?? "";
	const { containerId: container, id } = await requireCollection(call);
	if (!isPeriod(period) || Number.isNaN(Date.parse(period === "" ? "2000" : period)))
		throw new StacProblem(
			"NotFound",
			`${period.slice(0, 100)} is no year, month or day: browse ${id} from its beginning.`,
		);
	const { sql } = call.database;
	const isDay = period.split("-").length === 3;
	if (token !== null && !isDay) throw new StacProblem("BadRequest", "There is no parameter token here.");
	const below = isDay ? [] : await periodsBelow(sql, { container, period });
	const { ids, next } = isDay ? await itemsOfDay(sql, { container, day: period, token }) : { ids: [], next: null };
	return { body: browseCatalog({ collection: id, period, token, below, items: ids, next }, call.urls) };
}
