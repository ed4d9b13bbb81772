import { RejectedError } from "#lib/errors.ts";
import type { DataType, Footprint, Raster } from "#lib/metadata/metadata.ts";

/** The contents of both kinds of netCDF files (classic, HDF5), as far as a catalogue needs them. */
export interface NetcdfFile {
	readonly attributes: NetcdfAttributes;
	/** Of all groups, in the order of the file. */
	readonly variables: readonly NetcdfVariable[];
	/** Attributes of the groups below the root, by path: `science/LSAR`. */
	readonly groups: ReadonlyMap<string, NetcdfAttributes>;
}

/** Of several texts the first. */
export type NetcdfAttributes = ReadonlyMap<string, string | readonly number[]>;

/** The same one is the same object. */
export interface NetcdfDimension {
	readonly name: string;
	readonly size: number;
}

export interface NetcdfVariable {
	readonly name: string;
	/** Of the group it is in, `""` for the root. */
	readonly group: string;
	/** Slowest first. */
	readonly dimensions: readonly NetcdfDimension[];
	/** null for texts and structures. */
	readonly dataType: DataType | null;
	/** `characters`: the last dimension is the length of the texts. */
	readonly textKind: "characters" | "texts" | null;
	readonly attributes: NetcdfAttributes;
	/** What was never written has no value of its type for that, unless the attributes say one; default: as netCDF. */
	readonly hasDefaultFill?: false;
	/**
	 * The values as stored from index `start` on, `count` of them along each dimension, last dimension fastest; at most
	 * `maxValues`. Elements that were never written come out as NaN.
	 * @throws RejectedError for what cannot be read.
	 */
	read(start: readonly number[], count: readonly number[]): Promise<readonly number[]>;
	/**
	 * Every text of a variable that has a `textKind`, without white space and NUL around it.
	 * @throws RejectedError for what cannot be read, and for more than `maxValues` texts or characters.
	 */
	texts(): Promise<readonly string[]>;
}

/** The grid a catalogue keeps of a file, and the variables on it. */
export interface MainGrid {
	/** In the order of the file. */
	readonly variables: readonly NetcdfVariable[];
	readonly place: Omit<Raster, "bands">;
	/** Where that is not the outline of its pixels. */
	readonly footprint?: Footprint;
}

export const maxValues = 4096;

/** Characters one after the other, last dimension fastest, as texts of `width`. */
export function textsOfCharacters(codes: readonly number[], width: number): readonly string[] {
	const count = width === 0 ? 0 : codes.length / width;
	return Array.from({ length: count }, (_, index) => {
		const bytes = Uint8Array.from(codes.slice(index * width, (index + 1) * width));
		return new TextDecoder()
			.decode(bytes)
			.replace(/\0[\s\S]*$/, "")
			.trim();
	});
}

/** Text of an attribute, `""` if there is none. */
export function textAttribute(attributes: NetcdfAttributes, name: string): string {
	const value = attributes.get(name);
	return typeof value === "string" ? value.trim() : "";
}

/** The first number of an attribute, or the number its text is. */
export function numberAttribute(attributes: NetcdfAttributes, name: string): number | null {
	const value = attributes.get(name);
	const number = typeof value === "string" ? Number(value.trim() || Number.NaN) : value?.[0];
	return number === undefined || Number.isNaN(number) ? null : number;
}

/** Values that lie together in a file: the index of the first (last dimension fastest), and how many. */
export interface Run {
	readonly index: number;
	readonly length: number;
}

/** @throws RejectedError `unreadable` for more than `maxValues`, and what is outside of the shape. */
export function runsOf(shape: readonly number[], start: readonly number[], count: readonly number[]): readonly Run[] {
	const total = count.reduce((product, each) => product * each, 1);
	const isWithin = shape.every((size, axis) => (start[axis] ?? 0) + (count[axis] ?? 1) <= size);
	if (total > maxValues || !isWithin) throw new RejectedError("unreadable", `Cannot read ${total} values of ${shape}.`);
	let runs: readonly Run[] = [{ index: 0, length: 1 }];
	shape.forEach((size, axis) => {
		const [from, length] = [start[axis] ?? 0, count[axis] ?? 1];
		const isLast = axis === shape.length - 1;
		runs = runs.flatMap(({ index }) =>
			isLast
				? [{ index: index * size + from, length }]
				: Array.from({ length }, (_, step) => ({ index: index * size + from + step, length: 1 })),
		);
	});
	return runs;
}

/** What netCDF fills unwritten elements with (NC_FILL_SHORT, …). */
const fillByType: Partial<Readonly<Record<DataType, number | string>>> = {
	Int16: -32767,
	UInt16: 65535,
	Int32: -2147483647,
	UInt32: 4294967295,
	Int64: "-9223372036854775806",
	UInt64: "18446744073709551614",
	Float32: 9.969209968386869e36,
	Float64: 9.969209968386869e36,
};

export function fillOf(dataType: DataType): number | string | null {
	return fillByType[dataType] ?? null;
}
