import { type BoundedBytes, malformed } from "#lib/metadata/bounded-bytes.ts";
import type { RasterReader } from "#lib/metadata/metadata.ts";
import type { Hdf5 } from "#lib/metadata/netcdf/hdf5/bytes.ts";
import { readDataLayout, reader, readTexts } from "#lib/metadata/netcdf/hdf5/data.ts";
import { type Datatype, readDatatype } from "#lib/metadata/netcdf/hdf5/datatype.ts";
import { messageTypes } from "#lib/metadata/netcdf/hdf5/header.ts";
import { type Hdf5Object, objectCursor, readLinks, readObject, readShape } from "#lib/metadata/netcdf/hdf5/object.ts";
import { isHdf5, openHdf5 } from "#lib/metadata/netcdf/hdf5/superblock.ts";
import {
	maxValues,
	type NetcdfAttributes,
	type NetcdfDimension,
	type NetcdfFile,
	type NetcdfVariable,
} from "./model.ts";
import { readNetcdf } from "./netcdf.ts";

/**
 * NetCDF-4, and HDF5 that follows its conventions (dimension scales), by the CF conventions. Read by this project's own
 * code, since of a remote file only the header and a few coordinates may cost anything: the HDF5 library, also as
 * WebAssembly, reads by blocking calls from a whole file, and never yields.
 */
export const netcdf4: RasterReader = {
	format: "netCDF-4/HDF5",
	recognises: isHdf5,
	read: (source, options) => readNetcdf(source, options, openNetcdf4),
};

const maxObjects = 2000;
const maxDepth = 8;

interface Dataset {
	readonly name: string;
	readonly group: string;
	readonly object: Hdf5Object;
	readonly type: Datatype;
	readonly shape: readonly number[];
}

export async function openNetcdf4(bytes: BoundedBytes): Promise<NetcdfFile> {
	const { file, root } = await openHdf5(bytes);
	const rootObject = await readObject(file, root);
	const datasets: Dataset[] = [];
	const visited = new Set([root]);
	const groups = new Map<string, NetcdfAttributes>();
	const open = [{ object: rootObject, path: "", depth: 0 }];
	for (const { object, path, depth } of open) {
		const links = (await readLinks(file, object)).filter(({ address }) => !visited.has(address));
		for (const { address } of links) visited.add(address);
		if (visited.size > maxObjects) throw malformed("netCDF", `it has more than ${maxObjects} variables and groups`);
		const members = new Map<number, Hdf5Object>();
		// Neighbours come with one read.
		for (const { address } of links.toSorted((a, b) => a.address - b.address)) {
			members.set(address, await readObject(file, address));
		}
		for (const { name, address } of links) {
			const member = members.get(address);
			const [type, space] = [messageTypes.datatype, messageTypes.dataspace].map((one) =>
				objectCursor(member?.messages ?? [], one),
			);
			if (member === undefined) continue;
			if (type !== undefined && space !== undefined) {
				datasets.push({
					name,
					group: path,
					object: member,
					type: readDatatype(type),
					shape: readShape(file, space).shape,
				});
			} else if (type === undefined && depth < maxDepth) {
				const below = path === "" ? name : `${path}/${name}`;
				groups.set(below, attributesOf(member));
				open.push({ object: member, path: below, depth: depth + 1 });
			}
		}
	}
	const dimensions = dimensionsOf(datasets);
	const variables = datasets
		.filter(({ object }) => !isBareDimension(object))
		.map((dataset) => variableOf(file, dataset, dimensions));
	return { attributes: attributesOf(rootObject), variables, groups };
}

/** NetCDF's own mark of a dimension without a variable. */
function isBareDimension({ attributes }: Hdf5Object): boolean {
	const name = attributes.get("NAME");
	return name?.kind === "text" && name.text.startsWith("This is a netCDF dimension but not a netCDF variable");
}

function isScale({ attributes }: Hdf5Object): boolean {
	const mark = attributes.get("CLASS");
	return mark?.kind === "text" && mark.text === "DIMENSION_SCALE";
}

interface Dimensions {
	/** Of each axis of a dataset. */
	readonly of: (dataset: Dataset) => readonly NetcdfDimension[];
}

/**
 * By dimension scales. One that grows is as long as the longest dataset along it: what others lack of it was never written.
 * Of datasets without scales axes of the same length are one dimension, as in the netCDF library; a square has two.
 */
function dimensionsOf(datasets: readonly Dataset[]): Dimensions {
	const scales = datasets.filter(({ object }) => isScale(object));
	const byId = new Map(scales.map(({ object }) => [numbersAt(object, "_Netcdf4Dimid")[0], object.address]));
	/** Addresses of the scales along a dataset, as far as it has them. */
	const scalesOf = ({ object, shape }: Dataset): readonly (number | null)[] => {
		const list = object.attributes.get("DIMENSION_LIST");
		if (list?.kind === "references") return list.addresses;
		if (!isScale(object)) return [];
		// A coordinate variable of several dimensions is a scale and has no list.
		return shape.length === 1
			? [object.address]
			: numbersAt(object, "_Netcdf4Coordinates").map((id) => byId.get(id) ?? null);
	};
	const lengths = new Map<number, number>();
	for (const dataset of datasets) {
		for (const [axis, address] of scalesOf(dataset).entries()) {
			if (address !== null && !(isBareDimension(dataset.object) && dataset.object.address === address))
				lengths.set(address, Math.max(lengths.get(address) ?? 0, dataset.shape[axis] ?? 0));
		}
	}
	const byAddress = new Map(
		scales.map(({ object, name, shape }) => [
			object.address,
			{ name, size: lengths.get(object.address) ?? shape[0] ?? 0 },
		]),
	);
	const bySize = new Map<string, NetcdfDimension>();
	const anonymous = (size: number, nth: number) => {
		const key = `${size} ${nth}`;
		const known = bySize.get(key) ?? { name: `phony_dim_${bySize.size}`, size };
		bySize.set(key, known);
		return known;
	};
	return {
		of: (dataset) => {
			const { shape } = dataset;
			const own = scalesOf(dataset);
			return shape.map((size, axis) => {
				const scale = byAddress.get(own[axis] ?? -1);
				return scale ?? anonymous(size, shape.slice(0, axis).filter((other) => other === size).length);
			});
		},
	};
}

function numbersAt({ attributes }: Hdf5Object, name: string): readonly number[] {
	const value = attributes.get(name);
	return value?.kind === "numbers" ? value.numbers : [];
}

function variableOf(file: Hdf5, dataset: Dataset, dimensions: Dimensions): NetcdfVariable {
	const { name, group, object, type, shape } = dataset;
	const stored = { layout: readDataLayout(file, object), type, shape, name: name.slice(0, 60) };
	return {
		name,
		group,
		dimensions: dimensions.of(dataset),
		dataType: type.kind === "number" ? type.dataType : null,
		textKind: textKindOf(type, shape),
		attributes: attributesOf(object),
		read: withUnwritten(shape, reader(file, stored)),
		texts: () => readTexts(file, stored),
	};
}

/** Reads what is there; beyond the end of a dataset that is shorter than its dimension nothing was written. */
function withUnwritten(shape: readonly number[], read: NetcdfVariable["read"]): NetcdfVariable["read"] {
	return async (start, count) => {
		const there = shape.map((size, axis) => Math.max(0, Math.min(count[axis] ?? 1, size - (start[axis] ?? 0))));
		if (there.every((length, axis) => length === (count[axis] ?? 1))) return read(start, count);
		const total = count.reduce((product, each) => product * each, 1);
		if (total > maxValues) throw malformed("netCDF", `${total} values of a variable are asked for`);
		const values = Array<number>(total).fill(Number.NaN);
		const found = there.includes(0) ? [] : await read(start, there);
		for (const [index, value] of found.entries()) {
			let [rest, at, stride] = [index, 0, 1];
			for (let axis = there.length - 1; axis >= 0; axis--) {
				const length = there[axis] ?? 1;
				at += (rest % length) * stride;
				rest = Math.floor(rest / length);
				stride *= count[axis] ?? 1;
			}
			values[at] = value;
		}
		return values;
	};
}

/** NetCDF's characters are texts of one byte. */
function textKindOf(type: Datatype, shape: readonly number[]): NetcdfVariable["textKind"] {
	if (type.kind !== "text" && type.kind !== "variable-text") return null;
	return type.kind === "text" && type.size === 1 && shape.length > 0 ? "characters" : "texts";
}

function attributesOf({ attributes }: Hdf5Object): NetcdfAttributes {
	const plain = new Map<string, string | readonly number[]>();
	for (const [name, value] of attributes) {
		if (value.kind === "text") plain.set(name, value.text);
		if (value.kind === "numbers") plain.set(name, value.numbers);
	}
	return plain;
}
