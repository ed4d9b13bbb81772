import { csvLine } from "#lib/catalog/csv.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { bounds } from "#lib/cql2/intersects.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";
import { datasetsAsParquet } from "./dataset-parquet.ts";
import type { DatasetQuery } from "./dataset-query.ts";
import { type FoundDatasetView, findDatasets } from "./find-datasets.ts";
import { parquetMediaType } from "./geoparquet.ts";

/**
 * Datasets as files: CSV (RFC 4180) for spreadsheets, GeoJSON (RFC 7946) for maps, JSON in one piece or a line each for programs, and
 * GeoParquet for tables. All that match, a portion at a time: however many, only some hundred are in memory, of Parquet some thousand.
 */

const textFormats = ["csv", "geojson", "ndjson", "json"] as const;
export const datasetExportFormats = [...textFormats, "parquet"] as const;
export type DatasetExportFormat = (typeof datasetExportFormats)[number];
export const datasetExportTypes = {
	csv: "text/csv; charset=utf-8",
	geojson: "application/geo+json",
	ndjson: "application/x-ndjson",
	json: "application/json",
	parquet: parquetMediaType,
} as const satisfies Record<DatasetExportFormat, string>;

/** Datasets of one reading, and of one piece of the text. */
const portion = 500;

/** @param limit rows at most */
export function exportDatasets(
	database: Database,
	query: DatasetQuery,
	{ format, limit = Number.POSITIVE_INFINITY }: { readonly format: DatasetExportFormat; readonly limit?: number },
): AsyncGenerator<string | Uint8Array> {
	const portions = everyPortion(database, query, limit);
	return format === "parquet" ? datasetsAsParquet(portions) : datasetsAsText(portions, writers[format]);
}

async function* datasetsAsText(
	portions: AsyncIterable<readonly FoundDatasetView[]>,
	{ head, row, between, foot }: Writer,
): AsyncGenerator<string> {
	let before = head;
	for await (const rows of portions) {
		yield before + rows.map(row).join(between);
		before = between;
	}
	yield before === head ? head + foot : foot;
}

/** All that match, in portions with rows; each is read when it is wanted, so a slow reader holds no connection. */
export async function* everyPortion(
	database: Database,
	query: DatasetQuery,
	limit: number,
): AsyncGenerator<readonly FoundDatasetView[]> {
	let after: string | null = null;
	for (let left = limit; left > 0; ) {
		const page = await findDatasets(database, query, { after, limit: Math.min(left, portion), timeoutMs: null });
		if (page.rows.length > 0) yield page.rows;
		left -= page.rows.length;
		if (page.next === null) return;
		after = page.next;
	}
}

interface Writer {
	readonly head: string;
	readonly row: (dataset: FoundDatasetView) => string;
	readonly between: string;
	readonly foot: string;
}

/** What nearly every archive says of its scenes; all else is in the last column. */
const ownColumns = [
	"platform",
	"instrument",
	"productType",
	"processingLevel",
	"orbitNumber",
	"orbitDirection",
	"cloudCover",
] as const;
const csvColumns = [
	...["id", "containers", "begin", "end", "kind", "storage", "path", "crs", "width", "height"],
	...["west", "south", "east", "north", "rangeType", ...ownColumns, "properties"],
];

const writers: Readonly<Record<(typeof textFormats)[number], Writer>> = {
	csv: { head: csvLine(csvColumns), row: (dataset) => csvLine(cellsOf(dataset)), between: "", foot: "" },
	geojson: {
		head: '{"type":"FeatureCollection","features":[\n',
		row: (dataset) => JSON.stringify(featureOf(dataset)),
		between: ",\n",
		foot: "\n]}\n",
	},
	ndjson: { head: "", row: (dataset) => `${JSON.stringify(foundDatasetObject(dataset))}\n`, between: "", foot: "" },
	json: { head: "[\n", row: (dataset) => JSON.stringify(foundDatasetObject(dataset)), between: ",\n", foot: "\n]\n" },
};

/** The keys of `datasets --json` (the contract), and the containers. */
export function foundDatasetObject(dataset: FoundDatasetView) {
	const { id, kind, storage, path, metadataPaths, memberPaths, begin, end, footprint, crs, size } = dataset;
	const { extent, rangeType, bands, properties, containers } = dataset;
	return {
		...{ id, kind, storage, path, metadataPaths, memberPaths, begin, end, footprint, crs, size, extent, rangeType },
		bands: bands.map(({ name, dataType, nodata }) => ({ name, dataType, nodata })),
		properties,
		containers,
	};
}

function cellsOf(dataset: FoundDatasetView): readonly unknown[] {
	const { id, containers, begin, end, kind, storage, path, crs, size, rangeType, properties } = dataset;
	const own: ReadonlySet<string> = new Set(ownColumns);
	const others = Object.entries(properties).filter(([name]) => !own.has(name));
	return [
		...[id, containers.join(" "), begin, end, kind, storage, path, crs, ...size, ...boxAround(dataset.footprint)],
		...[rangeType, ...ownColumns.map((name) => properties[name])],
		others.length === 0 ? null : Object.fromEntries(others),
	];
}

/** What metadata says has its own names, and the catalogue's come before it. */
function featureOf(dataset: FoundDatasetView) {
	const { footprint, properties, ...own } = foundDatasetObject(dataset);
	return {
		type: "Feature",
		id: dataset.id,
		bbox: boxAround(footprint),
		geometry: footprint,
		properties: { ...properties, ...own },
	};
}

/** As RFC 7946 has it: west is greater than east across the antimeridian. */
function boxAround({ coordinates }: Footprint): readonly [west: number, south: number, east: number, north: number] {
	const parts = coordinates.map(([outer = []]) => bounds(outer));
	const all = bounds(parts.flatMap(([west, south, east, north]) => [[west, south] as const, [east, north] as const]));
	const [eastern, western] = [parts.filter(([west]) => west >= 0), parts.filter(([, , east]) => east < 0)];
	const isAcross =
		eastern.length > 0 && eastern.length + western.length === parts.length && all[0] === -180 && all[2] === 180;
	if (!isAcross) return all;
	return [Math.min(...eastern.map(([west]) => west)), all[1], Math.max(...western.map(([, , east]) => east)), all[3]];
}
