import type { SchemaElement } from "hyparquet-writer";
import type { FoundDatasetView } from "./find-datasets.ts";
import { geoParquet, listElements, microseconds, type ParquetColumn, parquetTypes } from "./geoparquet.ts";

/** Datasets as GeoParquet: what CSV and GeoJSON have, with times as times, numbers as numbers and lists as lists. */
export function datasetsAsParquet(portions: AsyncIterable<readonly FoundDatasetView[]>): AsyncGenerator<Uint8Array> {
	return geoParquet(portions, { columns, footprint: ({ footprint }) => footprint, weight });
}

function weight({ memberPaths }: FoundDatasetView): number {
	return memberPaths.reduce((sum, path) => sum + path.length, 0);
}

type Column = ParquetColumn<FoundDatasetView>;
type Value = Column["value"];

const { text: textType, instant: timeType } = parquetTypes;

type Type = Omit<SchemaElement, "name" | "repetition_type">;

function column(name: string, type: Type, value: Value, isRequired = false): Column {
	return { name, elements: [{ name, ...type, repetition_type: isRequired ? "REQUIRED" : "OPTIONAL" }], value };
}

function list(name: string, type: Type, value: Value, isRequired = false): Column {
	const elements = listElements({ name, repetition_type: isRequired ? "REQUIRED" : "OPTIONAL" }, [
		{ name: "element", ...type, repetition_type: "REQUIRED" },
	]);
	return { name, elements, value };
}

/** What nearly every archive says of its scenes. A value that is none of its column's type stays in `properties`. */
const own = {
	platform: readText,
	instrument: readText,
	productType: readText,
	processingLevel: readText,
	orbitNumber: readInteger,
	orbitDirection: readText,
	cloudCover: readNumber,
} as const;
const ownNames = Object.keys(own) as readonly (keyof typeof own)[];
const ownTypes = new Map<(value: Property) => unknown, Type>([
	[readText, textType],
	[readInteger, { type: "INT64" }],
	[readNumber, { type: "DOUBLE" }],
]);

type Property = string | number | undefined;

const columns: readonly Column[] = [
	column("id", textType, ({ id }) => id, true),
	list("containers", textType, ({ containers }) => containers, true),
	column("begin", timeType, ({ begin }) => microseconds(begin), true),
	column("end", timeType, ({ end }) => microseconds(end), true),
	column("kind", textType, ({ kind }) => kind, true),
	column("storage", textType, ({ storage }) => storage, true),
	column("path", textType, ({ path }) => path, true),
	list("metadataPaths", textType, ({ metadataPaths }) => metadataPaths, true),
	list("memberPaths", textType, ({ memberPaths }) => memberPaths, true),
	column("crs", textType, ({ crs }) => crs, true),
	column("width", { type: "INT64" }, ({ size: [width] }) => BigInt(width), true),
	column("height", { type: "INT64" }, ({ size: [, height] }) => BigInt(height), true),
	list("extent", { type: "DOUBLE" }, ({ extent }) => extent),
	column("rangeType", textType, ({ rangeType }) => rangeType, true),
	column(
		"bands",
		textType,
		({ bands }) => JSON.stringify(bands.map(({ name, dataType, nodata }) => ({ name, dataType, nodata }))),
		true,
	),
	...ownNames.map((name) =>
		column(name, ownTypes.get(own[name]) ?? textType, ({ properties }) => own[name](properties[name])),
	),
	column("properties", textType, othersOf),
];

/** As JSON, in text: more readers know that than Parquet's own JSON. */
function othersOf({ properties }: FoundDatasetView): string | null {
	const others = Object.entries(properties).filter(([name, value]) => !isOwn(name) || own[name](value) === null);
	return others.length === 0 ? null : JSON.stringify(Object.fromEntries(others));
}

function isOwn(name: string): name is keyof typeof own {
	return Object.hasOwn(own, name);
}

function readText(value: Property): string | null {
	return value === undefined ? null : String(value);
}

function readNumber(value: Property): number | null {
	if (value === undefined || String(value).trim() === "") return null;
	const number = Number(value);
	return Number.isFinite(number) ? number : null;
}

function readInteger(value: Property): bigint | null {
	const number = readNumber(value);
	return number !== null && Number.isSafeInteger(number) ? BigInt(number) : null;
}
