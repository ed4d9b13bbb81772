import { RejectedError } from "#lib/errors.ts";
import { type Hdf5, viewAt } from "./bytes.ts";
import { type Chunk, chunkInTree } from "./trees.ts";

/** How the chunks of a dataset are found (HDF5 File Format Specification 3.0, IV.A.2.i). */
export type ChunkIndex =
	| { readonly kind: "tree" | "implicit" | "fixed-array" | "unknown"; readonly root: number | null }
	/** `length` is that of a compressed chunk. */
	| {
			readonly kind: "single";
			readonly root: number | null;
			readonly length: number | null;
			readonly filterMask: number;
	  };

interface Wanted {
	/** Of the chunk's first element. */
	readonly offset: readonly number[];
	/** Elements of a chunk along each dimension. */
	readonly chunk: readonly number[];
	readonly shape: readonly number[];
	/** Bytes of a chunk without compression. */
	readonly length: number;
	readonly isFiltered: boolean;
}

/** null: never written. @throws RejectedError `unsupported` for indexes of data that grow without bounds in new files. */
export async function chunkOfIndex(file: Hdf5, index: ChunkIndex, wanted: Wanted): Promise<Chunk | null> {
	const { offset, chunk, shape, length, isFiltered } = wanted;
	if (index.root === null) {
		if (index.kind === "unknown") throw new RejectedError("unsupported", notIndexed);
		return null;
	}
	if (index.kind === "tree") return chunkInTree(file, index.root, offset);
	if (index.kind === "single")
		return { address: index.root, length: index.length ?? length, filterMask: index.filterMask };
	const number = offset.reduce((sum, at, axis) => {
		const size = chunk[axis] ?? 1;
		return sum * Math.ceil((shape[axis] ?? 1) / size) + at / size;
	}, 0);
	if (index.kind === "implicit") return { address: index.root + number * length, length, filterMask: 0 };
	return chunkInArray(file, index.root, { number, length, isFiltered });
}

const notIndexed = "The coordinates' chunks are indexed in a way that is not supported; rewrite the file (nccopy).";

/** Fixed array (VII.B of the specification): header FAHD, data block FADB, in pages where it is long. */
async function chunkInArray(
	file: Hdf5,
	address: number,
	{ number, length, isFiltered }: { number: number; length: number; isFiltered: boolean },
): Promise<Chunk | null> {
	const { offsetSize, lengthSize } = file;
	const head = await viewAt(file, address, 8 + lengthSize + offsetSize, "a fixed array");
	head.signature("FAHD").skip(2);
	const [entrySize, pageBits] = [head.number(1), head.number(1)];
	const [entries, block] = [head.length(file), head.address(file)];
	if (block === null || number >= entries) return null;
	(await viewAt(file, block, 6 + offsetSize, "a fixed array")).signature("FADB");
	const start = block + 6 + offsetSize;
	const perPage = 2 ** pageBits;
	// Long arrays: a bit for each page, a checksum, then pages with a checksum each.
	const at =
		entries <= perPage
			? start + number * entrySize
			: start +
				Math.ceil(Math.ceil(entries / perPage) / 8) +
				4 +
				Math.floor(number / perPage) * (perPage * entrySize + 4) +
				(number % perPage) * entrySize;
	const entry = await viewAt(file, at, entrySize, "a fixed array");
	const found = entry.address(file);
	if (found === null) return null;
	if (!isFiltered) return { address: found, length, filterMask: 0 };
	return { address: found, length: entry.number(entrySize - offsetSize - 4), filterMask: entry.number(4) };
}
