import { RejectedError } from "#lib/errors.ts";
import type { OdlGroup, Raster } from "#lib/metadata/metadata.ts";
import { parseOdl } from "#lib/metadata/text/odl.ts";

/** A grid or swath of HDF-EOS, 2 or 5, by its `StructMetadata` (HDF-EOS Library User's Guide, EED2-175-001). */
export interface EosField {
	readonly name: string;
	/** Of the samples, as it is written (`DFNT_INT16`). */
	readonly dataType: string;
	/** Slowest first. */
	readonly dimensions: readonly { readonly name: string; readonly size: number }[];
}

export interface EosGrid {
	readonly name: string;
	readonly size: Raster["size"];
	/** `GCTP_SNSOID`, without the `HE5_` of HDF-EOS5. */
	readonly projection: string;
	readonly zone: number;
	readonly sphere: number;
	readonly parameters: readonly number[];
	/** Outer corners; null: the whole Earth. */
	readonly corners: { readonly upperLeft: readonly number[]; readonly lowerRight: readonly number[] } | null;
	/** Which corner is the first pixel, without `HE5_`. */
	readonly origin: string;
	readonly fields: readonly EosField[];
}

export interface EosStructure {
	readonly grids: readonly EosGrid[];
	readonly swaths: readonly EosSwath[];
}

export interface EosSwath {
	readonly name: string;
	readonly fields: readonly EosField[];
	/** Longitudes, latitudes and others, on dimensions of their own or of the fields. */
	readonly geolocation: readonly EosField[];
	readonly maps: readonly EosDimensionMap[];
}

/** Maps the elements of a geolocation dimension to those of a dimension of the data fields. */
export interface EosDimensionMap {
	readonly geolocation: string;
	readonly data: string;
	/** Index in the data of the first geolocation element. */
	readonly offset: number;
	/** Data elements from one geolocation element to the next; negative: geolocation elements from one data element to the next. */
	readonly increment: number;
}

/** @throws RejectedError for what is no such text. */
export function readStructure(text: string): EosStructure {
	const root = parseOdl(new TextEncoder().encode(text.replace(/\0[\s\S]*$/, "")));
	return {
		grids: groupsIn(root.GridStructure).map(gridOf),
		swaths: groupsIn(root.SwathStructure).map((group) => ({
			name: textIn(group, "SwathName"),
			fields: fieldsOf(group, sizesOf(group)),
			geolocation: fieldsOf(group, sizesOf(group), "Geo"),
			maps: groupsIn(group.DimensionMap).map((map) => ({
				geolocation: textIn(map, "GeoDimension"),
				data: textIn(map, "DataDimension"),
				offset: Number(textIn(map, "Offset") || Number.NaN),
				increment: Number(textIn(map, "Increment") || Number.NaN),
			})),
		})),
	};
}

function groupsIn(group: OdlGroup[string]): readonly OdlGroup[] {
	if (typeof group !== "object") return [];
	return Object.values(group).filter((member) => typeof member === "object");
}

function textIn(group: OdlGroup, name: string): string {
	const value = group[name];
	return typeof value === "string" ? value.trim() : "";
}

/** `(0.000000,5559752.598333)` */
function numbersIn(group: OdlGroup, name: string): readonly number[] {
	const list = /^\((.*)\)$/s.exec(textIn(group, name))?.[1] ?? "";
	return list.trim() === "" ? [] : list.split(",").map(Number);
}

function sizesOf(group: OdlGroup): Map<string, number> {
	return new Map(
		groupsIn(group.Dimension).map((one) => [textIn(one, "DimensionName"), Number(textIn(one, "Size") || Number.NaN)]),
	);
}

function gridOf(group: OdlGroup): EosGrid {
	const size = [Number(textIn(group, "XDim")), Number(textIn(group, "YDim"))] as const;
	const name = textIn(group, "GridName");
	if (!size.every((count) => Number.isSafeInteger(count) && count > 0 && count < 2 ** 31))
		throw new RejectedError("unreadable", `Not a valid HDF-EOS: its grid ${name.slice(0, 60)} has ${size} pixels.`);
	const sizes = sizesOf(group).set("XDim", size[0]).set("YDim", size[1]);
	const [upperLeft, lowerRight] = [numbersIn(group, "UpperLeftPointMtrs"), numbersIn(group, "LowerRightMtrs")];
	const hasCorners = [...upperLeft, ...lowerRight].length === 4;
	const plain = (key: string) => textIn(group, key).replace(/^HE5_/, "");
	return {
		name,
		size,
		projection: plain("Projection"),
		zone: Number(textIn(group, "ZoneCode") || 0),
		sphere: Number(textIn(group, "SphereCode") || 0),
		parameters: numbersIn(group, "ProjParams"),
		corners: hasCorners ? { upperLeft, lowerRight } : null,
		origin: plain("GridOrigin") || "HDFE_GD_UL",
		fields: fieldsOf(group, sizes).map((field) => ({ ...field, dimensions: field.dimensions.map(axisOf(size)) })),
	};
}

/** Some writers add the grid's name to those of its axes: `YDim_Grid`. */
function axisOf([columns, rows]: EosGrid["size"]) {
	return (dimension: EosField["dimensions"][number]) => {
		const [, name] = /^([XY]Dim)[_:]/.exec(dimension.name) ?? [];
		return name !== undefined && dimension.size === (name === "XDim" ? columns : rows)
			? { ...dimension, name }
			: dimension;
	};
}

function fieldsOf(
	group: OdlGroup,
	sizes: ReadonlyMap<string, number>,
	kind: "Data" | "Geo" = "Data",
): readonly EosField[] {
	return groupsIn(group[`${kind}Field`]).map((field) => {
		const names = [...textIn(field, "DimList").matchAll(/"([^"]*)"/g)].map(([, name = ""]) => name);
		return {
			name: textIn(field, `${kind}FieldName`),
			dataType: textIn(field, "DataType"),
			dimensions: names.map((name) => ({ name, size: sizes.get(name) ?? Number.NaN })),
		};
	});
}
