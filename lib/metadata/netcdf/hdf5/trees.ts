import { malformed } from "#lib/metadata/bounded-bytes.ts";
import { type Cursor, type Hdf5, viewAt } from "./bytes.ts";

const maxNodes = 2000;

/** The symbol table nodes of an old group, by its B-tree of version 1 (III.A.1). */
export async function groupNodes(file: Hdf5, root: number): Promise<readonly number[]> {
	const { offsetSize, lengthSize } = file;
	const found: number[] = [];
	const open = [root];
	for (let visited = 0; open.length > 0; visited++) {
		if (visited > maxNodes) throw malformed("HDF5", "a group has too many nodes");
		const address = open.shift() ?? 0;
		const head = await viewAt(file, address, 8 + 2 * offsetSize, "a group's tree");
		const type = head.signature("TREE").number(1);
		const level = head.number(1);
		const entries = head.number(2);
		if (type !== 0) throw malformed("HDF5", "a group refers to a tree of another kind");
		const body = await viewAt(
			file,
			address + 8 + 2 * offsetSize,
			entries * (lengthSize + offsetSize),
			"a group's tree",
		);
		for (let entry = 0; entry < entries; entry++) {
			const child = body.skip(lengthSize).address(file);
			if (child !== null) (level === 0 ? found : open).push(child);
		}
	}
	return found;
}

/** The records of a B-tree of version 2 (III.A.2), as views of their bytes. */
export async function treeRecords(file: Hdf5, address: number, max: number): Promise<readonly DataView[]> {
	const { offsetSize, lengthSize } = file;
	const head = await viewAt(file, address, 22 + offsetSize + lengthSize, "a tree");
	head.signature("BTHD").skip(2);
	const nodeSize = head.number(4);
	const recordSize = head.number(2);
	const depth = head.number(2);
	const root = head.skip(2).address(file);
	const count = head.number(2);
	if (recordSize === 0 || nodeSize < 16 || nodeSize > 1024 * 1024 || depth > 8)
		throw malformed("HDF5", "a tree has unexpected dimensions");
	const records: DataView[] = [];
	const open = root === null ? [] : [{ address: root, count, depth }];
	// Most records that fit: of leaves, then of inner nodes level by level, whose pointers hold such counts.
	const fits = [Math.floor((nodeSize - 10) / recordSize)];
	const countBytes = byteCount(fits[0] ?? 0);
	const totals = [fits[0] ?? 0];
	for (let level = 1; level <= depth; level++) {
		const pointer = offsetSize + countBytes + (level > 1 ? byteCount(totals[level - 1] ?? 0) : 0);
		fits.push(Math.floor((nodeSize - 10 - pointer) / (recordSize + pointer)));
		totals.push(((fits[level] ?? 0) + 1) * (totals[level - 1] ?? 0) + (fits[level] ?? 0));
	}
	for (let visited = 0; open.length > 0 && records.length < max; visited++) {
		if (visited > maxNodes) throw malformed("HDF5", "a tree has too many nodes");
		const node = open.shift() as { address: number; count: number; depth: number };
		const cursor = await viewAt(file, node.address, nodeSize, "a tree");
		cursor.signature(node.depth === 0 ? "BTLF" : "BTIN").skip(2);
		for (let index = 0; index < node.count; index++) records.push(cursor.take(recordSize));
		if (node.depth === 0) continue;
		for (let index = 0; index <= node.count; index++) {
			const child = cursor.address(file);
			const inChild = cursor.number(countBytes);
			if (node.depth > 1) cursor.number(byteCount(totals[node.depth - 1] ?? 0));
			if (child !== null) open.push({ address: child, count: inChild, depth: node.depth - 1 });
		}
	}
	return records;
}

function byteCount(value: number): number {
	return Math.max(1, Math.ceil(Math.log2(value + 1) / 8));
}

/** A chunk of a dataset: where it lies, how long it is there, and which of its filters were left out. */
export interface Chunk {
	readonly address: number;
	readonly length: number;
	readonly filterMask: number;
}

/** The chunk that begins at element `offset` of each dimension, by a B-tree of version 1 (III.A.1); null: never written. */
export async function chunkInTree(file: Hdf5, root: number, offset: readonly number[]): Promise<Chunk | null> {
	const keyLength = 8 + 8 * (offset.length + 1);
	let address: number | null = root;
	for (let depth = 0; depth < 16 && address !== null; depth++) {
		const head: Cursor = await viewAt(file, address, 8 + 2 * file.offsetSize, "a chunk's tree");
		const type = head.signature("TREE").number(1);
		const level = head.number(1);
		const entries = head.number(2);
		if (type !== 1) throw malformed("HDF5", "a chunk refers to a tree of another kind");
		const at = address + 8 + 2 * file.offsetSize;
		const body: Cursor = await viewAt(file, at, entries * (keyLength + file.offsetSize), "a chunk's tree");
		let next: { chunk: Chunk; isSame: boolean } | null = null;
		for (let entry = 0; entry < entries; entry++) {
			const [length, filterMask] = [body.number(4), body.number(4)];
			const key = offset.map(() => body.number(8));
			const child = body.skip(8).address(file);
			const order = compare(key, offset);
			if (order > 0) break;
			if (child !== null) next = { chunk: { address: child, length, filterMask }, isSame: order === 0 };
		}
		if (next === null) return null;
		if (level === 0) return next.isSame ? next.chunk : null;
		address = next.chunk.address;
	}
	throw malformed("HDF5", "a chunk's tree is too deep");
}

function compare(one: readonly number[], other: readonly number[]): number {
	for (let axis = 0; axis < other.length; axis++) {
		const difference = (one[axis] ?? 0) - (other[axis] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}
