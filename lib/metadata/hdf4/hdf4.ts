import { RejectedError } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { BoundedBytes } from "#lib/metadata/bounded-bytes.ts";
import { periodOf } from "#lib/metadata/documents/gdal-metadata.ts";
import { metadataOfEcs } from "#lib/metadata/hdfeos/core-metadata.ts";
import { placeOfEosGrid } from "#lib/metadata/hdfeos/eos-place.ts";
import { type EosField, type EosSwath, readStructure } from "#lib/metadata/hdfeos/structure.ts";
import type { Band, DataType, EoMetadata, RasterReader } from "#lib/metadata/metadata.ts";
import { isHdf4, openHdf4 } from "./hdf4-file.ts";
import { gcpsOfEosSwath, type SwathArea } from "./swath-place.ts";

export const hdf4Bounds = {
	format: "HDF4",
	maxBytes: 16 * 1024 * 1024,
	blockLength: 16 * 1024,
	lookBehind: 512,
	maxBlocks: 64,
};

/**
 * HDF-EOS2 in HDF4 (MODIS, ASTER and others of NASA): the grid with the most pixels and its fields, by `StructMetadata`; a swath, whose
 * place is that of its longitudes and latitudes, else of its ECS metadata. Times are those of the ECS metadata in the file.
 */
export const hdf4: RasterReader = {
	format: "HDF-EOS2 (HDF4)",
	recognises: isHdf4,
	read: async (source, options) => {
		const file = await openHdf4(new BoundedBytes(source, options.signal, hdf4Bounds));
		const { texts, fillByVariable } = file;
		const joined = (name: RegExp) =>
			[...texts]
				.filter(([key]) => name.test(key))
				.sort(([a], [b]) => (a < b ? -1 : 1))
				.map(([, text]) => text.replace(/\0[\s\S]*$/, ""));
		const ecs = [joined(/^coremetadata\.\d$/i).join(""), joined(/^productmetadata\.\d$/i).join("")].filter(
			(text) => text !== "",
		);
		const metadata = withSensingTime(metadataOfEcs(ecs), texts, options.timeZone);
		const structure = joined(/^structmetadata\.\d$/i).join("");
		if (structure === "")
			throw new RejectedError(
				"unsupported",
				"no reader for HDF4 without the structure of HDF-EOS (StructMetadata.0); convert it to netCDF or GeoTIFF",
			);
		const { grids, swaths } = readStructure(structure);
		const [grid] = grids.toSorted(
			(a, b) => b.size[0] * b.size[1] - a.size[0] * a.size[1] || b.fields.length - a.fields.length,
		);
		if (grid !== undefined) {
			const bands = bandsOf(
				grid.fields,
				[
					{ name: "YDim", size: grid.size[1] },
					{ name: "XDim", size: grid.size[0] },
				],
				fillByVariable,
			);
			return { raster: { ...placeOfEosGrid(grid), bands }, metadata: { ...metadata, footprint: null } };
		}
		const area = areaOf(swaths);
		const fields = swaths.flatMap((swath) => swath.fields);
		// ASTER's latitudes are geocentric, and its metadata have the corners of the scene.
		const isAster = joined(/^productmetadata\.0$/i)
			.join("")
			.includes("ASTERGENERICMETADATA");
		const gcps = isAster ? [] : await gcpsOfEosSwath(file, area, { source, signal: options.signal });
		return {
			raster: {
				kind: "referenceable",
				size: [area.along.size, area.down.size],
				crs: "EPSG:4326",
				extent: null,
				gcps,
				bands: bandsOf(fields, [area.down, area.along], fillByVariable),
			},
			metadata: gcps.length === 0 ? metadata : { ...metadata, footprint: null },
		};
	},
};

/** HLS has no metadata of ECS, but attributes of its own. */
function withSensingTime(metadata: EoMetadata, texts: ReadonlyMap<string, string>, timeZone: string): EoMetadata {
	if (metadata.begin !== null || metadata.timeProblem !== undefined) return metadata;
	const textsByName = new Map([...texts].map(([name, text]) => [name, text.replace(/\0.*$/s, "").trim()]));
	const { begin, end, problem } = periodOf({ textsByName, namesBySample: new Map() }, "", timeZone);
	const platform = textsByName.get("SPACECRAFT_NAME");
	const properties = platform ? { platform: platform.slice(0, 100), ...metadata.properties } : metadata.properties;
	return { ...metadata, begin, end, properties, ...(problem !== undefined && { timeProblem: problem }) };
}

const maxBands = 4096;

/** Of each field on these dimensions a band, or as many as its others have elements. */
function bandsOf(
	fields: readonly EosField[],
	on: EosField["dimensions"],
	fills: ReadonlyMap<string, number>,
): readonly Band[] {
	const bands: Band[] = [];
	for (const { name, dataType: written, dimensions } of fields) {
		const dataType = dataTypes[written];
		const others = dimensions.filter(
			(dimension) => !on.some(({ name: own, size }) => own === dimension.name && size === dimension.size),
		);
		if (dataType === undefined || dimensions.length - others.length !== 2) continue;
		const count = others.reduce((product, { size }) => product * size, 1);
		if (!Number.isSafeInteger(count) || bands.length + count > maxBands)
			throw new RejectedError("unreadable", `Not a valid HDF-EOS: its field ${name.slice(0, 60)} has ${count} slices.`);
		const fill = fills.get(name) ?? null;
		const nodata = fill === null || Number.isFinite(fill) ? fill : String(fill);
		for (let slice = 1; slice <= count; slice++)
			bands.push({ name: count === 1 ? name : `${name}_${slice}`, dataType, nodata });
	}
	if (bands.length === 0)
		throw new RejectedError("unreadable", "Not a valid HDF-EOS: it has no fields of numbers on its grid.");
	return bands;
}

/** Lines and columns are the longest two dimensions of the largest field. */
function areaOf(swaths: readonly EosSwath[]): SwathArea {
	const areas = swaths.flatMap((swath) =>
		swath.fields.flatMap(({ dimensions }): SwathArea[] => {
			const longest = new Set(dimensions.toSorted((a, b) => b.size - a.size).slice(0, 2));
			const [down, along] = dimensions.filter((one) => longest.has(one));
			return down !== undefined && along !== undefined && down.size > 0 && along.size > 0
				? [{ swath, down, along }]
				: [];
		}),
	);
	const [area] = areas.toSorted((a, b) => b.down.size * b.along.size - a.down.size * a.along.size);
	if (area === undefined)
		throw new RejectedError("unsupported", "no reader for HDF-EOS without grids and swaths of two dimensions");
	return area;
}

const dataTypes = lookupTable<DataType>({
	DFNT_INT8: "Int8",
	DFNT_UINT8: "Byte",
	DFNT_UCHAR8: "Byte",
	DFNT_INT16: "Int16",
	DFNT_UINT16: "UInt16",
	DFNT_INT32: "Int32",
	DFNT_UINT32: "UInt32",
	DFNT_FLOAT32: "Float32",
	DFNT_FLOAT64: "Float64",
});
