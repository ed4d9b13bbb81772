import type { StorageConfig } from "#lib/storage/config.ts";
import { pathBelow } from "#lib/storage/path.ts";

/**
 * Where files are as EOxServer sees them. The normal form of a place: an absolute path, an address (`https://…`, `ftp://…`), or
 * `/vsis3/BUCKET/KEY`, `/vsizip//PATH/OF/ARCHIVE/MEMBER` and the like as GDAL writes them. Whatever has none stays as it is, and is nobody's file.
 */

/** A row of `backends_storage`. */
export interface StorageRow {
	readonly id: number;
	readonly url: string;
	readonly type: string;
	readonly parentId: number | null;
}

/**
 * What a location means below a storage row, and what that means below its parent. As EOxServer's `get_vsi_storage_path`, but for an
 * archive below a folder: there it forgets the folder, and here it is where its row says.
 */
export function placeOf(location: string, storageId: number | null, rows: ReadonlyMap<number, StorageRow>): string {
	let place = location;
	const seen = new Set<number>();
	for (let id = storageId; id !== null; ) {
		const row = rows.get(id);
		// A row that is its own ancestor, or is not there: no place that anybody could open.
		if (row === undefined || seen.has(id)) return `?/${location}`;
		seen.add(id);
		place = below(row, place);
		id = row.parentId;
	}
	return normalPlace(place);
}

function below(row: StorageRow, location: string): string {
	const { type, url } = row;
	const archive = /^\/(vsizip|vsitar)\/(.*)$/s.exec(location);
	if (archive !== null) return `/${archive[1]}/${below(row, archive[2] ?? "")}`;
	switch (type.toUpperCase()) {
		case "DIRECTORY":
			return location.startsWith("/") ? location : `${url.replace(/\/$/, "")}/${location}`;
		case "HTTP":
		case "FTP":
			return URL.canParse(location, url) ? addressOf(location, url) : `?/${url}/${location}`;
		case "S3":
			return `/vsis3/${url}/${location}`;
		case "SWIFT":
			return `/vsiswift/${url}/${location}`;
		case "ZIP":
			return `/vsizip/${url}/${location}`;
		case "TAR":
			return `/vsitar/${url}/${location}`;
		default:
			return `?/${type}:${url}/${location}`;
	}
}

/** As Python's `urljoin`, which writes nothing in percent. */
function addressOf(location: string, base: string): string {
	if (/^[a-z][a-z0-9+.-]*:\/\//i.test(location)) return location;
	const { protocol, host } = new URL(base);
	if (location.startsWith("/")) return `${protocol}//${host}${location}`;
	return `${base.slice(0, base.lastIndexOf("/") + 1)}${location}`;
}

export function normalPlace(place: string): string {
	const address = /^(?:\/vsicurl(?:_streaming)?\/)?((?:https?|ftp):\/\/)(?:[^/?#@]*@)?([^/?#]*)(.*)$/is.exec(place);
	if (address !== null) {
		const [, scheme = "", host = "", rest = ""] = address;
		const usualPort = { "http://": /:80$/, "https://": /:443$/, "ftp://": /:21$/ }[scheme.toLowerCase()] ?? /$^/;
		return `${scheme.toLowerCase()}${host.toLowerCase().replace(usualPort, "")}${unescaped(rest)}`;
	}
	const bucket = /^s3:\/\/(.*)$/is.exec(place) ?? /^\/vsis3(?:_streaming)?\/(.*)$/s.exec(place);
	// An object store's keys are texts, not paths: nothing of them is made shorter but what begins with a slash.
	if (bucket !== null) return `/vsis3/${(bucket[1] ?? "").replace(/\/+/, "/")}`;
	const archive = /^\/(vsizip|vsitar)\/(.*)$/s.exec(place);
	if (archive !== null) return `/${archive[1]}/${normalPlace((archive[2] ?? "").replace(/^\{(.*?)\}/s, "$1"))}`;
	const local = place.replace(/^file:\/\/(?:localhost)?(?=\/)/i, "");
	if (!local.startsWith("/") || local.startsWith("/vsi")) return local;
	return `/${local
		.split("/")
		.filter((name) => name !== "" && name !== ".")
		.join("/")}`;
}

/** An address may write a character as it is, or in percent. */
function unescaped(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** The inverse, for an address that others open. */
export function inAddress(path: string): string {
	return encodeURI(path).replaceAll("?", "%3F").replaceAll("#", "%23");
}

/** One of our storages as EOxServer sees it. */
export interface SeenStorage {
	readonly id: number;
	readonly name: string;
	/** The place of its root, without a slash at its end. */
	readonly root: string;
}

interface OwnStorage {
	readonly id: number;
	readonly name: string;
	readonly config: StorageConfig;
}

/**
 * Our storages as EOxServer sees them: where the target's settings say so, else where they are for us. Storages that it has no way to
 * reach (SFTP, rasdaman) are left out unless the settings name a place. The deepest come first.
 */
export function seenStorages(
	storages: readonly OwnStorage[],
	settings: Readonly<Record<string, string>>,
): readonly SeenStorage[] {
	return storages
		.flatMap(({ id, name, config }) => {
			const place = Object.hasOwn(settings, name) ? settings[name] : ownPlace(config);
			return place === undefined || place === null ? [] : [{ id, name, root: withoutSlash(normalPlace(place)) }];
		})
		.toSorted((a, b) => b.root.length - a.root.length || a.id - b.id);
}

function ownPlace(config: StorageConfig): string | null {
	switch (config.type) {
		case "local":
			return config.root;
		case "http":
			return config.url;
		case "ftp":
			return `ftp://${config.host}${config.port === undefined || config.port === 21 ? "" : `:${config.port}`}${inAddress(config.root)}`;
		case "s3":
			return `s3://${config.bucket}/${config.prefix}`;
		case "sftp":
		case "rasdaman":
			return null;
	}
}

/** The place of a file of ours. */
export function placeIn({ root }: Pick<SeenStorage, "root">, path: string): string {
	return path === "" ? root : `${root === "/" ? "" : root}/${path}`;
}

/** Which file of ours that is; a member of an archive is its archive. null: it is in none of our storages. */
export function fileAt(
	place: string,
	storages: readonly SeenStorage[],
): { readonly storage: SeenStorage; readonly path: string } | null {
	const packed = /^\/vsi(?:zip|tar)\/(.*)$/s.exec(place)?.[1];
	const file = packed === undefined ? place : archiveOf(packed);
	if (file.split("/").includes("..")) return null;
	for (const storage of storages) {
		const path = storage.root === "/" ? pathBelow("", file.replace(/^\//, "")) : pathBelow(storage.root, file);
		if (path !== null && path !== "" && (storage.root !== "/" || file.startsWith("/"))) return { storage, path };
	}
	return null;
}

/** `/data/a.zip/member.tif`: up to the first name that ends like an archive's. */
function archiveOf(place: string): string {
	return /^.*?\.(?:zip|tar|tgz|tar\.gz)(?=\/|$)/is.exec(place)?.[0] ?? place;
}

function withoutSlash(place: string): string {
	return place.length > 1 ? place.replace(/\/$/, "") : place;
}
