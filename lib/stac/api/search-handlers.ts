import { readBody } from "#lib/api/read-body.ts";
import { withCurrentIds } from "#lib/catalog/containers/former-ids.ts";
import { publishedContainers } from "#lib/catalog/publications/published.ts";
import { type Link, mediaTypes, rootLink } from "#lib/stac/links.ts";
import { queryablesDocument } from "#lib/stac/search/queryables.ts";
import { searchPage } from "#lib/stac/search/search-page.ts";
import {
	readSearchBody,
	readSearchParameters,
	type SearchRequest,
	searchParameters,
} from "#lib/stac/search/search-request.ts";
import type { StacAnswer, StacCall } from "./call.ts";
import { requireCollection } from "./collection-handlers.ts";
import { featureCollection } from "./item-handlers.ts";
import { parametersOf } from "./parameters.ts";

/** Item search of the STAC API (https://api.stacspec.org/v1.0.0/item-search), by GET and POST, and what filters may ask for. */

export async function searchByGet(call: StacCall): Promise<StacAnswer> {
	const given = parametersOf(call.query, searchParameters);
	return answer(call, readSearchParameters(given), (token) => {
		const following = new URLSearchParams(call.query);
		following.set("token", token);
		return { rel: "next", href: `${call.urls.at("/search")}?${following}`, type: mediaTypes.geoJson, method: "GET" };
	});
}

export async function searchByPost(call: StacCall): Promise<StacAnswer> {
	parametersOf(call.query, ["f"]);
	const body = (await readBody(call.request)) ?? {};
	return answer(call, readSearchBody(body), (token) => {
		const href = call.urls.at("/search");
		return { rel: "next", href, type: mediaTypes.geoJson, method: "POST", body: { ...(body as object), token } };
	});
}

async function answer(call: StacCall, asked: SearchRequest, nextLink: (token: string) => Link): Promise<StacAnswer> {
	const readable = await publishedContainers(call.database.sql, { withToken: call.caller !== null });
	const names = asked.collections === null ? null : await withCurrentIds(call.database, asked.collections);
	const searched = readable.filter(({ eoId }) => names?.includes(eoId) ?? true);
	const page = await searchPage(call, asked, searched);
	const search = call.request.method === "POST" || call.query.size === 0 ? "" : `?${call.query}`;
	const links: Link[] = [
		{ rel: "self", href: `${call.urls.at("/search")}${search}`, type: mediaTypes.geoJson, title: "This page" },
		rootLink(call.urls),
		...(page.nextToken === null ? [] : [nextLink(page.nextToken)]),
	];
	return featureCollection(page, links);
}

/** In all collections. */
export async function queryables(call: StacCall): Promise<StacAnswer> {
	parametersOf(call.query, ["f"]);
	return { body: queryablesDocument(call.urls.at("/queryables"), null), type: mediaTypes.schema };
}

export async function collectionQueryables(call: StacCall): Promise<StacAnswer> {
	parametersOf(call.query, ["f"]);
	const { id } = await requireCollection(call);
	return { body: queryablesDocument(`${call.urls.collection(id)}/queryables`, id), type: mediaTypes.schema };
}
