import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { StorageError } from "#lib/errors.ts";
import { baseName } from "#lib/storage/path.ts";
import type { Entry } from "#lib/storage/storage.ts";
import { storageErrorOf } from "./errors.ts";
import { entryOf } from "./examine.ts";
import { statFile } from "./list.ts";
import { fullPath, type Place } from "./place.ts";

/** A file as its folder's listing would show it, and its first bytes. */
export interface FileHead {
	readonly entry: Entry;
	readonly head: Uint8Array<ArrayBuffer>;
}

/**
 * Examines a file and reads its beginning at one go; null if there is none. Most files need no more reading, and six
 * asynchronous calls cost ten times as much.
 */
export function readHead(place: Place, length: number): FileHead | null {
	const entry = statFile(place);
	if (entry === null) return null;
	const full = fullPath(place);
	try {
		const file = openSync(full, openFlags(place));
		try {
			const assertSame = () => {
				const stats = fstatSync(file);
				if (!stats.isFile() || !sameFile(entryOf(entry.name, stats), entry)) throw changedError(place);
			};
			assertSame();
			const head = new Uint8Array(Math.min(length, entry.size));
			let got = 0;
			for (let more = 1; got < head.length && more > 0; got += more) {
				more = readSync(file, head, got, head.length - got, got);
			}
			assertSame();
			return { entry, head };
		} finally {
			closeSync(file);
		}
	} catch (error) {
		throw storageErrorOf(error, place.path, full);
	}
}

/** A FIFO that has taken the place of a file does not block, nor is a symbolic link followed unless it may be. */
export function openFlags({ symlinks }: Place): number {
	const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
	return O_RDONLY | O_NONBLOCK | (symlinks === "skip" ? O_NOFOLLOW : 0);
}

/** Whether a file is still the one that was examined, and as it was then. */
export function sameFile(now: Entry, then: Entry): boolean {
	return now.inode === then.inode && now.size === then.size && now.mtime === then.mtime;
}

export function changedError({ root, path }: Place): StorageError {
	const message = `${baseName(path)} changed while it was read (${fullPath({ root, path })}); run again.`;
	return new StorageError("changed", path, message, { retryable: true });
}
