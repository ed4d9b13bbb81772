/** LZW as TIFF has it (TIFF 6.0, section 13: codes of 9 to 12 bits, the first bit of a byte first). */

const clear = 256;
const endOfInformation = 257;
const firstFree = 258;
const maxCodes = 4096;

/** @throws Error for codes that mean nothing, and for what unpacks to more than `maxBytes` */
export function unpackLzw(packed: Uint8Array, maxBytes: number): Uint8Array {
	const prefix = new Uint16Array(maxCodes);
	const last = new Uint8Array(maxCodes);
	const lengths = new Uint16Array(maxCodes);
	for (let code = 0; code < clear; code++) {
		last[code] = code;
		lengths[code] = 1;
	}
	let unpacked = new Uint8Array(Math.min(maxBytes, Math.max(1024, packed.length * 4)));
	let size = 0;
	let next = firstFree;
	let width = 9;
	let before: number | null = null;
	/** Writes what a code stands for, from its end to its beginning. Returns its first byte. */
	const write = (code: number): number => {
		const end = size + (lengths[code] ?? 0);
		if (end + 1 > maxBytes) throw new Error("a block unpacks to more than it should");
		if (end + 1 > unpacked.length) {
			const longer = new Uint8Array(Math.min(maxBytes, unpacked.length * 2 + maxCodes));
			longer.set(unpacked);
			unpacked = longer;
		}
		let rest = code;
		for (let at = end - 1; at >= size; at--) {
			unpacked[at] = last[rest] ?? 0;
			rest = prefix[rest] ?? 0;
		}
		const first = unpacked[size] ?? 0;
		size = end;
		return first;
	};
	let bits = 0;
	let held = 0;
	for (const byte of packed) {
		bits = ((bits << 8) | byte) & 0xff_ff_ff;
		held += 8;
		if (held < width) continue;
		held -= width;
		const code = (bits >>> held) & ((1 << width) - 1);
		if (code === endOfInformation) break;
		if (code === clear) {
			next = firstFree;
			width = 9;
			before = null;
			continue;
		}
		if (code > next || (code === next && before === null) || (code >= clear && code < firstFree))
			throw new Error("its LZW codes mean nothing");
		const first = write(code === next && before !== null ? before : code);
		// The code that is made by this very step: what was before, and its first byte again.
		if (code === next) unpacked[size++] = first;
		if (before !== null && next < maxCodes) {
			prefix[next] = before;
			last[next] = first;
			lengths[next] = (lengths[before] ?? 0) + 1;
			next++;
		}
		before = code;
		// One code early, as all writers do.
		if (next + 1 >= 1 << width && width < 12) width++;
	}
	return unpacked.subarray(0, size);
}
