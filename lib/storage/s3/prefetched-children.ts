import type { S3Calls } from "./client.ts";
import { comesBefore } from "./group-keys.ts";
import { KeyRange } from "./key-range.ts";
import type { KeyScope } from "./list.ts";

export interface PrefetchedChildrenOptions {
	readonly calls: S3Calls;
	/** Of the folder they are in. */
	readonly keys: KeyScope;
	readonly path: string;
	/** Whether there is room for another range. */
	hasRoom(): boolean;
	/** A range is to be counted, as it was begun, or keeps more than before. */
	kept(range: KeyRange): void;
	/** Ends reading ahead, here and elsewhere. */
	failed(): void;
	hasFailed(): boolean;
}

/** The size of a range, roughly: the part of the next range on its last page was read for nothing. */
export const pagesPerKeyRange = 8;
/** Stretches begun beyond the one that is used, each a request at a time. */
const rangesAhead = 8;

/** The sub-folders of one folder, in the order of the bucket's keys, and what is read ahead of them. */
export class PrefetchedChildren {
	readonly #names: readonly string[];
	readonly #indexByName: ReadonlyMap<string, number>;
	readonly #options: PrefetchedChildrenOptions;
	readonly #first: KeyRange;
	/** The ranges behind the first, each of as many folders. */
	readonly #ranges = new Map<number, KeyRange>();
	/** Asked for, and what they brought: see `S3Prefetch`. */
	#pages = 0;
	#wholeFolders = 0;

	/** Reads the first page, which shows how many folders a page holds. */
	constructor(names: readonly string[], options: PrefetchedChildrenOptions, signal: AbortSignal) {
		this.#options = options;
		this.#names = names.toSorted((a, b) => (comesBefore(`${a}/`, `${b}/`) ? -1 : 1));
		this.#indexByName = new Map(this.#names.map((name, i) => [name, i]));
		this.#first = this.#begun({ from: 0, to: names.length, pages: 1 }, signal);
	}

	/** The range that has one of the sub-folders, as soon as that was read, or its turn is over. Begins with those that follow. */
	async read(name: string, signal: AbortSignal): Promise<KeyRange | null> {
		const index = this.#indexByName.get(name);
		if (index === undefined) return null;
		await this.#first.passed(this.#names.length, signal);
		const number = this.#numberAt(index);
		for (let i = Math.max(number, 0); i <= number + rangesAhead; i++) {
			const [from, to] = [this.#startOf(i), Math.min(this.#startOf(i + 1), this.#names.length)];
			if (from >= to || (i > number && !this.#options.hasRoom())) break;
			if (this.#ranges.has(i) || !this.#pays()) continue;
			this.#ranges.set(i, this.#begun({ from, to, pages: 4 * pagesPerKeyRange }, signal));
		}
		const range = this.begun(name);
		await range?.passed(index, signal);
		return range;
	}

	/** The range that has one of the sub-folders, or had, or is to have it; null: none was begun. */
	begun(name: string): KeyRange | null {
		const index = this.#indexByName.get(name);
		if (index === undefined) return null;
		const number = this.#numberAt(index);
		return number < 0 ? this.#first : (this.#ranges.get(number) ?? null);
	}

	/** Of the range for the sub-folder of that index; -1: the first. */
	#numberAt(index: number): number {
		const inFirst = this.#first.at;
		return index < inFirst ? -1 : Math.floor((index - inFirst) / Math.max(inFirst * pagesPerKeyRange, 1));
	}

	#startOf(number: number): number {
		return this.#first.at * (1 + number * pagesPerKeyRange);
	}

	#pays(): boolean {
		return this.#wholeFolders >= this.#pages && !this.#options.hasFailed();
	}

	#begun(part: { readonly from: number; readonly to: number; readonly pages: number }, signal: AbortSignal): KeyRange {
		const { calls, keys, path, kept, failed } = this.#options;
		const range: KeyRange = new KeyRange({
			...{ calls, keys, path, names: this.#names, signal, failed, ...part },
			takesPage: () => {
				const pays = this.#pays();
				if (pays) this.#pages++;
				return pays;
			},
			kept: (folders) => {
				this.#wholeFolders += folders;
				kept(range);
			},
		});
		kept(range);
		return range;
	}
}
