import { changedWhileRead, StorageError } from "#lib/errors.ts";
import { baseName } from "#lib/paths.ts";
import { bytesInRange, parseContentRange, takeBytes } from "#lib/storage/byte-range.ts";
import type { OpenFile } from "#lib/storage/storage.ts";
import type { HttpAnswer, HttpClient } from "./client.ts";
import { fileFacts } from "./entry.ts";

interface Opened {
	readonly path: string;
	readonly size: number;
	readonly mtime: number | null;
	/** Its version without the mark of weakness, for comparison. */
	readonly etag: string | null;
	/** Its version as a condition, `"…"`; null where the server's is weak, or unknown. */
	readonly strong: string | null;
}

/** A file of a web server, read by ranges; without them from its beginning, and what was not asked for is thrown away. */
export class HttpFile implements OpenFile {
	readonly name: string;
	readonly size: number;
	readonly #client: HttpClient;
	readonly #opened: Opened;

	constructor(client: HttpClient, opened: Opened) {
		this.name = baseName(opened.path);
		this.size = opened.size;
		this.#client = client;
		this.#opened = opened;
	}

	async read(offset: number, length: number, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
		const wanted = bytesInRange(this, offset, length);
		signal.throwIfAborted();
		const { path } = this.#opened;
		if (wanted === 0) return new Uint8Array(0);
		const headers = { range: `bytes=${offset}-${offset + wanted - 1}`, ...this.#condition() };
		const request = { method: "GET", path, folder: false, headers, expected: [200, 206, 404, 410, 412, 416] } as const;
		return this.#client.send({ ...request, signal }, (answer) => this.#take(answer, offset, wanted));
	}

	async [Symbol.asyncDispose](): Promise<void> {}

	/** If-Match compares strongly (RFC 9110, 13.1.1): a weak version never matches. */
	#condition(): Record<string, string> {
		const { strong, mtime } = this.#opened;
		if (strong !== null) return { "if-match": strong };
		return mtime === null ? {} : { "if-unmodified-since": new Date(mtime / 1000).toUTCString() };
	}

	async #take(answer: HttpAnswer, offset: number, wanted: number): Promise<Uint8Array> {
		const { status, headers, body, isFolder } = answer;
		if (status === 412 || status === 416 || status === 404 || status === 410 || isFolder) throw this.#changed();
		// Not every server heeds conditions.
		const { size, mtime, etag } = fileFacts(headers);
		const opened = this.#opened;
		if (etag !== null && opened.etag !== null && etag !== opened.etag) throw this.#changed();
		if (mtime !== null && opened.mtime !== null && mtime !== opened.mtime) throw this.#changed();
		const sent = status === 206 ? parseContentRange(headers["content-range"]) : { from: 0, size };
		if (sent.size !== null && sent.size !== this.size) throw this.#changed();
		if (status === 206 && sent.from !== offset)
			throw this.#broken("sends another part of the file than eosync requested");
		if ((headers["content-encoding"] ?? "identity") !== "identity")
			throw this.#broken("sends the file compressed although eosync did not ask for that");
		const bytes = await takeBytes(body, wanted, { skip: status === 206 ? 0 : offset });
		if (bytes.length < wanted) throw this.#broken("sends less than it announces");
		return bytes;
	}

	#changed(): StorageError {
		const { path } = this.#opened;
		return changedWhileRead(path, this.#client.address(path));
	}

	#broken(what: string): StorageError {
		const { path } = this.#opened;
		return new StorageError("io", path, `The server of ${this.#client.address(path)} ${what}; check the server.`);
	}
}
