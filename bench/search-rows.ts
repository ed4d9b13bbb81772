import { readDatasetQuery } from "#lib/catalog/search/dataset-query.ts";
import { findDatasets } from "#lib/catalog/search/find-datasets.ts";
import { stacUrls } from "#lib/stac/links.ts";
import { loadItems } from "#lib/stac/load-items.ts";
import { searchItems } from "#lib/stac/search/search-items.ts";
import { readSearchBody } from "#lib/stac/search/search-request.ts";
import type { Measurement, Row } from "./measurement.ts";
import type { BenchOptions } from "./options.ts";
import type { Workplace } from "./workplace.ts";

/** Searches of each kind. */
const searches = 60;
const collections = 20;

/** Searches over as many published items as the tree has files, made up: scenes of 1° to 3° over ten years. */
export async function* searchRows({ database }: Workplace, { files }: BenchOptions): AsyncGenerator<Row> {
	await makeItems(database.sql, files);
	const { sql } = database;
	const rows = await sql<{ id: number; eoId: string }[]>`
		select id, eo_id as "eoId" from containers where eo_id like 'SEARCHED_%' order by id`;
	const containers = rows.map(({ id }) => id);
	const options = { urls: stacUrls("http://localhost") };
	const stac = async (body: object, searched: readonly number[]) => {
		const asked = readSearchBody({ limit: 100, ...body });
		const { keys } = await searchItems(sql, { ...asked, containers: searched }, { after: null, limit: 100 });
		return (await loadItems(sql, keys, options)).length;
	};
	const kinds: readonly (readonly [string, number, (n: number) => Promise<number>])[] = [
		["a page of 100 items of all, the newest first", 80, () => stac({}, containers)],
		["100 items in 2° × 2°", 150, (n) => stac({ bbox: box(n, 2) }, containers)],
		["100 items in Europe", 150, () => stac({ bbox: [-10, 35, 30, 60] }, containers)],
		[
			"100 items of a collection in two months and 30° × 30°",
			150,
			(n) => stac({ bbox: box(n, 30), datetime: months(n) }, containers.slice(n % collections, (n % collections) + 1)),
		],
		[
			"100 items with little cloud in Europe",
			150,
			() =>
				stac({ bbox: [-10, 35, 30, 60], filter: { op: "<", args: [{ property: "eo:cloud_cover" }, 10] } }, containers),
		],
		[
			"100 datasets of the catalogue in 2° × 2°",
			150,
			async (n) => {
				const query = readDatasetQuery({ bbox: box(n, 2).join(",") });
				return (await findDatasets(database, query, { limit: 100, patience: 5000 })).rows.length;
			},
		],
	];
	for (const [work, most, run] of kinds) {
		await run(0);
		const runs: Measurement[] = [];
		let found = 0;
		for (let n = 1; n <= searches; n++) {
			const began = performance.now();
			found += await run(n);
			runs.push({ seconds: (performance.now() - began) / 1000 });
		}
		const sorted = runs.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
		const slow = (sorted[Math.ceil(0.95 * searches) - 1] ?? 0) * 1000;
		yield {
			work: `${work}, of ${files.toLocaleString("en")}`,
			runs,
			required: `p95 ≤ ${most} ms`,
			aim: "",
			reached: `p95 ${slow.toFixed(0)} ms, ${(found / searches).toFixed(0)} found`,
			meets: slow <= most,
		};
	}
}

function box(n: number, size: number): number[] {
	const [west, south] = [((n * 47) % (340 - size)) - 170, ((n * 29) % (150 - size)) - 75];
	return [west, south, west + size, south + size];
}

function months(n: number): string {
	const begin = Date.UTC(2016, n % 110, 1);
	return `${new Date(begin).toISOString()}/${new Date(begin + 61 * 86_400_000).toISOString()}`;
}

/** As the engine and the log's triggers would write them, without what they cost. */
async function makeItems(sql: Workplace["database"]["sql"], count: number): Promise<void> {
	if ((await sql`select from containers where eo_id = 'SEARCHED_1'`).length > 0) return;
	await sql.begin(async (tx) => {
		await tx`set local session_replication_role = replica`;
		await tx`insert into storages (name, type, config) values ('searched', 'local', '{}') on conflict do nothing`;
		await tx`
			insert into containers (eo_id, kind, publish_stac) select 'SEARCHED_' || n, 'dataset-series', 'public' from generate_series(1, ${collections}::int) n`;
		await tx`
			create temporary table made on commit drop as
			select n, nextval('datasets_id_seq') as dataset, nextval('changes_id_seq') as version, (select min(id) from containers where eo_id like 'SEARCHED_%') + n % ${collections} as container,
				timestamptz '2016-01-01' + random() * interval '3650 days' as t, random() * 355 - 180 as x, random() * 150 - 75 as y, 1 + random() * 2 as s
			from generate_series(1, ${count}::int) n`;
		await tx`
			insert into dataset_versions (id, dataset_id, begin_time, end_time, footprint_key, state, files, cell, bbox)
			select version, dataset, t, t, md5(n::text)::uuid, json_build_object('eoId', 'SEARCHED_ITEM_' || n, 'kind', 'rectified', 'size', json_build_array(10980, 10980),
					'crs', 'EPSG:4326', 'extent', json_build_array(x, y, x + s, y + s), 'gcps', null, 'begin', to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
					'end', to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'rangeType', 'RGB', 'bands', '[]'::json,
					'footprint', json_build_object('type', 'MultiPolygon', 'coordinates', json_build_array(json_build_array(json_build_array(
						json_build_array(x, y), json_build_array(x + s, y), json_build_array(x + s, y + s), json_build_array(x, y + s), json_build_array(x, y))))),
					'properties', json_build_object('platform', 'Sentinel-2', 'platformSerialIdentifier', case when n % 2 = 0 then 'A' else 'B' end, 'cloudCover', n % 101, 'productType', 'S2MSI1C')),
				'[]', 0, box(point(x + s, y + s), point(x, y)) from made`;
		await tx`
			insert into datasets (id, eo_id, version_id, storage_id, directory, path, begin_time, end_time) overriding system value
			select dataset, 'SEARCHED_ITEM_' || n, version, (select id from storages where name = 'searched'), '', 'SEARCHED_ITEM_' || n || '.tif', t, t from made`;
		await tx`insert into container_datasets (container_id, dataset_id) select container, dataset from made`;
		await tx`
			insert into items (dataset_id, container_id, eo_id, begin_time, end_time, bbox, etag, seq, created_at, updated_at)
			select dataset, container, 'SEARCHED_ITEM_' || n, t, t, box(point(x + s, y + s), point(x, y)), 'x.y', n, now(), now() from made`;
	});
	await sql`vacuum (analyze) items, datasets, dataset_versions, container_datasets`;
}
