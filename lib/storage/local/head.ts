import type { Entry, OpenFile } from "#lib/storage/storage.ts";
import type { LocalFile } from "./file.ts";
import type { Place } from "./place.ts";
import { changedError, type FileHead, sameFile } from "./read-head.ts";

interface Further {
	/** The file as it is now. */
	stat(signal: AbortSignal): Promise<Entry | null>;
	open(signal: AbortSignal): Promise<LocalFile>;
}

/** A file on disk whose beginning is known; opened only by who reads beyond that. */
export class LocalHead implements OpenFile {
	readonly name: string;
	readonly size: number;
	readonly #place: Place;
	readonly #peeked: FileHead;
	readonly #further: Further;
	#file: Promise<LocalFile> | null = null;

	constructor(place: Place, peeked: FileHead, further: Further) {
		this.name = peeked.entry.name;
		this.size = peeked.entry.size;
		this.#place = place;
		this.#peeked = peeked;
		this.#further = further;
	}

	async read(offset: number, length: number, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
		const { head, entry } = this.#peeked;
		const known = Number.isSafeInteger(offset) && offset >= 0 && length >= 0;
		if (!known || Math.min(offset + length, this.size) > head.length) {
			this.#file ??= this.#further.open(signal);
			return (await this.#file).read(offset, length, { signal });
		}
		const now = await this.#further.stat(signal);
		if (now === null || !sameFile(now, entry)) throw changedError(this.#place);
		return head.subarray(offset, offset + length);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const file = await this.#file?.catch(() => null);
		await file?.[Symbol.asyncDispose]();
	}
}
