import { RejectedError } from "#lib/errors.ts";
import type { ByteSource } from "./metadata.ts";

export interface ByteBounds {
	/** Of the file, for messages: `TIFF`, `netCDF`. */
	readonly format: string;
	/** The most bytes that are read of any file: it bounds hostile files; ordinary ones need far less. */
	readonly maxBytes: number;
	/** Bytes read at a time, and kept. */
	readonly blockLength: number;
	/** Bytes read before the requested ones, where writers put related values. */
	readonly lookBehind: number;
	/** Blocks kept at a time. */
	readonly maxBlocks: number;
}

interface Block {
	readonly start: number;
	readonly bytes: Uint8Array;
}

/** The bytes of a file by few ranged reads, their sum bounded. */
export class BoundedBytes {
	readonly size: number;
	readonly format: string;
	readonly #source: ByteSource;
	readonly #signal: AbortSignal;
	readonly #bounds: ByteBounds;
	#blocks: readonly Block[] = [];
	#read = 0;

	constructor(source: ByteSource, signal: AbortSignal, bounds: ByteBounds) {
		this.size = source.size;
		this.format = bounds.format;
		this.#source = source;
		this.#signal = signal;
		this.#bounds = bounds;
	}

	/** Bytes that may still be read. */
	get budget(): number {
		return this.#bounds.maxBytes - this.#read;
	}

	/**
	 * Exactly `length` bytes; `what` names them in messages.
	 * @throws RejectedError `cut-off` where the file ends before them; `unreadable` where the bound is reached.
	 */
	async view(offset: number, length: number, what: string): Promise<DataView> {
		if (offset + length > this.size) throw cutOff(what, { offset, length, size: this.size });
		if (length === 0) return new DataView(new ArrayBuffer(0));
		const known = this.atHand(offset, length);
		if (known !== null) return known;
		const { start, bytes } = await this.#load(offset, length);
		if (offset + length > start + bytes.length) throw cutOff(what, { offset, length, size: start + bytes.length });
		return new DataView(bytes.buffer, bytes.byteOffset + offset - start, length);
	}

	/** The same where it was read already, at once: of most headers everything is, and waiting costs more than reading a field. null: it was not. */
	atHand(offset: number, length: number): DataView | null {
		for (const { start, bytes } of this.#blocks) {
			if (start <= offset && offset + length <= start + bytes.length)
				return new DataView(bytes.buffer, bytes.byteOffset + offset - start, length);
		}
		return null;
	}

	async #load(offset: number, length: number): Promise<Block> {
		const { format, maxBytes, blockLength, lookBehind, maxBlocks } = this.#bounds;
		const fits = length <= blockLength - lookBehind;
		const start = fits ? Math.max(0, Math.min(offset - lookBehind, this.size - blockLength)) : offset;
		const wanted = Math.min(fits ? blockLength : length, this.size - start);
		if (wanted > this.budget) {
			throw new RejectedError("unreadable", `The ${format}'s header is spread over more than ${maxBytes} bytes.`);
		}
		this.#read += wanted;
		const block = { start, bytes: await this.#source.read(start, wanted, { signal: this.#signal }) };
		this.#blocks = [block, ...this.#blocks].slice(0, maxBlocks);
		return block;
	}
}

export function cutOff(what: string, range: { offset: number; length: number; size: number }): RejectedError {
	const { offset, length, size } = range;
	const message = `Cut off: ${what} needs the bytes ${offset}–${offset + length}, but the file has ${size}. Copy it again.`;
	return new RejectedError("cut-off", message);
}

export function malformed(format: string, what: string): RejectedError {
	return new RejectedError("unreadable", `Not a valid ${format}: ${what}.`);
}
