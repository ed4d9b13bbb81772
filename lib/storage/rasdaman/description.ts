import { hash } from "node:crypto";
import { StorageError } from "#lib/errors.ts";
import { bytesInRange } from "#lib/storage/byte-range.ts";
import type { Entry, OpenFile } from "#lib/storage/storage.ts";

/**
 * A rasdaman server's description of an array or a coverage, as the bytes of a file: canonical JSON, equal as long as the
 * server says the same. `lib/metadata/rasdaman/rasdaman.ts` reads it.
 */
export type Description = string;

/** The entry has no times: rasdaman reports none. Its version is the hash of the whole description. */
export function descriptionEntry(name: string, description: Description): Entry {
	return {
		name,
		size: Buffer.byteLength(description),
		mtime: null,
		etag: hash("sha256", description, "base64url"),
		inode: null,
	};
}

interface Described {
	readonly path: string;
	readonly entry: Entry;
	readonly description: Description;
	/** Asks the server again; null when the array or coverage is gone. */
	now(signal: AbortSignal): Promise<Description | null>;
}

/** A description opened for reading; every read asks the server whether it still says the same. */
export class RasdamanFile implements OpenFile {
	readonly name: string;
	readonly size: number;
	readonly #bytes: Buffer;
	readonly #described: Described;

	constructor(described: Described) {
		this.name = described.entry.name;
		this.size = described.entry.size;
		this.#bytes = Buffer.from(described.description);
		this.#described = described;
	}

	async read(offset: number, length: number, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
		const wanted = bytesInRange(this, offset, length);
		signal.throwIfAborted();
		const { path, now, description } = this.#described;
		if ((await now(signal)) !== description)
			throw new StorageError("changed", path, `${this.name} changed while it was read (${path}); run again.`, {
				retryable: true,
			});
		return new Uint8Array(this.#bytes.subarray(offset, offset + wanted));
	}

	async [Symbol.asyncDispose](): Promise<void> {}
}
