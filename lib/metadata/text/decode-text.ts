import { RejectedError } from "#lib/errors.ts";

/**
 * UTF-8 text, with or without a byte order mark.
 * @throws RejectedError `invalid-metadata`, naming the format.
 */
export function decodeText(bytes: Uint8Array, format: string): string {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch (cause) {
		throw new RejectedError("invalid-metadata", `not valid ${format}: its bytes are not UTF-8`, { cause });
	}
}
