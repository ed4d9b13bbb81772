import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { StorageError } from "#lib/errors.ts";
import { baseName } from "#lib/paths.ts";
import { bytesInRange } from "#lib/storage/byte-range.ts";
import type { CallTimeout } from "#lib/storage/flow-control/call-timeout.ts";
import type { Entry, OpenFile } from "#lib/storage/storage.ts";
import { storageErrorOf } from "./errors.ts";
import { entryOfStats } from "./examine-names.ts";
import { fullPath, type LocalPlace } from "./place.ts";

/** A file on disk, opened for positional reads. */
export class LocalFile implements OpenFile {
	readonly name: string;
	readonly size: number;
	readonly #handle: FileHandle;
	readonly #place: LocalPlace;
	readonly #opened: Entry;
	readonly #timeout: CallTimeout;

	private constructor(handle: FileHandle, place: LocalPlace, opened: Entry, timeout: CallTimeout) {
		this.name = opened.name;
		this.size = opened.size;
		this.#handle = handle;
		this.#place = place;
		this.#opened = opened;
		this.#timeout = timeout;
	}

	/**
	 * @param expected the file as `stat` just found it: another file that has taken its place is not opened.
	 */
	static async open(place: LocalPlace, expected: Entry, timeout: CallTimeout, signal: AbortSignal): Promise<LocalFile> {
		const attempt = async () => {
			const handle = await open(fullPath(place), openFlags(place));
			try {
				const stats = await handle.stat();
				const opened = entryOfStats(expected.name, stats);
				if (!stats.isFile() || !sameFile(opened, expected)) throw changedError(place);
				return new LocalFile(handle, place, opened, timeout);
			} catch (error) {
				await handle.close();
				throw error;
			}
		};
		try {
			return await timeout.run(place.path, attempt, { signal, discard: (file) => file[Symbol.asyncDispose]() });
		} catch (error) {
			throw signal.aborted ? signal.reason : storageErrorOf(error, place.path, fullPath(place));
		}
	}

	/** Compares size and time with those at opening after every read; a file without a name was removed. */
	async read(offset: number, length: number, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
		const wanted = bytesInRange(this, offset, length);
		const attempt = async () => {
			const bytes = new Uint8Array(wanted);
			const got = await this.#fill(bytes, offset);
			const stats = await this.#handle.stat();
			const { size, mtime } = entryOfStats(this.name, stats);
			const same = size === this.size && mtime === this.#opened.mtime && stats.nlink > 0;
			if (got < bytes.length || !same) throw changedError(this.#place);
			return bytes;
		};
		try {
			return await this.#timeout.run(this.#place.path, attempt, { signal });
		} catch (error) {
			throw signal.aborted ? signal.reason : storageErrorOf(error, this.#place.path, fullPath(this.#place));
		}
	}

	/** Closes the file without waiting for a mount that hangs. */
	async [Symbol.asyncDispose](): Promise<void> {
		await this.#timeout.run(this.#place.path, () => this.#handle.close(), {}).catch(() => undefined);
	}

	async #fill(bytes: Uint8Array, offset: number): Promise<number> {
		let got = 0;
		while (got < bytes.length) {
			const { bytesRead } = await this.#handle.read(bytes, got, bytes.length - got, offset + got);
			if (bytesRead === 0) break;
			got += bytesRead;
		}
		return got;
	}
}

/** Opens without blocking on a FIFO that took the file's place, and without following a symbolic link unless that is allowed. */
export function openFlags({ symlinks }: LocalPlace): number {
	const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
	return O_RDONLY | O_NONBLOCK | (symlinks === "skip" ? O_NOFOLLOW : 0);
}

/** Whether a file is still the one that was examined, and unchanged. */
export function sameFile(now: Entry, then: Entry): boolean {
	return now.inode === then.inode && now.size === then.size && now.mtime === then.mtime;
}

export function changedError({ root, path }: LocalPlace): StorageError {
	const message = `${baseName(path)} changed while it was read (${fullPath({ root, path })}); run again.`;
	return new StorageError("changed", path, message, { retryable: true });
}
