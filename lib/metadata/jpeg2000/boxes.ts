import { type BoundedBytes, cutOff, malformed } from "#lib/metadata/bounded-bytes.ts";

/** A box of a JPEG 2000 file (ISO/IEC 15444-1, annex I). */
export interface Jp2Box {
	/** Four characters. */
	readonly type: string;
	/** Of its contents. */
	readonly start: number;
	readonly length: number;
}

const maxBoxes = 1000;

/**
 * The boxes from `start` on, up to `end`.
 * @throws RejectedError `cut-off` where a box is longer than what is there; `unreadable` for lengths that make no sense.
 */
export async function readBoxes(bytes: BoundedBytes, start: number, end: number): Promise<readonly Jp2Box[]> {
	const boxes: Jp2Box[] = [];
	for (let at = start; at < end; ) {
		if (boxes.length >= maxBoxes) throw malformed("JPEG 2000", `it has more than ${maxBoxes} boxes`);
		const head = await bytes.view(at, 8, "a box");
		const type = String.fromCharCode(...[4, 5, 6, 7].map((index) => head.getUint8(index)));
		let headLength = 8;
		let length = head.getUint32(0);
		if (length === 1) {
			const long = await bytes.view(at + 8, 8, "a box");
			headLength = 16;
			length = Number(long.getBigUint64(0));
		} else if (length === 0) length = end - at;
		if (length < headLength) throw malformed("JPEG 2000", `a box has ${length} bytes`);
		if (at + length > end) throw cutOff(`box ${JSON.stringify(type)}`, { offset: at, length, size: end });
		boxes.push({ type, start: at + headLength, length: length - headLength });
		at += length;
	}
	return boxes;
}
