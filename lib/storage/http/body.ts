import { StorageError } from "#lib/errors.ts";
import type { HttpAnswer } from "./client.ts";

/** The largest listing that is read: some millions of files. */
const largestListing = 256 * 1024 * 1024;

/**
 * The bytes of a listing as they come.
 * @throws StorageError when they are compressed though that was not asked for, too many, or fewer than announced.
 */
export async function* listingBytes({ body, headers }: HttpAnswer, path: string): AsyncGenerator<Buffer> {
	const encoding = headers["content-encoding"] ?? "identity";
	if (encoding !== "identity")
		throw new StorageError(
			"io",
			path,
			`The server compresses its listing (${encoding}) although eosync did not ask for that; switch that off on the server.`,
		);
	let bytes = 0;
	for await (const chunk of body as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes > largestListing)
			throw new StorageError("io", path, `The listing is larger than ${largestListing >> 20} MiB; divide the folder.`);
		yield chunk;
	}
	if (!body.complete) throw cutOffListing(path);
}

export function cutOffListing(path: string): StorageError {
	return new StorageError("io", path, "The server's listing is cut off; nothing of it is used. Run again.", {
		retryable: true,
	});
}
