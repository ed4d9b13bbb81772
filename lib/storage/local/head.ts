import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { bytesInRange } from "#lib/storage/byte-range.ts";
import type { Entry, OpenFile } from "#lib/storage/storage.ts";
import { storageErrorOf } from "./errors.ts";
import { entryOfStats } from "./examine-names.ts";
import { changedError, type LocalFile, openFlags, sameFile } from "./file.ts";
import { statFile } from "./list.ts";
import { fullPath, type LocalPlace } from "./place.ts";

/** A file as its folder's listing would show it, and its first bytes. */
export interface FileHead {
	readonly entry: Entry;
	readonly head: Uint8Array<ArrayBuffer>;
}

/**
 * Examines a file and reads its beginning at one go; null if there is none. Most files need no more reading, and six
 * asynchronous calls cost ten times as much.
 */
export function readLocalHead(place: LocalPlace, length: number): FileHead | null {
	const entry = statFile(place);
	if (entry === null) return null;
	const full = fullPath(place);
	try {
		const file = openSync(full, openFlags(place));
		try {
			const assertSame = () => {
				const stats = fstatSync(file);
				if (!stats.isFile() || !sameFile(entryOfStats(entry.name, stats), entry)) throw changedError(place);
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

interface Further {
	/** Examines the file again; left out where the reader does so after its last read. */
	readonly stat?: (signal: AbortSignal) => Promise<Entry | null>;
	open(signal: AbortSignal): Promise<LocalFile>;
}

/** A file on disk whose beginning is known; opened only when more is read. */
export class LocalHead implements OpenFile {
	readonly name: string;
	readonly size: number;
	readonly #place: LocalPlace;
	readonly #examined: FileHead;
	readonly #further: Further;
	#file: Promise<LocalFile> | null = null;

	constructor(place: LocalPlace, examined: FileHead, further: Further) {
		this.name = examined.entry.name;
		this.size = examined.entry.size;
		this.#place = place;
		this.#examined = examined;
		this.#further = further;
	}

	async read(offset: number, length: number, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
		const { head, entry } = this.#examined;
		const wanted = bytesInRange(this, offset, length);
		if (offset + wanted > head.length && wanted > 0) {
			this.#file ??= this.#further.open(signal);
			return (await this.#file).read(offset, length, { signal });
		}
		const { stat } = this.#further;
		const now = stat === undefined ? entry : await stat(signal);
		if (now === null || !sameFile(now, entry)) throw changedError(this.#place);
		return head.subarray(offset, offset + wanted);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const file = await this.#file?.catch(() => null);
		await file?.[Symbol.asyncDispose]();
	}
}
