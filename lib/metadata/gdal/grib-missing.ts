import type { BoundedBytes } from "#lib/metadata/bounded-bytes.ts";

/** GDAL's values for points without one: the first unless it lies among the field's own, then NCEP's. */
const [preferred, otherwise] = [9999, 9.999e20];

/** More of a field's data is not read to learn its largest value. */
const maxData = 1024 * 1024;

const [isHarmonic, isComplex] = [0x80, 0x40];

/**
 * What GDAL calls missing in a field of GRIB 2: the value that complex packing (templates 5.2 and 5.3) has for it, a whole number where
 * the field is one; else its own where a bitmap tells which points have none; null: there are none.
 * @param section 5, its first 27 bytes
 */
export function missingInEdition2(section: DataView, hasBitmap: boolean): number | null {
	if (section.byteLength >= 27) {
		const template = section.getUint16(9);
		const [isWhole, management] = [section.getUint8(20) === 1, section.getUint8(22)];
		const isMarked = (template === 2 || template === 3) && (management === 1 || management === 2);
		if (isMarked) return isWhole ? section.getInt32(23) : section.getFloat32(23);
	}
	return hasBitmap ? preferred : null;
}

/**
 * The same of a field of GRIB 1 with a bitmap. What GDAL takes for its least value is the reference value times the binary scale, for its
 * largest the largest there is. Only where that decides, its data are read, a megabyte at most.
 * @param dataAt where section 4 begins
 * @param decimalScale of section 1
 */
export async function missingInEdition1(bytes: BoundedBytes, dataAt: number, decimalScale: number): Promise<number> {
	const head = await bytes.view(dataAt, 11, "the data");
	const length = (head.getUint16(0) << 8) | head.getUint8(2);
	const [flags, bits] = [head.getUint8(3), head.getUint8(10)];
	const least = ibmFloat(head.getUint32(6)) / 10 ** decimalScale;
	const scale = 2 ** signedMagnitude(head.getUint16(4));
	const step = scale / 10 ** decimalScale;
	if (flags & (isHarmonic | isComplex) || bits > 32) return preferred;
	if (least * scale > preferred || least + (2 ** bits - 1) * step < preferred) return preferred;
	if (bits > 0 && least >= preferred && least + (2 ** bits - 1) * step < otherwise) return otherwise;
	const isRead = bits > 0 && length > 11 && length <= maxData && length < bytes.budget;
	const most = isRead ? least + step * (await largest(bytes, dataAt, { length, bits, unused: flags & 15 })) : preferred;
	if (most < preferred) return preferred;
	return most >= otherwise && least <= otherwise ? most + 1 : otherwise;
}

interface Packed {
	/** Bytes of the section. */
	readonly length: number;
	readonly bits: number;
	/** Bits behind the last value. */
	readonly unused: number;
}

async function largest(bytes: BoundedBytes, dataAt: number, { length, bits, unused }: Packed): Promise<number> {
	const data = await bytes.view(dataAt + 11, length - 11, "the data");
	const count = Math.floor((data.byteLength * 8 - unused) / bits);
	let [most, value, filled, at] = [0, 0, 0, 0];
	for (let index = 0; index < count; index++) {
		// At most 32 bits and 7 that are left of the byte before: exact as a number.
		for (; filled < bits; filled += 8) value = value * 256 + data.getUint8(at++);
		const rest = 2 ** (filled - bits);
		most = Math.max(most, Math.floor(value / rest));
		value %= rest;
		filled -= bits;
	}
	return most;
}

/** Of 16 bits the first is the sign. */
export function signedMagnitude(value: number): number {
	return value & 0x8000 ? -(value & 0x7fff) : value;
}

/** Sign, seven bits of a power of 16, and 24 bits behind the point. */
function ibmFloat(bits: number): number {
	const magnitude = (bits & 0xffffff) * 16 ** (((bits >>> 24) & 0x7f) - 70);
	return bits & 0x80000000 ? -magnitude : magnitude;
}
