import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { conditionOf } from "#lib/cql2/condition.ts";
import { evaluate } from "#lib/cql2/evaluate.ts";
import { intersects, shapeOf } from "#lib/cql2/intersects.ts";
import { randomExpression } from "#lib/cql2/testing.ts";
import { cql2Text } from "#lib/cql2/to-text.ts";
import type { Footprint, Ring } from "#lib/metadata/metadata.ts";
import { type datasetExportFormats, exportDatasets } from "./dataset-export.ts";
import { datasetProperty, datasetValues } from "./dataset-properties.ts";
import { type DatasetSearchInput, readDatasetQuery } from "./dataset-query.ts";
import { countDatasets, type FoundDatasetView, findDatasets } from "./find-datasets.ts";
import { searchDensity, searchFootprints } from "./search-overview.ts";
import { addDatasets, type TestDataset } from "./testing.ts";

let database: Database;
let everything: readonly FoundDatasetView[];
beforeAll(async () => {
	database = await createTestDatabase();
	await addDatasets(database, fc.sample(dataset, { numRuns: 150, seed: 7 }).map(named));
	everything = await all({});
});
afterAll(() => database.close());

const square = (west: number, south: number, east: number, north: number): Ring => [
	[west, south],
	[east, south],
	[east, north],
	[west, north],
	[west, south],
];
const within = (most: number) => fc.integer({ min: -most, max: most });
const footprint: fc.Arbitrary<Footprint> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.tuple(within(4), within(4), within(4), within(4)).map(
			([w, s, e, n]): Footprint => ({
				type: "MultiPolygon",
				coordinates: [[square(Math.min(w, e), Math.min(s, n), Math.max(w, e) + 1, Math.max(s, n) + 1)]],
			}),
		),
	},
	{
		weight: 2,
		arbitrary: fc.tuple(within(4), within(4), fc.integer({ min: 1, max: 3 })).map(
			([x, y, r]): Footprint => ({
				type: "MultiPolygon",
				coordinates: [
					[
						[
							[x - r, y],
							[x, y - r],
							[x + r, y],
							[x - r, y],
						],
					],
				],
			}),
		),
	},
	fc.constant<Footprint>({
		type: "MultiPolygon",
		coordinates: [[square(175, -5, 180, 5)], [square(-180, -5, -177, 5)]],
	}),
	fc.constant<Footprint>({ type: "MultiPolygon", coordinates: [[square(-180, 85, 180, 90)]] }),
);
const hour = fc.integer({ min: 0, max: 200 });
const instant = (hours: number) => new Date(Date.UTC(2026, 0, 1, hours)).toISOString().replace(".000Z", "Z");
const dataset = fc.record({
	times: fc.tuple(hour, fc.constantFrom(0, 0, 1, 30)),
	footprint,
	properties: fc.record(
		{
			platform: fc.constantFrom(
				"S2A",
				"s2a",
				"S2B",
				"it's",
				"é",
				"Ünï\u0301",
				"ΟΔΟΣ",
				"İ",
				"%",
				"2026-01-02",
				"2026-01-02T12:00:00Z",
			),
			cloudCover: fc.constantFrom<(string | number)[]>(0, 7.5, 12, "12", "1e3", "none", -3),
			"orbit:number": fc.constantFrom<(string | number)[]>(1, 12, "12"),
			naïve: fc.constantFrom("", "\\x", "7.5"),
		},
		{ requiredKeys: [] },
	),
	containers: fc.constantFrom(["A"], ["B"], ["A", "B"]),
});

function named(
	{ times: [begin, length], ...own }: typeof dataset extends fc.Arbitrary<infer T> ? T : never,
	index: number,
): TestDataset {
	return { ...own, eoId: `D${String(index).padStart(3, "0")}`, begin: instant(begin), end: instant(begin + length) };
}

async function all(input: DatasetSearchInput, limit = 500): Promise<readonly FoundDatasetView[]> {
	const query = readDatasetQuery(input);
	const rows: FoundDatasetView[] = [];
	let after: string | null = null;
	do {
		const page: Awaited<ReturnType<typeof findDatasets>> = await findDatasets(database, query, {
			after,
			limit,
			timeoutMs: 5000,
		});
		rows.push(...page.rows);
		after = page.next;
	} while (after !== null);
	return rows;
}

const idsOf = (rows: readonly FoundDatasetView[]) => rows.map(({ id }) => id);

it("finds by SQL what the evaluation of any expression finds", async () => {
	let met = 0;
	await fc.assert(
		fc.asyncProperty(randomExpression, async (expression) => {
			const condition = conditionOf(expression, datasetProperty);
			const expected = everything.filter((row) => evaluate(condition, datasetValues(row)) === true);
			const found = await all({ where: cql2Text(expression) });
			met += Math.min(found.length, 1);
			expect(idsOf(found)).toEqual(idsOf(expected));
		}),
		{ numRuns: 150 },
	);
	expect(met).toBeGreaterThan(20);
});

const bound = fc.option(
	fc.oneof(
		hour.map(instant),
		fc.integer({ min: 1, max: 9 }).map((day) => `2026-01-0${day}`),
	),
	{ nil: undefined },
);
const box = fc.oneof(
	fc
		.tuple(within(6), within(6), within(6), within(6))
		.map(([w, s, e, n]) => [Math.min(w, e), Math.min(s, n), Math.max(w, e), Math.max(s, n)]),
	fc.constantFrom([176, -1, -179, 1], [-180, 89, 180, 90], [180, 0, 180, 0], [-176, -90, 174, 80]),
);
const question = fc.record({
	begin: bound,
	end: bound,
	bbox: fc.option(box, { nil: undefined }),
	container: fc.constantFrom(undefined, "A", "A,B"),
	sort: fc.constantFrom("begin", "-begin", "end", "-end", "id", "-id", "updated", "-updated"),
	limit: fc.constantFrom(1, 7, 500),
});

it("finds exactly what is asked for, in order, however it is cut into pages", async () => {
	await fc.assert(
		fc.asyncProperty(question, async ({ limit, bbox, ...asked }) => {
			const input: DatasetSearchInput = { ...asked, ...(bbox && { bbox: bbox.join(",") }) };
			const time = (text: string, end: boolean) =>
				Date.parse(text.includes("T") ? text : `${text}T${end ? "23:59:59.999" : "00:00:00"}Z`);
			const from = asked.begin === undefined ? -Infinity : time(asked.begin, false);
			const to = asked.end === undefined ? Infinity : time(asked.end, true);
			if (from > to) return;
			const expected = everything.filter(
				(row) =>
					Date.parse(row.begin) <= to &&
					Date.parse(row.end) >= from &&
					(bbox === undefined || intersects(shapeOf({ bbox }), row.footprint)) &&
					(asked.container !== "A" || row.containers.includes("A")),
			);
			const found = await all(input, limit);
			expect(new Set(idsOf(found))).toEqual(new Set(idsOf(expected)));
			expect(found).toHaveLength(expected.length);
			const by = asked.sort.replace("-", "") as "begin" | "end" | "id" | "updated";
			const keys = found.map((row) => row[by]);
			expect(keys).toEqual(asked.sort.startsWith("-") ? [...keys].sort().reverse() : [...keys].sort());
			expect(await countDatasets(database, readDatasetQuery(input), 5000)).toEqual({
				count: expected.length,
				isMore: false,
			});
		}),
		{ numRuns: 40 },
	);
});

describe("refuses", () => {
	it.each<[DatasetSearchInput, string]>([
		[{ begin: "yesterday" }, "begin: “yesterday” is no time"],
		[{ begin: "2026-02-01", end: "2026-01-01" }, "begin: 2026-02-01 is after end, 2026-01-01."],
		[{ bbox: "1,2,3" }, "bbox: a bbox has four numbers"],
		[{ bbox: "0,10,5,-10" }, "bbox: a bbox goes from south to north"],
		[{ intersects: "{" }, "intersects: it is no JSON"],
		[{ intersects: '{"type":"Point","coordinates":[1,200]}' }, "intersects: 1 200 is no position"],
		[{ where: "platform =" }, "where: At character 11: expected a property"],
		[{ filter: "begin LIKE 'x'" }, "filter: begin is a time"],
		[{ where: "footprint = 'x'" }, "where: footprint is a geometry"],
	])("%j", (input, message) => {
		expect(() => readDatasetQuery(input)).toThrow(message);
	});

	it("a container that there is not", async () => {
		await expect(all({ container: "A,NOWHERE" })).rejects.toThrow("There is no container NOWHERE.");
	});

	it("a position of another order, and one that is made up", async () => {
		const query = readDatasetQuery({});
		const { next } = await findDatasets(database, readDatasetQuery({ sort: "id" }), { limit: 1, timeoutMs: null });
		await expect(findDatasets(database, query, { after: next, limit: 1, timeoutMs: null })).rejects.toThrow(
			"position in the list",
		);
		await expect(findDatasets(database, query, { after: "W10", limit: 1, timeoutMs: null })).rejects.toThrow(
			"position in the list",
		);
	});
});

it("is drawn with the same filter, and over all time", async () => {
	const query = readDatasetQuery({ container: "A", bbox: "-3,-3,3,3", begin: "2026-01-03" });
	const { rows, total } = await searchFootprints(database, query);
	const found = await all({ container: "A", bbox: "-3,-3,3,3", begin: "2026-01-03" });
	expect([rows.map(({ label }) => label), total]).toEqual([idsOf(found), found.length]);
	const density = await searchDensity(database, readDatasetQuery({ container: "A", begin: "2026-01-03" }));
	const inA = await all({ container: "A" });
	expect(density?.counts.reduce((sum, count) => sum + count, 0)).toBe(inA.length);
});

it("takes hostile names and values for what they are", async () => {
	const hostile = `x'; drop table datasets; --`;
	expect(await all({ where: `"${hostile}" = '${hostile.replaceAll("'", "''")}'` })).toEqual([]);
	expect(await all({ where: `platform LIKE '\\%'` })).toEqual(
		everything.filter(({ properties }) => properties.platform === "%"),
	);
	expect(await all({ search: "%" })).toEqual([]);
});

it("gives up after its time, and says what to do", async () => {
	const slow = readDatasetQuery({ where: "platform LIKE '%'" });
	const locked = database.sql.begin(async (tx) => {
		await tx`lock table datasets in access exclusive mode`;
		await expect(findDatasets(database, slow, { limit: 1, timeoutMs: 50 })).rejects.toMatchObject({
			code: "too-slow",
			message: expect.stringContaining("smaller area"),
		});
	});
	await locked;
});

describe("an export", () => {
	const read = async (format: (typeof datasetExportFormats)[number], input: DatasetSearchInput = {}) => {
		let text = "";
		for await (const piece of exportDatasets(database, readDatasetQuery(input), { format })) text += String(piece);
		return text;
	};

	it("has all rows in every format", async () => {
		expect(JSON.parse(await read("json")).map(({ id }: { id: string }) => id)).toEqual(idsOf(everything));
		expect(
			(await read("ndjson"))
				.trim()
				.split("\n")
				.map((line) => JSON.parse(line).id),
		).toEqual(idsOf(everything));
		const { type, features } = JSON.parse(await read("geojson"));
		expect([type, features.length]).toEqual(["FeatureCollection", everything.length]);
		const across = features.find(({ bbox: [west, , east] }: { bbox: number[] }) => (west ?? 0) > (east ?? 0));
		expect(across.bbox).toEqual([175, -5, -177, 5]);
		const lines = (await read("csv")).split("\r\n");
		expect(lines[0]).toMatch(/^id,containers,begin,end,.*,platform,.*,properties$/);
		expect(lines).toHaveLength(everything.length + 2);
	});

	it("as Parquet has all rows as well", async () => {
		const pieces: Uint8Array[] = [];
		for await (const piece of exportDatasets(database, readDatasetQuery({}), { format: "parquet" }))
			pieces.push(Buffer.from(piece));
		const file = new Uint8Array(Buffer.concat(pieces)).buffer;
		const rows = await parquetReadObjects({ file, columns: ["id", "begin"] });
		expect(rows).toEqual(everything.map(({ id, begin }) => ({ id, begin: new Date(begin) })));
	});

	it("of nothing is a file all the same", async () => {
		const nothing = { where: "FALSE" };
		expect(JSON.parse(await read("json", nothing))).toEqual([]);
		expect(JSON.parse(await read("geojson", nothing))).toEqual({ type: "FeatureCollection", features: [] });
		expect(await read("ndjson", nothing)).toBe("");
		expect(await read("csv", nothing)).toMatch(/^id,[^\n]*\r\n$/);
	});
});
