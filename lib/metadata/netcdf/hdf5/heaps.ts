import { malformed } from "#lib/metadata/bounded-bytes.ts";
import { Cursor, type Hdf5, viewAt } from "./bytes.ts";

/** A text of a local heap (III.D), up to its NUL. */
export async function localHeap(file: Hdf5, address: number): Promise<(offset: number) => string> {
	const head = await viewAt(file, address, 8 + file.lengthSize * 2 + file.offsetSize, "a local heap");
	head.signature("HEAP").skip(4);
	const length = head.length(file);
	const data = head.skip(file.lengthSize).address(file);
	if (data === null || length > maxHeapBytes) throw malformed("HDF5", `a local heap has ${length} bytes`);
	const { view } = await viewAt(file, data, length, "a local heap");
	return (offset) => {
		const cursor = new Cursor(view, "a local heap").skip(offset);
		return cursor.text(Math.min(cursor.left, maxNameBytes));
	};
}

const maxHeapBytes = 1024 * 1024;
const maxNameBytes = 1024;

/** An object of a global heap (III.E): texts of variable length; null if it is not there. */
export async function globalHeapObject(file: Hdf5, address: number, index: number): Promise<DataView | null> {
	const head = await viewAt(file, address, 8 + file.lengthSize, "a global heap");
	const size = head.signature("GCOL").skip(4).length(file);
	if (size > maxHeapBytes) throw malformed("HDF5", `a global heap has ${size} bytes`);
	const cursor = (await viewAt(file, address, size, "a global heap")).skip(8 + file.lengthSize);
	while (cursor.left >= 8 + file.lengthSize) {
		const found = cursor.number(2);
		const length = cursor.skip(6).length(file);
		if (found === 0 || length > cursor.left) return null;
		const view = cursor.take(length);
		if (found === index) return view;
		cursor.skip(Math.min(cursor.left, (8 - (length % 8)) % 8));
	}
	return null;
}

/** A fractal heap (III.G), where links and attributes lie when an object has many: objects by their heap ID. */
export interface FractalHeap {
	/** null: too large for the heap's blocks (more than 64 KB), such as the text of a long history: not read. */
	object(id: DataView): Promise<Cursor | null>;
}

export async function fractalHeap(file: Hdf5, address: number): Promise<FractalHeap> {
	const { offsetSize, lengthSize } = file;
	const head = await viewAt(file, address, 26 + 12 * lengthSize + 3 * offsetSize, "a fractal heap");
	head.signature("FRHP").skip(1 + 2);
	const filterLength = head.number(2);
	const flags = head.number(1);
	const maxManaged = head.number(4);
	head.skip(lengthSize + offsetSize + lengthSize + offsetSize + lengthSize * 4 + lengthSize * 4);
	const width = head.number(2);
	const [startSize, maxDirect] = [head.length(file), head.length(file)];
	const offsetBytes = Math.ceil(head.number(2) / 8);
	head.skip(2);
	const root = head.address(file);
	const rows = head.number(2);
	if (filterLength > 0) throw malformed("HDF5", "a fractal heap is compressed, which is not supported");
	if (width === 0 || width > 1024 || startSize === 0 || rows > 64)
		throw malformed("HDF5", "a fractal heap has unexpected dimensions");
	const lengthBytes = Math.min(
		Math.ceil(Math.log2(maxDirect) / 8),
		Math.floor(Math.log2(Math.max(1, maxManaged)) / 8) + 1,
	);
	const blockHead = 5 + offsetSize + offsetBytes + (flags & 2 ? 4 : 0);
	const directRows = Math.log2(maxDirect / startSize) + 2;

	/** The direct block that covers an offset of the heap: the blocks of a row have the same size, which doubles row by row. */
	async function blockOf(offset: number): Promise<{ address: number; start: number }> {
		let table = root;
		let tableRows = rows;
		let start = 0;
		for (let depth = 0; depth < 8 && table !== null; depth++) {
			if (tableRows === 0) return { address: table, start };
			let row = 0;
			let rowStart = start;
			const sizeOf = (index: number) => startSize * 2 ** Math.max(0, index - 1);
			while (row < tableRows && offset >= rowStart + width * sizeOf(row)) {
				rowStart += width * sizeOf(row);
				row += 1;
			}
			if (row >= tableRows) break;
			const column = Math.floor((offset - rowStart) / sizeOf(row));
			const entryAt = 5 + offsetSize + offsetBytes + (row * width + column) * offsetSize;
			const block = await viewAt(file, table, 4, "a fractal heap");
			block.signature("FHIB");
			const child = (await viewAt(file, table + entryAt, offsetSize, "a fractal heap")).address(file);
			start = rowStart + column * sizeOf(row);
			table = child;
			tableRows = row < directRows ? 0 : Math.round(Math.log2(sizeOf(row) / startSize / width)) + 1;
		}
		throw malformed("HDF5", "an object is missing in a fractal heap");
	}

	return {
		async object(id) {
			const cursor = new Cursor(id, "a heap ID");
			const kind = (cursor.number(1) >> 4) & 3;
			if (kind === 2) {
				const length = (id.getUint8(0) & 15) + 1;
				return new Cursor(cursor.take(length), "a heap object");
			}
			if (kind === 1) return null;
			if (kind !== 0) throw malformed("HDF5", "a heap has objects of an unknown kind");
			const [offset, length] = [cursor.number(offsetBytes), cursor.number(lengthBytes)];
			if (length > maxHeapBytes) throw malformed("HDF5", `a heap object has ${length} bytes`);
			const block = await blockOf(offset);
			(await viewAt(file, block.address, blockHead, "a fractal heap")).signature("FHDB");
			return viewAt(file, block.address + offset - block.start, length, "a heap object");
		},
	};
}
