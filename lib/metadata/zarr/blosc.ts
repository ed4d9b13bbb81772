import { inflateSync, zstdDecompressSync } from "node:zlib";
import { RejectedError } from "#lib/errors.ts";

const headerLength = 16;
const flagBits = { shuffle: 0x01, stored: 0x02, bitShuffle: 0x04, unsplit: 0x10 };
/** Of streams of one block: those of shuffled bytes are compressed apart where values are small and blocks are not. */
const split = { maxBytesPerValue: 16, minValues: 128 };
const codecs = { lz4: 1, zlib: 3, zstd: 4 };

/**
 * A buffer of Blosc 1 (c-blosc's README_CHUNK_FORMAT): blocks, each compressed by LZ4, zlib or Zstandard, and shuffled.
 * @throws RejectedError `unreadable` for what is not sound, `unsupported` for its other codecs.
 */
export function decodeBlosc(bytes: Uint8Array, maxLength: number): Uint8Array {
	if (bytes.length < headerLength) throw unsound();
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const [flags, valueLength] = [view.getUint8(2), view.getUint8(3)];
	const [length, blockLength] = [view.getUint32(4, true), view.getUint32(8, true)];
	if (length > maxLength) throw unsound();
	if (length === 0) return new Uint8Array();
	if (flags & flagBits.stored) {
		if (bytes.length < headerLength + length) throw unsound();
		return bytes.slice(headerLength, headerLength + length);
	}
	if (blockLength === 0 || valueLength === 0) throw unsound();
	const codec = flags >> 5;
	const whole = new Uint8Array(length);
	for (let block = 0; block * blockLength < length; block++) {
		const from = block * blockLength;
		const size = Math.min(blockLength, length - from);
		const isSplit =
			(flags & flagBits.unsplit) === 0 &&
			valueLength <= split.maxBytesPerValue &&
			blockLength / valueLength >= split.minValues &&
			size === blockLength;
		const streams = isSplit ? valueLength : 1;
		const plain = new Uint8Array(size);
		let at = numberAt(view, headerLength + 4 * block);
		for (let stream = 0; stream < streams; stream++) {
			const compressed = numberAt(view, at);
			at += 4;
			if (at + compressed > bytes.length) throw unsound();
			const part = plain.subarray((stream * size) / streams, ((stream + 1) * size) / streams);
			const input = bytes.subarray(at, at + compressed);
			if (compressed === part.length) part.set(input);
			else decompress(codec, input, part);
			at += compressed;
		}
		whole.set(unshuffled(plain, flags, valueLength), from);
	}
	return whole;
}

function numberAt(view: DataView, at: number): number {
	if (at + 4 > view.byteLength) throw unsound();
	const number = view.getInt32(at, true);
	if (number < 0) throw unsound();
	return number;
}

function decompress(codec: number, input: Uint8Array, output: Uint8Array): void {
	if (codec === codecs.lz4) {
		decodeLz4(input, output);
		return;
	}
	const limit = { maxOutputLength: Math.max(1, output.length) };
	const inflated =
		codec === codecs.zlib ? inflateSync(input, limit) : codec === codecs.zstd ? zstdDecompressSync(input, limit) : null;
	if (inflated === null)
		throw new RejectedError(
			"unsupported",
			"its coordinates are compressed by a codec of Blosc other than lz4, zlib and zstd",
		);
	if (inflated.length !== output.length) throw unsound();
	output.set(inflated);
}

/** One block (lz4_Block_format.md): literals and matches by turns, the last literals without a match. */
function decodeLz4(input: Uint8Array, output: Uint8Array): void {
	let [from, to] = [0, 0];
	const lengthOf = (nibble: number) => {
		let length = nibble;
		for (let more = nibble === 15 ? 255 : 0; more === 255; length += more) {
			if (from >= input.length) throw unsound();
			more = input[from++] ?? 0;
		}
		return length;
	};
	while (from < input.length) {
		const token = input[from++] ?? 0;
		const literals = lengthOf(token >> 4);
		if (from + literals > input.length || to + literals > output.length) throw unsound();
		output.set(input.subarray(from, from + literals), to);
		from += literals;
		to += literals;
		if (from === input.length) break;
		const distance = (input[from] ?? 0) | ((input[from + 1] ?? 0) << 8);
		from += 2;
		const length = lengthOf(token & 15) + 4;
		if (distance === 0 || distance > to || to + length > output.length) throw unsound();
		for (let i = 0; i < length; i++, to++) output[to] = output[to - distance] ?? 0;
	}
	if (to !== output.length) throw unsound();
}

function unshuffled(shuffled: Uint8Array, flags: number, valueLength: number): Uint8Array {
	if (flags & flagBits.bitShuffle) return bitsInOrder(shuffled, valueLength);
	return flags & flagBits.shuffle && valueLength > 1 ? bytesInOrder(shuffled, valueLength) : shuffled;
}

/** First bytes of all values, then the second ones; what is left over at the end stands as it is. */
export function bytesInOrder(shuffled: Uint8Array, valueLength: number): Uint8Array {
	const values = Math.floor(shuffled.length / valueLength);
	const plain = Uint8Array.from(shuffled);
	for (let byte = 0; byte < valueLength; byte++)
		for (let i = 0; i < values; i++) plain[i * valueLength + byte] = shuffled[byte * values + i] ?? 0;
	return plain;
}

/** First bits of all values, then the second ones; only where the values of a block are groups of eight. */
function bitsInOrder(shuffled: Uint8Array, valueLength: number): Uint8Array {
	const values = Math.floor(shuffled.length / valueLength);
	if (values % 8 !== 0) return shuffled;
	const plain = Uint8Array.from(shuffled);
	plain.fill(0, 0, values * valueLength);
	const rowLength = values / 8;
	for (let bit = 0; bit < valueLength * 8; bit++) {
		for (let i = 0; i < values; i++) {
			const isSet = ((shuffled[bit * rowLength + (i >> 3)] ?? 0) >> (i & 7)) & 1;
			const at = i * valueLength + (bit >> 3);
			if (isSet) plain[at] = (plain[at] ?? 0) | (1 << (bit & 7));
		}
	}
	return plain;
}

function unsound(): RejectedError {
	return new RejectedError("unreadable", "a chunk of its coordinates is not sound (Blosc)");
}
