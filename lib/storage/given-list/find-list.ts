import { hash } from "node:crypto";
import { basename, dirname } from "node:path";
import { StorageError } from "#lib/errors.ts";
import { normalisePath } from "#lib/storage/path.ts";
import type { Entry, Storage } from "#lib/storage/storage.ts";
import type { FoundList } from "./keep-index.ts";
import { bytesOf, rowsOf } from "./list-file.ts";

/** Raised when the same bytes would be understood otherwise. */
const format = 1;

export interface ListPlace {
	/** Where the list is: the storage itself, or a folder of this machine. */
	readonly storage: Storage;
	readonly path: string;
	/** What its paths begin with. */
	readonly prefix: string;
}

/** Whether a list's path is one of this machine, not of the storage. */
export function isLocalPath(list: string): boolean {
	return /^(\/|[A-Za-z]:[\\/])/.test(list);
}

/** A list on this machine, as a folder and a name in it. */
export function localPlace(list: string): { readonly root: string; readonly path: string } {
	return { root: dirname(list), path: basename(list) };
}

/** @throws StorageError when there is no such file, or it cannot be read. */
export async function findList({ storage, path, prefix }: ListPlace, signal: AbortSignal): Promise<FoundList> {
	const place = normalisePath(path);
	const found = await statOf(storage, place, signal);
	const id = hash("sha256", JSON.stringify([format, prefix, ...versionOf(found)])).slice(0, 40);
	return {
		name: path,
		id,
		time: found.mtime ?? Date.now() * 1000,
		async *rows(onTime) {
			await using file = await storage.open(place, { symlinks: "follow", signal });
			yield* rowsOf(bytesOf(file, signal), { name: path, prefix, onTime, signal });
		},
		async requireUnchanged() {
			const now = await statOf(storage, place, signal);
			if (JSON.stringify(versionOf(now)) === JSON.stringify(versionOf(found))) return;
			throw new StorageError("changed", "", `The list ${path} changed while it was read. Nothing is taken from it.`, {
				retryable: true,
			});
		},
	};
}

async function statOf(storage: Storage, path: string, signal: AbortSignal): Promise<Entry> {
	try {
		const found = await storage.stat(path, { symlinks: "follow", signal });
		if (found !== null) return found;
	} catch (error) {
		if (!(error instanceof StorageError)) throw error;
		throw new StorageError(error.code, "", `The list ${path} cannot be read: ${error.message}`, { cause: error });
	}
	throw new StorageError("io", "", `The list ${path} is not there. Nothing is listed without it.`);
}

function versionOf({ size, mtime, etag, inode }: Entry): readonly (string | number | null)[] {
	return [size, mtime, etag, inode];
}
