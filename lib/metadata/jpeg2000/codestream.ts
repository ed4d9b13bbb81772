import { RejectedError } from "#lib/errors.ts";
import { type BoundedBytes, malformed } from "#lib/metadata/bounded-bytes.ts";
import type { DataType } from "#lib/metadata/metadata.ts";

export interface Codestream {
	/** Pixels: x, y. */
	readonly size: readonly [number, number];
	readonly dataTypes: readonly DataType[];
}

const startOfCodestream = 0xff4fff51;
const endOfCodestream = 0xffd9;
const maxComponents = 4096;

/**
 * The image and its components by the SIZ segment, which is the first of a codestream (ISO/IEC 15444-1, A.5.1).
 * @throws RejectedError `cut-off` unless the codestream ends with its end marker.
 */
export async function readCodestream(bytes: BoundedBytes, start: number, length: number): Promise<Codestream> {
	const siz = await bytes.view(start, 42, "the codestream");
	if (siz.getUint32(0) !== startOfCodestream) throw malformed("JPEG 2000", "its codestream has no SIZ");
	const size = [siz.getUint32(8) - siz.getUint32(16), siz.getUint32(12) - siz.getUint32(20)] as const;
	if (!size.every((pixels) => pixels > 0 && pixels < 2 ** 31)) {
		throw malformed("JPEG 2000", `its size is ${size[0]} × ${size[1]} pixels`);
	}
	const count = siz.getUint16(40);
	if (count === 0 || count > maxComponents) throw malformed("JPEG 2000", `it has ${count} components`);
	const components = await bytes.view(start + 42, count * 3, "the codestream");
	const dataTypes = Array.from({ length: count }, (_, index) => {
		const [depth, dx, dy] = [0, 1, 2].map((byte) => components.getUint8(index * 3 + byte));
		if (dx !== 1 || dy !== 1)
			throw new RejectedError("unsupported", "JPEG 2000 with subsampled components is not supported.");
		return dataTypeOf(depth ?? 0);
	});
	const end = await bytes.view(start + length - 2, 2, "the codestream");
	if (end.getUint16(0) !== endOfCodestream) {
		throw new RejectedError("cut-off", "Cut off: the JPEG 2000 codestream has no end marker. Copy it again.");
	}
	return { size, dataTypes };
}

/** The highest bit means signed, the others the bits less one; widened as GDAL does. */
function dataTypeOf(depth: number): DataType {
	const [isSigned, bits] = [depth > 127, (depth & 127) + 1];
	if (bits > 32) throw new RejectedError("unsupported", `JPEG 2000 of ${bits} bits is not supported.`);
	if (bits <= 8) return isSigned ? "Int8" : "Byte";
	if (bits <= 16) return isSigned ? "Int16" : "UInt16";
	return isSigned ? "Int32" : "UInt32";
}
