import {
	ListObjectsV2Command,
	type ListObjectsV2CommandInput,
	type ListObjectsV2CommandOutput,
} from "@aws-sdk/client-s3";
import { StorageError } from "../errors.ts";
import { assertHeld } from "./listing-size.ts";
import type { S3Calls } from "./s3-client.ts";
import type { Entry, Problem } from "./storage.ts";

export interface Keys {
	readonly bucket: string;
	/** What keys begin with, `""` or ending in `/`. */
	readonly prefix: string;
	readonly requesterPays: boolean;
}

/** What is directly below a prefix, in no order. */
export interface FoundKeys {
	readonly folders: readonly string[];
	readonly files: readonly Entry[];
	readonly problems: readonly Problem[];
	/** Whether any key begins with the prefix: else there is no such folder. */
	readonly exists: boolean;
}

/**
 * All pages of a prefix, `/` being the delimiter: 1,000 keys a request.
 * @throws StorageError also when a page is not what it says it is: half a listing would look like a removal.
 */
export async function listKeys(
	calls: S3Calls,
	{ bucket, prefix, requesterPays }: Keys,
	{ path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<FoundKeys> {
	const folders: string[] = [];
	const files: Entry[] = [];
	const problems: Problem[] = [];
	let exists = false;
	const take = (key: string, add: (name: string) => void) => {
		exists = true;
		const name = nameOf(key, prefix);
		if (name === null) problems.push(inexpressible(path, key));
		else if (name !== "" && !name.startsWith(".")) add(name);
	};
	for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
		const input: ListObjectsV2CommandInput = {
			Bucket: bucket,
			Prefix: prefix,
			Delimiter: "/",
			EncodingType: "url",
			...(token === undefined ? {} : { ContinuationToken: token }),
			...(requesterPays ? { RequestPayer: "requester" } : {}),
		};
		const page = await calls.run({ path, signal }, ({ client, abortSignal }) =>
			client.send(new ListObjectsV2Command(input), { abortSignal }),
		);
		assertWhole(page, path);
		assertHeld(folders.length + files.length + problems.length, path);
		const decode = page.EncodingType === "url" ? decodeKey : (key: string) => key;
		for (const { Prefix = "" } of page.CommonPrefixes ?? [])
			take(decode(Prefix).slice(0, -1), (name) => folders.push(name));
		for (const { Key = "", Size, LastModified, ETag } of page.Contents ?? []) {
			// The prefix itself, as a key: a mark that the folder is there.
			const key = decode(Key);
			if (key === prefix) exists = true;
			else take(key, (name) => files.push(entryOf(name, { Size, LastModified, ETag }, path)));
		}
		if (page.IsTruncated && (page.NextContinuationToken ?? token) === token) throw damaged(path, "has no next page");
		token = page.IsTruncated ? page.NextContinuationToken : undefined;
	}
	return { folders, files, problems, exists };
}

interface Told {
	readonly Size?: number | undefined;
	readonly LastModified?: Date | undefined;
	readonly ETag?: string | undefined;
}

/** Times to the second, as all answers tell them; the ETag as it is, without quotes: an MD5 only now and then. */
export function entryOf(name: string, { Size, LastModified, ETag }: Told, path: string): Entry {
	if (Size === undefined || !Number.isSafeInteger(Size) || Size < 0) throw damaged(path, `tells no size of ${name}`);
	const seconds = LastModified === undefined ? Number.NaN : Math.floor(LastModified.getTime() / 1000);
	const mtime = Number.isNaN(seconds) ? null : seconds * 1_000_000;
	return { name, size: Size, mtime, etag: ETag?.replace(/^(W\/)?"(.*)"$/, "$2") || null, inode: null };
}

function assertWhole(
	{ KeyCount, Contents = [], CommonPrefixes = [], IsTruncated }: ListObjectsV2CommandOutput,
	path: string,
) {
	if (IsTruncated === undefined) throw damaged(path, "does not say whether it is complete");
	if (KeyCount !== undefined && KeyCount !== Contents.length + CommonPrefixes.length)
		throw damaged(path, `announces ${KeyCount} keys and holds ${Contents.length + CommonPrefixes.length}`);
}

/** `encoding-type=url` writes spaces as `+`, and everything XML cannot hold as its bytes. */
function decodeKey(key: string): string {
	try {
		return decodeURIComponent(key.replaceAll("+", " "));
	} catch {
		// Not UTF-8: with a character no path has, so that it is told.
		return `${key}\0`;
	}
}

/** The name below the prefix; null where no path can express it. */
function nameOf(key: string, prefix: string): string | null {
	if (!key.startsWith(prefix)) return null;
	const name = key.slice(prefix.length);
	return name === "" || name === "." || name === ".." || /[/\0]/.test(name) || !name.isWellFormed() ? null : name;
}

function inexpressible(path: string, key: string): Problem {
	const shown = JSON.stringify(key.replaceAll("\0", "").slice(0, 300));
	const message = `Keys that begin with ${shown} have a name that is empty, “.” or “..”, or not UTF-8, so that they cannot be registered; rename them.`;
	return { path, code: "invalid-path", message };
}

function damaged(path: string, what: string): StorageError {
	const message = `The server's listing ${what}; nothing of it is used. Run again, or check the server.`;
	return new StorageError("io", path, message, { retryable: true });
}
