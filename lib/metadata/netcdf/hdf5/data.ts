import { inflateSync } from "node:zlib";
import { RejectedError } from "#lib/errors.ts";
import { malformed } from "#lib/metadata/bounded-bytes.ts";
import { runsOf, textsOfCharacters } from "#lib/metadata/netcdf/model.ts";
import { type Cursor, type Hdf5, viewAt } from "./bytes.ts";
import { type ChunkIndex, chunkOfIndex } from "./chunk-index.ts";
import { type Datatype, numbersOf, textIn } from "./datatype.ts";
import { messageTypes } from "./header.ts";
import { type Hdf5Object, objectCursor } from "./object.ts";

/** Where the elements of a dataset lie. */
export type DataLayout =
	| { readonly kind: "here"; readonly view: DataView }
	/** null: nothing was ever written. */
	| { readonly kind: "contiguous"; readonly address: number | null }
	| {
			readonly kind: "chunked";
			readonly chunk: readonly number[];
			readonly index: ChunkIndex;
			readonly filters: readonly Filter[];
	  }
	| { readonly kind: "unknown" };

export interface Filter {
	readonly id: number;
	readonly isOptional: boolean;
	readonly values: readonly number[];
}

/** HDF5 File Format Specification 3.0, IV.A.2.i and l. */
export function readDataLayout(file: Hdf5, { messages }: Hdf5Object): DataLayout {
	const cursor = objectCursor(messages, messageTypes.layout);
	if (cursor === undefined) return { kind: "unknown" };
	const version = cursor.number(1);
	if (version !== 3 && version !== 4) return { kind: "unknown" };
	const kind = cursor.number(1);
	if (kind === 0) return { kind: "here", view: cursor.take(cursor.number(2)) };
	if (kind === 1) return { kind: "contiguous", address: cursor.address(file) };
	if (kind !== 2) return { kind: "unknown" };
	const filters = readFilters(objectCursor(messages, messageTypes.filters));
	if (version === 3) {
		const rank = cursor.number(1) - 1;
		const root = cursor.address(file);
		const chunk = Array.from({ length: rank }, () => cursor.number(4));
		return { kind: "chunked", chunk, filters, index: { kind: "tree", root } };
	}
	const flags = cursor.number(1);
	const [rank, bytes] = [cursor.number(1) - 1, cursor.number(1)];
	const chunk = Array.from({ length: rank }, () => cursor.number(bytes));
	cursor.skip(bytes);
	return { kind: "chunked", chunk, filters, index: readIndex(file, cursor, flags) };
}

const indexKinds = { single: 1, implicit: 2, fixedArray: 3 };

function readIndex(file: Hdf5, cursor: Cursor, flags: number): ChunkIndex {
	const kind = cursor.number(1);
	if (kind === indexKinds.single) {
		const [length, filterMask] = flags & 2 ? [cursor.length(file), cursor.number(4)] : [null, 0];
		return { kind: "single", length, filterMask, root: cursor.address(file) };
	}
	if (kind === indexKinds.implicit) return { kind: "implicit", root: cursor.address(file) };
	if (kind === indexKinds.fixedArray) return { kind: "fixed-array", root: cursor.skip(1).address(file) };
	return { kind: "unknown", root: null };
}

function readFilters(cursor: Cursor | undefined): readonly Filter[] {
	if (cursor === undefined) return [];
	const version = cursor.number(1);
	const count = cursor.number(1);
	if (version === 1) cursor.skip(6);
	return Array.from({ length: count }, () => {
		const id = cursor.number(2);
		const nameLength = version === 1 || id >= 256 ? cursor.number(2) : 0;
		const [flags, values] = [cursor.number(2), cursor.number(2)];
		cursor.skip(version === 1 ? nameLength + ((8 - (nameLength % 8)) % 8) : nameLength);
		const filter = {
			id,
			isOptional: (flags & 1) !== 0,
			values: Array.from({ length: values }, () => cursor.number(4)),
		};
		if (version === 1 && values % 2 === 1) cursor.skip(4);
		return filter;
	});
}

interface Stored {
	readonly layout: DataLayout;
	readonly type: Datatype;
	readonly shape: readonly number[];
	readonly name: string;
}

/** Coordinates are read for a few values; larger chunks hold pixels, which no reader needs. */
const maxChunkBytes = 16 * 1024 * 1024;

/** Reads numbers, as `NetcdfVariable.read` says. */
export function reader(file: Hdf5, stored: Stored) {
	return elementReader(file, stored, (view, count) => numbersOf(view, stored.type, count), Number.NaN);
}

/** All of it, as `NetcdfVariable.texts` says. */
export async function readTexts(file: Hdf5, stored: Stored): Promise<readonly string[]> {
	const { type, shape } = stored;
	const start = shape.map(() => 0);
	if (type.kind === "text" && type.size === 1 && shape.length > 0) {
		const codes = (view: DataView, count: number) => Array.from({ length: count }, (_, index) => view.getUint8(index));
		return textsOfCharacters(await elementReader(file, stored, codes, 0)(start, shape), shape.at(-1) ?? 1);
	}
	const texts = async (view: DataView, count: number) => {
		const found: string[] = [];
		for (let index = 0; index < count; index++) {
			const element = new DataView(view.buffer, view.byteOffset + index * type.size, type.size);
			found.push((await textIn(file, element, type)).trim());
		}
		return found;
	};
	return elementReader(file, stored, texts, "")(start, shape);
}

/** Reads elements; `missing` for those never written. The chunk read last is kept. */
function elementReader<Element>(
	file: Hdf5,
	{ layout, type, shape, name }: Stored,
	decode: (view: DataView, count: number) => readonly Element[] | Promise<readonly Element[]>,
	missing: Element,
) {
	let kept: { readonly key: string; readonly view: DataView | null } | null = null;
	async function chunkAt(
		offset: readonly number[],
		chunked: DataLayout & { kind: "chunked" },
	): Promise<DataView | null> {
		const key = offset.join();
		if (kept?.key !== key) kept = { key, view: await loadChunk(file, { offset, chunked, type, shape, name }) };
		return kept.view;
	}
	return async (start: readonly number[], count: readonly number[]): Promise<readonly Element[]> => {
		const values: Element[] = [];
		for (const { index, length } of runsOf(shape, start, count)) {
			if (layout.kind === "unknown") throw unsupported(name, "stored in a way that is not supported");
			if (layout.kind === "here") {
				const from = index * type.size;
				if (from + length * type.size > layout.view.byteLength) throw malformed("HDF5", `${name} is too short`);
				const view = new DataView(layout.view.buffer, layout.view.byteOffset + from, length * type.size);
				values.push(...(await decode(view, length)));
			} else if (layout.kind === "contiguous") {
				if (layout.address === null) values.push(...Array<Element>(length).fill(missing));
				else {
					const { view } = await viewAt(file, layout.address + index * type.size, length * type.size, name);
					values.push(...(await decode(view, length)));
				}
			} else {
				for (let step = 0; step < length; step++) {
					const position = positionOf(index + step, shape);
					const offset = position.map((at, axis) => at - (at % (layout.chunk[axis] ?? 1)));
					const chunk = await chunkAt(offset, layout);
					const within = position.reduce(
						(sum, at, axis) => sum * (layout.chunk[axis] ?? 1) + at - (offset[axis] ?? 0),
						0,
					);
					if (chunk === null) values.push(missing);
					else {
						const at = new DataView(chunk.buffer, chunk.byteOffset + within * type.size, type.size);
						values.push(...(await decode(at, 1)));
					}
				}
			}
		}
		return values;
	};
}

function positionOf(index: number, shape: readonly number[]): readonly number[] {
	let rest = index;
	return shape
		.toReversed()
		.map((size) => {
			const at = rest % size;
			rest = Math.floor(rest / size);
			return at;
		})
		.toReversed();
}

interface Wanted {
	readonly offset: readonly number[];
	readonly chunked: DataLayout & { kind: "chunked" };
	readonly type: Datatype;
	readonly shape: readonly number[];
	readonly name: string;
}

async function loadChunk(file: Hdf5, { offset, chunked, type, shape, name }: Wanted): Promise<DataView | null> {
	const { chunk, index, filters } = chunked;
	const length = chunk.reduce((product, size) => product * size, type.size);
	if (chunk.length !== shape.length || chunk.includes(0))
		throw malformed("HDF5", `${name} has chunks with the wrong number of dimensions`);
	if (length > maxChunkBytes) throw unsupported(name, `in chunks of ${length} bytes, more than ${maxChunkBytes}`);
	const found = await chunkOfIndex(file, index, { offset, chunk, shape, length, isFiltered: filters.length > 0 });
	if (found === null) return null;
	if (found.length > maxChunkBytes * 2) throw malformed("HDF5", `a chunk of ${name} has ${found.length} bytes`);
	file.spend(length);
	const { view } = await viewAt(file, found.address, found.length, name);
	let bytes: Uint8Array = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
	for (let step = filters.length - 1; step >= 0; step--) {
		const filter = filters[step];
		if (filter === undefined || found.filterMask & (1 << step)) continue;
		bytes = unfiltered(bytes, filter, { name, length });
	}
	if (bytes.length < length) throw malformed("HDF5", `a chunk of ${name} has ${bytes.length} of ${length} bytes`);
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const filterIds = { deflate: 1, shuffle: 2, fletcher32: 3 };

function unfiltered(
	bytes: Uint8Array,
	{ id, values }: Filter,
	{ name, length }: { name: string; length: number },
): Uint8Array {
	if (id === filterIds.fletcher32) return bytes.subarray(0, Math.max(0, bytes.length - 4));
	if (id === filterIds.shuffle) return unshuffled(bytes, values[0] ?? 1);
	if (id !== filterIds.deflate) throw unsupported(name, `compressed by filter ${id}, which is not supported`);
	try {
		// A checksum may come out with the elements.
		return inflateSync(bytes, { maxOutputLength: length + 64 });
	} catch (cause) {
		throw new RejectedError("unreadable", `Not a valid HDF5: a chunk of ${name} cannot be decompressed.`, { cause });
	}
}

/** First bytes of all elements, then their second bytes, … */
function unshuffled(bytes: Uint8Array, size: number): Uint8Array {
	const count = Math.floor(bytes.length / Math.max(1, size));
	const result = Uint8Array.from(bytes);
	if (size <= 1 || size > 64) return result;
	for (let byte = 0; byte < size; byte++) {
		for (let element = 0; element < count; element++)
			result[element * size + byte] = bytes[byte * count + element] ?? 0;
	}
	return result;
}

function unsupported(name: string, how: string): RejectedError {
	return new RejectedError("unsupported", `The coordinates ${name} are ${how}; rewrite the file (nccopy -d 1).`);
}
