import { StorageError } from "#lib/errors.ts";
import type { Storage } from "#lib/storage/storage.ts";

/** A storage with all that a storage may have, and abilities that the contract does not know. */
export class AbleStorage implements Storage {
	readonly type = "s3";
	readonly parallel = 7;
	readonly timeGrain = null;
	readonly readsInThreads = true;
	/** Optional members of some later contract. */
	readonly flavour = "vanilla";
	#secret = 41;
	async undelete(path: string, { signal: given }: { readonly signal: AbortSignal }) {
		given.throwIfAborted();
		return `${path} ${++this.#secret}`;
	}
	async list(path: string) {
		return { digest: path, folders: [], files: [], unclear: [] };
	}
	startWalk() {
		return { list: async (path: string) => ({ digest: `walked ${path}`, folders: [], files: [], unclear: [] }) };
	}
	async stat() {
		return null;
	}
	async open(path: string) {
		const read = async () => {
			throw new StorageError("timeout", path, "It hangs, says hunter2.");
		};
		return { name: path, size: 1, read, [Symbol.asyncDispose]: async () => {} };
	}
	async facts() {
		return { server: null, times: "exact", versions: true, ranges: true, notes: [] } as const;
	}
	async [Symbol.asyncDispose]() {}
}
