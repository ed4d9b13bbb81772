import { type BoundedBytes, malformed } from "#lib/metadata/bounded-bytes.ts";
import type { RasterReader } from "#lib/metadata/metadata.ts";
import type { Hdf5 } from "#lib/metadata/netcdf/hdf5/bytes.ts";
import { readDataLayout, reader } from "#lib/metadata/netcdf/hdf5/data.ts";
import { type Datatype, readDatatype } from "#lib/metadata/netcdf/hdf5/datatype.ts";
import { messageTypes } from "#lib/metadata/netcdf/hdf5/header.ts";
import { type Hdf5Object, objectCursor, readLinks, readObject, readShape } from "#lib/metadata/netcdf/hdf5/object.ts";
import { isHdf5, openHdf5 } from "#lib/metadata/netcdf/hdf5/superblock.ts";
import type { NetcdfAttributes, NetcdfDimension, NetcdfFile, NetcdfVariable } from "./model.ts";
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
				open.push({ object: member, path: path === "" ? name : `${path}/${name}`, depth: depth + 1 });
			}
		}
	}
	const dimensions = dimensionsOf(datasets);
	const variables = datasets
		.filter(({ object }) => !isBareDimension(object))
		.map((dataset) => variableOf(file, dataset, dimensions));
	return { attributes: attributesOf(rootObject), variables };
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
	readonly byAddress: ReadonlyMap<number, NetcdfDimension>;
	/** Of datasets without dimension scales: those of the same length are one, as in the netCDF library. */
	readonly anonymous: (size: number) => NetcdfDimension;
}

function dimensionsOf(datasets: readonly Dataset[]): Dimensions {
	const scales = datasets.filter(({ object }) => isScale(object));
	const byAddress = new Map(scales.map(({ object, name, shape }) => [object.address, { name, size: shape[0] ?? 0 }]));
	const bySize = new Map<number, NetcdfDimension>();
	return {
		byAddress,
		anonymous: (size) => {
			const known = bySize.get(size) ?? { name: `phony_dim_${bySize.size}`, size };
			bySize.set(size, known);
			return known;
		},
	};
}

function variableOf(file: Hdf5, { name, group, object, type, shape }: Dataset, dimensions: Dimensions): NetcdfVariable {
	const list = object.attributes.get("DIMENSION_LIST");
	const own = dimensions.byAddress.get(object.address);
	const scale = shape.length === 1 && own !== undefined ? own : null;
	const sizes =
		list?.kind === "references" ? list.addresses.map((address) => dimensions.byAddress.get(address ?? -1)) : [];
	return {
		name,
		group,
		// A scale that grows has a length of its own: what counts is the variable's.
		dimensions: shape.map((size, axis) => scale ?? sized(sizes[axis], size) ?? dimensions.anonymous(size)),
		dataType: type.kind === "number" ? type.dataType : null,
		attributes: attributesOf(object),
		read: reader(file, { layout: readDataLayout(file, object), type, shape, name: name.slice(0, 60) }),
	};
}

function sized(dimension: NetcdfDimension | undefined, size: number): NetcdfDimension | undefined {
	return dimension?.size === size ? dimension : undefined;
}

function attributesOf({ attributes }: Hdf5Object): NetcdfAttributes {
	const plain = new Map<string, string | readonly number[]>();
	for (const [name, value] of attributes) {
		if (value.kind === "text") plain.set(name, value.text);
		if (value.kind === "numbers") plain.set(name, value.numbers);
	}
	return plain;
}
