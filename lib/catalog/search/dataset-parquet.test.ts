import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { wkbToGeojson } from "hyparquet/src/wkb.js";
import { readParquet, WriterPropertiesBuilder, writeParquet } from "parquet-wasm/node";
import { describe, expect, it } from "vitest";
import type { Ring } from "#lib/metadata/metadata.ts";
import { datasetsAsParquet } from "./dataset-parquet.ts";
import type { FoundDatasetView } from "./find-datasets.ts";

const square = (west: number, south: number, east: number, north: number): Ring => [
	[west, south],
	[east, south],
	[east, north],
	[west, north],
	[west, south],
];
const plain: FoundDatasetView = {
	id: "A",
	dataset: 1,
	version: 1,
	containers: ["MERIS", "ÜBER"],
	kind: "rectified",
	storage: "archive",
	path: "2026/A.tif",
	metadataPaths: ["2026/A.xml"],
	memberPaths: [],
	begin: "2026-01-01T00:00:00Z",
	end: "2026-01-01T00:00:01.250125Z",
	created: "2026-02-01T00:00:00Z",
	updated: "2026-02-01T00:00:00Z",
	lastRead: "2026-02-01T00:00:00Z",
	footprint: { type: "MultiPolygon", coordinates: [[square(1, 2, 3, 4)]] },
	crs: "EPSG:4326",
	size: [10, 20],
	extent: [1, 2, 3, 4],
	rangeType: "RGB",
	bands: [{ name: "red", dataType: "Float32", nodata: "NaN" }],
	properties: { platform: "S2A", orbitNumber: "12", cloudCover: 7.5, note: "new" },
};
const across: FoundDatasetView = {
	...plain,
	id: "nul \0, <script>, half \ud800",
	begin: "1969-12-31T23:59:59.5Z",
	path: "😀".repeat(3000),
	footprint: { type: "MultiPolygon", coordinates: [[square(175, -5, 180, 5)], [square(-180, -5, -177, 5)]] },
	properties: { orbitNumber: "none", cloudCover: " ", platform: 7, constructor: "x" },
};
const nowhere: FoundDatasetView = {
	...plain,
	id: "nowhere",
	containers: [],
	extent: null,
	footprint: { type: "MultiPolygon", coordinates: [] },
	properties: {},
};

const far = { type: "MultiPolygon", coordinates: [[square(140, -60, 150, -50)]] } as const;

async function* portionsOf(...portions: readonly (readonly FoundDatasetView[])[]) {
	yield* portions;
}

async function bytesOf(portions: AsyncIterable<readonly FoundDatasetView[]>): Promise<Uint8Array> {
	const pieces: Uint8Array[] = [];
	for await (const piece of datasetsAsParquet(portions)) pieces.push(piece);
	return Buffer.concat(pieces);
}

/** Read by Apache Arrow's own library, which writes down what it understood: it shares no code with what wrote the file. */
async function understood(bytes: Uint8Array) {
	const again = writeParquet(readParquet(bytes), new WriterPropertiesBuilder().build());
	const file = new Uint8Array(again).buffer;
	const rows = await parquetReadObjects({ file, utf8: false });
	return rows.map(({ geometry, ...row }) => ({ ...row, geometry: geometry && wkbToGeojson(readerOf(geometry)) }));
}

function readerOf(bytes: Uint8Array) {
	return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}

function geoOf(bytes: Uint8Array) {
	const { key_value_metadata: pairs = [] } = parquetMetadata(new Uint8Array(bytes).buffer);
	return JSON.parse(pairs.find(({ key }) => key === "geo")?.value ?? "null");
}

describe("datasets as GeoParquet", () => {
	it("are read by another library as they are", async () => {
		const rows = await understood(await bytesOf(portionsOf([plain, across], [nowhere])));
		expect(rows).toHaveLength(3);
		expect(rows[0]).toEqual({
			id: "A",
			containers: ["MERIS", "ÜBER"],
			begin: new Date("2026-01-01T00:00:00Z"),
			end: new Date("2026-01-01T00:00:01.250Z"),
			kind: "rectified",
			storage: "archive",
			path: "2026/A.tif",
			metadataPaths: ["2026/A.xml"],
			memberPaths: [],
			crs: "EPSG:4326",
			width: 10n,
			height: 20n,
			extent: [1, 2, 3, 4],
			rangeType: "RGB",
			bands: '[{"name":"red","dataType":"Float32","nodata":"NaN"}]',
			platform: "S2A",
			instrument: null,
			productType: null,
			processingLevel: null,
			orbitNumber: 12n,
			orbitDirection: null,
			cloudCover: 7.5,
			properties: '{"note":"new"}',
			geometry: plain.footprint,
			bbox: { xmin: 1, ymin: 2, xmax: 3, ymax: 4 },
		});
		expect(rows[1]).toMatchObject({
			id: "nul \0, <script>, half \ufffd",
			begin: new Date("1969-12-31T23:59:59.5Z"),
			path: across.path,
			platform: "7",
			orbitNumber: null,
			cloudCover: null,
			properties: '{"orbitNumber":"none","cloudCover":" ","constructor":"x"}',
			geometry: across.footprint,
			bbox: { xmin: -180, ymin: -5, xmax: 180, ymax: 5 },
		});
		const nothing = {
			containers: [],
			extent: undefined,
			platform: null,
			properties: null,
			geometry: null,
			bbox: undefined,
		};
		expect(rows[2]).toMatchObject(nothing);
	});

	it("say what their geometry is, as GeoParquet 1.1 has it", async () => {
		expect(geoOf(await bytesOf(portionsOf([plain, nowhere], [{ ...plain, footprint: far }])))).toEqual({
			version: "1.1.0",
			primary_column: "geometry",
			columns: {
				geometry: {
					encoding: "WKB",
					geometry_types: ["MultiPolygon"],
					orientation: "counterclockwise",
					edges: "planar",
					bbox: [1, -60, 150, 4],
					covering: {
						bbox: {
							xmin: ["bbox", "xmin"],
							ymin: ["bbox", "ymin"],
							xmax: ["bbox", "xmax"],
							ymax: ["bbox", "ymax"],
						},
					},
				},
			},
		});
	});

	it("of nothing are a file all the same", async () => {
		const bytes = await bytesOf(portionsOf());
		expect(await understood(bytes)).toEqual([]);
		expect(geoOf(bytes).columns.geometry).toMatchObject({ geometry_types: [] });
	});

	it("leave in groups, which end before they are heavy", async () => {
		const many = Array.from({ length: 5_001 }, () => plain);
		expect(await groupsOf(portionsOf(many))).toEqual([5_000, 1]);
		const corners: Ring = Array.from({ length: 150_000 }, () => [1, 2]);
		const heavy: FoundDatasetView = { ...plain, footprint: { type: "MultiPolygon", coordinates: [[corners]] } };
		expect(await groupsOf(portionsOf([heavy, heavy, heavy, heavy, plain]))).toEqual([4, 1]);
	});
});

async function groupsOf(portions: AsyncIterable<readonly FoundDatasetView[]>): Promise<readonly number[]> {
	const { row_groups } = parquetMetadata(new Uint8Array(await bytesOf(portions)).buffer);
	return row_groups.map(({ num_rows }) => Number(num_rows));
}
