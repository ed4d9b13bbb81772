import type { S3Calls } from "./s3-client.ts";
import { comesBefore } from "./s3-cut.ts";
import type { Keys } from "./s3-list.ts";
import { Stretch } from "./s3-stretch.ts";

export interface SiblingsOptions {
	readonly calls: S3Calls;
	/** Of the folder they are in. */
	readonly keys: Keys;
	readonly path: string;
	/** Whether there is room for another stretch. */
	hasRoom(): boolean;
	/** A stretch is to be counted, as it was begun, or keeps more than before. */
	kept(stretch: Stretch): void;
	/** Nothing more is to be read ahead, here or elsewhere. */
	failed(): void;
}

/** About: what its last page holds of the next stretch was read for nothing. */
export const pagesPerStretch = 8;
/** Stretches begun beyond the one that is used, each a request at a time. */
const stretchesAhead = 8;

/** The sub-folders of one folder, in the order of the bucket's keys, and what is read ahead of them. */
export class Siblings {
	readonly #prefixes: readonly string[];
	readonly #indexByPath: ReadonlyMap<string, number>;
	readonly #options: SiblingsOptions;
	readonly #first: Stretch;
	/** The stretches behind the first, each of as many folders. */
	readonly #stretches = new Map<number, Stretch>();
	/** Asked for, and what they brought: see `S3Ahead`. */
	#pages = 0;
	#wholeFolders = 0;

	/** Reads the first page: it tells how many folders a page holds. */
	constructor(names: readonly string[], options: SiblingsOptions, signal: AbortSignal) {
		const { path, keys } = options;
		const sorted = names.toSorted((a, b) => (comesBefore(`${a}/`, `${b}/`) ? -1 : 1));
		this.#options = options;
		this.#prefixes = sorted.map((name) => `${keys.prefix}${name}/`);
		this.#indexByPath = new Map(sorted.map((name, i) => [path === "" ? name : `${path}/${name}`, i]));
		this.#first = this.#begun({ from: 0, to: sorted.length, pages: 1 }, signal);
	}

	/** The stretch that has one of the sub-folders, as soon as that was read; null: none will. */
	async stretchOf(path: string, signal: AbortSignal): Promise<Stretch | null> {
		const index = this.#indexByPath.get(path);
		if (index === undefined) return null;
		await this.#first.passed(this.#prefixes.length, signal);
		const perPage = this.#first.at;
		if (index < perPage) return this.#first;
		const length = perPage * pagesPerStretch;
		const number = Math.floor((index - perPage) / Math.max(length, 1));
		for (let i = number; i <= number + stretchesAhead && perPage + i * length < this.#prefixes.length; i++) {
			if (this.#stretches.has(i) || !this.#pays()) continue;
			if (i > number && !this.#options.hasRoom()) break;
			const from = perPage + i * length;
			const to = Math.min(from + length, this.#prefixes.length);
			this.#stretches.set(i, this.#begun({ from, to, pages: 4 * pagesPerStretch }, signal));
		}
		const stretch = this.#stretches.get(number);
		await stretch?.passed(index, signal);
		return stretch ?? null;
	}

	#pays(): boolean {
		return this.#wholeFolders >= this.#pages;
	}

	#begun(range: { readonly from: number; readonly to: number; readonly pages: number }, signal: AbortSignal): Stretch {
		const { calls, keys, path, kept, failed } = this.#options;
		const stretch: Stretch = new Stretch({
			...{ calls, keys, path, prefixes: this.#prefixes, signal, failed, ...range },
			takesPage: () => {
				const pays = this.#pays();
				if (pays) this.#pages++;
				return pays;
			},
			kept: (folders) => {
				this.#wholeFolders += folders;
				kept(stretch);
			},
		});
		kept(stretch);
		return stretch;
	}
}
