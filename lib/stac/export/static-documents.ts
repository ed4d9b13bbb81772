import { parquetMediaType } from "#lib/catalog/search/geoparquet.ts";
import { stacVersion } from "#lib/stac/item.ts";
import { type Link, mediaTypes } from "#lib/stac/links.ts";

/** Documents of a static catalogue: as the API has them, with links from file to file. Pure. */

interface WithLinks {
	readonly links: readonly Link[];
}

/** Links that hold wherever the folder is, beside those that lead elsewhere. */
function relinked<Document extends WithLinks>(document: Document, links: readonly Link[]): Document {
	const elsewhere = document.links.filter(({ rel }) => rel === "cite-as" || rel === "license");
	return { ...document, links: [...links, ...elsewhere] };
}

export function staticItem<Item extends WithLinks>(item: Item): Item {
	return relinked(item, [
		{ rel: "root", href: "../../../catalog.json", type: mediaTypes.json },
		{ rel: "parent", href: "./catalog.json", type: mediaTypes.json },
		{ rel: "collection", href: "../../collection.json", type: mediaTypes.json },
	]);
}

interface CollectionFiles {
	/** Folders of items, below the collection's own. */
	readonly groups: readonly string[];
	/** The file with all of them as stac-geoparquet; null: there is none. */
	readonly parquet: string | null;
}

export function staticCollection<Collection extends WithLinks>(
	collection: Collection,
	{ groups, parquet }: CollectionFiles,
): Collection {
	const mirror = {
		href: `./${parquet}`,
		title: "All items as stac-geoparquet",
		type: parquetMediaType,
		roles: ["collection-mirror"],
	};
	const document = parquet === null ? collection : { ...collection, assets: { items: mirror } };
	return relinked(document, [
		{ rel: "root", href: "../catalog.json", type: mediaTypes.json },
		{ rel: "parent", href: "../catalog.json", type: mediaTypes.json },
		...groups.map((group) => ({ rel: "child", href: `./items/${group}/catalog.json`, type: mediaTypes.json })),
	]);
}

interface GroupOptions {
	/** The collection's ID. */
	readonly collection: string;
	readonly group: string;
	readonly items: readonly { readonly id: string; readonly file: string }[];
}

/** A folder of at most a thousand items. */
export function groupCatalog({ collection, group, items }: GroupOptions) {
	return {
		type: "Catalog",
		stac_version: stacVersion,
		id: `${collection}_${group}`,
		description: `Items of ${collection}`,
		links: [
			{ rel: "root", href: "../../../catalog.json", type: mediaTypes.json },
			{ rel: "parent", href: "../../collection.json", type: mediaTypes.json },
			...items.map(({ id, file }) => ({
				rel: "item",
				href: `./${encodeURIComponent(file)}`,
				type: mediaTypes.geoJson,
				title: id,
			})),
		],
	};
}

export function rootCatalog(
	collections: readonly { readonly id: string; readonly folder: string; readonly title: string }[],
) {
	return {
		type: "Catalog",
		stac_version: stacVersion,
		id: "eosync",
		title: "eosync",
		description: "Earth-observation data as their archives hold them, kept true by eosync.",
		links: [
			{ rel: "root", href: "./catalog.json", type: mediaTypes.json },
			...collections.map(({ id, folder, title }) => ({
				rel: "child",
				href: `./${encodeURIComponent(folder)}/collection.json`,
				type: mediaTypes.json,
				title: title === "" ? id : title,
			})),
		],
	};
}
