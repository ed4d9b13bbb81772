import { BoundedBytes } from "#lib/metadata/bounded-bytes.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";

/** Headers of sound files need far less; what a hostile one can make us read ends here. */
export const maxBytesRead = 12 * 1024 * 1024;

/** The bytes of a TIFF by few ranged reads, their sum bounded by `maxBytesRead`. */
export class TiffBytes extends BoundedBytes {
	constructor(source: ByteSource, signal: AbortSignal) {
		super(source, signal, {
			format: "TIFF",
			maxBytes: maxBytesRead,
			// One read brings the whole header of most files; a COG's, whatever its size.
			blockLength: 64 * 1024,
			// Writers put tag values shortly before the directory that refers to them.
			lookBehind: 4 * 1024,
			maxBlocks: 4,
		});
	}
}
