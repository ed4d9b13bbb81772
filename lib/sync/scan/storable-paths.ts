import { hash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { unstorableIn } from "#lib/catalog/storable.ts";
import { unnameable } from "#lib/storage/listing/unclear.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Entry, Listing, Unclear } from "#lib/storage/storage.ts";

/**
 * Which paths the catalogue can hold. PostgreSQL refuses a key of an index above 2,704 bytes, compressed; changes are
 * indexed by their folder and their path together.
 */

const maxKeyBytes = 2640;
/** A folder of a longer path is named by a short name, so that changes in it can be written down. */
const maxFolderBytes = 1280;
/** Bytes of short names: of folders, and of files beside any folder's. */
const shortBytes = { folder: 1000, name: 600 } as const;

/** How many bytes of a key a path takes, at most. PostgreSQL compresses long ones, though not as well as `deflate` does. */
function keyBytes(path: string): number {
	const bytes = Buffer.byteLength(path);
	return bytes <= shortBytes.name ? bytes : Math.min(bytes, 4 * deflateRawSync(path).length);
}

/** The listing without what no path can express, which is unclear. */
export function withStorablePaths(folder: string, listing: Listing): Listing {
	const unclear: Unclear[] = [];
	const folders = listing.folders.filter((name) => {
		const unstorable = unstorableFolder(folder, name);
		if (unstorable !== null) unclear.push(unstorable);
		return unstorable === null;
	});
	const files = listing.files?.filter((entry) => {
		const unstorable = unstorableFile(entry);
		if (unstorable !== null) unclear.push(unstorable);
		return unstorable === null;
	});
	return unclear.length === 0
		? listing
		: { ...listing, folders, files: files ?? null, unclear: [...listing.unclear, ...unclear] };
}

function unstorableFolder(folder: string, name: string): Unclear | null {
	const what = unstorableIn(name);
	if (what !== null) return unnameable(name, `holds ${what}`, "folder");
	const path = joinPath(folder, name);
	if (path.length * 3 <= maxKeyBytes || keyBytes(path) <= maxKeyBytes) return null;
	const why = `makes a path of ${Buffer.byteLength(path)} bytes, more than ${maxKeyBytes}`;
	return unnameable(name, why, "folder", "none");
}

function unstorableFile({ name, etag, inode }: Entry): Unclear | null {
	const what = unstorableIn(name) ?? unstorableIn(etag ?? "") ?? unstorableIn(inode ?? "");
	return what === null ? null : unnameable(name, `, or the storage's description of the file, holds ${what}`);
}

/** Returns the path under which changes in a folder are stored: its own, or a short one where that is too long. */
export function writtenFolder(path: string): string {
	return path.length * 3 <= maxFolderBytes || keyBytes(path) <= maxFolderBytes
		? path
		: shortened(path, shortBytes.folder);
}

/** Why a file cannot be registered under its path, and by what path that is written down; null: it can be. */
export function refusedPath(folder: string, name: string): { readonly path: string; readonly reason: string } | null {
	if ((2 * folder.length + name.length) * 3 < maxKeyBytes) return null;
	const path = joinPath(folder, name);
	const written = writtenFolder(folder);
	if (written === folder && keyBytes(folder) + keyBytes(path) <= maxKeyBytes) return null;
	const bytes = Buffer.byteLength(path);
	const room = Math.min(shortBytes.name, maxKeyBytes - 2 * Buffer.byteLength(written) - 1);
	const short = Buffer.byteLength(name) <= room ? name : shortened(name, room);
	return {
		path: joinPath(written, short),
		reason: `The path ${path} has ${bytes} bytes, more than an index of the catalogue can hold; give the file or its folders shorter names.`,
	};
}

/** The beginning of a text and, so that no two are the same, a digest of it. */
function shortened(text: string, bytes: number): string {
	const digest = hash("sha256", text, "base64url").slice(0, 22);
	const room = bytes - digest.length - Buffer.byteLength("…");
	// What is cut within a character ends with U+FFFD.
	const head = Buffer.from(text)
		.subarray(0, room)
		.toString()
		.replace(/\uFFFD+$/, "")
		.replace(/\/+$/, "");
	return `${head}…${digest}`;
}
