import { type BoundedBytes, malformed } from "#lib/metadata/bounded-bytes.ts";

/** How the addresses of an HDF5 file are written. */
export interface Hdf5 {
	readonly bytes: BoundedBytes;
	/** Bytes of an address. */
	readonly offsetSize: number;
	/** Bytes of a length. */
	readonly lengthSize: number;
	/** Where the addresses count from. */
	readonly base: number;
	/**
	 * Counts what is looked at, in bytes, for structures that refer to each other without end.
	 * @throws RejectedError `unreadable` where it is too much.
	 */
	readonly spend: (bytes: number) => void;
}

/** Sound files need a hundredth of it. */
const maxBytesLookedAt = 512 * 1024 * 1024;
/** What a look costs however short it is. */
const costOfLook = 256;

export function spender(): Hdf5["spend"] {
	let spent = 0;
	return (bytes) => {
		spent += costOfLook + bytes;
		if (spent > maxBytesLookedAt) throw malformed("HDF5", "its structures refer to each other endlessly");
	};
}

/** `length` bytes at an address. */
export async function viewAt(
	{ bytes, base, spend }: Hdf5,
	address: number,
	length: number,
	what: string,
): Promise<Cursor> {
	spend(length);
	return new Cursor(await bytes.view(base + address, length, what), what);
}

/** The bytes of a structure one after the other, little endian. */
export class Cursor {
	readonly view: DataView;
	readonly what: string;
	at = 0;

	constructor(view: DataView, what: string) {
		this.view = view;
		this.what = what;
	}

	get left(): number {
		return this.view.byteLength - this.at;
	}

	/** An unsigned number of 1 to 8 bytes; beyond 2^53 rounded, which no address or size of a file is. */
	number(size: number): number {
		this.#require(size);
		let value = 0;
		for (let index = size - 1; index >= 0; index--) value = value * 256 + this.view.getUint8(this.at + index);
		this.at += size;
		return value;
	}

	/** null: undefined, all bits set. */
	address({ offsetSize }: Hdf5): number | null {
		const value = this.number(offsetSize);
		return value >= 256 ** offsetSize - 1 ? null : value;
	}

	length({ lengthSize }: Hdf5): number {
		return this.number(lengthSize);
	}

	skip(length: number): this {
		this.#require(length);
		this.at += length;
		return this;
	}

	take(length: number): DataView {
		this.#require(length);
		const view = new DataView(this.view.buffer, this.view.byteOffset + this.at, length);
		this.at += length;
		return view;
	}

	text(length: number): string {
		const text = new TextDecoder().decode(this.take(length));
		const end = text.indexOf("\0");
		return end < 0 ? text : text.slice(0, end);
	}

	signature(expected: string): this {
		const found = String.fromCharCode(...new Uint8Array(this.take(4).buffer, this.view.byteOffset + this.at - 4, 4));
		if (found !== expected)
			throw malformed("HDF5", `${this.what} begins with ${JSON.stringify(found)} instead of ${expected}`);
		return this;
	}

	#require(length: number): void {
		if (length >= 0 && length <= this.left) return;
		throw malformed("HDF5", `${this.what} is too short`);
	}
}
