import { normalisePath } from "#lib/storage/path.ts";

/** A place below the root of a web directory. */
export interface HttpPlace {
	/** Decoded names from the root down. */
	readonly names: readonly string[];
	/** Written with a slash at its end. */
	readonly folder: boolean;
}

/** Addresses below one root; no others are ever requested. */
export class HttpRoot {
	readonly url: URL;
	/** `http://host/data/`, for messages: without user, password and query. */
	readonly text: string;
	readonly #names: readonly string[];

	constructor(url: string) {
		this.url = new URL(url);
		this.#names = this.url.pathname
			.split("/")
			.filter((name) => name !== "")
			.map(decoded);
		this.text = this.url.origin + this.target("", true);
	}

	/** The target in the request line. Every name is encoded, so none can lead elsewhere. */
	target(path: string, folder: boolean): string {
		const names = [...this.#names, ...(path === "" ? [] : path.split("/"))];
		return names.map((name) => `/${encodeURIComponent(name)}`).join("") + (folder ? "/" : "");
	}

	/**
	 * What `href`, found in the answer to `base` (a request line's target), leads to. null: to another host or protocol,
	 * out of the root, to a place with a query (the sort links of an index), or nowhere at all.
	 * @throws URIError when it is below the root, but its name is not UTF-8: no path can express it.
	 */
	resolve(href: string, base: string): HttpPlace | null {
		const url = URL.parse(href, this.url.origin + base);
		if (url === null || url.origin !== this.url.origin || url.search !== "") return null;
		const segments = url.pathname.split("/").slice(1);
		const folder = segments.at(-1) === "";
		if (folder) segments.pop();
		const above = segments.slice(0, this.#names.length);
		if (above.length < this.#names.length || !above.every((name, i) => decoded(name) === this.#names[i])) return null;
		const names = segments.slice(this.#names.length).map((name) => decodeURIComponent(name));
		if (names.some((name) => name === "" || name === "." || name === ".." || /[/\0]/.test(name))) return null;
		return { names, folder };
	}
}

/** The place of `names` as a path of the storage, for comparison with what was asked for. */
export function storagePath({ names }: HttpPlace): string {
	return normalisePath(names.join("/"));
}

function decoded(name: string): string {
	try {
		return decodeURIComponent(name);
	} catch {
		// Above the root only compared with itself: it may as well stay encoded.
		return name;
	}
}
