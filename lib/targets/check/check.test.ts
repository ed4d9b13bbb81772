import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { adoptedTotals, listAdoptedDifferences } from "#lib/catalog/targets/adopted-differences.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { foreignFile } from "#lib/cli/configuration/foreign-file.ts";
import type { Wanted } from "#lib/targets/compare/sides.ts";
import type { TargetObject } from "#lib/targets/compare/target-object.ts";
import { seenStorages } from "#lib/targets/eoxserver/places.ts";
import { eoxObjects } from "#lib/targets/eoxserver/read-objects.ts";
import { createTestEox, describeWithPostgis } from "#lib/targets/testing/eox-bench.ts";
import { acceptDifferences, undoAcceptance } from "./accept-differences.ts";
import { checkTarget } from "./check.ts";
import { foreignContainers } from "./foreign-containers.ts";

describeWithPostgis("a check of an EOxServer instance, and taking it over", () => {
	let catalogue: Database;
	let eox: Database;
	let archive: string;
	let targetId = 0;
	let storageId = 0;
	let wanted: Wanted[] = [];
	beforeAll(async () => {
		catalogue = await createTestDatabase();
		archive = mkdtempSync(join(tmpdir(), "eosync-foreign-"));
		const { sql } = catalogue;
		[{ id: storageId }] = await sql<[{ id: number }]>`
			insert into storages (name, type, config) values ('archive', 'local', ${sql.json({ type: "local", root: archive })}) returning id`;
		await sql`insert into containers (eo_id, kind) values ('S', 'dataset-series')`;
	});
	beforeEach(async () => {
		const { sql } = catalogue;
		await sql`delete from targets`;
		[{ id: targetId }] = await sql<[{ id: number }]>`
			insert into targets (name, type, url, settings) values ('eox', 'eoxserver', 'postgres://h/d', '{}') returning id`;
		eox = await createTestEox();
		wanted = [];
	});
	afterEach(() => eox.close());
	afterAll(async () => {
		await catalogue.close();
		rmSync(archive, { recursive: true, force: true });
	});

	const footprint = "POLYGON((10 40,12 40,12 42,10 42,10 40))";
	interface Row {
		readonly identifier: string;
		/** null: it has no file. */
		readonly location?: string | null;
		readonly storage?: number | null;
		readonly metadata?: string;
		readonly footprint?: string | null;
		readonly times?: boolean;
		readonly collections?: readonly number[];
	}
	/** As EOxServer's commands register it. Returns its number. */
	const register = async (row: Row): Promise<number> => {
		const { sql } = eox;
		const {
			identifier,
			location = `/data/${identifier}.tif`,
			storage = null,
			metadata,
			times = true,
			collections = [],
		} = row;
		const [type] = await sql<{ id: number }[]>`
			with known as (select id from coverages_coveragetype where name = 'RGB'), made as (
				insert into coverages_coveragetype (name) select 'RGB' where not exists (select from known) returning id)
			select id from known union all select id from made`;
		const [grid] = await sql<{ id: number }[]>`
			with known as (select id from coverages_grid limit 1), made as (
				insert into coverages_grid (coordinate_reference_system, axis_1_name, axis_2_name, axis_1_type, axis_2_type, axis_1_offset, axis_2_offset)
				select 'EPSG:4326', 'long', 'lat', 0, 0, '0.031355000000000', '-0.031355000000000' where not exists (select from known) returning id)
			select id from known union all select id from made`;
		const [object] = await sql<{ id: number }[]>`
			insert into coverages_eoobject (identifier, begin_time, end_time, footprint, inserted, updated)
			values (${identifier}, ${times ? "2006-08-16T09:09:29Z" : null}, ${times ? "2006-08-16T09:12:46Z" : null},
				st_geomfromtext(${row.footprint === undefined ? footprint : row.footprint}, 4326), now(), now()) returning id`;
		const id = object?.id ?? 0;
		await sql`
			insert into coverages_coverage (eoobject_ptr_id, axis_1_origin, axis_2_origin, axis_1_size, axis_2_size, coverage_type_id, grid_id)
			values (${id}, '10.000000000000001', '42', 64, 64, ${type?.id ?? null}, ${grid?.id ?? null})`;
		if (location !== null)
			await sql`
				insert into coverages_arraydataitem (location, format, field_index, band_count, bands_interpretation, coverage_id, storage_id)
				values (${location}, 'image/tiff', 0, 3, 0, ${id}, ${storage})`;
		if (metadata !== undefined)
			await sql`insert into coverages_metadataitem (location, format, eo_object_id, storage_id) values (${metadata}, 'eogml', ${id}, ${storage})`;
		for (const collection of collections)
			await sql`insert into coverages_coverage_collections (coverage_id, collection_id) values (${id}, ${collection})`;
		return id;
	};
	const collection = async (identifier: string): Promise<number> => {
		const [row] = await eox.sql<{ id: number }[]>`
			with made as (insert into coverages_eoobject (identifier, inserted, updated) values (${identifier}, now(), now()) returning id)
			insert into coverages_collection (eoobject_ptr_id) select id from made returning eoobject_ptr_id as id`;
		return row?.id ?? 0;
	};
	/** What the catalogue has of what `register` wrote. */
	const dataset = (datasetId: number, identifier: string, more: Partial<TargetObject> = {}): Wanted => ({
		eoId: identifier,
		datasetId,
		containerId: null,
		part: "",
		problem: null,
		nameProblem: null,
		object: {
			kind: "coverage",
			identifier,
			beginTime: "2006-08-16T09:09:29Z",
			endTime: "2006-08-16T09:12:46Z",
			footprint: {
				type: "MultiPolygon",
				coordinates: [
					[
						[
							[12, 40],
							[12, 42],
							[10, 42],
							[10, 40.0000004],
							[12, 40],
						],
					],
				],
			},
			coverageType: "RGB",
			grid: { crs: "EPSG:4326", offsets: ["0.031355", "-0.031355"] },
			origin: ["10", "42"],
			size: [64, 64],
			files: [{ place: `/data/${identifier}.tif`, format: "image/tiff", fieldIndex: 0, bandCount: 3 }],
			metadata: [],
			collections: [],
			visibility: {},
			properties: {},
			...more,
		},
	});
	const run = async (kind: "check" | "adopt", { look = false } = {}) => {
		const { sql } = catalogue;
		const [{ id: pushId }] = await sql<[{ id: number }]>`
			insert into target_pushes (target_id, kind, state) values (${targetId}, ${kind}, 'succeeded') returning id`;
		const before = await everything();
		const counts = await checkTarget(catalogue, {
			targetId,
			pushId,
			kind,
			wanted: {
				datasetIds: async function* () {
					yield wanted.flatMap(({ datasetId }) => datasetId ?? []);
				},
				load: async (ids) => wanted.filter(({ datasetId }) => datasetId !== null && ids.includes(datasetId)),
				containers: async () => wanted.filter(({ containerId }) => containerId !== null),
			},
			there: await eoxObjects(eox.sql),
			storages: seenStorages([{ id: storageId, name: "archive", config: { type: "local", root: archive } }], {
				archive: "/data",
			}),
			access: look ? { policy: { network: undefined, roots: undefined }, keys: async () => [] } : null,
			signal: new AbortController().signal,
		});
		expect(await everything()).toEqual(before);
		const rows = await sql<
			{ class: string; identifier: string; fields: { field: string }[]; message: string | null }[]
		>`
			select class, identifier, fields, message from target_differences where push_id = ${pushId} order by number`;
		const found = rows.map(
			(row) =>
				`${row.class} ${row.identifier}${row.fields.map(({ field }) => ` ${field}`).join("")}${row.message === null ? "" : `: ${row.message}`}`,
		);
		return { pushId, counts, found };
	};
	/** Nothing there is ever written. */
	const everything = async () => {
		const { sql } = eox;
		const tables = [
			"eoobject",
			"coverage",
			"arraydataitem",
			"metadataitem",
			"grid",
			"coveragetype",
			"collection",
			"coverage_collections",
		];
		const rows = tables.map((table) => sql`select t::text from ${sql(`coverages_${table}`)} t order by 1`.values());
		return Promise.all(rows);
	};

	it("finds what its own commands registered the same, through storage rows and their parents", async () => {
		const { sql } = eox;
		const [root] = await sql<
			{ id: number }[]
		>`insert into backends_storage (name, url, storage_type) values ('root', '/data', 'directory') returning id`;
		const [zip] = await sql<{ id: number }[]>`
			insert into backends_storage (name, url, storage_type, parent_id) values (null, 'b.zip', 'ZIP', ${root?.id ?? 0}) returning id`;
		await register({ identifier: "A" });
		await register({ identifier: "B", location: "B.tif", storage: root?.id ?? null });
		await register({ identifier: "C", location: "m/x.tif", storage: zip?.id ?? null });
		wanted = [
			dataset(1, "A"),
			dataset(2, "B"),
			dataset(3, "C", { files: [{ place: "/vsizip//data/b.zip/m/x.tif", format: null, fieldIndex: 0, bandCount: 3 }] }),
		];
		expect(await run("check")).toMatchObject({ counts: { same: 3 }, found: [] });
		await sql`update backends_storage set parent_id = ${zip?.id ?? 0} where id = ${root?.id ?? 0}`;
		expect((await run("check")).found).toEqual(["differs B files", "differs C files"]);
	});

	it("reads whatever is there: nulls, odd geometries and texts, objects without rows of their kind", async () => {
		const { sql } = eox;
		const hostile = "<b>\u202e'; drop table x; --\n\u{1f6f0} {NULL,\"\\";
		await register({ identifier: hostile, location: `${hostile}/../../etc/passwd`, times: false, footprint: null });
		await register({ identifier: "POINT", footprint: "GEOMETRYCOLLECTION(POINT(1 1))", location: null });
		await register({ identifier: "EMPTY", footprint: "MULTIPOLYGON EMPTY" });
		await sql`insert into coverages_eoobject (identifier, begin_time, inserted, updated) values ('RESERVED', 'infinity', now(), now())`;
		await sql`with made as (insert into coverages_eoobject (identifier, begin_time, inserted, updated) values ('INFINITE', 'infinity', now(), now()) returning id)
			insert into coverages_coverage (eoobject_ptr_id, axis_1_size) select id, 0 from made`;
		await sql`with made as (insert into coverages_eoobject (identifier, inserted, updated) values ('PRODUCT', now(), now()) returning id)
			insert into coverages_product (eoobject_ptr_id) select id from made`;
		wanted = ["POINT", "EMPTY", "INFINITE", "PRODUCT", "RESERVED"].map((name, i) => dataset(i + 1, name));
		const { found } = await run("check");
		expect(found).toEqual([
			`foreign ${hostile}`,
			"differs POINT footprint files",
			"differs EMPTY footprint",
			"differs INFINITE beginTime endTime footprint coverageType grid origin size files",
			"conflict PRODUCT: Its identifier is that of a product there.",
			"conflict RESERVED: Its identifier is that of something else there.",
		]);
	});

	it("takes over what matches as it is, and keeps what differs until a person accepts it", async () => {
		const { sql } = catalogue;
		const series = await collection("S");
		await register({ identifier: "A", collections: [series] });
		await register({ identifier: "theirs", location: "/data/B.tif", footprint: null });
		await register({ identifier: "C", location: "/elsewhere/C.tif" });
		await register({ identifier: "X", location: "/data/A.tif" });
		const [{ id: containerId }] = await sql<[{ id: number }]>`select id from containers where eo_id = 'S'`;
		wanted = [
			{
				...dataset(0, "S", { kind: "series", files: [], grid: null, origin: [], size: [], coverageType: null }),
				datasetId: null,
				containerId,
			},
			dataset(1, "A", { collections: ["S"] }),
			dataset(2, "B"),
			dataset(3, "C"),
			dataset(4, "D"),
		];
		const adopted = await run("adopt");
		expect(adopted.found).toEqual([
			"differs (adopted) S beginTime endTime footprint",
			"differs (adopted) theirs footprint",
			"differs (adopted) C files",
			"foreign X: It is of the same file as A.",
			"missing D",
		]);
		expect(adopted.counts).toEqual({ same: 1, "differs (adopted)": 3, adopted: 4, foreign: 1, missing: 1 });
		expect((await run("check")).found).toEqual(adopted.found);
		expect((await run("adopt")).counts.adopted).toBeUndefined();

		expect(await adoptedTotals(catalogue, "eox")).toEqual([
			{ field: "footprint", kept: 2, accepted: 0 },
			{ field: "beginTime", kept: 1, accepted: 0 },
			{ field: "endTime", kept: 1, accepted: 0 },
			{ field: "files", kept: 1, accepted: 0 },
		]);
		expect(await acceptDifferences(catalogue, "eox", { fields: ["footprint"], identifiers: ["theirs"] })).toEqual({
			objects: 1,
			fields: 1,
		});
		expect(await sql`select datasets from target_notes where target_id = ${targetId} and datasets <> '{}'`).toEqual([
			{ datasets: [2] },
		]);
		expect((await run("check")).found).toContain("differs theirs footprint");
		expect(await undoAcceptance(catalogue, "eox", {})).toEqual({ objects: 1, fields: 1 });
		expect((await run("check")).found).toEqual(adopted.found);
		expect(await acceptDifferences(catalogue, "eox", { containers: ["S"] })).toEqual({ objects: 1, fields: 3 });
		expect(await acceptDifferences(catalogue, "eox", {})).toEqual({ objects: 2, fields: 2 });
		expect(await acceptDifferences(catalogue, "eox", {})).toEqual({ objects: 0, fields: 0 });
		const page = await listAdoptedDifferences(catalogue, "eox", { after: null, limit: 2, field: undefined });
		expect(page).toMatchObject({
			total: 3,
			rows: [
				{ identifier: "S", eoId: "S" },
				{ identifier: "theirs", eoId: null, fields: [{ field: "footprint", isAccepted: true }] },
			],
		});
		await expect(acceptDifferences(catalogue, "eox", { containers: ["NONE"] })).rejects.toThrow(
			"There is no container NONE",
		);
		await expect(acceptDifferences(catalogue, "other", {})).rejects.toThrow("There is no target other");
	});

	it("sees what somebody changed there since, field by field", async () => {
		await register({ identifier: "A" });
		await register({ identifier: "B" });
		wanted = [dataset(1, "A"), dataset(2, "B")];
		await run("adopt");
		await eox.sql`update coverages_eoobject set end_time = null, footprint = st_translate(footprint, 1, 0) where identifier = 'A'`;
		await eox.sql`delete from coverages_arraydataitem where coverage_id in (select id from coverages_eoobject where identifier = 'B')`;
		await eox.sql`delete from coverages_coverage where eoobject_ptr_id in (select id from coverages_eoobject where identifier = 'B')`;
		await eox.sql`delete from coverages_eoobject where identifier = 'B'`;
		expect((await run("check")).found).toEqual([
			"changed there A endTime footprint",
			"changed there B: It was removed there.",
		]);
		wanted = [];
		expect((await run("check")).found).toEqual([
			"gone A: It is no longer in the catalogue, or in no container of this target.",
		]);
	});

	it("offers containers for what is foreign, and knows which files are gone", async () => {
		mkdirSync(join(archive, "2006/08"), { recursive: true });
		for (const name of ["2006/a.tif", "2006/a.xml", "2006/08/b.tif", "2006/c.tif", "x.jp2"])
			writeFileSync(join(archive, name), "");
		const [series, other] = [await collection("MERIS"), await collection("0 odd:name")];
		await register({
			identifier: "a",
			location: "/data/2006/a.tif",
			metadata: "/data/2006/a.xml",
			collections: [series],
		});
		await register({ identifier: "b", location: "/data/2006/08/b.tif", collections: [series, other] });
		await register({
			identifier: "c",
			location: "/data/2006/c.tif",
			metadata: "/data/2006/c.xml",
			collections: [other],
		});
		await register({ identifier: "x", location: "/data/x.jp2" });
		await register({ identifier: "y", location: "/data/gone/y.jp2" });
		await register({ identifier: "elsewhere", location: "/other/z.tif" });
		const { pushId, found, counts } = await run("check", { look: true });
		expect(found).toEqual([
			"foreign MERIS",
			"foreign 0 odd:name",
			"foreign a",
			"foreign b",
			"gone c: Its metadata file c.xml is not there any more: EOxServer refuses to describe anything with it.",
			"foreign x",
			"gone y: Its file is not there any more.",
			"foreign elsewhere",
		]);
		expect(counts).toEqual({ foreign: 6, gone: 2 });
		const text = foreignFile("eox", await foreignContainers(catalogue, pushId));
		const read = parseConfiguration({ file: "offered.yaml", text, variable: () => undefined });
		expect(read.containers.map(({ id, sources }) => `${id} ${sources[0]?.path}`)).toEqual([
			"MERIS 2006",
			"_0_odd_name 2006/08",
			"archive ",
		]);
		expect(await foreignContainers(catalogue, pushId)).toMatchObject([
			{
				id: "MERIS",
				kind: "dataset-series",
				coverages: 2,
				folders: 2,
				others: 0,
				source: { storage: "archive", path: "2006", include: ["*.tif"], metadata: ["{stem}.xml"] },
			},
			{ id: "_0_odd_name", coverages: 1, source: { path: "2006/08", include: ["*.tif"] } },
			{ id: "archive", coverages: 1, source: { path: "", include: ["*.jp2"] } },
		]);
	});
});
