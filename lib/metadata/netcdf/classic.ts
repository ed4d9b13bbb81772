import { type BoundedBytes, cutOff, malformed } from "#lib/metadata/bounded-bytes.ts";
import type { DataType } from "#lib/metadata/metadata.ts";
import {
	maxValues,
	type NetcdfAttributes,
	type NetcdfDimension,
	type NetcdfFile,
	type NetcdfVariable,
	runsOf,
	textsOfCharacters,
} from "./model.ts";

/** By nc_type (The NetCDF Classic Format Specification, CDF-5 included). */
const types: Readonly<
	Record<number, { readonly size: number; readonly dataType: DataType | null; readonly get: Getter }>
> = {
	1: { size: 1, dataType: "Int8", get: (view, at) => view.getInt8(at) },
	2: { size: 1, dataType: null, get: (view, at) => view.getUint8(at) },
	3: { size: 2, dataType: "Int16", get: (view, at) => view.getInt16(at) },
	4: { size: 4, dataType: "Int32", get: (view, at) => view.getInt32(at) },
	5: { size: 4, dataType: "Float32", get: (view, at) => view.getFloat32(at) },
	6: { size: 8, dataType: "Float64", get: (view, at) => view.getFloat64(at) },
	7: { size: 1, dataType: "Byte", get: (view, at) => view.getUint8(at) },
	8: { size: 2, dataType: "UInt16", get: (view, at) => view.getUint16(at) },
	9: { size: 4, dataType: "UInt32", get: (view, at) => view.getUint32(at) },
	10: { size: 8, dataType: "Int64", get: (view, at) => Number(view.getBigInt64(at)) },
	11: { size: 8, dataType: "UInt64", get: (view, at) => Number(view.getBigUint64(at)) },
};
type Getter = (view: DataView, at: number) => number;

const tags = { dimensions: 10, variables: 11, attributes: 12 };
const text = 2;
const max = {
	dimensions: 4096,
	variables: 4096,
	attributes: 4096,
	attributeBytes: 64 * 1024,
	rank: 64,
};

interface Stored {
	readonly name: string;
	readonly dimensionIds: readonly number[];
	readonly attributes: NetcdfAttributes;
	readonly type: number;
	readonly begin: number;
}

export function isClassic([first, second, third, version]: Uint8Array): boolean {
	return first === 0x43 && second === 0x44 && third === 0x46 && [1, 2, 5].includes(version ?? 0);
}

/** NetCDF-3: classic, 64-bit offset and CDF-5. @throws RejectedError `cut-off` where variables reach beyond the end. */
export async function openClassic(bytes: BoundedBytes): Promise<NetcdfFile> {
	const magic = await bytes.view(0, 4, "the netCDF header");
	if (!isClassic(new Uint8Array(magic.buffer, magic.byteOffset, 4)))
		throw malformed("netCDF", "it does not begin like a netCDF file");
	const header = new ClassicHeader(bytes, magic.getUint8(3));
	const headerRecords = await header.length();
	const sizes: { name: string; size: number }[] = [];
	for (let left = await header.count(tags.dimensions, max.dimensions); left > 0; left--) {
		sizes.push({ name: await header.name(), size: await header.length() });
	}
	const attributes = await readAttributes(header);
	const stored: Stored[] = [];
	for (let left = await header.count(tags.variables, max.variables); left > 0; left--) {
		stored.push(await readStored(header));
	}
	const layout = layoutOf(stored, sizes, {
		fileSize: bytes.size,
		records: isStreaming(headerRecords, header) ? null : headerRecords,
	});
	return { attributes, groups: new Map(), variables: stored.map((variable) => variableOf(bytes, variable, layout)) };
}

function isStreaming(records: number, { version }: ClassicHeader): boolean {
	return version === 5 ? records >= 2 ** 63 : records === 0xffffffff;
}

async function readAttributes(header: ClassicHeader): Promise<NetcdfAttributes> {
	const attributes = new Map<string, string | readonly number[]>();
	for (let left = await header.count(tags.attributes, max.attributes); left > 0; left--) {
		const name = await header.name();
		const type = await header.integer();
		const count = await header.length();
		const { size, get } = typeOf(type);
		if (count * size > max.attributeBytes) {
			// A history of a thousand steps: nothing here needs it.
			header.skip(count * size);
			continue;
		}
		const view = await header.padded(count * size);
		const value =
			type === text
				? new TextDecoder().decode(view).replace(/\0+$/, "")
				: Array.from({ length: Math.min(count, maxValues) }, (_, index) => get(view, index * size));
		attributes.set(name, value);
	}
	return attributes;
}

async function readStored(header: ClassicHeader): Promise<Stored> {
	const [name, rank] = [await header.name(), await header.length()];
	if (rank > max.rank) throw malformed("netCDF", `${name.slice(0, 60)} has ${rank} dimensions`);
	const dimensionIds: number[] = [];
	for (let left = rank; left > 0; left--) dimensionIds.push(await header.length());
	const attributes = await readAttributes(header);
	const type = await header.integer();
	await header.length(); // its size, which overflows for large variables: it follows from the shape
	return { name, dimensionIds, attributes, type, begin: await header.offset() };
}

function typeOf(type: number) {
	const found = types[type];
	if (found === undefined) throw malformed("netCDF", `it has values of type ${type}`);
	return found;
}

interface Layout {
	readonly dimensions: readonly NetcdfDimension[];
	/** The dimension that grows, by its index; its records lie one after the other, each with a part of every variable. */
	readonly unlimited: number;
	readonly recordLength: number;
}

function layoutOf(
	stored: readonly Stored[],
	sizes: readonly NetcdfDimension[],
	{ fileSize, records: written }: { fileSize: number; records: number | null },
): Layout {
	const unlimited = sizes.findIndex(({ size }) => size === 0);
	const lengthOf = ({ name, dimensionIds, type }: Stored) =>
		dimensionIds.reduce((product, id) => {
			const size = sizes[id]?.size;
			if (size === undefined) throw malformed("netCDF", `${name.slice(0, 60)} has a dimension that does not exist`);
			return id === unlimited ? product : product * size;
		}, typeOf(type).size);
	const growing = new Set(stored.filter(({ dimensionIds }) => unlimited >= 0 && dimensionIds[0] === unlimited));
	const padded = (length: number) => length + ((4 - (length % 4)) % 4);
	// A single growing variable is not padded.
	const pad = growing.size === 1 ? (length: number) => length : padded;
	const recordLength = [...growing].reduce((sum, one) => sum + pad(lengthOf(one)), 0);
	const first = [...growing].reduce((least, { begin }) => Math.min(least, begin), fileSize);
	const records = written ?? (recordLength === 0 ? 0 : Math.max(0, Math.floor((fileSize - first) / recordLength)));
	for (const variable of stored) {
		const isGrowing = growing.has(variable);
		if (isGrowing && records === 0) continue;
		const length = lengthOf(variable) + (isGrowing ? (records - 1) * recordLength : 0);
		if (variable.begin + length <= fileSize) continue;
		throw cutOff(`variable ${variable.name.slice(0, 60)}`, { offset: variable.begin, length, size: fileSize });
	}
	const dimensions = sizes.map(({ name, size }, id) => ({ name, size: id === unlimited ? records : size }));
	return { dimensions, unlimited, recordLength };
}

function variableOf(
	bytes: BoundedBytes,
	stored: Stored,
	{ dimensions, unlimited, recordLength }: Layout,
): NetcdfVariable {
	const { size, dataType, get } = typeOf(stored.type);
	const own = stored.dimensionIds.flatMap((id) => dimensions[id] ?? []);
	const isGrowing = stored.dimensionIds[0] === unlimited && unlimited >= 0;
	const inRecord = own.slice(1).reduce((product, dimension) => product * dimension.size, 1);
	const offsetOf = (index: number) =>
		isGrowing ? Math.floor(index / inRecord) * recordLength + (index % inRecord) * size : index * size;
	const variable: NetcdfVariable = {
		name: stored.name,
		group: "",
		dimensions: own,
		dataType,
		textKind: stored.type === text ? "characters" : null,
		attributes: stored.attributes,
		async read(start, count) {
			const values: number[] = [];
			for (const { index, length } of runsOf(
				own.map((dimension) => dimension.size),
				start,
				count,
			)) {
				const isTogether = !isGrowing || own.length > 1;
				for (let done = 0; done < length; done += isTogether ? length : 1) {
					const wanted = isTogether ? length : 1;
					const view = await bytes.view(stored.begin + offsetOf(index + done), wanted * size, stored.name.slice(0, 60));
					for (let step = 0; step < wanted; step++) values.push(get(view, step * size));
				}
			}
			return values;
		},
		async texts() {
			const shape = own.map((dimension) => dimension.size);
			const codes = await variable.read(
				shape.map(() => 0),
				shape,
			);
			return textsOfCharacters(codes, shape.at(-1) ?? 1);
		},
	};
	return variable;
}

const maxNameBytes = 4096;

/** The numbers of the header one after the other; lengths of CDF-5 have 8 bytes, offsets of all but CDF-1. */
export class ClassicHeader {
	#at = 4;
	readonly version: number;
	readonly #bytes: BoundedBytes;

	constructor(bytes: BoundedBytes, version: number) {
		this.#bytes = bytes;
		this.version = version;
	}

	async take(length: number): Promise<DataView> {
		const view = await this.#bytes.view(this.#at, length, "the netCDF header");
		this.#at += length;
		return view;
	}

	async integer(): Promise<number> {
		return (await this.take(4)).getUint32(0);
	}

	async length(): Promise<number> {
		return this.version === 5 ? Number((await this.take(8)).getBigUint64(0)) : this.integer();
	}

	async offset(): Promise<number> {
		return this.version === 1 ? this.integer() : Number((await this.take(8)).getBigUint64(0));
	}

	/** Passes over a value and its padding without reading them. */
	skip(length: number): void {
		this.#at += length + ((4 - (length % 4)) % 4);
		if (this.#at > this.#bytes.size)
			throw cutOff("the netCDF header", { offset: this.#at, length: 0, size: this.#bytes.size });
	}

	/** Padded to a multiple of 4 bytes. */
	async padded(length: number): Promise<DataView> {
		const view = await this.take(length);
		this.#at += (4 - (length % 4)) % 4;
		return view;
	}

	async name(): Promise<string> {
		const length = await this.length();
		if (length > maxNameBytes) throw malformed("netCDF", `a name has ${length} bytes`);
		return new TextDecoder().decode(await this.padded(length));
	}

	/** Entries of a list; none where it is absent. */
	async count(tag: number, limit: number): Promise<number> {
		const [found, count] = [await this.integer(), await this.length()];
		if (found === 0 && count === 0) return 0;
		if (found !== tag) throw malformed("netCDF", `its header has tag ${found} where ${tag} belongs`);
		if (count > limit)
			throw malformed("netCDF", `its header has a list of ${count} items, at most ${limit} are allowed`);
		return count;
	}
}
