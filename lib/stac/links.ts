/** The addresses of the STAC API and the links of its documents (STAC 1.1, OGC API - Features). Pure. */

export interface Link {
	readonly rel: string;
	readonly href: string;
	readonly type?: string;
	readonly title?: string;
	/** Of a link that is followed by POST. */
	readonly method?: "GET" | "POST";
	readonly body?: object;
}

export const mediaTypes = {
	json: "application/json",
	geoJson: "application/geo+json",
	schema: "application/schema+json",
	openApi: "application/vnd.oai.openapi+json;version=3.1",
	html: "text/html",
} as const;

/** Every address below the API's own; IDs are encoded, whatever is in them. */
export interface StacUrls {
	/** Scheme and host, where people have the dashboard. */
	readonly origin: string;
	readonly root: string;
	at(path: string): string;
	collection(id: string): string;
	items(collection: string): string;
	item(collection: string, id: string): string;
	/** A file of a dataset that eosync serves itself, by its name relative to the data file's folder. */
	asset(collection: string, id: string, name: string): string;
}

/** @param origin `https://eosync.example.org`, without a slash at its end */
export function stacUrls(origin: string): StacUrls {
	const root = `${origin}/stac`;
	const collection = (id: string) => `${root}/collections/${encodeURIComponent(id)}`;
	return {
		origin,
		root,
		at: (path) => `${root}${path}`,
		collection,
		items: (id) => `${collection(id)}/items`,
		item: (id, item) => `${collection(id)}/items/${encodeURIComponent(item)}`,
		asset: (id, item, name) =>
			`${root}/assets/${encodeURIComponent(id)}/${encodeURIComponent(item)}/${encodePath(name)}`,
	};
}

/** A path in a URL: all but its slashes encoded. */
export function encodePath(path: string): string {
	return path.split("/").map(encodeURIComponent).join("/");
}

export const rootTitle = "eosync";

export function rootLink(urls: StacUrls): Link {
	return { rel: "root", href: urls.root, type: mediaTypes.json, title: rootTitle };
}
