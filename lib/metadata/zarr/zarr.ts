import { RejectedError } from "#lib/errors.ts";
import { malformed } from "#lib/metadata/bounded-bytes.ts";
import type { JsonObject, JsonValue, RasterReader } from "#lib/metadata/metadata.ts";
import { axisRole } from "#lib/metadata/netcdf/cf-axes.ts";
import type { NetcdfAttributes, NetcdfDimension, NetcdfFile, NetcdfVariable } from "#lib/metadata/netcdf/model.ts";
import { rasterOfCf } from "#lib/metadata/netcdf/netcdf.ts";
import { asObject, member } from "#lib/metadata/text/json.ts";
import { malformedZarr, type ZarrArray } from "./array.ts";
import { type ChunkReading, zarrReader } from "./chunks.ts";
import { readStore, type ZarrStore } from "./store.ts";

/** Of chunks of coordinates; metadata has limits of its own. */
const maxBytes = 24 * 1024 * 1024;

/**
 * Zarr 2 and 3 by the CF conventions, as xarray, netCDF (NCZarr) and GDAL write it: a folder whose arrays are the variables. Only its
 * metadata and chunks of coordinates are read; no chunk is listed.
 */
export const zarr: RasterReader = {
	format: "Zarr",
	recognises: (head) => {
		const text = new TextDecoder("latin1").decode(head);
		return (
			/^\s*\{/.test(text) &&
			/(?<!\\)"(zarr_format|zarr_consolidated_format)"\s*:|^\s*\{\s*"metadata"\s*:\s*\{\s*"([^"\\]*\/)?\.z(array|attrs|group)"/.test(
				text,
			)
		);
	},
	read: async (source, options) => {
		const store = await readStore(source, options);
		let left = maxBytes;
		const reading: ChunkReading = {
			fileOf: async (path) => (await source.sibling?.(path.replace(/^\//, ""))) ?? null,
			signal: options.signal,
			spend: (bytes) => {
				left -= bytes;
				if (left < 0)
					throw new RejectedError("unreadable", `The Zarr store's coordinates take more than ${maxBytes} bytes.`);
			},
		};
		if (store.arrays.size === 0)
			throw malformed("Zarr store", "its metadata names no array; consolidate it (zarr.consolidate_metadata)");
		return rasterOfCf(fileOf(store, reading), options.timeZone);
	},
};

function fileOf(store: ZarrStore, reading: ChunkReading): NetcdfFile {
	const dimensions = new Map<string, NetcdfDimension>();
	const mappings: NetcdfVariable[] = [];
	const variables = [...store.arrays].map(([path, array]) => {
		const variable = variableOf(path, array, { dimensions, reading });
		const wkt = wktOf(array.attributes);
		if (wkt === null || variable.attributes.has("grid_mapping")) return variable;
		const name = `${variable.name}._CRS`;
		mappings.push({ ...variable, name, dimensions: [], dataType: null, attributes: new Map([["crs_wkt", wkt]]) });
		return { ...variable, attributes: new Map(variable.attributes).set("grid_mapping", name) };
	});
	const groups = [...store.groups].map(([path, attributes]) => [path, attributesOf(attributes)] as const);
	return {
		attributes: attributesOf(store.attributes),
		variables: [...variables, ...mappings],
		groups: new Map(groups),
	};
}

interface Building {
	/** The same name and size is the same one. */
	readonly dimensions: Map<string, NetcdfDimension>;
	readonly reading: ChunkReading;
}

function variableOf(path: string, array: ZarrArray, { dimensions, reading }: Building): NetcdfVariable {
	const slash = path.lastIndexOf("/");
	const attributes = new Map(attributesOf(array.attributes));
	const variable: NetcdfVariable = {
		name: path.slice(slash + 1) || "data",
		group: slash < 0 ? "" : path.slice(0, slash),
		dimensions: array.shape.map((size, axis) => {
			const name = array.dimensionNames[axis] ?? null;
			const key = name === null ? `${path}[${axis}]` : `${name}/${size}`;
			const dimension = dimensions.get(key) ?? { name: name ?? key, size };
			dimensions.set(key, dimension);
			return dimension;
		}),
		dataType: array.dataType,
		textKind: null,
		attributes,
		hasDefaultFill: false,
		read: zarrReader(path, array, reading),
		texts: async () => {
			throw malformedZarr(path, "its texts cannot be read");
		},
	};
	const told = attributes.get("_FillValue");
	if (typeof told === "string")
		attributes.set(
			"_FillValue",
			[fillIn(told, array)].filter((one) => one !== null),
		);
	// Coordinates may have the value that chunks have which were never written; as a value for no data it is meant of samples.
	const isSample = array.shape.length >= 2 && axisRole(variable) === null;
	if (told === undefined && array.fill !== null && isSample) attributes.set("_FillValue", [Number(array.fill)]);
	return variable;
}

/** Xarray writes it as base64 of its bytes, or as the text of the number. */
function fillIn(text: string, { dataType }: ZarrArray): number | null {
	if (/^(NaN|-?Infinity)$/.test(text)) return Number(text);
	const bytes = Buffer.from(text, "base64");
	const isBase64 = bytes.length > 0 && bytes.toString("base64") === text;
	if (isBase64 && bytes.length === 8 && /^(Float|Int64)/.test(dataType ?? "")) return bytes.readDoubleLE();
	if (isBase64 && bytes.length === 4 && dataType === "Float32") return bytes.readFloatLE();
	return text.trim() === "" || Number.isNaN(Number(text)) ? null : Number(text);
}

/** GDAL's: `_CRS` with `wkt`, and others. */
function wktOf(attributes: JsonObject): string | null {
	const wkt = member(asObject(member(attributes, "_CRS")) ?? {}, "wkt");
	return typeof wkt === "string" && wkt !== "" ? wkt : null;
}

function attributesOf(object: JsonObject): NetcdfAttributes {
	return new Map(
		Object.keys(object).flatMap((name) => {
			const value = attributeOf(member(object, name));
			return value === null ? [] : [[name, value] as const];
		}),
	);
}

function attributeOf(value: JsonValue | undefined): string | readonly number[] | null {
	if (typeof value === "string") return value;
	if (typeof value === "number") return [value];
	if (typeof value === "boolean") return String(value);
	if (!Array.isArray(value)) return null;
	const list: readonly JsonValue[] = value;
	if (list.every((one) => typeof one === "number")) return list;
	const [first] = list;
	return typeof first === "string" ? first : null;
}
