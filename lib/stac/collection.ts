import { footprintBounds } from "#lib/metadata/geometry/footprint.ts";
import type { Footprint, Instant, JsonValue } from "#lib/metadata/metadata.ts";
import { browseUrl } from "./browse.ts";
import { extensionsOf, stacVersion } from "./item.ts";
import { type Link, mediaTypes, rootLink, rootTitle, type StacUrls } from "./links.ts";
import type { Summaries } from "./summaries.ts";

/** A published container as a collection of STAC 1.1, and of OGC API - Features. Pure. */

export interface CollectionSource {
	/** EO ID. */
	readonly id: string;
	readonly kind: "dataset-series" | "rectified-stitched-mosaic";
	/** `""`: it has none. */
	readonly title: string;
	/** Of its summary, which each sync makes anew; null: it never had a dataset. */
	readonly begin: Instant | null;
	readonly end: Instant | null;
	readonly footprint: Footprint | null;
	readonly updatedAt: Instant;
	/** What all of its items say; null: that is not known of this moment. */
	readonly summaries: Summaries | null;
}

export interface StacCollection {
	readonly type: "Collection";
	readonly stac_version: typeof stacVersion;
	readonly stac_extensions: readonly string[];
	readonly id: string;
	readonly title: string;
	readonly description: string;
	readonly license: "other";
	readonly extent: {
		readonly spatial: { readonly bbox: readonly (readonly number[])[] };
		readonly temporal: { readonly interval: readonly (readonly (Instant | null)[])[] };
	};
	readonly updated: Instant;
	/** OGC API - Features: without it some clients see no collection of features. */
	readonly itemType: "feature";
	readonly crs: readonly string[];
	readonly summaries: Readonly<Record<string, JsonValue>>;
	readonly item_assets?: Readonly<Record<string, JsonValue>>;
	readonly links: readonly Link[];
}

export const crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

export function stacCollection(source: CollectionSource, urls: StacUrls): StacCollection {
	const { id, kind, title, begin, end, footprint, updatedAt, summaries } = source;
	const fields = summaries?.fields ?? {};
	const assets = summaries?.assets ?? {};
	const name = kind === "dataset-series" ? "Dataset series" : "Rectified stitched mosaic";
	return {
		type: "Collection",
		stac_version: stacVersion,
		// The grid extension is for items only.
		stac_extensions: extensionsOf([fields, ...Object.values(assets)]).filter((url) => !url.includes("/grid/")),
		id,
		title: title === "" ? id : title,
		description: title === "" ? `${name} ${id}` : `${title} (${name.toLowerCase()})`,
		license: "other",
		extent: {
			spatial: { bbox: [footprint === null ? [-180, -90, 180, 90] : footprintBounds(footprint)] },
			temporal: { interval: [[begin, end]] },
		},
		updated: updatedAt,
		itemType: "feature",
		crs: [crs84],
		summaries: fields,
		...(Object.keys(assets).length === 0 ? {} : { item_assets: assets as Record<string, JsonValue> }),
		links: [
			{ rel: "self", href: urls.collection(id), type: mediaTypes.json, title: id },
			rootLink(urls),
			{ rel: "parent", href: urls.root, type: mediaTypes.json, title: rootTitle },
			{
				rel: "http://www.opengis.net/def/rel/ogc/1.0/queryables",
				href: `${urls.collection(id)}/queryables`,
				type: mediaTypes.schema,
				title: `What filters may ask for in ${id}`,
			},
			{ rel: "items", href: urls.items(id), type: mediaTypes.geoJson, title: `Items of ${id}` },
			{ rel: "child", href: browseUrl(urls, id, ""), type: mediaTypes.json, title: `${id} by date` },
		],
	};
}
