import { lookupTable } from "#lib/lookup-table.ts";
import { malformed } from "#lib/metadata/bounded-bytes.ts";
import type { DataType } from "#lib/metadata/metadata.ts";
import { Cursor, type Hdf5 } from "./bytes.ts";
import { globalHeapObject } from "./heaps.ts";

/** What elements are, as far as netCDF uses it (HDF5 File Format Specification 3.0, IV.A.2.d). */
export type Datatype =
	| { readonly kind: "number"; readonly size: number; readonly dataType: DataType; readonly little: boolean }
	| { readonly kind: "text"; readonly size: number }
	/** Length, heap address and index of a text in the global heap. */
	| { readonly kind: "variable-text"; readonly size: number }
	/** Addresses of other objects, each in a list of variable length if `listed`. */
	| { readonly kind: "reference"; readonly size: number; readonly listed: boolean }
	| { readonly kind: "other"; readonly size: number };

const classes = { fixed: 0, float: 1, text: 3, compound: 6, reference: 7, enumeration: 8, variable: 9 };

export function readDatatype(cursor: Cursor): Datatype {
	const first = cursor.number(1);
	const flags = cursor.number(3);
	const size = cursor.number(4);
	const kind = first & 15;
	const little = (flags & 1) === 0;
	if (kind === classes.fixed) {
		const dataType = integers[`${flags & 8 ? "Int" : "UInt"}${size * 8}`];
		return dataType === undefined ? { kind: "other", size } : { kind: "number", size, dataType, little };
	}
	if (kind === classes.float) {
		const dataType = floats[size];
		return dataType === undefined ? { kind: "other", size } : { kind: "number", size, dataType, little };
	}
	if (kind === classes.text) return { kind: "text", size };
	if (kind === classes.reference) return { kind: "reference", size, listed: false };
	if (kind === classes.compound) return readComplex(cursor, { version: first >> 4, members: flags & 0xffff, size });
	if (kind === classes.enumeration) {
		const base = readDatatype(cursor);
		return base.kind === "number" ? base : { kind: "other", size };
	}
	if (kind !== classes.variable) return { kind: "other", size };
	if ((flags & 15) === 1) return { kind: "variable-text", size };
	const base = (cursor.number(1) & 15) === classes.reference;
	return base ? { kind: "reference", size, listed: true } : { kind: "other", size };
}

interface Compound {
	readonly version: number;
	readonly members: number;
	readonly size: number;
}

/** Two floats one after the other are a complex number (h5py: `r` and `i`); other structures are none that is read. */
function readComplex(cursor: Cursor, { version, members, size }: Compound): Datatype {
	const other: Datatype = { kind: "other", size };
	if (members !== 2 || (size !== 8 && size !== 16)) return other;
	let length = 1;
	while (cursor.number(1) !== 0) length += 1;
	if (version < 3) cursor.skip((8 - (length % 8)) % 8);
	cursor.skip(version < 3 ? 4 : 1);
	if (version === 1) cursor.skip(28);
	const part = readDatatype(cursor);
	if (part.kind !== "number" || part.size * 2 !== size || !part.dataType.startsWith("Float")) return other;
	return { kind: "number", size, dataType: size === 8 ? "CFloat32" : "CFloat64", little: part.little };
}

const integers = lookupTable<DataType>({
	UInt8: "Byte",
	Int8: "Int8",
	UInt16: "UInt16",
	Int16: "Int16",
	UInt32: "UInt32",
	Int32: "Int32",
	UInt64: "UInt64",
	Int64: "Int64",
});

const floats: Readonly<Record<number, DataType>> = { 2: "Float16", 4: "Float32", 8: "Float64" };

/** The numbers in `view`, from its beginning on. @throws RejectedError for a type that has none. */
export function numbersOf(view: DataView, type: Datatype, count: number): readonly number[] {
	if (type.kind !== "number") throw malformed("HDF5", "numbers are stored as something else");
	const { size, dataType, little } = type;
	const get = getters[dataType];
	if (get === undefined || count * size > view.byteLength) throw malformed("HDF5", `${count} numbers are missing`);
	return Array.from({ length: count }, (_, index) => get(view, index * size, little));
}

type Getter = (view: DataView, at: number, little: boolean) => number;

const getters: Partial<Readonly<Record<DataType, Getter>>> = {
	Byte: (view, at) => view.getUint8(at),
	Int8: (view, at) => view.getInt8(at),
	UInt16: (view, at, little) => view.getUint16(at, little),
	Int16: (view, at, little) => view.getInt16(at, little),
	UInt32: (view, at, little) => view.getUint32(at, little),
	Int32: (view, at, little) => view.getInt32(at, little),
	UInt64: (view, at, little) => Number(view.getBigUint64(at, little)),
	Int64: (view, at, little) => Number(view.getBigInt64(at, little)),
	Float16: (view, at, little) => float16(view.getUint16(at, little)),
	Float32: (view, at, little) => view.getFloat32(at, little),
	Float64: (view, at, little) => view.getFloat64(at, little),
};

function float16(bits: number): number {
	const sign = bits & 0x8000 ? -1 : 1;
	const exponent = (bits >> 10) & 31;
	const fraction = bits & 1023;
	if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
	return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** The first text in `view`, `""` where there is none. */
export async function textIn(file: Hdf5, view: DataView, type: Datatype): Promise<string> {
	const cursor = new Cursor(view, "a text");
	if (type.kind === "text") return cursor.text(Math.min(type.size, cursor.left));
	const length = cursor.number(4);
	const [heap, index] = [cursor.address(file), cursor.number(4)];
	if (length === 0 || heap === null || heap === 0) return "";
	const object = await globalHeapObject(file, heap, index);
	return object === null ? "" : new Cursor(object, "a text").text(Math.min(length, object.byteLength));
}
/** The addresses in `view`, the first of each list. */
export async function addressesIn(
	file: Hdf5,
	view: DataView,
	type: Datatype & { kind: "reference" },
): Promise<readonly (number | null)[]> {
	const cursor = new Cursor(view, "references");
	const found: (number | null)[] = [];
	while (cursor.left >= type.size && type.size >= file.offsetSize && found.length < maxReferences) {
		const element = new Cursor(cursor.take(type.size), "a reference");
		if (!type.listed) {
			found.push(element.address(file));
			continue;
		}
		const length = element.number(4);
		const [heap, index] = [element.address(file), element.number(4)];
		const object = length === 0 || heap === null ? null : await globalHeapObject(file, heap, index);
		found.push(object === null ? null : new Cursor(object, "a reference").address(file));
	}
	return found;
}

/** Dimensions of a variable are at most 32 in HDF5. */
const maxReferences = 64;
