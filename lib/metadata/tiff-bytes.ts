import { RejectedError } from "#lib/errors.ts";
import type { ByteSource } from "./metadata.ts";

/** Headers of sound files need far less; what a hostile one can make us read ends here. */
export const maxBytesRead = 12 * 1024 * 1024;

/** One read brings the whole header of most files; a COG's, whatever its size. */
const blockLength = 64 * 1024;
/** Writers put tag values shortly before the directory that refers to them. */
const lookBehind = 4 * 1024;
const maxBlocks = 4;

interface Block {
	readonly start: number;
	readonly bytes: Uint8Array;
}

/** The bytes of a TIFF by few ranged reads, their sum bounded by `maxBytesRead`. */
export class TiffBytes {
	readonly size: number;
	readonly #source: ByteSource;
	readonly #signal: AbortSignal;
	#blocks: readonly Block[] = [];
	#read = 0;

	constructor(source: ByteSource, signal: AbortSignal) {
		this.size = source.size;
		this.#source = source;
		this.#signal = signal;
	}

	/** Bytes that may still be read. */
	get budget(): number {
		return maxBytesRead - this.#read;
	}

	/**
	 * Exactly `length` bytes; `what` names them in messages.
	 * @throws RejectedError `cut-off` where the file ends before them.
	 */
	async view(offset: number, length: number, what: string): Promise<DataView> {
		if (offset + length > this.size) throw cutOff(what, { offset, length, size: this.size });
		const block = this.#blocks.find(({ start, bytes }) => start <= offset && offset + length <= start + bytes.length);
		const { start, bytes } = block ?? (await this.#load(offset, length));
		if (offset + length > start + bytes.length) throw cutOff(what, { offset, length, size: start + bytes.length });
		return new DataView(bytes.buffer, bytes.byteOffset + offset - start, length);
	}

	async #load(offset: number, length: number): Promise<Block> {
		const fits = length <= blockLength - lookBehind;
		const start = fits ? Math.max(0, Math.min(offset - lookBehind, this.size - blockLength)) : offset;
		const wanted = Math.min(fits ? blockLength : length, this.size - start);
		if (wanted > this.budget) {
			throw new RejectedError("unreadable", `The TIFF's header is spread over more than ${maxBytesRead} bytes.`);
		}
		this.#read += wanted;
		const block = { start, bytes: await this.#source.read(start, wanted, { signal: this.#signal }) };
		this.#blocks = [block, ...this.#blocks].slice(0, maxBlocks);
		return block;
	}
}

export function cutOff(what: string, range: { offset: number; length: number; size: number }): RejectedError {
	const { offset, length, size } = range;
	const message = `Cut off: ${what} needs the bytes ${offset}–${offset + length}, the file has ${size}. Copy it again.`;
	return new RejectedError("cut-off", message);
}
