import fc from "fast-check";
import { expect, test } from "vitest";
import { footprintBounds } from "#lib/metadata/geometry/footprint.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";
import { datasets } from "#lib/stac/testing/random-datasets.ts";
import { hasStacSchemas, stacErrors } from "#lib/stac/testing/validate-stac.ts";
import type { ItemFile } from "./assets.ts";
import { type ItemSource, stacItem } from "./item.ts";
import { stacUrls } from "./links.ts";

const urls = stacUrls("https://eosync.example.org");
const fileOf = (name: string, role: ItemFile["role"] = "data"): ItemFile => ({
	name,
	role,
	size: 12,
	href: urls.asset("C", "A", name),
});
const sourceOf = (state: DatasetState, more: Partial<ItemSource> = {}): ItemSource => ({
	collection: "C",
	state,
	createdAt: "2026-01-01T00:00:00Z",
	updatedAt: "2026-01-02T00:00:00.25Z",
	files: [fileOf("scene.tif"), fileOf("scene.xml", "metadata")],
	...more,
});
const oneDataset = (more: Partial<DatasetState> = {}): DatasetState => ({
	...(fc.sample(datasets, { seed: 7, numRuns: 1 })[0] as DatasetState),
	properties: {},
	...more,
});

test("a file whose ending is a word that objects know is one of no known type", () => {
	const { assets } = stacItem(sourceOf(oneDataset(), { files: [fileOf("scene.constructor")] }), urls);
	expect(assets.data?.type).toBe("application/octet-stream");
	const members = ["__proto__.tif", "b.tif"].map((name) => fileOf(name, "member"));
	const product = stacItem(sourceOf(oneDataset(), { files: [fileOf("manifest.xml"), ...members] }), urls);
	expect(Object.keys(product.assets)).toEqual(["product", "__proto__", "b"]);
});

test("our own reader reads an item back as the dataset that it is made of", async () => {
	await fc.assert(
		fc.asyncProperty(datasets, async (state) => {
			const read = await readText(JSON.stringify(stacItem(sourceOf(state), urls)));
			const { eoId, begin, end, footprint, properties } = state;
			// An item's own times stand where a product's would be, unless the product has some.
			const ofItem = { creationDate: "2026-01-01T00:00:00Z", modificationDate: "2026-01-02T00:00:00.25Z" };
			// What can be told from other fields is told.
			const derived = Object.fromEntries(
				Object.entries(read.properties).filter(
					([name]) => name === "illuminationElevationAngle" && properties.illuminationZenithAngle !== undefined,
				),
			);
			expect(read).toEqual({ eoId, begin, end, footprint, properties: { ...ofItem, ...derived, ...properties } });
		}),
		{ numRuns: 300 },
	);
});

test.skipIf(!hasStacSchemas)(
	"every item is valid by the schemas of the core and of each extension it names",
	async () => {
		const s3: Partial<ItemSource> = {
			schemes: {
				archive: {
					type: "custom-s3",
					platform: "https://s3.example.org",
					bucket: "scenes",
					region: "eu-1",
					requester_pays: true,
				},
			},
			files: [
				{ ...fileOf("B4.tif"), href: "s3://scenes/B4.tif", scheme: "archive", checksum: "ab".repeat(32) },
				{ ...fileOf("x.json", "metadata"), expires: "2026-01-02T00:00:00Z" },
			],
		};
		const product: Partial<ItemSource> = {
			files: [
				fileOf("manifest.safe"),
				...["measurement/p_red.tiff", "measurement/p_B4.tiff", "preview/quick-look.png", "a/p.xml", "b/p.xml"].map(
					(name) => fileOf(name, "member"),
				),
			],
		};
		await fc.assert(
			fc.asyncProperty(datasets, fc.constantFrom({}, s3, product), async (state, more) => {
				expect(await stacErrors(stacItem(sourceOf(state, more), urls))).toEqual([]);
			}),
			{ numRuns: 200 },
		);
		const item = stacItem(sourceOf(oneDataset()), urls);
		expect(await stacErrors({ ...item, properties: { ...item.properties, "proj:code": 7 } })).not.toEqual([]);
	},
);

test("the fields of a scene", () => {
	const state = oneDataset({
		eoId: "SCENE",
		begin: "2006-08-16T09:09:29Z",
		end: "2006-08-16T09:12:46Z",
		crs: "EPSG:32633",
		size: [100, 50],
		extent: [0, 0, 1000, 500],
		bands: [
			{ name: "red", dataType: "Byte", nodata: 0 },
			{ name: "B9", dataType: "CInt16", nodata: "NaN" },
		],
		properties: {
			platform: "SENTINEL-2",
			platformSerialIdentifier: "A",
			instrument: "MSI",
			cloudCover: 12,
			orbitDirection: "UP",
		},
	});
	const item = stacItem(sourceOf(state), urls);
	expect(item.properties).toEqual({
		datetime: "2006-08-16T09:09:29Z",
		start_datetime: "2006-08-16T09:09:29Z",
		end_datetime: "2006-08-16T09:12:46Z",
		created: "2026-01-01T00:00:00Z",
		updated: "2026-01-02T00:00:00.25Z",
		platform: "sentinel-2a",
		instruments: ["MSI"],
		"eo:cloud_cover": 12,
		"eosync:platform": "SENTINEL-2",
		"eosync:platformSerialIdentifier": "A",
		"eosync:orbitDirection": "UP",
		"proj:code": "EPSG:32633",
		"proj:epsg": 32633,
	});
	expect(item.assets.data).toMatchObject({
		type: "image/tiff; application=geotiff",
		roles: ["data"],
		"proj:shape": [50, 100],
		"proj:transform": [10, 0, 0, 0, -10, 500],
		"proj:bbox": [0, 0, 1000, 500],
		bands: [
			{ name: "red", data_type: "uint8", nodata: 0, "eo:common_name": "red" },
			{ name: "B9", data_type: "cint16", nodata: "nan" },
		],
	});
	expect(item.stac_extensions.map((url) => url.split("/")[3])).toEqual(["projection", "eo", "file"]);
	expect(item.links.map(({ rel, href }) => [rel, href])).toEqual([
		["self", "https://eosync.example.org/stac/collections/C/items/SCENE"],
		["root", "https://eosync.example.org/stac"],
		["parent", "https://eosync.example.org/stac/collections/C"],
		["collection", "https://eosync.example.org/stac/collections/C"],
	]);
});

test("over the antimeridian the box begins in the west, and the footprint is in two parts", () => {
	const state = fc.sample(datasets, { seed: 1, numRuns: 200 }).find(({ footprint }) => {
		const [west, , east] = footprintBounds(footprint);
		return west > east;
	}) as DatasetState;
	const { bbox, geometry } = stacItem(sourceOf(state), urls);
	expect(bbox[0]).toBeGreaterThan(bbox[2] ?? 0);
	expect(geometry).toMatchObject({ type: "MultiPolygon" });
});

test("hostile IDs and names stay inside their links", () => {
	const id = "a/../../x?y#z%00é";
	const item = stacItem(sourceOf(oneDataset({ eoId: id }), { collection: "c d/e" }), urls);
	for (const { rel, href } of item.links.filter((link) => link.rel !== "root"))
		expect(new URL(href).pathname.split("/").length, rel).toBe(rel === "self" ? 6 : 4);
	expect(new URL(urls.asset("c/d", id, "a b/é?.tif")).pathname).toBe(
		`/stac/assets/c%2Fd/${encodeURIComponent(id)}/a%20b/%C3%A9%3F.tif`,
	);
});

test("a product has an asset for each of its files, called by what tells them apart", () => {
	const names = ["P_MTL.xml", "P_B1.TIF", "P_B2.TIF", "P_B10.TIF", "P_thumb_small.jpeg", "sub/P_B1.TIF"];
	const files = [
		fileOf("P_MTL.txt"),
		...names.map((name) => fileOf(name, "member")),
		fileOf("P_stac.json", "metadata"),
	];
	const bands = ["B1", "B2", "B7"].map((name) => ({ name, dataType: "UInt16" as const, nodata: 0 }));
	const { assets } = stacItem(sourceOf(oneDataset({ bands }), { files }), urls);
	expect(Object.entries(assets).map(([key, { title, roles }]) => [key, title, roles])).toEqual([
		["product", "P_MTL.txt", ["metadata"]],
		["MTL", "P_MTL.xml", ["metadata"]],
		["P_B1.TIF", "P_B1.TIF", ["data"]],
		["B2", "P_B2.TIF", ["data"]],
		["B10", "P_B10.TIF", ["data"]],
		["thumb_small", "P_thumb_small.jpeg", ["thumbnail"]],
		["sub/P_B1.TIF", "P_B1.TIF", ["data"]],
		["metadata", "P_stac.json", ["metadata"]],
	]);
	expect(assets.B2?.bands).toEqual([{ name: "B2", data_type: "uint16", nodata: 0 }]);
});
