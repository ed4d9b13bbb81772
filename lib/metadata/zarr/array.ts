import { RejectedError } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import type { DataType, JsonObject, JsonValue } from "#lib/metadata/metadata.ts";
import { asObject, member } from "#lib/metadata/text/json.ts";
import type { ByteCodec } from "./codecs.ts";

/** One array as both versions of Zarr describe it. */
export interface ZarrArray {
	readonly shape: readonly number[];
	/** Of a shard, where chunks are packed into those. */
	readonly chunkShape: readonly number[];
	/** null: texts, times and structures, which are no samples. */
	readonly dataType: DataType | null;
	readonly isLittleEndian: boolean;
	/** Axes as they stand in a chunk, slowest first. */
	readonly order: readonly number[];
	readonly codecs: readonly ByteCodec[];
	readonly shards: Shards | null;
	/** The path of a chunk below the array. */
	readonly keyOf: (chunk: readonly number[]) => string;
	/** A string where JSON has no number for it; null: none. */
	readonly fill: number | string | null;
	/** Of its axes, as far as they are told. */
	readonly dimensionNames: readonly (string | null)[];
	readonly attributes: JsonObject;
}

export interface Shards {
	readonly chunkShape: readonly number[];
	readonly codecs: readonly ByteCodec[];
	readonly isLittleEndian: boolean;
	readonly order: readonly number[];
	readonly indexCodecs: readonly ByteCodec[];
	readonly indexAtEnd: boolean;
}

/** `.zarray` and `.zattrs` (Zarr 2). @throws RejectedError */
export function arrayOfVersion2(path: string, array: JsonObject, attributes: JsonObject): ZarrArray {
	const shape = sizesAt(path, array, "shape", 0);
	const chunkShape = sizesAt(path, array, "chunks", 1);
	if (chunkShape.length !== shape.length) throw malformedZarr(path, "its chunks have another number of axes");
	const type = /^([<>|])([biuf])(\d{1,2})$/.exec(String(member(array, "dtype")));
	const separator = member(array, "dimension_separator") === "/" ? "/" : ".";
	const axes = shape.map((_, axis) => axis);
	const filters = listAt(array, "filters").map((filter) => codecOfVersion2(filter));
	const compressor = asObject(member(array, "compressor"));
	return {
		shape,
		chunkShape,
		dataType: type === null ? null : (typesByLetter[`${type[2]}${type[3]}`] ?? null),
		isLittleEndian: type?.[1] !== ">",
		order: member(array, "order") === "F" ? axes.toReversed() : axes,
		codecs: [...filters, ...(compressor === null ? [] : [codecOfVersion2(compressor)])],
		shards: null,
		keyOf: (chunk) => (chunk.length === 0 ? "0" : chunk.join(separator)),
		fill: fillOf(member(array, "fill_value")),
		dimensionNames: namesOf(member(attributes, "_ARRAY_DIMENSIONS"), shape),
		attributes,
	};
}

/** `zarr.json` of an array (Zarr 3.0 core, sharding_indexed 1.0). @throws RejectedError */
export function arrayOfVersion3(path: string, array: JsonObject): ZarrArray {
	const shape = sizesAt(path, array, "shape", 0);
	const grid = asObject(member(array, "chunk_grid")) ?? {};
	const chunkShape = sizesAt(path, asObject(member(grid, "configuration")) ?? {}, "chunk_shape", 1);
	if (member(grid, "name") !== "regular" || chunkShape.length !== shape.length)
		throw malformedZarr(path, "its chunks are not a regular grid");
	const encoding = asObject(member(array, "chunk_key_encoding")) ?? {};
	const isDefault = member(encoding, "name") === "default";
	const separator = String(
		member(asObject(member(encoding, "configuration")) ?? {}, "separator") ?? (isDefault ? "/" : "."),
	);
	if (separator !== "/" && separator !== ".")
		throw malformedZarr(path, "its chunks have another separator than / and .");
	const type = member(array, "data_type");
	const whole = chainOf(path, listAt(array, "codecs"), shape.length);
	return {
		shape,
		chunkShape,
		dataType: typeof type === "string" ? (typesByName[type] ?? null) : null,
		...whole,
		keyOf: (chunk) => (isDefault ? ["c", ...chunk].join(separator) : chunk.length === 0 ? "0" : chunk.join(separator)),
		fill: fillOf(member(array, "fill_value")),
		dimensionNames: namesOf(member(array, "dimension_names"), shape),
		attributes: asObject(member(array, "attributes")) ?? {},
	};
}

type Chain = Pick<ZarrArray, "isLittleEndian" | "order" | "codecs" | "shards">;

function chainOf(path: string, list: readonly JsonObject[], rank: number): Chain {
	let order = Array.from({ length: rank }, (_, axis) => axis);
	let isLittleEndian = true;
	let shards: Shards | null = null;
	const codecs: ByteCodec[] = [];
	for (const codec of list) {
		const name = String(member(codec, "name"));
		const configuration = asObject(member(codec, "configuration")) ?? {};
		if (name === "transpose") order = transposed(path, order, member(configuration, "order"));
		else if (name === "bytes") isLittleEndian = member(configuration, "endian") !== "big";
		else if (name === "sharding_indexed") shards = shardsOf(path, configuration, rank);
		else codecs.push({ name: name.replace(/^numcodecs\./, ""), configuration });
	}
	return { isLittleEndian, order, codecs, shards };
}

function transposed(path: string, order: readonly number[], told: JsonValue | undefined): number[] {
	const axes = Array.isArray(told) ? told.map(Number) : [];
	if (axes.toSorted((a, b) => a - b).join() !== order.map((_, axis) => axis).join())
		throw malformedZarr(path, "it transposes axes that it does not have");
	return axes.map((axis) => order[axis] ?? 0);
}

function shardsOf(path: string, configuration: JsonObject, rank: number): Shards {
	const chunkShape = sizesAt(path, configuration, "chunk_shape", 1);
	const inner = chainOf(path, listAt(configuration, "codecs"), rank);
	if (inner.shards !== null || chunkShape.length !== rank) throw malformedZarr(path, "its shards hold shards");
	const index = chainOf(path, listAt(configuration, "index_codecs"), rank);
	return {
		chunkShape,
		codecs: inner.codecs,
		isLittleEndian: inner.isLittleEndian,
		order: inner.order,
		indexCodecs: index.codecs,
		indexAtEnd: member(configuration, "index_location") !== "start",
	};
}

function codecOfVersion2(codec: JsonObject): ByteCodec {
	return { name: String(member(codec, "id")), configuration: codec };
}

const typesByLetter = lookupTable<DataType>({
	b1: "Byte",
	u1: "Byte",
	i1: "Int8",
	u2: "UInt16",
	i2: "Int16",
	u4: "UInt32",
	i4: "Int32",
	u8: "UInt64",
	i8: "Int64",
	f2: "Float16",
	f4: "Float32",
	f8: "Float64",
});
const typesByName = lookupTable<DataType>({
	bool: "Byte",
	uint8: "Byte",
	int8: "Int8",
	uint16: "UInt16",
	int16: "Int16",
	uint32: "UInt32",
	int32: "Int32",
	uint64: "UInt64",
	int64: "Int64",
	float16: "Float16",
	float32: "Float32",
	float64: "Float64",
	complex64: "CFloat32",
	complex128: "CFloat64",
});

const maxAxes = 32;

function sizesAt(path: string, object: JsonObject, name: string, min: number): readonly number[] {
	const value = member(object, name);
	const sizes = Array.isArray(value) ? value.map(Number) : null;
	if (sizes === null || sizes.length > maxAxes || !sizes.every((size) => Number.isSafeInteger(size) && size >= min))
		throw malformedZarr(path, `its ${name} is no list of sizes`);
	return sizes;
}

function listAt(object: JsonObject, name: string): readonly JsonObject[] {
	const value = member(object, name);
	const list: readonly JsonValue[] = Array.isArray(value) ? value : [];
	return list.map(asObject).filter((one) => one !== null);
}

function namesOf(value: JsonValue | undefined, shape: readonly number[]): readonly (string | null)[] {
	const names: readonly JsonValue[] = Array.isArray(value) && value.length === shape.length ? value : [];
	return shape.map((_, axis) => {
		const name = names[axis];
		return typeof name === "string" && name !== "" ? name.slice(0, 200) : null;
	});
}

function fillOf(value: JsonValue | undefined): number | string | null {
	if (typeof value === "number") return value;
	if (typeof value === "boolean") return Number(value);
	return typeof value === "string" && /^(NaN|-?Infinity)$/.test(value) ? value : null;
}

export function malformedZarr(path: string, what: string): RejectedError {
	return new RejectedError(
		"unreadable",
		`Not a sound Zarr store: ${path === "" ? "" : `${path.slice(-200)}: `}${what}.`,
	);
}
