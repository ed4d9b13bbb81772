import { assertHeld } from "#lib/storage/listing/listing-size.ts";
import { unknownEntry, unnameable } from "#lib/storage/listing/unclear.ts";
import type { Entry, Unclear } from "#lib/storage/storage.ts";
import type { S3Calls } from "./client.ts";
import { fetchPage, type PageRequest } from "./fetch-page.ts";
import { isArchiveClass, type ListedObject } from "./page.ts";

export type KeyScope = Pick<PageRequest, "bucket" | "prefix" | "requesterPays">;

/** What is directly below a prefix, in no order. */
export interface FoundKeys {
	readonly folders: readonly string[];
	readonly files: readonly Entry[];
	readonly unclear: readonly Unclear[];
}

/**
 * All pages of a prefix, `/` being the delimiter: 1,000 keys a request. null: no key begins with the prefix, so that there
 * is no such folder.
 * @throws StorageError also when a page is not what it says it is: half a listing would look like a removal.
 */
export async function listKeys(
	calls: S3Calls,
	keys: KeyScope,
	{ path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<FoundKeys | null> {
	const folders: string[] = [];
	const files: Entry[] = [];
	const unclear: Unclear[] = [];
	const { prefix } = keys;
	let exists = false;
	const take = (key: string, add: (name: string) => void) => {
		exists = true;
		const name = nameOf(key, prefix);
		if (name === null) unclear.push(inexpressible(key, prefix));
		else if (!name.startsWith(".")) add(name);
	};
	for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
		const page = await fetchPage(calls, { ...keys, delimiter: "/", token }, { path, signal });
		assertHeld(folders.length + files.length + unclear.length, path);
		for (const common of page.prefixes) take(common.slice(0, -1), (name) => folders.push(name));
		for (const object of page.objects) {
			// The prefix itself, as a key: a mark that the folder is there.
			if (object.key === prefix) exists = true;
			else
				take(object.key, (name) => {
					const found = objectEntry(name, object);
					if ("message" in found) unclear.push(found);
					else files.push(found);
				});
		}
		token = page.isTruncated ? page.next : undefined;
	}
	return exists ? { folders, files, unclear } : null;
}

/** Times to the second, as in all answers; the ETag without its quotes: it is an MD5 only sometimes. */
export function objectEntry(
	name: string,
	{ size, modified, etag, storageClass, isRestored = false }: Omit<ListedObject, "key">,
): Entry | Unclear {
	if (size === undefined || !Number.isSafeInteger(size) || size < 0)
		return unknownEntry(name, "has no size in the server's listing");
	const archived = isArchiveClass(storageClass) && !isRestored ? ({ archived: true } as const) : {};
	const mtime = Number.isNaN(modified) ? null : Math.floor(modified / 1000) * 1_000_000;
	return { name, size, mtime, etag: etag === undefined ? null : unquoted(etag) || null, inode: null, ...archived };
}

function unquoted(etag: string): string {
	const strong = etag.startsWith("W/") ? etag.slice(2) : etag;
	return strong.length > 1 && strong.startsWith('"') && strong.endsWith('"') ? strong.slice(1, -1) : etag;
}

/** The name below the prefix; null where no path can express it. */
export function nameOf(key: string, prefix: string): string | null {
	if (!key.startsWith(prefix)) return null;
	const name = key.slice(prefix.length);
	return name === "" || name === "." || name === ".." || /[/\0]/.test(name) || !name.isWellFormed() ? null : name;
}

/** A key, or what several keys begin with, whose name below the prefix no path can express. */
export function inexpressible(key: string, prefix: string): Unclear {
	const written = key.slice(prefix.length);
	const name = written.replaceAll("\0", "");
	// The name between two slashes is empty, and hides no other one.
	const hides = name === written && name.isWellFormed() ? "none" : "non-ascii";
	return unnameable(name, "is empty, “.” or “..”, or not UTF-8", name === "" ? "folder" : "unknown", hides);
}
