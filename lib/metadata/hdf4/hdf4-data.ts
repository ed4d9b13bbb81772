import { inflateSync } from "node:zlib";
import { type BoundedBytes, malformed } from "#lib/metadata/bounded-bytes.ts";

/** Where an object lies, by its tag and reference number (HDF Specification and Developer's Guide 4.2, chapter 2). */
export interface Descriptor {
	readonly offset: number;
	readonly length: number;
}

export type Descriptors = ReadonlyMap<number, ReadonlyMap<number, Descriptor>>;

/** The bytes of a variable in one piece, however they are stored. */
export interface Hdf4Data {
	readonly length: number;
	read(offset: number, length: number): Promise<Uint8Array>;
}

export const tags = { linked: 20, compressed: 40, data: 702, vdataHeader: 1962, vdata: 1963, group: 1965 };
/** This bit of a tag says that the object describes how its data are stored. */
const special = 0x4000;
const kinds = { linked: 1, compressed: 3, chunked: 5 };
const coders = { none: 0, deflate: 4 };
const maxDepth = 4;
const maxBlocks = 20_000;
/** Packed data and chunks are read whole: at most so many bytes of the file, and three times as many unpacked. */
const maxPackedBytes = 4 * 1024 * 1024;
const maxValueBytes = 3 * maxPackedBytes;

/**
 * The data of an object: in one piece, in linked blocks, deflated, or in chunks of these (chapter 10, "Special elements").
 * @returns null for other codings, for data too large to be read whole, and where there are none.
 */
export async function openData(
	bytes: BoundedBytes,
	found: Descriptors,
	[tag, ref]: readonly [tag: number, ref: number],
	depth = 0,
): Promise<Hdf4Data | null> {
	if (depth > maxDepth) throw malformed("HDF4", "its data are stored in each other endlessly");
	const plain = found.get(tag)?.get(ref);
	if (plain !== undefined) return inOnePiece(bytes, plain);
	const told = found.get(tag | special)?.get(ref);
	if (told === undefined || told.length < 2) return null;
	const header = await bytes.view(told.offset, Math.min(told.length, 4096), "a special element");
	const inner = (object: readonly [number, number]) => openData(bytes, found, object, depth + 1);
	switch (header.getUint16(0)) {
		case kinds.linked:
			return inBlocks(bytes, found, header);
		case kinds.compressed:
			return header.byteLength < 14 ? null : inflated(header, inner);
		case kinds.chunked:
			return inChunks(header, found, { bytes, inner });
		default:
			return null;
	}
}

function inOnePiece(bytes: BoundedBytes, { offset, length }: Descriptor): Hdf4Data {
	return {
		length,
		read: async (from, count) => {
			const wanted = Math.max(0, Math.min(count, length - from));
			const view = await bytes.view(offset + from, wanted, "a variable");
			return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
		},
	};
}

/** Tables of reference numbers, each with that of the next table. */
async function inBlocks(bytes: BoundedBytes, found: Descriptors, header: DataView): Promise<Hdf4Data | null> {
	if (header.byteLength < 16) return null;
	const [length, perTable] = [header.getUint32(2), header.getUint32(10)];
	const blocks: { readonly start: number; readonly at: Descriptor }[] = [];
	const seen = new Set<number>();
	let start = 0;
	for (let table = header.getUint16(14); table !== 0 && start < length; ) {
		if (seen.has(table)) throw malformed("HDF4", "its blocks refer to each other endlessly");
		seen.add(table);
		const at = found.get(tags.linked)?.get(table);
		if (at === undefined || blocks.length + perTable > maxBlocks || at.length < 2 + perTable * 2) return null;
		const refs = await bytes.view(at.offset, 2 + perTable * 2, "a table of blocks");
		for (let index = 0; index < perTable && start < length; index++) {
			const block = found.get(tags.linked)?.get(refs.getUint16(2 + index * 2));
			// The table has room for blocks that were not needed yet.
			if (block === undefined) break;
			blocks.push({ start, at: block });
			start += block.length;
		}
		table = refs.getUint16(0);
	}
	return {
		length: Math.min(length, start),
		read: async (from, count) => {
			const end = Math.min(from + count, length, start);
			const parts: Uint8Array[] = [];
			for (const block of blocks) {
				const [first, last] = [Math.max(from, block.start), Math.min(end, block.start + block.at.length)];
				if (first < last) parts.push(await inOnePiece(bytes, block.at).read(first - block.start, last - first));
			}
			return Buffer.concat(parts);
		},
	};
}

type Open = (object: readonly [tag: number, ref: number]) => Promise<Hdf4Data | null>;

async function inflated(header: DataView, inner: Open): Promise<Hdf4Data | null> {
	const [length, ref, coder] = [header.getUint32(4), header.getUint16(8), header.getUint16(12)];
	const packed = await inner([tags.compressed, ref]);
	if (packed === null || packed.length > maxPackedBytes || length > maxValueBytes) return null;
	if (coder === coders.none) return packed;
	if (coder !== coders.deflate) return null;
	const whole = unpack(await packed.read(0, packed.length), length);
	return ofBytes(whole);
}

function unpack(packed: Uint8Array, length: number): Uint8Array {
	try {
		return inflateSync(packed, { maxOutputLength: length });
	} catch (cause) {
		throw malformed(
			"HDF4",
			`a variable cannot be inflated (${cause instanceof Error ? cause.message : String(cause)})`,
		);
	}
}

function ofBytes(whole: Uint8Array): Hdf4Data {
	return { length: whole.length, read: async (from, count) => whole.subarray(from, from + count) };
}

interface Opening {
	readonly bytes: BoundedBytes;
	readonly inner: Open;
}

/** A table names the place and the object of each chunk; a chunk that it does not name was never written. */
async function inChunks(header: DataView, found: Descriptors, { bytes, inner }: Opening): Promise<Hdf4Data | null> {
	if (header.byteLength < 35) return null;
	const [total, sampleLength, tableRef, rank] = [
		header.getUint32(11),
		header.getUint32(19),
		header.getUint16(25),
		header.getUint32(31),
	];
	if (
		rank !== 2 ||
		total * sampleLength > maxValueBytes ||
		header.byteLength < 35 + rank * 12 ||
		![1, 2, 4, 8].includes(sampleLength)
	)
		return null;
	const sides = (at: number) => [header.getUint32(35 + at), header.getUint32(47 + at)] as const;
	const [rows, columns] = sides(4);
	const [chunkRows, chunkColumns] = sides(8);
	if (rows * columns > total || chunkRows < 1 || chunkColumns < 1) return null;
	const tableHeader = found.get(tags.vdataHeader)?.get(tableRef);
	const table = await inner([tags.vdata, tableRef]);
	if (tableHeader === undefined || tableHeader.length < 8 || table === null) return null;
	const told = await bytes.view(tableHeader.offset, 8, "a table of chunks");
	const [count, width] = [told.getUint32(2), told.getUint16(6)];
	if (width !== rank * 4 + 4 || count > maxBlocks || count * width > table.length) return null;
	const records = await table.read(0, count * width);
	const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
	const whole = new Uint8Array(rows * columns * sampleLength);
	for (let at = 0; at < count * width; at += width) {
		const [row, column] = [view.getUint32(at) * chunkRows, view.getUint32(at + 4) * chunkColumns];
		const chunk = await inner([view.getUint16(at + 8) & ~special, view.getUint16(at + 10)]);
		if (chunk === null) return null;
		const part = await chunk.read(0, chunk.length);
		for (let line = 0; line < chunkRows && row + line < rows; line++) {
			const length = Math.min(chunkColumns, columns - column) * sampleLength;
			const from = line * chunkColumns * sampleLength;
			if (length <= 0 || from + length > part.length) break;
			whole.set(part.subarray(from, from + length), ((row + line) * columns + column) * sampleLength);
		}
	}
	return ofBytes(whole);
}
