import type { IncomingMessage } from "node:http";
import { messageOf, StorageError } from "#lib/errors.ts";
import { errnoOf } from "#lib/storage/local/errors.ts";

/** Where a redirect leads to, for people: without what an address may carry in secret. */
export function locationOf({ headers, statusCode = 0 }: IncomingMessage): string | null {
	if (statusCode < 300 || statusCode > 399 || !URL.canParse(headers.location ?? "")) return null;
	const { origin, pathname } = new URL(headers.location ?? "");
	return (origin + pathname).slice(0, 200);
}

/** Whatever is wrong with an answer is an error about the server, not about the way to it. */
export async function reading<T>(
	response: IncomingMessage,
	read: (response: IncomingMessage) => Promise<T>,
	{ path, what }: { readonly path: string; readonly what: string },
): Promise<T> {
	try {
		if (response.headers["content-encoding"] !== undefined)
			throw new Error("it is compressed although eosync did not ask for that");
		return await read(response);
	} catch (error) {
		const broken = errnoOf(error) === "ECONNRESET";
		const reason = broken ? "it broke off" : messageOf(error);
		throw new StorageError(
			"io",
			path,
			`The answer of ${what} cannot be used: ${reason.slice(0, 400)}. Try again, or look into the server's log.`,
			{
				cause: error,
				retryable: broken,
			},
		);
	}
}

/** @throws Error when there is more than `max` bytes of it, or it breaks off. */
export async function eachChunk(
	response: IncomingMessage,
	max: number,
	take: (chunk: Uint8Array) => void,
): Promise<void> {
	let bytes = 0;
	for await (const chunk of response as AsyncIterable<Uint8Array>) {
		bytes += chunk.length;
		if (bytes > max) throw new Error(`it has more than ${max} bytes`);
		take(chunk);
	}
}
