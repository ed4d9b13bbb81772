import { stacVersion } from "./item.ts";
import { type Link, mediaTypes, rootTitle, type StacUrls } from "./links.ts";

/** The first page of the STAC API: a catalogue with links to all it can do. Pure. */

const api = "https://api.stacspec.org/v1.0.0";
const filters = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf";
const features = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf";

/** What this API conforms to: only what is there. */
export const conformsTo: readonly string[] = [
	`${api}/core`,
	`${api}/collections`,
	`${api}/ogcapi-features`,
	`${api}/browseable`,
	`${api}/children`,
	`${features}/core`,
	`${features}/geojson`,
	`${api}/item-search`,
	...["item-search", "ogcapi-features"].flatMap((binding) => [
		`${api}/${binding}#sort`,
		`${api}/${binding}#fields`,
		`${api}/${binding}#query`,
	]),
	"https://api.stacspec.org/v1.0.0-rc.3/item-search#filter",
	"https://api.stacspec.org/v1.0.0-rc.1/collection-search",
	"https://api.stacspec.org/v1.0.0-rc.1/collection-search#free-text",
	"http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/simple-query",
	`${filters}/filter`,
	`${filters}/features-filter`,
	`${filters}/queryables`,
	...[
		...["cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison"],
		...["accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus"],
		...["temporal-functions", "property-property"],
	].map((name) => `http://www.opengis.net/spec/cql2/1.0/conf/${name}`),
	"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
];

export interface LandingPage {
	readonly type: "Catalog";
	readonly stac_version: typeof stacVersion;
	readonly id: string;
	readonly title: string;
	readonly description: string;
	readonly conformsTo: readonly string[];
	readonly links: readonly Link[];
}

/** @param collections those that the caller may read */
export function landingPage(
	collections: readonly { readonly id: string; readonly title: string }[],
	urls: StacUrls,
): LandingPage {
	const { json, openApi, html } = mediaTypes;
	return {
		type: "Catalog",
		stac_version: stacVersion,
		id: "eosync",
		title: rootTitle,
		description: "Earth-observation data as their archives hold them, kept true by eosync.",
		conformsTo,
		links: [
			{ rel: "self", href: urls.root, type: json, title: rootTitle },
			{ rel: "root", href: urls.root, type: json, title: rootTitle },
			{ rel: "service-desc", href: urls.at("/api"), type: openApi, title: "What this API takes and answers" },
			{ rel: "service-doc", href: urls.at("/api.html"), type: html, title: "How this API is used" },
			{ rel: "conformance", href: urls.at("/conformance"), type: json, title: "What this API conforms to" },
			{ rel: "data", href: urls.at("/collections"), type: json, title: "Collections" },
			{ rel: "search", href: urls.at("/search"), type: mediaTypes.geoJson, title: "Search of items", method: "GET" },
			{ rel: "search", href: urls.at("/search"), type: mediaTypes.geoJson, title: "Search of items", method: "POST" },
			{
				rel: "http://www.opengis.net/def/rel/ogc/1.0/queryables",
				href: urls.at("/queryables"),
				type: mediaTypes.schema,
				title: "What filters may ask for",
			},
			{ rel: "children", href: urls.at("/children"), type: json, title: "Collections, as children" },
			{ rel: "changes", href: urls.at("/changes"), type: json, title: "What changed" },
			...collections.map(({ id, title }): Link => {
				return { rel: "child", href: urls.collection(id), type: json, title: title === "" ? id : title };
			}),
		],
	};
}
