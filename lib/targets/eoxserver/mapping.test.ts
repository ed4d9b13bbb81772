import { describe, expect, it } from "vitest";
import type { TargetSettings } from "#lib/catalog/targets/target-records.ts";
import type { Band, DatasetState } from "#lib/metadata/metadata.ts";
import {
	type ContainerRow,
	containerOf,
	coveragesOf,
	type DatasetRow,
	type MappingContext,
	rounded,
} from "./mapping.ts";
import { formatOf, metadataFormatOf } from "./media.ts";
import { placeOf, seenStorages } from "./places.ts";
import { gridRowOf } from "./write-grids.ts";
import { ownPlace } from "./write-storages.ts";

const storages = [
	{ id: 1, name: "archive", config: { type: "local", root: "/data/archive" } },
	{
		id: 2,
		name: "bucket",
		config: {
			type: "s3",
			bucket: "eo",
			prefix: "l1",
			region: "eu",
			pathStyle: false,
			credentials: "none",
			requesterPays: false,
		},
	},
	{ id: 3, name: "web", config: { type: "http", url: "https://host.example.org/eo/", listing: "auto" } },
	{ id: 5, name: "odd", config: { type: "http", url: "https://host.example.org/my%20data/50%25/", listing: "auto" } },
	{ id: 6, name: "ftp", config: { type: "ftp", host: "h.example.org", root: "/a%20b c" } },
	{ id: 4, name: "ssh", config: { type: "sftp", host: "h", port: 22, user: "u", root: "/x" } },
] as unknown as Parameters<typeof seenStorages>[0];
const settings: TargetSettings = {
	rangeTypes: { Byte_3: "RGB" },
	storages: {},
	visible: { wcs: ["coverages"], wms: "collections", os: "collections" },
	asProduct: false,
};
const seen = seenStorages(storages, {});
const context: MappingContext = {
	settings,
	seen: new Map(seen.map((each) => [each.id, each])),
	unseen: new Map([[4, "EOxServer cannot read the storage ssh (sftp)."]]),
};
const band = (name: string): Band => ({ name, dataType: "Byte", nodata: 0 });
const square = {
	type: "MultiPolygon",
	coordinates: [
		[
			[
				[11, 32],
				[28, 32],
				[28, 46],
				[11, 46],
				[11, 32],
			],
		],
	],
} as const;
const state: DatasetState = {
	eoId: "A",
	kind: "rectified",
	size: [541, 449],
	crs: "EPSG:4326",
	extent: [11.331755, 32.19025, 11.331755 + 541 * 0.031355, 32.19025 + 449 * 0.031355],
	gcps: null,
	begin: "2006-08-16T09:09:29Z",
	end: "2006-08-16T09:12:46Z",
	footprint: square,
	rangeType: "Byte_3",
	bands: [band("red"), band("green"), band("blue")],
	properties: { cloudCover: 4 },
};
const row = (more: Partial<DatasetState> = {}, storageId = 1): DatasetRow => ({
	id: 7,
	state: { ...state, ...more },
	containers: ["S", "M"],
	files: [
		{ name: "a.tif", role: "data", storageId, path: "meris/a.tif" },
		{ name: "a.xml", role: "metadata", storageId, path: "meris/a.xml" },
		{ name: "a.tfw", role: "other", storageId, path: "meris/a.tfw" },
	],
});
const one = (of: DatasetRow) => {
	const [coverage] = coveragesOf(of, context);
	if (coverage === undefined) throw new Error("no coverage");
	return coverage;
};

describe("a dataset", () => {
	it("is a coverage with its file, its metadata and its grid, rounded", () => {
		expect(one(row())).toMatchObject({ problem: null, part: "", datasetId: 7 });
		expect(one(row()).object).toEqual({
			kind: "coverage",
			identifier: "A",
			beginTime: "2006-08-16T09:09:29Z",
			endTime: "2006-08-16T09:12:46Z",
			footprint: square,
			coverageType: "RGB",
			grid: { crs: "EPSG:4326", offsets: ["0.031355", "-0.031355"] },
			origin: ["11.331755", "46.268645"],
			size: [541, 449],
			files: [{ place: "/data/archive/meris/a.tif", format: "image/tiff", fieldIndex: 0, bandCount: 3 }],
			metadata: [{ place: "/data/archive/meris/a.xml", format: null }],
			collections: ["M", "S"],
			visibility: { wcs: true },
			properties: {},
		});
		expect(rounded(0.1 + 0.2)).toBe("0.3");
	});

	it("has the range type that it has, though objects know one of that name", () => {
		expect(one(row({ rangeType: "constructor" })).object.coverageType).toBe("constructor");
	});

	it("that is referenceable has a grid without steps and no origin", () => {
		const { object, problem } = one(row({ kind: "referenceable", extent: null, gcps: [] }));
		expect(problem).toBeNull();
		expect(object).toMatchObject({ grid: { crs: "EPSG:4326", offsets: [null, null] }, origin: [], size: [541, 449] });
	});

	it.each([
		["an identifier that EOxServer does not take", row({ eoId: "Ä.1" }), /does not take the identifier Ä\.1/],
		["a storage that it cannot read", row({}, 4), /cannot read the storage ssh/],
		[
			"a range type with other characters",
			row({ rangeType: "a-b" }),
			/letters, digits and _ only, and its is a-b: name another one/,
		],
		["a CRS without a code", row({ crs: "+proj=omerc +no_defs" }), /Its CRS has no EPSG code/],
		["an empty footprint", row({ footprint: { type: "MultiPolygon", coordinates: [] } }), /footprint is empty/],
		[
			"a product in an archive",
			{ ...row(), files: [{ name: "a.zip", role: "data" as const, storageId: 1, path: "a.zip" }] },
			/in an archive/,
		],
	])("with %s cannot be pushed, and says why", (_, of, problem) => {
		const found = one(of);
		expect(found.nameProblem ?? found.problem).toMatch(problem);
	});

	it("of several files has a row for each band, and a coverage for each grid", () => {
		const names = ["B02", "B03", "B05", "B01"];
		const files = ["MTD_MSIL1C.xml", ...names.map((name) => `GRANULE/L1C/IMG_DATA/T32_2020_${name}.jp2`)].map(
			(name, index) => ({
				name,
				role: index === 0 ? ("data" as const) : ("member" as const),
				storageId: 1,
				path: `p.SAFE/${name}`,
			}),
		);
		const all = coveragesOf(
			{ ...row({ bands: names.map(band), size: [10_980, 10_980], rangeType: "S2" }), files },
			context,
		);
		expect(
			all.map(({ object: { identifier, coverageType, size }, problem }) => [identifier, coverageType, size, problem]),
		).toEqual([
			["A", "S2", [10_980, 10_980], null],
			["A_20m", "S2_20m", [5490, 5490], null],
			["A_60m", "S2_60m", [1830, 1830], null],
		]);
		expect(
			all[0]?.object.files.map(({ place, fieldIndex, bandCount }) => [place.slice(-7), fieldIndex, bandCount]),
		).toEqual([
			["B02.jp2", 0, 1],
			["B03.jp2", 1, 1],
		]);
		const unnamed = { ...row({ bands: [band("x"), band("y")] }), files: files.slice(0, 3) };
		expect(one(unnamed).problem).toMatch(/Which of the product's files holds which band/);
	});
});

describe("a container", () => {
	const container: ContainerRow = {
		id: 3,
		eoId: "S",
		kind: "dataset-series",
		begin: null,
		end: null,
		footprint: null,
		grid: null,
		rangeType: null,
		bands: null,
		formerIds: [],
	};
	it("is a series that no row hides, or a row hides everywhere; never one of the WCS", () => {
		expect(containerOf(container, context)).toMatchObject({
			problem: null,
			object: { kind: "series", grid: null, visibility: { wcs: null, wms: null, os: null } },
		});
		const hidden = { settings: { ...settings, visible: { wcs: ["coverages"], wms: "none", os: "none" } } } as const;
		expect(containerOf(container, hidden).object.visibility).toEqual({ wcs: null, wms: false, os: false });
	});

	it("is a mosaic with its grid, of the size that is right, or waits for its first dataset", () => {
		const mosaic: ContainerRow = {
			...container,
			kind: "rectified-stitched-mosaic",
			rangeType: "Byte_3",
			bands: [band("red")],
		};
		expect(containerOf(mosaic, context).problem).toMatch(/no grid and no range type yet/);
		const grid = {
			crs: "EPSG:4326",
			origin: [8.47845, 46.268645],
			resolution: [0.031355, 0.031355],
			size: [1021.9999999, 449],
		} as const;
		expect(containerOf({ ...mosaic, grid }, context)).toMatchObject({
			problem: null,
			object: {
				kind: "mosaic",
				coverageType: "RGB",
				grid: { crs: "EPSG:4326", offsets: ["0.031355", "-0.031355"] },
				origin: ["8.47845", "46.268645"],
				size: [1022, 449],
				visibility: { wcs: false },
			},
		});
	});
});

describe("rows beside", () => {
	it.each([
		["/data/archive/a/b.tif", { name: "eosync:archive", type: "directory", url: "/data/archive" }, "a/b.tif"],
		["/vsis3/eo/l1/a/b.tif", { name: "eosync:bucket", type: "S3", url: "eo" }, "l1/a/b.tif"],
		[
			"https://host.example.org/eo/a b.tif",
			{ name: "eosync:web", type: "HTTP", url: "https://host.example.org/eo/" },
			"a%20b.tif",
		],
		[
			"https://host.example.org/my data/50%/a?%20#b.tif",
			{ name: "eosync:odd", type: "HTTP", url: "https://host.example.org/my%20data/50%25/" },
			"a%3F%2520%23b.tif",
		],
		[
			"ftp://h.example.org/a%20b c/é.tif",
			{ name: "eosync:ftp", type: "FTP", url: "ftp://h.example.org/a%2520b%20c/" },
			"%C3%A9.tif",
		],
	])("of the storage of %s", (place, storage, location) => {
		expect(ownPlace(place, seen)).toEqual({ row: storage, own: { storage: storage.name, location } });
		expect(placeOf(location, 1, new Map([[1, { ...storage, id: 1, parentId: null }]]))).toBe(place);
	});

	it("of grids: their axes, and metres where pixels are square", () => {
		expect(gridRowOf({ crs: "EPSG:4326", offsets: ["0.25", "-0.25"] })).toMatchObject({
			axes: ["long", "lat"],
			resolution: null,
		});
		expect(gridRowOf({ crs: "EPSG:32633", offsets: ["10", "-10"] })).toMatchObject({
			axes: ["x", "y"],
			resolution: 10,
		});
		expect(gridRowOf({ crs: "EPSG:32633", offsets: ["10", "-20"] }).resolution).toBeNull();
		expect(gridRowOf({ crs: "EPSG:32633", offsets: [null, null] }).resolution).toBeNull();
	});
});

it("formats and documents that are called as what objects know are unknown", () => {
	expect(formatOf("scene.constructor")).toBeNull();
	expect(metadataFormatOf("<constructor/>")).toBeNull();
});
