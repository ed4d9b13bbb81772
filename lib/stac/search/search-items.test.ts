import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { instantText } from "#lib/catalog/datasets/dataset-state.ts";
import { fillSaid } from "#lib/catalog/publications/fill-said.ts";
import { conditionSql } from "#lib/catalog/search/condition-sql.ts";
import { addDatasets, type TestDataset } from "#lib/catalog/search/testing.ts";
import { keyOf } from "#lib/catalog/secrets/sealing.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { evaluate } from "#lib/cql2/evaluate.ts";
import { intersects, shapeOf } from "#lib/cql2/intersects.ts";
import { parseGeoJson } from "#lib/cql2/parse-json.ts";
import type { Footprint, Ring } from "#lib/metadata/metadata.ts";
import { stacUrls } from "#lib/stac/links.ts";
import { loadItems } from "#lib/stac/load-items.ts";
import { publish } from "#lib/stac/testing/publish.ts";
import { pickFields } from "./fields.ts";
import { itemColumnsOf } from "./item-properties.ts";
import { Pace } from "./pace.ts";
import { openToken, type SortValue, sealToken } from "./page-token.ts";
import { saidOf } from "./said.ts";
import { searchItems } from "./search-items.ts";
import { readSearchBody, readSearchParameters } from "./search-request.ts";
import { sortedFields } from "./sort-sql.ts";

let database: Database;
let containers: readonly number[];
beforeAll(async () => {
	database = await createTestDatabase();
	const made = fc.sample(dataset, { numRuns: 120, seed: 11 });
	await addDatasets(
		database,
		made.map((own, index) =>
			named(own, index % 9 === 0 ? `S2A_${index}_T32TPT${index % 2 ? "_T33UUU" : "_"}` : `D${index}`),
		),
	);
	const full = fc.sample(fullDataset, { numRuns: 60, seed: 5 });
	await addDatasets(
		database,
		full.map((own, index) =>
			named({ ...own, containers: ["C"] }, index % 3 === 0 ? `S2B_C${index}_T32TPT` : `C${index}`),
		),
	);
	for (const container of ["A", "B", "C"]) await publish(database, container);
	const rows = await database.sql<{ id: number }[]>`select id from containers where eo_id <> 'C' order by eo_id`;
	containers = rows.map(({ id }) => id);
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
		arbitrary: fc
			.tuple(within(4), within(4), fc.integer({ min: 1, max: 3 }))
			.map(([x, y, r]): Footprint => ({ type: "MultiPolygon", coordinates: [[square(x, y, x + r, y + r)]] })),
	},
	{
		weight: 2,
		arbitrary: fc.tuple(within(4), within(4)).map(
			([x, y]): Footprint => ({
				type: "MultiPolygon",
				coordinates: [
					[
						[
							[x, y],
							[x + 2, y],
							[x, y + 2],
							[x, y],
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
const instant = (hours: number) => new Date(Date.UTC(2026, 0, 1, hours)).toISOString().replace(".000Z", "Z");
const properties = {
	platform: fc.constantFrom("Sentinel-2", "Landsat-8", " SENTINEL-2\t", "İkonos-1", " "),
	platformSerialIdentifier: fc.constantFrom("A", "B", "b\u00a0", "12"),
	cloudCover: fc.constantFrom<(string | number)[]>(0, 7.5, "12", 99, 120),
	snowCover: fc.constantFrom<(string | number)[]>(0, 7.5, "12", 120, ".5", "0x10", "7.\t", "1e1", "none"),
	productType: fc.constantFrom("L1C", "L2A", " L1C\n", "\u2003"),
	orbitDirection: fc.constantFrom("ASCENDING", "descending", "up", " Descending\t"),
	orbitNumber: fc.constantFrom<(string | number)[]>(7, "7", 7.5, "007", 1e15, "-1"),
	wrsLongitudeGrid: fc.constantFrom<(string | number)[]>(32, "032", "300", "x"),
	wrsLatitudeGrid: fc.constantFrom<(string | number)[]>(7, "247"),
	instrument: fc.constantFrom("MSI", "MSI,OLI", " MSI "),
	polarisationChannels: fc.constantFrom("VV VH", "no"),
	illuminationAzimuthAngle: fc.constantFrom<(string | number)[]>(-20, 340, "340.0"),
	illuminationZenithAngle: fc.constantFrom<(string | number)[]>(30, "x"),
	illuminationElevationAngle: fc.constantFrom<(string | number)[]>(60, 91),
	resolution: fc.constantFrom<(string | number)[]>(10, 0, "1e-9"),
	doi: fc.constantFrom("10.5270/x", "x"),
	constellation: fc.constantFrom("C", "ΟΔΟΣ", "İ", "Straße", "été"),
};
const dataset = fc.record({
	times: fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0, 0, 2, 30)),
	footprint,
	properties: fc.record(properties, { requiredKeys: [] }),
	containers: fc.constantFrom(["A"], ["B"], ["A", "B"]),
});
/** All of them say all there is, in ways plain and odd. */
const fullDataset = fc.tuple(dataset, fc.record(properties)).map(([own, said]) => ({ ...own, properties: said }));
type Made = typeof dataset extends fc.Arbitrary<infer T> ? T : never;

function named(
	{ times: [begin, length], ...own }: Omit<Made, "containers"> & Pick<TestDataset, "containers">,
	eoId: string,
): TestDataset {
	return { ...own, eoId, begin: instant(begin), end: instant(begin + length) };
}

const ids = fc.constantFrom<(readonly string[] | undefined)[]>(undefined, ["D1", "D2", "D77"], ["D5"], ["nobody"]);
const bbox = fc.constantFrom(
	undefined,
	[-1, -1, 1, 1],
	[3, 3, 3, 3],
	[176, -1, -179, 1],
	[-180, 89, 180, 90],
	[0, 0, -10, 2, 2, 10],
	[-180, -90, 180, 90],
);
const intersectsWith = fc.constantFrom(
	undefined,
	{ type: "Point", coordinates: [2, 2] },
	{
		type: "LineString",
		coordinates: [
			[-5, -5],
			[5, 5],
		],
	},
	{
		type: "Polygon",
		coordinates: [
			[
				[0, 0],
				[4, 1],
				[1, 4],
				[0, 0],
			],
		],
	},
);
const datetime = fc.constantFrom(
	undefined,
	"2026-01-01T10:00:00Z",
	"2026-01-01T05:00:00Z/2026-01-01T20:00:00Z",
	"../2026-01-01T20:00:00Z",
	"2026-01-01T20:00:00+00:00/..",
	"2026-01-01T20:00:00Z/",
);
const filters = [
	"platform = 'sentinel-2a'",
	"platform IS NULL OR eo:cloud_cover > 5",
	"NOT (eo:cloud_cover <= 12)",
	"product:type IN ('L1C') AND sat:orbit_state = 'ascending'",
	"sat:orbit_state IS NULL",
	"collection = 'A' AND datetime < TIMESTAMP('2026-01-01T12:00:00Z')",
	"T_INTERSECTS(INTERVAL(start_datetime, end_datetime), INTERVAL('2026-01-01T10:00:00Z', '..'))",
	"NOT S_INTERSECTS(geometry, BBOX(0,0,3,3))",
	"eosync:unknown = 'x'",
	"proj:epsg = 4326 AND NOT (proj:epsg IS NULL)",
	"collection IN ('B', 'C') AND id <> 'D2'",
	"collection = 'A' OR 'B' = collection AND platform IS NULL",
	"id = 'D1' OR id IN ('D2', 'D3') AND S_INTERSECTS(geometry, BBOX(-1,-1,1,1))",
	"S_INTERSECTS(geometry, BBOX(0,0,1,1)) OR S_INTERSECTS(geometry, BBOX(176,-1,-179,1)) AND id <> 'D5'",
	"S_INTERSECTS(geometry, BBOX(-4,-4,4,4)) AND S_INTERSECTS(geometry, POINT(2 2))",
	"NOT (collection = 'A' OR id = 'D1')",
];
const filter = fc.constantFrom(undefined, ...filters);
/** Of each form that fields have: SQL narrows it, and must lose nothing. */
const atoms = [
	...[
		...["platform", "instruments", "sat:orbit_state", "sat:relative_orbit", "landsat:wrs_path", "landsat:wrs_row"],
		...["grid:code", "product:type", "sar:polarizations", "sci:doi", "eosync:constellation", "eosync:snowCover"],
		...["eo:snow_cover", "sat:absolute_orbit", "proj:code", "nothing:known", "id", "collection"],
	].flatMap((name) =>
		[
			...["= 'sentinel-2a'", "<> 'MSI'", "> 'L1'", "LIKE '%2%'", "IN ('ascending', '032', 'L1C', '10.5270/x')"],
			...["IN ('descending', 'sentinel-2', 'MSI', '7')", "IS NULL"],
		].map((rest) => `${name} ${rest}`),
	),
	...[
		...["eo:snow_cover", "sat:absolute_orbit", "gsd", "view:sun_azimuth", "view:sun_elevation", "landsat:wrs_path"],
	].flatMap((name) =>
		["= 7", "<> 60", "BETWEEN 0.25 AND 16", ">= 340", "IS NULL", "< 8"].map((rest) => `${name} ${rest}`),
	),
	...["CASEI(eosync:constellation) = 'οδος'", "CASEI(eosync:constellation) LIKE 'i\u0307%'"],
	...["CASEI(eosync:constellation) IN (CASEI('STRASSE'), 'c')", "CASEI(ACCENTI(eosync:constellation)) = 'ete'"],
	...["CASEI(platform) = 'sentinel-2a'", "'MGRS-32TPT' = grid:code", "grid:code = 'WRS2-032007'"],
	...[
		"proj:epsg = 4326",
		"proj:epsg <> 4326",
		"proj:epsg IN (4326, '32633')",
		"proj:epsg IS NULL",
		"proj:epsg = '4326'",
	],
	...["platform = instruments", "landsat:wrs_path = sat:relative_orbit", "sat:orbit_state <> platform"],
];
const derived = fc.letrec<{ any: string }>((tie) => ({
	any: fc.oneof(
		{ maxDepth: 3, withCrossShrink: true },
		fc.constantFrom(...atoms),
		fc.tuple(tie("any"), fc.constantFrom("AND", "OR"), tie("any")).map(([a, op, b]) => `(${a} ${op} ${b})`),
		tie("any").map((a) => `NOT (${a})`),
	),
})).any;
const sortby = fc.constantFrom(
	undefined,
	[{ field: "properties.datetime", direction: "asc" }],
	[
		{ field: "eo:cloud_cover", direction: "desc" },
		{ field: "id", direction: "asc" },
	],
	[{ field: "product:type", direction: "asc" }],
	[
		{ field: "collection", direction: "desc" },
		{ field: "end_datetime", direction: "asc" },
	],
);
const search = fc.record({
	ids,
	bbox,
	intersects: intersectsWith,
	datetime,
	filter,
	sortby,
	limit: fc.constantFrom(1, 7, 1000),
	only: fc.boolean(),
});

interface Item {
	readonly id: string;
	readonly collection: string;
}

async function everything({ withC = false } = {}) {
	const keys = await database.sql<{ containerId: number; datasetId: number }[]>`
		select container_id as "containerId", dataset_id as "datasetId" from items where ${withC} or container_id = any(${containers as number[]})`;
	return loadItems(database.sql, keys, { urls: stacUrls("https://test") });
}

/** As if all of them were very many; slowly: a page ends as soon as it has anything. */
const longest = 60_000;
const asIfMany = () => ({ fewRows: 3, pace: new Pace({ enough: longest, longest, first: 11 }) });
const asIfManySlowly = () => ({ fewRows: 3, pace: new Pace({ enough: -1, longest, first: 11 }) });

async function walk(
	body: Record<string, unknown>,
	searched: readonly number[],
	{ between, bounds }: { between?: () => Promise<void>; bounds?: typeof asIfMany } = {},
): Promise<{ items: Item[]; matched: (number | null)[] }> {
	const asked = readSearchBody(body);
	const { filteredCollections } = asked;
	const names = await database.sql<{ id: number; eoId: string }[]>`
		select id, eo_id as "eoId" from containers where id = any(${searched as number[]})`;
	const meant = names.filter(({ eoId }) => filteredCollections?.includes(eoId) ?? true).map(({ id }) => id);
	if (meant.length === 0) return { items: [], matched: [] };
	const items: Item[] = [];
	const matched: (number | null)[] = [];
	let after: readonly SortValue[] | null = null;
	do {
		const page: Awaited<ReturnType<typeof searchItems>> = await searchItems(
			database.sql,
			{ ...asked, containers: meant },
			{ after, limit: asked.limit },
			bounds?.(),
		);
		// A page without items is the end to some clients.
		if (page.keys.length === 0) expect(page.next).toBeNull();
		const loaded = await loadItems(database.sql, page.keys, { urls: stacUrls("https://test") });
		items.push(...loaded.map(({ document: { id, collection } }) => ({ id, collection })));
		matched.push(page.matched);
		after = page.next;
		await between?.();
	} while (after !== null);
	return { items, matched };
}

const keyOfItem = ({ containerId, datasetId }: { readonly containerId: number; readonly datasetId: number }) =>
	`${containerId} ${datasetId}`;
const nameOf = ({ id, collection }: Item) => `${collection}/${id}`;

it("finds what a look at every item finds, in order, page by page", async () => {
	const all = await everything();
	await fc.assert(
		fc.asyncProperty(search, async ({ only, ...given }) => {
			const body: Record<string, unknown> = Object.fromEntries(
				Object.entries(given).filter(([name, value]) => value !== undefined && !(name === "intersects" && given.bbox)),
			);
			if (given.filter !== undefined) body["filter-lang"] = "cql2-text";
			const asked = readSearchBody(body);
			const searched = only ? containers.slice(0, 1) : containers;
			const [start, end = start] = (given.datetime ?? "../..")
				.replace(/\/$/, "/..")
				.split("/")
				.map((text) => (text === ".." ? null : Date.parse(text)));
			const place = given.bbox ? { bbox: given.bbox } : given.intersects;
			const expected = all.filter(({ containerId, document }) => {
				const { start_datetime: from = document.properties.datetime, end_datetime: to = document.properties.datetime } =
					document.properties;
				const footprintOf: Footprint = {
					type: "MultiPolygon",
					coordinates: "coordinates" in document.geometry ? polygonsOf(document.geometry) : [],
				};
				return (
					searched.includes(containerId) &&
					(given.ids === undefined || given.ids.includes(document.id)) &&
					(start === null || start === undefined || Date.parse(String(to)) >= start) &&
					(end === null || end === undefined || Date.parse(String(from)) <= end) &&
					(place === undefined || intersects(shapeOf(parseGeoJson(place, "place")), footprintOf)) &&
					(given.filter === undefined || isMet(given.filter, document))
				);
			});
			const { items, matched } = await walk(body, searched);
			expect(items.map(nameOf).sort()).toEqual(expected.map(({ document }) => nameOf(document)).sort());
			for (const count of matched) expect([null, expected.length]).toContain(count);
			if (asked.limit < 1000)
				expect(items.map(nameOf)).toEqual((await walk({ ...body, limit: 1000 }, searched)).items.map(nameOf));
			for (const bounds of [asIfMany, asIfManySlowly])
				expect((await walk(body, searched, { bounds })).items.map(nameOf)).toEqual(items.map(nameOf));
		}),
		{ numRuns: 60 },
	);
});

it("leaves out nothing by what a filter implies", async () => {
	const all = await everything();
	for (const text of filters) {
		const { items } = await walk({ filter: text, "filter-lang": "cql2-text", limit: 1000 }, containers);
		const expected = all.filter(({ document }) => isMet(text, document)).map(({ document }) => nameOf(document));
		expect(items.map(nameOf).sort(), text).toEqual(expected.sort());
	}
});

it("finds the same among items that an earlier version wrote, and when a worker has come to them", async () => {
	const { sql } = database;
	const found = async () => {
		const texts = [...filters, "grid:code = 'MGRS-32TPT'", "eosync:constellation = 'C'", "proj:code = 'EPSG:4326'"];
		const bodies = texts.map((text) => ({ filter: text, "filter-lang": "cql2-text", limit: 1000 }));
		const sorted = { sortby: [{ field: "eo:cloud_cover" }], limit: 50 };
		return Promise.all([...bodies, sorted].map(async (body) => (await walk(body, containers)).items.map(nameOf)));
	};
	const before = await found();
	await sql`update items set said = null where dataset_id % 2 = 0`;
	expect(await found()).toEqual(before);
	while ((await fillSaid(database)) > 0);
	const wrong = await sql`
		select i.eo_id from items i join datasets d on d.id = i.dataset_id join dataset_versions v on v.id = d.version_id
		where i.said is distinct from eosync_fields(v.state)`;
	expect(wrong).toEqual([]);
	expect(await found()).toEqual(before);
});

it("compares times to the microsecond", async () => {
	const { sql } = database;
	const [first] = await sql<{ id: number; updated: string }[]>`
		select dataset_id as id, ${instantText(sql, sql`updated_at`)} as updated from items order by dataset_id limit 1`;
	const count = async (filter: string) => (await walk({ filter, "filter-lang": "cql2-text" }, containers)).items.length;
	const all = (await walk({ limit: 1000 }, containers)).items.length;
	const time = "2026-05-05T05:05:05.123456Z";
	await sql`update items set updated_at = ${time} where true`;
	expect(await count(`updated = TIMESTAMP('${time}')`)).toBe(all);
	expect(await count(`updated > TIMESTAMP('${time}')`)).toBe(0);
	expect(await count("updated > TIMESTAMP('2026-05-05T05:05:05.123455Z')")).toBe(all);
	expect(await count("T_BEFORE(updated, TIMESTAMP('2026-05-05T05:05:05.123457Z'))")).toBe(all);
	await sql`update items set updated_at = ${first?.updated ?? time} where true`;
});

it("leaves out nothing that documents derive", async () => {
	const all = await everything({ withC: true });
	const check = async (filters: readonly string[]) => {
		const passed = await passing(filters);
		for (const [index, text] of filters.entries())
			for (const item of all)
				if (isMet(text, item.document) && !passed.get(keyOfItem(item))?.[index])
					expect.fail(`${text} leaves out ${JSON.stringify(item.document.properties)}`);
	};
	await check([...atoms, ...atoms.map((text) => `NOT (${text})`)]);
	await fc.assert(fc.asyncProperty(fc.array(derived, { minLength: 20, maxLength: 20 }), check), { numRuns: 5 });
});

/** What SQL says of each filter, by item. */
async function passing(filters: readonly string[]): Promise<ReadonlyMap<string, readonly boolean[]>> {
	const { sql } = database;
	const columns = itemColumnsOf(sql);
	const conditions = filters.map((filter, index) => {
		const { condition } = readSearchParameters({ filter });
		if (condition === null) throw new Error("no filter");
		return sql`${index === 0 ? sql`` : sql`, `}${conditionSql(sql, condition, columns)}`;
	});
	const rows = await sql<{ containerId: number; datasetId: number; passed: boolean[] }[]>`
		select i.container_id as "containerId", i.dataset_id as "datasetId", array[${conditions}]::boolean[] as passed
		from items i join containers c on c.id = i.container_id ${(await saidOf(sql)).join}`;
	return new Map(rows.map((row) => [keyOfItem(row), row.passed]));
}

it("sorts by what documents say, of each field that can be sorted by; what has none comes last", async () => {
	const all = await everything({ withC: true });
	const searched = [...new Set(all.map(({ containerId }) => containerId))];
	// Metadata that is written in odd ways is sorted by its text.
	const odd = await database.sql<{ id: string }[]>`
		select eo_id as id from items where exists (select from jsonb_each(said) s where jsonb_typeof(s.value) = 'array')`;
	const isPlain = ({ id }: Item) => !odd.some((each) => each.id === id);
	let sorted = 0;
	for (const field of sortedFields.filter((name) => name !== "proj:code")) {
		const documents = new Map(all.map(({ document }) => [nameOf(document), document]));
		const shownOf = (item: Item) => {
			const document = documents.get(nameOf(item));
			const value = field in item ? item[field as "id"] : document?.properties[field];
			return Array.isArray(value) ? value.join(", ") : (value ?? null);
		};
		const { items } = await walk({ sortby: [{ field }], limit: 1000 }, searched);
		expect(items).toHaveLength(all.length);
		const values = items.filter(isPlain).map(shownOf);
		const said = values.filter((value) => value !== null);
		expect(said, field).toEqual(said.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
		expect(values.slice(0, said.length), field).toEqual(said);
		sorted += Math.min(said.length, 1);
	}
	expect(sorted).toBeGreaterThan(14);
});

it.each([
	"platform = 'sentinel-2b'",
	"sat:orbit_state = 'ascending' AND NOT (eo:cloud_cover > 5)",
	"sat:orbit_state IS NOT NULL",
	"eo:cloud_cover IS NULL",
	"instruments LIKE 'OLI%'",
	"NOT (platform IS NULL OR sat:orbit_state = 'ascending')",
	"no:such = 1",
])("few others are looked at for %s", async (filter) => {
	const looked = [...(await passing([filter])).values()].filter(([passed]) => passed);
	const all = await everything({ withC: true });
	const items = all.filter(({ document }) => isMet(filter, document));
	// Values that are written in odd ways are looked at as well.
	expect(looked.length).toBeLessThanOrEqual(items.length + all.length / 2);
	expect(looked.length).toBeGreaterThanOrEqual(items.length);
});

function polygonsOf(geometry: object): Footprint["coordinates"] {
	const { type, coordinates } = geometry as
		| { type: "Polygon"; coordinates: Footprint["coordinates"][number] }
		| { type: "MultiPolygon"; coordinates: Footprint["coordinates"] };
	return type === "Polygon" ? [coordinates] : coordinates;
}

/** The filter on the document itself. */
function isMet(text: string, document: Awaited<ReturnType<typeof everything>>[number]["document"]): boolean {
	const { condition } = readSearchParameters({ filter: text });
	const fields: Record<string, unknown> = { ...document.properties, id: document.id, collection: document.collection };
	const value = (name: string) => fields[name] ?? null;
	const time = (name: string) => Date.parse(String(value(name) ?? value("datetime")));
	return (
		condition !== null &&
		evaluate(condition, {
			text: (name) => {
				const found = value(name);
				return found === null ? null : Array.isArray(found) ? found.join(", ") : String(found);
			},
			time,
			geometry: () => ({ type: "MultiPolygon", coordinates: polygonsOf(document.geometry) }),
		}) === true
	);
}

it("orders by what is asked for, with what says nothing last", async () => {
	const all = new Map(
		(await everything()).map(({ document }) => [nameOf(document), document.properties["eo:cloud_cover"] ?? null]),
	);
	for (const direction of ["asc", "desc"]) {
		const { items } = await walk({ limit: 9, sortby: [{ field: "eo:cloud_cover", direction }] }, containers);
		const values = items.map((item) => all.get(nameOf(item)) ?? null);
		expect(values).toHaveLength(all.size);
		const said = values
			.filter((value) => value !== null)
			.map(Number)
			.filter((value) => value <= 100);
		expect(said).toEqual([...said].sort((a, b) => (direction === "asc" ? a - b : b - a)));
	}
});

it("goes on where it was, whatever comes meanwhile", async () => {
	const before = await walk({ limit: 1000 }, containers);
	let count = 0;
	const between = async () => {
		count += 1;
		const hours = 30 - count;
		const [made] = fc.sample(dataset, { numRuns: 1, seed: count });
		if (made && count < 8)
			await addDatasets(database, [{ ...named(made, `NEW${count}`), begin: instant(hours), end: instant(hours) }]);
	};
	const { items } = await walk({ limit: 9 }, containers, { between });
	const old = items.map(nameOf).filter((name) => !name.includes("NEW"));
	expect(old).toEqual(before.items.map(nameOf));
	expect(new Set(items.map(nameOf)).size).toBe(items.length);
});

it("opens no token of another search, another secret, or one that was changed", () => {
	const [key, other] = [keyOf("a secret of some length"), keyOf("another one")];
	const token = sealToken(["2026-01-01T00:00:00Z", 3], "search", key);
	expect(openToken(token, "search", [other, key])).toEqual(["2026-01-01T00:00:00Z", 3]);
	for (const [changed, query, keys] of [
		[token, "another search", [key]],
		[token, "search", [other]],
		[`${token.slice(0, -2)}AA`, "search", [key]],
		["", "search", [key]],
		["x".repeat(9000), "search", [key]],
	] as const)
		expect(() => openToken(changed, query, keys)).toThrow("The token is not one of this search");
});

it.each<[Record<string, string>, string]>([
	[{ bbox: "1,2,3" }, "bbox: a bbox has four numbers"],
	[{ bbox: "1,2,3,x" }, "bbox"],
	[{ bbox: "0,0,1,1", intersects: '{"type":"Point","coordinates":[0,0]}' }, "Give either bbox or intersects"],
	[{ intersects: "{" }, "intersects is no JSON"],
	[{ datetime: "yesterday" }, "datetime must be"],
	[{ limit: "0" }, "limit must be"],
	[{ intersects: '{"type":"MultiPoint","coordinates":[]}' }, "at least one position"],
	[{ intersects: '{"type":"MultiPolygon","coordinates":[[]]}' }, "at least one position"],
	[{ intersects: '{"type":"GeometryCollection","geometries":[]}' }, "at least one position"],
	[{ filter: "a =" }, "filter: At character 4"],
	[{ filter: "a = 1", "filter-lang": "sql" }, "filter-lang is"],
	[{ filter: "a = 1", "filter-crs": "EPSG:3857" }, "filter-crs can only be"],
	[{ query: '{"a":{"near":1}}' }, "query.a: near is none of"],
])("refuses %j", (given, message) => {
	expect(() => readSearchParameters(given)).toThrow(message);
});

it("understands the same in GET and POST", () => {
	const get = readSearchParameters({
		collections: "A,B",
		bbox: "1,2,3,4",
		limit: "5000",
		sortby: "-datetime,+id",
		fields: "id,-geometry",
		filter: "a = 1",
		"filter-lang": "cql2-text",
	});
	const post = readSearchBody({
		collections: ["A", "B"],
		bbox: [1, 2, 3, 4],
		limit: 5000,
		sortby: [
			{ field: "datetime", direction: "desc" },
			{ field: "id", direction: "asc" },
		],
		fields: { include: ["id"], exclude: ["geometry"] },
		filter: "a = 1",
		"filter-lang": "cql2-text",
	});
	expect(get).toEqual(post);
	expect(get.limit).toBe(1000);
	expect(readSearchBody({ collections: "A" }).collections).toEqual(["A"]);
	expect(readSearchBody({ limit: "25" }).limit).toBe(25);
	for (const limit of ["", "0", "-1", "1.5", "x"]) expect(() => readSearchBody({ limit })).toThrow("limit");
	expect(() => readSearchBody({ fields: null })).toThrow(/fields/);
	expect(readSearchParameters({ query: '{"eo:cloud_cover":{"lt":10,"gte":1}}' }).condition).toEqual(
		readSearchParameters({ filter: "eo:cloud_cover < 10 AND eo:cloud_cover >= 1" }).condition === null
			? null
			: readSearchBody({ query: { "eo:cloud_cover": { lt: 10, gte: 1 } } }).condition,
	);
});

it("takes numbers that a client sends as text for numbers, in the query extension", () => {
	const conditionOf = (query: Record<string, object>) => readSearchBody({ query }).condition;
	expect(conditionOf({ "properties.eo:cloud_cover": { lt: "10", in: ["1", "x"] } })).toEqual(
		conditionOf({ "properties.eo:cloud_cover": { lt: 10, in: [1, "x"] } }),
	);
	expect(conditionOf({ platform: { eq: "10" } })).not.toEqual(conditionOf({ platform: { eq: 10 } }));
});

it("picks fields as the specification has it", async () => {
	const [first] = await everything();
	const item = first?.document;
	if (item === undefined) throw new Error("no item");
	const names = (include: string[] | null, exclude: string[]) =>
		Object.keys(pickFields(item, { include, exclude })).sort();
	const properties = (include: string[] | null, exclude: string[]) => {
		const picked: { properties?: object } = pickFields(item, { include, exclude });
		return Object.keys(picked.properties ?? {}).sort();
	};
	const usual = ["assets", "bbox", "collection", "geometry", "id", "links", "properties", "stac_version", "type"];
	const whole = Object.keys(item).sort();
	const everyProperty = Object.keys(item.properties).sort();
	const but = (all: string[], ...gone: string[]) => all.filter((name) => !gone.includes(name));
	for (const include of [null, []]) {
		expect(names(include, [])).toEqual(usual);
		expect(properties(include, [])).toEqual(["datetime"]);
	}
	expect(names(null, ["geometry", "assets"])).toEqual(but(whole, "assets", "geometry"));
	expect(properties(null, ["created"])).toEqual(but(everyProperty, "created"));
	expect(names([], ["geometry", "assets"])).toEqual(but(usual, "assets", "geometry"));
	expect(names(["id", "bbox"], [])).toEqual(["bbox", "id"]);
	expect(names(["id", "bbox"], ["id"])).toEqual(["bbox", "id"]);
	expect(names(["id"], ["id", "bbox", "stac_version"])).toEqual(["collection", "id", "type"]);
	expect(properties([], ["properties"])).toEqual([]);
	expect(properties(["properties.created", "no.such"], [])).toEqual(["created"]);
	expect(names(["properties.created"], ["properties"])).toEqual([
		"collection",
		"id",
		"properties",
		"stac_version",
		"type",
	]);
	expect(properties(["created"], ["properties"])).toEqual(["created"]);
	expect(properties(["properties"], ["properties.datetime", "created"])).toEqual(
		but(everyProperty, "created", "datetime"),
	);
	expect(names(["no.such"], [])).toEqual([]);
});
