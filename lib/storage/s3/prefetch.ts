import { baseName, folderOf } from "#lib/paths.ts";
import type { S3Calls } from "./client.ts";
import type { KeyRange } from "./key-range.ts";
import type { FoundKeys, KeyScope } from "./list.ts";
import { PrefetchedChildren, pagesPerKeyRange } from "./prefetched-children.ts";

/** With fewer sub-folders prefetching gains too little. */
const fewestFolders = 4;
/** The folder's own files stand between its sub-folders: one page of them at most is read for nothing. */
const mostFiles = 1000;
/** The most folders whose sub-folders are read ahead; the least recently used are dropped. */
const maxParents = 256;
/** Entries kept until the walk comes to them, about 30 MB; more only where one range has them. */
const mostEntries = 100_000;

/**
 * Lists ahead what one walk is about to ask for. Listed by itself, a folder costs a request, however few files it has;
 * without a delimiter a bucket lists 1,000 keys a request, whatever their folders. So once a folder was listed, all keys
 * below it are read in order and cut into folders, in several ranges at once.
 *
 * That pays where folders are small. It is tried with one page among the sub-folders of every folder, and goes on among
 * them for as long as it has brought at least as many whole folders as it took pages: so it never costs more than one
 * request in addition to what listing each by itself does.
 *
 * Each listing is given out once. A folder that is not whole in what was read, or not kept any more, is listed by itself,
 * and only that decides what is wrong with it. After an error, and when keys do not come in order, nothing more is read
 * ahead: not every server lists as S3 does, and a policy may allow the delimiter only.
 */
export class S3Prefetch {
	readonly #calls: S3Calls;
	readonly #keys: KeyScope;
	/** By the path of the folder they are in, in the order of their last use. */
	readonly #childrenByPath = new Map<string, PrefetchedChildren>();
	/** In the order of their last use. */
	readonly #kept = new Set<KeyRange>();
	#failed = false;

	/** @param keys whose prefix is that of the storage's root, `""` or ending in `/` */
	constructor(calls: S3Calls, keys: KeyScope) {
		this.#calls = calls;
		this.#keys = keys;
	}

	/** What was, or is about to be, read of a folder; null: it has to be listed by itself. */
	async take(path: string, signal: AbortSignal): Promise<FoundKeys | null> {
		for (let below = path; below !== ""; below = folderOf(below)) {
			const above = folderOf(below);
			const children = this.#childrenByPath.get(above);
			if (children === undefined) continue;
			if (below === path) this.#remember(above, children);
			// Folders further below came with the folder above them.
			const range = below === path ? await children.read(baseName(path), signal) : children.begun(baseName(below));
			const found = range?.fetch(path) ?? null;
			if (!range || found === null) continue;
			this.#kept.delete(range);
			if (range.entries > 0 || !range.isOver) this.#kept.add(range);
			return found;
		}
		return null;
	}

	/** The folder was listed by itself: those below it are what the walk asks for next. */
	listed(path: string, { folders, files }: FoundKeys, signal: AbortSignal): void {
		if (this.#failed || folders.length < fewestFolders || files.length > mostFiles) return;
		const prefix = path === "" ? this.#keys.prefix : `${this.#keys.prefix}${path}/`;
		const options = {
			...{ calls: this.#calls, keys: { ...this.#keys, prefix }, path },
			hasFailed: () => this.#failed,
			hasRoom: () => this.#reserved() + pagesPerKeyRange * 1000 <= mostEntries,
			kept: (range: KeyRange) => this.#keep(range),
			failed: () => {
				this.#failed = true;
			},
		};
		this.#remember(path, new PrefetchedChildren(folders, options, signal));
	}

	#remember(path: string, children: PrefetchedChildren): void {
		this.#childrenByPath.delete(path);
		this.#childrenByPath.set(path, children);
		const [oldest] = this.#childrenByPath.keys();
		if (this.#childrenByPath.size > maxParents && oldest !== undefined) this.#childrenByPath.delete(oldest);
	}

	/** Entries that are kept, or will be when the ranges under way are over. */
	#reserved(): number {
		let sum = 0;
		for (const { entries, isOver } of this.#kept) sum += isOver ? entries : Math.max(entries, pagesPerKeyRange * 1000);
		return sum;
	}

	#keep(range: KeyRange): void {
		this.#kept.add(range);
		let entries = 0;
		for (const kept of this.#kept) {
			entries += kept.entries;
			if (kept.isOver && kept.entries === 0) this.#kept.delete(kept);
		}
		for (const oldest of this.#kept) {
			if (entries <= mostEntries || oldest === range) return;
			entries -= oldest.entries;
			oldest.drop();
			this.#kept.delete(oldest);
		}
	}
}
