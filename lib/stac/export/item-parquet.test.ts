import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { wkbToGeojson } from "hyparquet/src/wkb.js";
import { readParquet, WriterPropertiesBuilder, writeParquet } from "parquet-wasm/node";
import { beforeEach, expect, it } from "vitest";
import { type StacItem, stacItem } from "#lib/stac/item.ts";
import { stacUrls } from "#lib/stac/links.ts";
import { datasets } from "#lib/stac/testing/random-datasets.ts";
import { mostFields, writeItemParquet } from "./item-parquet.ts";
import { columnValue, FieldCount, SeenField, TooManyFieldsError } from "./parquet-fields.ts";

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "eosync-parquet-"));
	return () => rm(folder, { recursive: true });
});

async function written(items: readonly object[]): Promise<Uint8Array> {
	const [lines, path] = [join(folder, "lines"), join(folder, "items.parquet")];
	await writeFile(lines, items.map((item) => `${JSON.stringify(item)}\n`).join(""));
	const collection = { id: "C", title: "A collection" };
	await writeItemParquet({ lines, path, collection, signal: new AbortController().signal });
	return readFile(path);
}

/** Read by Apache Arrow's own library, which writes down what it understood: it shares no code with what wrote the file. */
async function rowsOf(bytes: Uint8Array) {
	const again = writeParquet(readParquet(bytes), new WriterPropertiesBuilder().build());
	return parquetReadObjects({ file: new Uint8Array(again).buffer, utf8: false });
}

/** Without what is null, times to the millisecond, numbers as JSON has them. */
function plain(value: unknown): unknown {
	if (typeof value === "bigint") return Number(value);
	if (value instanceof Date) return value.toISOString();
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== "object" || value === null) return value;
	const members = Object.entries(value).map(([name, member]) => [name, plain(member)] as const);
	return Object.fromEntries(members.filter(([, member]) => member !== null && member !== undefined));
}

function documents(): readonly StacItem[] {
	const files = [
		{ name: "a.tif", role: "data" as const, size: 5, href: "https://test/a.tif" },
		{ name: "a.xml", role: "metadata" as const, size: 6, href: "https://test/a.xml", checksum: "ab".repeat(32) },
	];
	const made = fc.sample(datasets, { numRuns: 40, seed: 3 });
	return made.map((state, index) =>
		stacItem(
			{
				collection: "C",
				state,
				createdAt: "2026-01-01T00:00:00.5Z",
				updatedAt: "2026-01-02T00:00:00Z",
				files: index % 2 === 0 ? files : files.slice(0, 1),
			},
			stacUrls("https://test"),
		),
	);
}

/** What is text in some items is text in all of this file. */
function asWritten(value: unknown, isText: boolean): unknown {
	if (Array.isArray(value)) return value.map((each) => asWritten(each, isText));
	return isText && typeof value === "number" ? String(value) : value;
}

it("holds each item as another library reads it: properties as columns, links and assets as structures", async () => {
	const items = documents();
	const bytes = await written(items);
	const rows = await rowsOf(bytes);
	expect(rows).toHaveLength(items.length);
	for (const [index, { geometry, bbox, ...row }] of rows.entries()) {
		const item = items[index] as StacItem;
		const texts = Object.keys(row).filter((name) => items.some((each) => typeof each.properties[name] === "string"));
		const wanted: Record<string, unknown> = {};
		for (const [name, value] of Object.entries(item.properties)) {
			const isTime = ["datetime", "start_datetime", "end_datetime", "created", "updated"].includes(name);
			wanted[name] = isTime ? new Date(String(value)).toISOString() : asWritten(value, texts.includes(name));
		}
		const { id, collection, stac_version, stac_extensions, links, assets } = item;
		Object.assign(wanted, { id, collection, stac_version, stac_extensions, links });
		const { assets: found, ...others } = plain(row) as { assets: Record<string, Record<string, unknown>> };
		expect(others).toEqual(plain(wanted));
		for (const [name, { bands, ...asset }] of Object.entries(assets)) {
			const { bands: foundBands, ...foundAsset } = found[name] ?? {};
			expect(foundAsset).toEqual(plain(asset));
			const texted = (bands as readonly object[] | undefined)?.map((band) =>
				"nodata" in band ? { ...band, nodata: String(band.nodata) } : band,
			);
			expect(foundBands).toEqual(texted);
		}
		expect(Object.keys(found)).toEqual(Object.keys(assets));
		const view = new DataView(geometry.buffer, geometry.byteOffset, geometry.byteLength);
		expect(wkbToGeojson({ view, offset: 0 })).toEqual(item.geometry);
		expect(bbox.xmin).toBeLessThanOrEqual(bbox.xmax);
	}
	const { key_value_metadata: pairs = [] } = parquetMetadata(new Uint8Array(bytes).buffer);
	const said = (key: string) => JSON.parse(pairs.find((pair) => pair.key === key)?.value ?? "null");
	expect(said("stac-geoparquet")).toEqual({ version: "1.1.0", collections: { C: { id: "C", title: "A collection" } } });
	expect(said("geo").columns.geometry.geometry_types).toEqual(["MultiPolygon", "Polygon"]);
});

it("of a collection without items has its columns all the same", async () => {
	const bytes = await written([]);
	expect(await rowsOf(bytes)).toEqual([]);
	const { schema } = parquetMetadata(new Uint8Array(bytes).buffer);
	expect(schema.map(({ name }) => name)).toEqual(expect.arrayContaining(["id", "datetime", "links", "assets", "bbox"]));
});

it("is not made of items that have too many different fields; a line may hold any character", async () => {
	const [first] = documents();
	const odd = { ...first, properties: { ...first?.properties, "eosync:note": "a\u2028b\u0085c\nd" } };
	const [row] = await rowsOf(await written([odd]));
	expect(row?.["eosync:note"]).toBe("a\u2028b\u0085c\nd");
	const many = Array.from({ length: mostFields }, (_, n) => ({ ...first, assets: { [`a${n}`]: { href: "x" } } }));
	await expect(written(many)).rejects.toThrow(TooManyFieldsError);
});

it("is what all values are: a number here and a text there is text, what has members here and none there is JSON", () => {
	const typeOf = (...values: readonly unknown[]) => {
		const seen = new SeenField(new FieldCount(100));
		for (const value of values) seen.look(value);
		return seen.type;
	};
	expect(typeOf(1, null, 2)).toEqual({ is: "integer" });
	expect(typeOf(1, 2.5, 1e300)).toEqual({ is: "number" });
	expect(typeOf(1, "x")).toEqual({ is: "text" });
	expect(typeOf(true, null)).toEqual({ is: "flag" });
	expect(typeOf(null)).toEqual({ is: "text" });
	expect(typeOf([1], [])).toEqual({ is: "list", of: { is: "integer" } });
	expect(typeOf({ a: 1 }, { b: ["x"] })).toMatchObject({ is: "group", members: [{ name: "a" }, { name: "b" }] });
	for (const values of [[{ a: 1 }, "x"], [[1], { a: 1 }], [[1], 2], [{}]]) expect(typeOf(...values).is).toBe("json");
	expect(columnValue({ a: 1, constructor: 2 }, typeOf({ a: 1.5 }))).toEqual({ a: 1 });
	expect(columnValue({}, typeOf({ constructor: 1 }))).toEqual({ constructor: null });
});
