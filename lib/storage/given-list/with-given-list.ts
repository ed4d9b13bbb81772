import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StorageError } from "#lib/errors.ts";
import type { Lister, ListOptions, Storage } from "#lib/storage/storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";
import { type FoundList, indexOf, isoOf, type ListIndex } from "./keep-index.ts";
import { ListedFolders } from "./listed-folders.ts";

export interface GivenListOptions {
	/** Finds the list as it is now. */
	readonly find: (signal: AbortSignal) => Promise<FoundList>;
	/** Where indexes are kept between runs; left out: in a folder of its own, as long as the storage is open. */
	readonly folder?: string | undefined;
	/** Disposed of with the storage. */
	readonly further?: readonly AsyncDisposable[];
}

/**
 * A storage whose folders a list shows, and not its own listings: scans ask the list (`ListOptions.registered`), everyone else the
 * storage. The list says where to look, and nothing more: what it shows otherwise than it is registered, what it shows for the first time, and what it lacks is
 * asked of the storage by name, so that an old list never undoes what is newer. Of what it shows as it is registered nothing is asked.
 */
export function withGivenList(storage: Storage, { find, folder, further = [] }: GivenListOptions): Storage {
	const own = new OwnFolder(folder);
	let opened: Promise<ListIndex> | null = null;
	const open = async (signal: AbortSignal) => indexOf(await own.path(), await find(signal), signal);
	const listed = (path: string, signal: AbortSignal) => {
		// One list for a run, from its first folder to its last.
		opened ??= open(signal);
		return opened.catch((error: unknown) => {
			throw error instanceof StorageError ? aboutPath(error, path) : error;
		});
	};
	const folders = new ListedFolders(storage);
	const list = async (path: string, options: ListOptions) => {
		const { registered } = options;
		if (registered === undefined) return storage.list(path, options);
		return folders.list(path, { ...options, registered }, await listed(path, options.signal));
	};
	const walk: Lister = { list };
	return wrapStorage(storage, {
		instead: {
			list,
			startWalk: () => walk,
			facts: async (options) => {
				const facts = await storage.facts(options);
				const { name, time } = await find(options.signal);
				return { ...facts, notes: [...facts.notes, `Its folders are listed by ${name}, of ${isoOf(time)}.`] };
			},
			[Symbol.asyncDispose]: async () => {
				const index = await opened?.catch(() => null);
				await index?.index[Symbol.asyncDispose]();
				opened = Promise.reject(new StorageError("unreachable", "", "The storage was closed."));
				opened.catch(() => {});
				await own.remove();
				for (const one of further) await one[Symbol.asyncDispose]();
				await storage[Symbol.asyncDispose]();
			},
		},
	});
}

function aboutPath({ code, message, retryable }: StorageError, path: string): StorageError {
	return new StorageError(code, path, message, { retryable });
}

/** The folder given, or a temporary one. */
class OwnFolder {
	readonly #given: string | undefined;
	#made: Promise<string> | null = null;

	constructor(given: string | undefined) {
		this.#given = given;
	}

	async path(): Promise<string> {
		if (this.#given !== undefined) return this.#given;
		this.#made ??= mkdtemp(join(tmpdir(), "eosync-list-"));
		return this.#made;
	}

	async remove(): Promise<void> {
		if (this.#made !== null) await rm(await this.#made, { recursive: true, force: true });
	}
}
