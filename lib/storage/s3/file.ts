import { GetObjectCommand, type GetObjectCommandInput } from "@aws-sdk/client-s3";
import { changedWhileRead, StorageError } from "#lib/errors.ts";
import { baseName } from "#lib/paths.ts";
import { bytesInRange, parseContentRange, takeBytes } from "#lib/storage/byte-range.ts";
import type { OpenFile } from "#lib/storage/storage.ts";
import type { S3Attempt, S3Calls } from "./client.ts";

interface Opened {
	readonly path: string;
	readonly bucket: string;
	readonly key: string;
	readonly size: number;
	/** As the server writes it; undefined where it has none. */
	readonly etag: string | undefined;
	readonly requesterPays: boolean;
}

/** An object, read by ranges of the version that was opened. */
export class S3File implements OpenFile {
	readonly name: string;
	readonly size: number;
	readonly #calls: S3Calls;
	readonly #opened: Opened;

	constructor(calls: S3Calls, opened: Opened) {
		this.name = baseName(opened.path);
		this.size = opened.size;
		this.#calls = calls;
		this.#opened = opened;
	}

	async read(offset: number, length: number, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
		const wanted = bytesInRange(this, offset, length);
		signal.throwIfAborted();
		const { path } = this.#opened;
		if (wanted === 0) return new Uint8Array(0);
		try {
			return await this.#calls.run({ path, signal }, (attempt) => this.#get(attempt, offset, wanted));
		} catch (error) {
			// It was there when it was opened.
			if (error instanceof StorageError && error.code === "not-found") throw this.#changed();
			throw error;
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {}

	async #get({ client, abortSignal, heard }: S3Attempt, offset: number, wanted: number): Promise<Uint8Array> {
		const { bucket, key, etag, path, requesterPays } = this.#opened;
		const input: GetObjectCommandInput = {
			Bucket: bucket,
			Key: key,
			Range: `bytes=${offset}-${offset + wanted - 1}`,
			...(etag === undefined ? {} : { IfMatch: etag }),
			...(requesterPays ? { RequestPayer: "requester" } : {}),
		};
		const { Body, ContentRange, ETag } = await client.send(new GetObjectCommand(input), { abortSignal });
		const body = Body as AsyncIterable<Uint8Array> & { destroy?(): void };
		let isWhole = false;
		try {
			// Not every server heeds conditions.
			const sent = parseContentRange(ContentRange);
			if (sent.size !== null && sent.size !== this.size) throw this.#changed();
			if (etag !== undefined && ETag !== undefined && ETag !== etag) throw this.#changed();
			if (sent.from !== offset)
				throw new StorageError(
					"io",
					path,
					`The server of s3://${bucket}/${path} sends another part than was asked for.`,
				);
			const bytes = await takeBytes(body, wanted, { onChunk: heard });
			isWhole = bytes.length === wanted;
			if (isWhole) return bytes;
		} finally {
			if (!isWhole) body.destroy?.();
		}
		const message = `The server of s3://${bucket}/${path} sends less than it announces; run again.`;
		throw new StorageError("io", path, message, { retryable: true });
	}

	#changed(): StorageError {
		const { path, bucket } = this.#opened;
		return changedWhileRead(path, `s3://${bucket}/${path}`);
	}
}
