import { RejectedError } from "#lib/errors.ts";
import { BoundedBytes, malformed } from "#lib/metadata/bounded-bytes.ts";
import type { Band, ByteSource, DataType, RasterReader, ReadOptions } from "#lib/metadata/metadata.ts";
import { spatialDimensions } from "./cf-axes.ts";
import { mainGrid } from "./cf-grid.ts";
import { metadataOfCf } from "./cf-metadata.ts";
import { isClassic, openClassic } from "./classic.ts";
import { fillOf, type NetcdfFile, type NetcdfVariable, numberAttribute, textAttribute } from "./model.ts";

/** Headers are tens of kilobytes; longitudes and latitudes compressed in one piece can be megabytes. */
export const netcdfBounds = {
	format: "netCDF",
	maxBytes: 24 * 1024 * 1024,
	blockLength: 16 * 1024,
	lookBehind: 512,
	maxBlocks: 128,
};

/** NetCDF-3 (classic, 64-bit offset, CDF-5) by the CF conventions; grid and bands as `rasterOf` says. */
export const netcdf3: RasterReader = {
	format: "netCDF-3",
	recognises: isClassic,
	read: (source, options) => readNetcdf(source, options, openClassic),
};

export async function readNetcdf(
	source: ByteSource,
	options: ReadOptions,
	open: (bytes: BoundedBytes) => Promise<NetcdfFile>,
) {
	return rasterOfCf(await open(new BoundedBytes(source, options.signal, netcdfBounds)), options.timeZone);
}

/** @throws RejectedError */
export async function rasterOfCf(file: NetcdfFile, timeZone: string) {
	const { variables, place, footprint } = await mainGrid(file);
	const metadata = await metadataOfCf(file, variables, timeZone);
	return {
		raster: { ...place, bands: bandsOf(file, variables) },
		metadata: footprint ? { ...metadata, footprint } : metadata,
	};
}

const maxBands = 4096;

/**
 * Of each variable on the main grid one band, or as many as its other dimensions (time, height, …) have elements, last
 * one fastest, as GDAL does; these are numbered: `sst_1`, `sst_2`.
 */
function bandsOf(file: NetcdfFile, variables: readonly NetcdfVariable[]): readonly Band[] {
	const taken = new Set<string>();
	const bands: Band[] = [];
	for (const variable of variables) {
		const { dataType, nodata } = sampleOf(variable);
		const spatial = spatialDimensions(file, variable);
		const slices = variable.dimensions.reduce(
			(product, one) => (one === spatial?.x || one === spatial?.y ? product : product * one.size),
			1,
		);
		if (bands.length + slices > maxBands)
			throw new RejectedError(
				"unsupported",
				`The netCDF has more than ${maxBands} bands, one for each time and level of a variable: split it (cdo splityear).`,
			);
		const base = taken.has(variable.name) ? `${variable.group}/${variable.name}` : variable.name;
		taken.add(variable.name);
		for (let slice = 1; slice <= slices; slice++) {
			bands.push({ name: slices === 1 ? base : `${base}_${slice}`, dataType, nodata });
		}
	}
	return bands;
}

/** Of the samples of a variable with numbers. */
export function sampleOf(variable: NetcdfVariable): Omit<Band, "name"> {
	const dataType = dataTypeOf(variable);
	return { dataType, nodata: nodataOf(variable, dataType) };
}

/** Classic netCDF has no unsigned types; writers say `_Unsigned`. */
function dataTypeOf({ dataType, attributes }: NetcdfVariable): DataType {
	if (dataType === null) throw malformed("netCDF", "a band has no numbers");
	const unsigned: Partial<Readonly<Record<DataType, DataType>>> = { Int8: "Byte", Int16: "UInt16", Int32: "UInt32" };
	return (textAttribute(attributes, "_Unsigned").toLowerCase() === "true" ? unsigned[dataType] : undefined) ?? dataType;
}

function nodataOf(variable: NetcdfVariable, dataType: DataType): Band["nodata"] {
	const { attributes, hasDefaultFill } = variable;
	const raw = attributes.get("_FillValue") ?? attributes.get("missing_value");
	const declared =
		typeof raw === "object"
			? raw[0]
			: (numberAttribute(attributes, "_FillValue") ?? numberAttribute(attributes, "missing_value"));
	// What fills it is of the type it is stored by, whatever its samples mean.
	const value = declared ?? (hasDefaultFill === false || variable.dataType === null ? null : fillOf(variable.dataType));
	if (typeof value === "number" && !Number.isFinite(value)) return String(value);
	return typeof value === "number" ? unsignedValue(value, dataType) : value;
}

function unsignedValue(value: number, dataType: DataType): number {
	const range = { Byte: 2 ** 8, UInt16: 2 ** 16, UInt32: 2 ** 32 }[dataType as string];
	return value < 0 && range !== undefined ? value + range : value;
}
