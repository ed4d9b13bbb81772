/** A tag of a directory; `values` are numbers, or text for ASCII. */
export interface TiffTag {
	readonly tag: number;
	readonly type: keyof typeof valueSizes;
	readonly values: readonly number[] | string;
}

const valueSizes = { byte: 1, ascii: 1, short: 2, long: 4, double: 8, long8: 8 } as const;
const typeNumbers = { byte: 1, ascii: 2, short: 3, long: 4, double: 12, long8: 16 } as const;

export interface TiffFileOptions {
	readonly little: boolean;
	/** BigTIFF. */
	readonly big: boolean;
	readonly directory: "first" | "last";
	readonly segments: readonly Uint8Array[];
	/** The tags, those with the offsets of the segments included. */
	readonly tagsOf: (segmentOffsets: readonly number[]) => readonly TiffTag[];
}

/** Lays out a TIFF of one directory: header, directory with its values, strips or tiles; or the directory at the end. */
export function layOutTiff({ little, big, directory, segments, tagsOf }: TiffFileOptions): Uint8Array {
	const headerLength = big ? 16 : 8;
	const dataLength = segments.reduce((sum, { length }) => sum + even(length), 0);
	const directoryLength = encodeDirectory(tagsOf(segments.map(() => 0)), { little, big, start: 0 }).length;
	const [directoryStart, dataStart] =
		directory === "first" ? [headerLength, headerLength + directoryLength] : [headerLength + dataLength, headerLength];
	const file = new Uint8Array(headerLength + directoryLength + dataLength);
	writeHeader(new DataView(file.buffer), { little, big, directoryStart });
	const offsets: number[] = [];
	let end = dataStart;
	for (const segment of segments) {
		offsets.push(end);
		file.set(segment, end);
		end += even(segment.length);
	}
	file.set(encodeDirectory(tagsOf(offsets), { little, big, start: directoryStart }), directoryStart);
	return file;
}

/** TIFF wants everything at even offsets. */
function even(length: number): number {
	return length + (length % 2);
}

function writeHeader(view: DataView, header: { little: boolean; big: boolean; directoryStart: number }): void {
	const { little, big, directoryStart } = header;
	view.setUint16(0, little ? 0x4949 : 0x4d4d);
	view.setUint16(2, big ? 43 : 42, little);
	if (big) {
		view.setUint16(4, 8, little);
		view.setBigUint64(8, BigInt(directoryStart), little);
	} else {
		view.setUint32(4, directoryStart, little);
	}
}

function encodeDirectory(
	tags: readonly TiffTag[],
	place: { little: boolean; big: boolean; start: number },
): Uint8Array {
	const { little, big, start } = place;
	const sorted = tags.toSorted((one, other) => one.tag - other.tag);
	const [countSize, entrySize, inline] = big ? [8, 20, 8] : [2, 12, 4];
	const values = sorted.map((tag) => encodeValues(tag, little));
	const fixedLength = countSize + sorted.length * entrySize + inline;
	const overflow = values.filter(({ length }) => length > inline).reduce((sum, { length }) => sum + even(length), 0);
	const bytes = new Uint8Array(even(fixedLength) + overflow);
	const view = new DataView(bytes.buffer);
	const setOffset = (at: number, value: number) =>
		big ? view.setBigUint64(at, BigInt(value), little) : view.setUint32(at, value, little);
	if (big) view.setBigUint64(0, BigInt(sorted.length), little);
	else view.setUint16(0, sorted.length, little);
	let end = even(fixedLength);
	sorted.forEach(({ tag, type }, index) => {
		const at = countSize + index * entrySize;
		const encoded = values[index] ?? new Uint8Array();
		view.setUint16(at, tag, little);
		view.setUint16(at + 2, typeNumbers[type], little);
		setOffset(at + 4, encoded.length / valueSizes[type]);
		const valueAt = at + 4 + inline;
		if (encoded.length <= inline) {
			bytes.set(encoded, valueAt);
		} else {
			setOffset(valueAt, start + end);
			bytes.set(encoded, end);
			end += even(encoded.length);
		}
	});
	return bytes;
}

function encodeValues({ type, values }: TiffTag, little: boolean): Uint8Array {
	if (typeof values === "string") return new TextEncoder().encode(`${values}\0`);
	const bytes = new Uint8Array(values.length * valueSizes[type]);
	const view = new DataView(bytes.buffer);
	values.forEach((value, index) => {
		const at = index * valueSizes[type];
		if (type === "short") view.setUint16(at, value, little);
		else if (type === "long") view.setUint32(at, value, little);
		else if (type === "double") view.setFloat64(at, value, little);
		else if (type === "long8") view.setBigUint64(at, BigInt(value), little);
		else view.setUint8(at, value);
	});
	return bytes;
}
