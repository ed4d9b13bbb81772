import { ByteWriter, geojsonToWkb, type KeyValue, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import { bounds } from "#lib/cql2/intersects.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";

/**
 * Rows with a footprint each as GeoParquet 1.1: a group of rows is in memory at a time, and leaves as soon as it is whole.
 */

export interface ParquetColumn<Row> {
	readonly name: string;
	/** Itself, and for a list what it is made of. */
	readonly elements: readonly SchemaElement[];
	/** null: the row has none. */
	readonly value: (row: Row) => unknown;
}

export const parquetTypes = {
	text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
	instant: {
		type: "INT64",
		converted_type: "TIMESTAMP_MICROS",
		logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
	},
} as const;

export const parquetMediaType = "application/vnd.apache.parquet";

/** A column that is a list, of the elements that its values are made of. */
export function listElements(
	column: Pick<SchemaElement, "name" | "repetition_type">,
	values: readonly SchemaElement[],
): readonly SchemaElement[] {
	return [
		{ ...column, num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
		{ name: "list", repetition_type: "REPEATED", num_children: 1 },
		...values,
	];
}

interface Rows<Row> {
	readonly columns: readonly ParquetColumn<Row>[];
	readonly footprint: (row: Row) => Footprint | null;
	/** Bytes of what may be long in a row besides its footprint, about. */
	readonly weight: (row: Row) => number;
	/** One polygon is a polygon, and no collection of one. */
	readonly isSimplified?: boolean;
	/** Further metadata of the file, beside `geo`. */
	readonly metadata?: readonly KeyValue[];
}

/** Rows of a group. More are read faster and hold up others longer while they are packed. */
const groupRows = 5_000;
/** Bytes of a group, about: outlines may have very many corners. */
const groupBytes = 8 * 2 ** 20;

export async function* geoParquet<Row>(
	portions: AsyncIterable<readonly Row[]>,
	rows: Rows<Row>,
): AsyncGenerator<Uint8Array> {
	const bytes = new ByteWriter();
	const file = new ParquetWriter({ writer: bytes, schema: schemaOf(rows.columns), createdBy: "eosync" });
	const take = () => {
		const piece = new Uint8Array(bytes.getBuffer());
		bytes.index = 0;
		return piece;
	};
	let group: Row[] = [];
	let shapes: Shape[] = [];
	let size = 0;
	let around: Box | null = null;
	const types = new Set<Shape["type"]>();
	const pack = () => {
		file.write({ columnData: columnsOf(rows.columns, group, shapes), rowGroupSize: group.length });
		[group, shapes, size] = [[], [], 0];
		return take();
	};
	for await (const portion of portions)
		for (const row of portion) {
			const shape = shapeOf(rows.footprint(row), rows.isSimplified ?? false);
			if (shape.geometry !== null) types.add(shape.type);
			group.push(row);
			shapes.push(shape);
			size += (shape.geometry?.length ?? 0) + rows.weight(row);
			around = union(around, shape.bbox);
			if (group.length >= groupRows || size >= groupBytes) yield pack();
		}
	if (group.length > 0) yield pack();
	const geo = geoMetadata(around, [...types].sort());
	file.kvMetadata = [{ key: "geo", value: JSON.stringify(geo) }, ...(rows.metadata ?? [])];
	file.finish();
	yield file.row_groups.length === 0 ? mendedEmpty(take()) : take();
}

/** In the footer: no rows, a list of row groups that is empty and of no type, another list. */
const emptyGroups = Buffer.from([0x16, 0x00, 0x19, 0x00, 0x19]);
/** No elements, structures. */
const noStructures = 0x0c;

/** The writer gives an empty list no type, and Apache Arrow's reader refuses a file without rows for it. */
function mendedEmpty(piece: Uint8Array): Uint8Array {
	const at = Buffer.from(piece.buffer, piece.byteOffset, piece.length).lastIndexOf(emptyGroups);
	if (at !== -1) piece[at + 3] = noStructures;
	return piece;
}

interface Box {
	readonly xmin: number;
	readonly ymin: number;
	readonly xmax: number;
	readonly ymax: number;
}

interface Shape {
	readonly type: "Polygon" | "MultiPolygon";
	readonly geometry: Uint8Array | null;
	readonly bbox: Box | null;
}

/**
 * The box is that of the coordinates: a footprint that was cut at the antimeridian reaches around the Earth. Readers skip groups of rows
 * by the least `xmin` and the greatest `xmax`, and would skip one whose west is greater than its east.
 */
function shapeOf(footprint: Footprint | null, isSimplified: boolean): Shape {
	if (footprint === null || footprint.coordinates.length === 0)
		return { type: "MultiPolygon", geometry: null, bbox: null };
	const [xmin, ymin, xmax, ymax] = bounds(footprint.coordinates.flatMap(([outer = []]) => outer));
	const coordinates = footprint.coordinates.map((rings) => rings.map((ring) => ring.map(([x, y]) => [x, y])));
	const bbox = { xmin, ymin, xmax, ymax };
	const [only = []] = coordinates;
	return isSimplified && coordinates.length === 1
		? { type: "Polygon", geometry: geojsonToWkb({ type: "Polygon", coordinates: only }), bbox }
		: { type: "MultiPolygon", geometry: geojsonToWkb({ type: "MultiPolygon", coordinates }), bbox };
}

function union(one: Box | null, other: Box | null): Box | null {
	if (one === null || other === null) return one ?? other;
	return {
		xmin: Math.min(one.xmin, other.xmin),
		ymin: Math.min(one.ymin, other.ymin),
		xmax: Math.max(one.xmax, other.xmax),
		ymax: Math.max(one.ymax, other.ymax),
	};
}

const sides = ["xmin", "ymin", "xmax", "ymax"] as const;

function schemaOf<Row>(columns: readonly ParquetColumn<Row>[]): SchemaElement[] {
	return [
		{ name: "eosync", num_children: columns.length + 2 },
		...columns.flatMap(({ elements }) => elements),
		{ name: "geometry", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
		{ name: "bbox", repetition_type: "OPTIONAL", num_children: sides.length },
		...sides.map((name) => ({ name, type: "DOUBLE", repetition_type: "REQUIRED" }) as const),
	];
}

function columnsOf<Row>(columns: readonly ParquetColumn<Row>[], group: readonly Row[], shapes: readonly Shape[]) {
	return [
		...columns.map(({ name, value }) => ({ name, data: group.map(value) })),
		{ name: "geometry", data: shapes.map(({ geometry }) => geometry), statistics: false },
		{ name: "bbox", data: shapes.map(({ bbox }) => bbox) },
	];
}

/** Coordinates are longitude and latitude, WGS 84: what is meant where `crs` is left out. */
function geoMetadata(around: Box | null, types: readonly string[]): object {
	return {
		version: "1.1.0",
		primary_column: "geometry",
		columns: {
			geometry: {
				encoding: "WKB",
				geometry_types: types,
				orientation: "counterclockwise",
				edges: "planar",
				...(around === null ? {} : { bbox: sides.map((side) => around[side]) }),
				covering: { bbox: Object.fromEntries(sides.map((side) => [side, ["bbox", side]])) },
			},
		},
	};
}

/** Since 1970; an instant of the catalogue has six digits of a second at most. */
export function microseconds(instant: string): bigint {
	const [, seconds = instant, fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(instant) ?? [];
	return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
}
