import { gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { messageOf, RejectedError } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import type { JsonObject } from "#lib/metadata/metadata.ts";
import { member } from "#lib/metadata/text/json.ts";
import { bytesInOrder, decodeBlosc } from "./blosc.ts";

/** A step that makes bytes of bytes. */
export interface ByteCodec {
	readonly name: string;
	readonly configuration: JsonObject;
}

/**
 * What the codecs of a chunk made of its bytes, the last one first.
 * @throws RejectedError `unsupported` naming a codec that is not known, `unreadable` for a chunk that is not sound.
 */
export function decodeBytes(bytes: Uint8Array, codecs: readonly ByteCodec[], maxLength: number): Uint8Array {
	return codecs.reduceRight((input, codec) => decodeOne(input, codec, maxLength), bytes);
}

function decodeOne(bytes: Uint8Array, { name, configuration }: ByteCodec, maxOutputLength: number): Uint8Array {
	const decode = decoders[name];
	if (decode === undefined)
		throw new RejectedError(
			"unsupported",
			`its coordinates are stored by the codec ${JSON.stringify(name.slice(0, 60))}, which is not supported; store them by gzip, zstd or blosc`,
		);
	try {
		return decode(bytes, { configuration, maxOutputLength });
	} catch (error) {
		if (error instanceof RejectedError) throw error;
		throw new RejectedError("unreadable", `a chunk of its coordinates is not sound (${name}: ${messageOf(error)})`);
	}
}

interface Decoding {
	readonly configuration: JsonObject;
	readonly maxOutputLength: number;
}

const decoders = lookupTable<(bytes: Uint8Array, decoding: Decoding) => Uint8Array>({
	gzip: (bytes, { maxOutputLength }) => gunzipSync(bytes, { maxOutputLength }),
	zlib: (bytes, { maxOutputLength }) => inflateSync(bytes, { maxOutputLength }),
	zstd: (bytes, { maxOutputLength }) => zstdDecompressSync(bytes, { maxOutputLength }),
	blosc: (bytes, { maxOutputLength }) => decodeBlosc(bytes, maxOutputLength),
	shuffle: (bytes, { configuration }) => bytesInOrder(bytes, Number(member(configuration, "elementsize") ?? 4)),
	// Four bytes behind the others.
	crc32c: (bytes) => bytes.subarray(0, Math.max(0, bytes.length - 4)),
});
