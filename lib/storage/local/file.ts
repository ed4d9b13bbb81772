import { type FileHandle, open } from "node:fs/promises";
import type { CallTimeout } from "#lib/storage/flow-control/call-timeout.ts";
import type { Entry, OpenFile } from "#lib/storage/storage.ts";
import { storageErrorOf } from "./errors.ts";
import { entryOf } from "./examine.ts";
import { fullPath, type Place } from "./place.ts";
import { changedError, openFlags, sameFile } from "./read-head.ts";

/** A file on disk, opened for positional reads. */
export class LocalFile implements OpenFile {
	readonly name: string;
	readonly size: number;
	readonly #handle: FileHandle;
	readonly #place: Place;
	readonly #opened: Entry;
	readonly #patience: CallTimeout;

	private constructor(handle: FileHandle, place: Place, opened: Entry, patience: CallTimeout) {
		this.name = opened.name;
		this.size = opened.size;
		this.#handle = handle;
		this.#place = place;
		this.#opened = opened;
		this.#patience = patience;
	}

	/**
	 * @param expected what `stat` just said of it: whatever has taken its place meanwhile is not opened.
	 */
	static async open(place: Place, expected: Entry, patience: CallTimeout, signal: AbortSignal): Promise<LocalFile> {
		const attempt = async () => {
			const handle = await open(fullPath(place), openFlags(place));
			try {
				const stats = await handle.stat();
				const opened = entryOf(expected.name, stats);
				if (!stats.isFile() || !sameFile(opened, expected)) throw changedError(place);
				return new LocalFile(handle, place, opened, patience);
			} catch (error) {
				await handle.close();
				throw error;
			}
		};
		try {
			return await patience.run(place.path, attempt, { signal, discard: (file) => file[Symbol.asyncDispose]() });
		} catch (error) {
			throw signal.aborted ? signal.reason : storageErrorOf(error, place.path, fullPath(place));
		}
	}

	/** After every read the file's size and time are compared with those it was opened with; one without a name is gone. */
	async read(offset: number, length: number, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
		if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0)
			throw new RangeError(`Cannot read ${length} bytes from ${offset} of ${this.name}.`);
		const attempt = async () => {
			const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
			const got = await this.#fill(bytes, offset);
			const stats = await this.#handle.stat();
			const { size, mtime } = entryOf(this.name, stats);
			const same = size === this.size && mtime === this.#opened.mtime && stats.nlink > 0;
			if (got < bytes.length || !same) throw changedError(this.#place);
			return bytes;
		};
		try {
			return await this.#patience.run(this.#place.path, attempt, { signal });
		} catch (error) {
			throw signal.aborted ? signal.reason : storageErrorOf(error, this.#place.path, fullPath(this.#place));
		}
	}

	/** Never waits for a mount that hangs. */
	async [Symbol.asyncDispose](): Promise<void> {
		await this.#patience.run(this.#place.path, () => this.#handle.close(), {}).catch(() => undefined);
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
