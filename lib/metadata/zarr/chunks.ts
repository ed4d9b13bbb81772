import { RejectedError } from "#lib/errors.ts";
import type { ByteSource, DataType } from "#lib/metadata/metadata.ts";
import { maxValues } from "#lib/metadata/netcdf/model.ts";
import { malformedZarr, type Shards, type ZarrArray } from "./array.ts";
import { decodeBytes } from "./codecs.ts";

/** A file of the store by its path; null: there is none. */
export type FileOf = (path: string) => Promise<ByteSource | null>;

export interface ChunkReading {
	readonly fileOf: FileOf;
	readonly signal: AbortSignal;
	/** Takes so many bytes from what may be read of the store. @throws RejectedError */
	readonly spend: (bytes: number) => void;
}

/** Coordinates are read for a few values; larger chunks hold pixels, which no reader needs. */
const maxChunkBytes = 16 * 1024 * 1024;

/** Reads numbers of an array, as `NetcdfVariable.read` says; chunks that were never written are of its fill value. */
export function zarrReader(path: string, array: ZarrArray, reading: ChunkReading) {
	let last: { readonly key: string; readonly values: Promise<ChunkValues> } | null = null;
	const chunkShape = array.shards?.chunkShape ?? array.chunkShape;
	const chunkAt = (chunk: readonly number[]): Promise<ChunkValues> => {
		const key = chunk.join();
		if (last?.key !== key) last = { key, values: readChunk(path, array, chunk, reading) };
		return last.values;
	};
	return async (start: readonly number[], count: readonly number[]): Promise<readonly number[]> => {
		const total = count.reduce((product, each) => product * each, 1);
		const isWithin = array.shape.every((size, axis) => (start[axis] ?? 0) + (count[axis] ?? 1) <= size);
		if (total > maxValues || !isWithin)
			throw new RejectedError("unreadable", `Cannot read ${total} values of ${array.shape}.`);
		const values: number[] = [];
		for (let i = 0; i < total; i++) {
			let rest = i;
			const at = array.shape
				.map((_, axis) => {
					const reversed = array.shape.length - 1 - axis;
					const size = count[reversed] ?? 1;
					const offset = rest % size;
					rest = Math.floor(rest / size);
					return (start[reversed] ?? 0) + offset;
				})
				.toReversed();
			const chunk = at.map((position, axis) => Math.floor(position / (chunkShape[axis] ?? 1)));
			const within = at.map((position, axis) => position % (chunkShape[axis] ?? 1));
			values.push((await chunkAt(chunk))(within));
		}
		return values;
	};
}

/** The value at a place in a chunk. */
type ChunkValues = (within: readonly number[]) => number;

async function readChunk(
	path: string,
	array: ZarrArray,
	chunk: readonly number[],
	reading: ChunkReading,
): Promise<ChunkValues> {
	const { dataType, shards } = array;
	const bytesPerValue = dataType === null ? undefined : valueLengths[dataType];
	if (dataType === null || bytesPerValue === undefined) throw malformedZarr(path, "it holds no numbers");
	const shape = shards?.chunkShape ?? array.chunkShape;
	const length = shape.reduce((product, size) => product * size, bytesPerValue);
	if (length > maxChunkBytes)
		throw new RejectedError(
			"unsupported",
			`its coordinates ${path.slice(-200)} stand in chunks of ${length} bytes, which is too much to read`,
		);
	const fill = array.fill === null ? Number.NaN : Number(array.fill);
	const bytes =
		shards === null
			? await wholeFile(`${path}/${array.keyOf(chunk)}`, reading)
			: await chunkOfShard(path, array, { chunk, shards, reading });
	if (bytes === null) return () => fill;
	const { isLittleEndian, order, codecs } = shards ?? array;
	const plain = decodeBytes(bytes, codecs, length);
	if (plain.length < length) throw malformedZarr(path, `a chunk has ${plain.length} bytes instead of ${length}`);
	const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
	const read = readers[dataType as keyof typeof readers];
	return (within) => {
		const index = order.reduce((sum, axis) => sum * (shape[axis] ?? 1) + (within[axis] ?? 0), 0);
		return read(view, index * bytesPerValue, isLittleEndian);
	};
}

async function wholeFile(path: string, { fileOf, signal, spend }: ChunkReading): Promise<Uint8Array | null> {
	const file = await fileOf(path);
	if (file === null) return null;
	if (file.size > maxChunkBytes)
		throw new RejectedError("unsupported", `its ${path.slice(-200)} has ${file.size} bytes, which is too much to read`);
	spend(file.size);
	return file.read(0, file.size, { signal });
}

interface InShard {
	/** Counted over the whole array. */
	readonly chunk: readonly number[];
	readonly shards: Shards;
	readonly reading: ChunkReading;
}

const absent = 2n ** 64n - 1n;
const maxChunksInShard = 65_536;

/** The index of a shard has an offset and a length for each chunk (sharding_indexed 1.0, "Binary shard format"). */
async function chunkOfShard(
	path: string,
	array: ZarrArray,
	{ chunk, shards, reading }: InShard,
): Promise<Uint8Array | null> {
	const perShard = array.chunkShape.map((size, axis) => Math.floor(size / (shards.chunkShape[axis] ?? 1)));
	const count = perShard.reduce((product, each) => product * each, 1);
	if (count > maxChunksInShard) throw malformedZarr(path, `its shards have ${count} chunks`);
	const shard = chunk.map((position, axis) => Math.floor(position / (perShard[axis] ?? 1)));
	const index = chunk.reduce((sum, position, axis) => {
		const each = perShard[axis] ?? 1;
		return sum * each + (position % each);
	}, 0);
	const key = `${path}/${array.keyOf(shard)}`;
	const file = await reading.fileOf(key);
	if (file === null) return null;
	const hasChecksum = shards.indexCodecs.some(({ name }) => name === "crc32c");
	const indexLength = count * 16 + (hasChecksum ? 4 : 0);
	if (indexLength > file.size) throw malformedZarr(key, "it is shorter than its index");
	reading.spend(indexLength);
	const bytes = await file.read(shards.indexAtEnd ? file.size - indexLength : 0, indexLength, reading);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const [offset, length] = [view.getBigUint64(index * 16, true), view.getBigUint64(index * 16 + 8, true)];
	if (offset === absent && length === absent) return null;
	if (offset + length > BigInt(file.size)) throw malformedZarr(key, "its index points beyond its end");
	reading.spend(Number(length));
	return file.read(Number(offset), Number(length), reading);
}

const valueLengths: Partial<Readonly<Record<DataType, number>>> = {
	Byte: 1,
	Int8: 1,
	UInt16: 2,
	Int16: 2,
	UInt32: 4,
	Int32: 4,
	UInt64: 8,
	Int64: 8,
	Float32: 4,
	Float64: 8,
};

const readers = {
	Byte: (view: DataView, at: number) => view.getUint8(at),
	Int8: (view: DataView, at: number) => view.getInt8(at),
	UInt16: (view: DataView, at: number, little: boolean) => view.getUint16(at, little),
	Int16: (view: DataView, at: number, little: boolean) => view.getInt16(at, little),
	UInt32: (view: DataView, at: number, little: boolean) => view.getUint32(at, little),
	Int32: (view: DataView, at: number, little: boolean) => view.getInt32(at, little),
	UInt64: (view: DataView, at: number, little: boolean) => Number(view.getBigUint64(at, little)),
	Int64: (view: DataView, at: number, little: boolean) => Number(view.getBigInt64(at, little)),
	Float32: (view: DataView, at: number, little: boolean) => view.getFloat32(at, little),
	Float64: (view: DataView, at: number, little: boolean) => view.getFloat64(at, little),
};
