import { StorageError } from "#lib/errors.ts";
import { abortable } from "#lib/storage/flow-control/abortable.ts";
import type { S3Calls } from "./client.ts";
import { fetchPage } from "./fetch-page.ts";
import { comesBefore, KeyGrouper } from "./group-keys.ts";
import type { FoundKeys, KeyScope } from "./list.ts";
import type { BucketPage } from "./page.ts";

export interface KeyRangeOptions {
	readonly calls: S3Calls;
	/** Of the folder whose sub-folders are read. */
	readonly keys: KeyScope;
	readonly path: string;
	/** Of its sub-folders, in the order of the bucket's keys. */
	readonly names: readonly string[];
	/** Index of the first sub-folder to be read, and of the one behind the last. */
	readonly from: number;
	readonly to: number;
	/** At most. */
	readonly pages: number;
	readonly signal: AbortSignal;
	/** Whether another page is worth while; then it is asked for. */
	takesPage(): boolean;
	/** A page brought so many whole folders; they are kept now. */
	kept(folders: number): void;
	/** An error, or keys out of order. */
	failed(): void;
}

const mostPagesOfOne = 8;

/** Where the next page is from. */
interface Place {
	readonly after: string;
	readonly token?: string | undefined;
	readonly grouper: KeyGrouper;
	/** Pages that held nothing but one folder, or parts of it, up to here. */
	readonly spanned: number;
}

/** Sub-folders that follow each other, read ahead page by page: their listings, and those of the folders below them. */
export class KeyRange {
	readonly #options: KeyRangeOptions;
	readonly #foundByPath = new Map<string, FoundKeys>();
	#entries = 0;
	/** Index of the first sub-folder that did not come, or not yet. */
	#at: number;
	#isOver = false;
	#progress = Promise.withResolvers<void>();

	constructor(options: KeyRangeOptions) {
		this.#options = options;
		this.#at = options.from;
		void this.#read();
	}

	get at(): number {
		return this.#at;
	}

	get isOver(): boolean {
		return this.#isOver;
	}

	/** Kept, of all its folders. */
	get entries(): number {
		return this.#entries;
	}

	/** Waits until the sub-folder of that index was read, or will not be. Rejects with the signal's reason when it aborts. */
	async passed(index: number, signal: AbortSignal): Promise<void> {
		while (!this.#isOver && this.#at <= index) await abortable(signal, this.#progress.promise);
	}

	/** Gives a listing out, once. */
	fetch(path: string): FoundKeys | null {
		const found = this.#foundByPath.get(path);
		if (found === undefined) return null;
		this.#foundByPath.delete(path);
		this.#entries -= sizeOf(found);
		return found;
	}

	/** Keeps nothing, and reads no further. */
	drop(): void {
		this.#foundByPath.clear();
		this.#entries = 0;
		this.#end();
	}

	async #read(): Promise<void> {
		const { calls, keys, path, to, pages, signal, takesPage, failed } = this.#options;
		try {
			let place = this.#placeAt(this.#at);
			for (let page = 0; page < pages && this.#at < to && takesPage(); page++) {
				const { after, token } = place;
				const read = await fetchPage(calls, { ...keys, after, token }, { path, signal });
				if (this.#isOver) return;
				place = this.#take(read, place);
				this.#progress.resolve();
				this.#progress = Promise.withResolvers();
			}
		} catch {
			// Callers that wait for a folder list it by themselves now, and get the error.
			failed();
		} finally {
			this.#end();
		}
	}

	#end(): void {
		this.#isOver = true;
		this.#progress.resolve();
	}

	#placeAt(index: number): Place {
		const { path, keys } = this.#options;
		return { after: this.#prefixAt(index), grouper: new KeyGrouper({ path, prefix: keys.prefix }), spanned: 0 };
	}

	#prefixAt(index: number): string {
		const { keys, names } = this.#options;
		return `${keys.prefix}${names[index] ?? ""}/`;
	}

	/** Cuts a page; returns where the next one is from. @throws StorageError when its keys are not those that come next. */
	#take({ objects, isTruncated, next }: BucketPage, { after, grouper, spanned }: Place): Place {
		const { keys, path, to, kept } = this.#options;
		const before = grouper.underWay;
		let last = after;
		for (const object of objects) {
			const { key } = object;
			// One that ends so could not be decoded.
			if (!key.startsWith(keys.prefix) || !comesBefore(last, key) || key.endsWith("\0"))
				throw new StorageError(
					"io",
					path,
					`The keys of the server's listing are not in order at ${JSON.stringify(key)}.`,
				);
			grouper.take(object);
			last = key;
		}
		if (!isTruncated) grouper.end();
		const whole = grouper.whole();
		for (const folder of whole) {
			this.#foundByPath.set(folder.path, folder.found);
			this.#entries += sizeOf(folder.found);
		}
		const { underWay } = grouper;
		const isPassed = (prefix: string) => !isTruncated || (prefix !== underWay && comesBefore(prefix, last));
		while (this.#at < to && isPassed(this.#prefixAt(this.#at))) this.#at++;
		kept(whole.length);
		const further = before !== null && before === underWay ? spanned + 1 : 0;
		if (further < mostPagesOfOne) return { after: last, token: next, grouper, spanned: further };
		// With all that is below it: too much to be kept until it is complete.
		if (this.#prefixAt(this.#at) === underWay) this.#at++;
		return this.#placeAt(this.#at);
	}
}

function sizeOf({ folders, files, unclear }: FoundKeys): number {
	return 1 + folders.length + files.length + unclear.length;
}
