import { StorageError } from "#lib/errors.ts";

/** What one line of a list says, by the folder that it is in. */
export type Row =
	| {
			readonly kind: "file";
			readonly folder: string;
			readonly name: string;
			readonly size: number;
			/** Microseconds since 1970. */
			readonly mtime: number | null;
			readonly etag: string | null;
	  }
	| { readonly kind: "folder"; readonly folder: string; readonly name: string }
	/** Its name cannot be written, or in no path. */
	| {
			readonly kind: "unclear";
			readonly folder: string;
			/** As much of it as can be written. */
			readonly name: string;
			readonly isFolder: boolean;
			/** It is written as it is: a name that is empty, `.` or `..`, which object stores have. */
			readonly isExact?: true;
	  };

/** More names than any walk goes down, and few enough that a hostile list cannot make very much of one line. */
const maxNames = 300;

export interface Place {
	readonly folder: string;
	readonly name: string;
	/** The path ends with `/`. */
	readonly isFolder: boolean;
}

/**
 * Where a path of a list lies in the storage; null: left out, as its folder's listing would leave it out (names that begin with `.`).
 * @throws StorageError when no file of the storage can have this path.
 */
export function placeOf(text: string): Place | null {
	const path = text.startsWith("./") ? text.slice(2) : text;
	if (path === "" || path === ".") return null;
	const isFolder = path.endsWith("/");
	const bare = isFolder ? path.slice(0, -1) : path;
	const fault = faultOf(bare);
	if (fault !== null) throw new StorageError("io", "", fault);
	if (bare.startsWith(".") || bare.includes("/.")) return null;
	const slash = bare.lastIndexOf("/");
	return { folder: bare.slice(0, Math.max(0, slash)), name: bare.slice(slash + 1), isFolder };
}

function faultOf(path: string): string | null {
	if (path.startsWith("/")) return "has an absolute path; say in “listPrefix” what its paths begin with";
	if (path === "" || path.includes("//") || path.endsWith("/")) return "has a path with an empty name";
	if (path.includes("\0")) return "has a path with a NUL character";
	// Most paths have none of these, and need not be taken apart.
	if (path.startsWith(".") || path.includes("/.")) {
		const names = path.split("/");
		if (names.includes("..") || names.includes(".")) return "has a path with “.” or “..” in it";
	}
	return path.split("/", maxNames + 1).length > maxNames ? `has a path of more than ${maxNames} names` : null;
}

const fatal = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text of these bytes; null: they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
	try {
		return fatal.decode(bytes);
	} catch (error) {
		if (error instanceof TypeError) return null;
		throw error;
	}
}

/**
 * The first name of a path that is not UTF-8, which makes it, or all below it, unclear.
 * @throws StorageError when no file of the storage can have this path.
 */
export function unclearPlace(path: Uint8Array): Row | null {
	const text = lossy.decode(path);
	const place = placeOf(text);
	if (place === null) return null;
	const names = [...(place.folder === "" ? [] : place.folder.split("/")), place.name];
	// What replaces bytes that are not UTF-8; a name may have it in truth, and is then unclear too: never absent.
	const first = names.findIndex((name) => name.includes("\ufffd"));
	const name = names[first];
	if (name === undefined) return null;
	return {
		kind: "unclear",
		folder: names.slice(0, first).join("/"),
		name,
		isFolder: first < names.length - 1 || place.isFolder,
	};
}
