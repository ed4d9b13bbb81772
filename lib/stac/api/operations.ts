import { searchParameters } from "#lib/stac/search/search-request.ts";
import type { StacHandler } from "./call.ts";
import { changes } from "./changes-handler.ts";
import { children, collection, collections, conformance, landing } from "./collection-handlers.ts";
import { withGone } from "./gone.ts";
import { browse, item, items } from "./item-handlers.ts";
import { collectionQueryables, queryables, searchByGet, searchByPost } from "./search-handlers.ts";

/** Every call of the STAC API: routing, and the OpenAPI document, are made of this table. */

export interface StacOperation {
	readonly method: "GET" | "POST";
	/** Below `/stac`; `{name}` stands for one name, a last `{name*}` for a path. */
	readonly path: string;
	/** `operationId` */
	readonly id: string;
	readonly summary: string;
	/** Names of parameters in the query: `parameterSchemas` of `openapi.ts` describes them. */
	readonly query: readonly string[];
	/** The media type of what it answers. */
	readonly type: string;
	readonly handle: StacHandler;
}

const json = "application/json";
const geoJson = "application/geo+json";
const schema = "application/schema+json";

export const stacOperations: readonly StacOperation[] = [
	{
		method: "GET",
		path: "",
		id: "getLandingPage",
		summary: "What there is, and where",
		query: [],
		type: json,
		handle: landing,
	},
	{
		method: "GET",
		path: "/conformance",
		id: "getConformance",
		summary: "What this API conforms to",
		query: [],
		type: json,
		handle: conformance,
	},
	{
		method: "GET",
		path: "/collections",
		id: "getCollections",
		summary: "The collections, by their IDs; those that are asked for by extent or words",
		query: ["limit", "bbox", "datetime", "q", "token"],
		type: json,
		handle: collections,
	},
	{
		method: "GET",
		path: "/children",
		id: "getChildren",
		summary: "The collections, as children of the landing page",
		query: ["limit", "token"],
		type: json,
		handle: children,
	},
	{
		method: "GET",
		path: "/collections/{collection}",
		id: "getCollection",
		summary: "One collection",
		query: [],
		type: json,
		handle: withGone(collection),
	},
	{
		method: "GET",
		path: "/collections/{collection}/items",
		id: "getItems",
		summary: "Its items, the newest first",
		query: ["limit", "bbox", "datetime", "sortby", "fields", "query", "filter", "filter-lang", "filter-crs", "token"],
		type: geoJson,
		handle: withGone(items),
	},
	{
		method: "GET",
		path: "/search",
		id: "getSearch",
		summary: "Items of all collections, by time, place and filter",
		query: searchParameters.filter((name) => name !== "f"),
		type: geoJson,
		handle: searchByGet,
	},
	{
		method: "POST",
		path: "/search",
		id: "postSearch",
		summary: "The same, with what is asked for as JSON",
		query: [],
		type: geoJson,
		handle: searchByPost,
	},
	{
		method: "GET",
		path: "/queryables",
		id: "getQueryables",
		summary: "What filters may ask for",
		query: [],
		type: schema,
		handle: queryables,
	},
	{
		method: "GET",
		path: "/collections/{collection}/queryables",
		id: "getCollectionQueryables",
		summary: "What filters may ask for in one collection",
		query: [],
		type: schema,
		handle: collectionQueryables,
	},
	{
		method: "GET",
		path: "/collections/{collection}/items/{item}",
		id: "getItem",
		summary: "One item",
		query: [],
		type: geoJson,
		handle: withGone(item),
	},
	{
		method: "GET",
		path: "/changes",
		id: "getChanges",
		summary: "What changed, from a cursor on; as lines (application/x-ndjson) or events (text/event-stream) by Accept",
		query: ["since", "collections", "bbox", "limit", "wait", "items"],
		type: json,
		handle: changes,
	},
	{
		method: "GET",
		path: "/collections/{collection}/browse",
		id: "browse",
		summary: "Its items by links alone: the years",
		query: [],
		type: json,
		handle: withGone(browse),
	},
	{
		method: "GET",
		path: "/collections/{collection}/browse/{period}",
		id: "browsePeriod",
		summary: "Its items by links alone: the months of a year, the days of a month, or the items of a day",
		query: ["token"],
		type: json,
		handle: withGone(browse),
	},
	{
		method: "GET",
		path: "/assets/{collection}/{item}/{file*}",
		id: "getAsset",
		summary: "A file of an item, whole or in ranges, where its storage has no address of its own",
		query: [],
		type: "application/octet-stream",
		handle: async (call) => {
			if (call.serveFile === undefined) throw new Error("No storages are at hand.");
			return call.serveFile(call);
		},
	},
];
