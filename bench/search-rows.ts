import { RateLimit } from "#lib/api/rate-limit.ts";
import { readDatasetQuery } from "#lib/catalog/search/dataset-query.ts";
import { findDatasets } from "#lib/catalog/search/find-datasets.ts";
import { dispatchStac, type StacServices } from "#lib/stac/api/dispatch.ts";
import { stacUrls } from "#lib/stac/links.ts";
import { loadItems } from "#lib/stac/load-items.ts";
import { searchItems } from "#lib/stac/search/search-items.ts";
import { readSearchBody } from "#lib/stac/search/search-request.ts";
import type { Measurement, Row } from "./measurement.ts";
import type { BenchOptions } from "./options.ts";
import type { Workplace } from "./workplace.ts";

/** Searches of each kind, and of those that look at every item. */
const searches = 60;
const fewSearches = 10;
const collections = 20;
const origin = "http://localhost";

/** Searches over as many published items as the tree has files, made up: scenes of 1° to 3° over ten years. */
export async function* searchRows({ database }: Workplace, { files }: BenchOptions): AsyncGenerator<Row> {
	await makeItems(database.sql, files);
	const { sql } = database;
	const rows = await sql<{ id: number; eoId: string }[]>`
		select id, eo_id as "eoId" from containers where eo_id like 'SEARCHED_%' order by id`;
	const containers = rows.map(({ id }) => id);
	const options = { urls: stacUrls(origin) };
	const stac = async (body: object, searched: readonly number[]) => {
		const asked = readSearchBody({ limit: 100, ...body });
		const { keys } = await searchItems(sql, { ...asked, containers: searched }, { after: null, limit: 100 });
		return (await loadItems(sql, keys, options)).length;
	};
	const askItem = itemAsker(database, files);
	const etags = new Map<number, string>();
	for (let n = 0; n <= searches; n++) etags.set(n, (await askItem(n)).headers.get("etag") ?? "");
	const kinds: readonly Kind[] = [
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
			"the one item of an orbit, by a filter that no index helps",
			5000,
			(n) =>
				stac({ filter: { op: "=", args: [{ property: "sat:absolute_orbit" }, 1 + ((n * 7919) % files)] } }, containers),
			fewSearches,
		],
		[
			"100 items of all, by cloud cover",
			5000,
			() => stac({ sortby: [{ field: "eo:cloud_cover" }] }, containers),
			fewSearches,
		],
		["an item", 10, async (n) => found(await askItem(n), 200)],
		["an item that is as the client has it", 5, async (n) => found(await askItem(n, etags.get(n)), 304)],
		[
			"100 datasets of the catalogue in 2° × 2°",
			150,
			async (n) => {
				const query = readDatasetQuery({ bbox: box(n, 2).join(",") });
				return (await findDatasets(database, query, { limit: 100, timeoutMs: 5000 })).rows.length;
			},
		],
	];
	for (const [work, most, run, times = searches] of kinds) {
		await run(0);
		const runs: Measurement[] = [];
		let count = 0;
		for (let n = 1; n <= times; n++) {
			const began = performance.now();
			count += await run(n);
			runs.push({ seconds: (performance.now() - began) / 1000 });
		}
		const sorted = runs.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
		const slow = (sorted[Math.ceil(0.95 * times) - 1] ?? 0) * 1000;
		yield {
			work: `${work}, of ${files.toLocaleString("en")}`,
			runs,
			required: `p95 ≤ ${most} ms`,
			aim: "",
			reached: `p95 ${slow.toFixed(0)} ms, ${(count / times).toFixed(0)} found`,
			meets: slow <= most,
		};
	}
}

type Kind = readonly [work: string, most: number, run: (n: number) => Promise<number>, times?: number];

/** Asks for items as clients do, without the network between. */
function itemAsker(database: Workplace["database"], files: number) {
	const endless = { burst: Number.MAX_SAFE_INTEGER, perSecond: 1 };
	const services: StacServices = {
		database,
		originOf: () => origin,
		limit: new RateLimit(endless),
		fileLimit: new RateLimit(endless),
		version: "0",
		onError: (error) => {
			throw error;
		},
	};
	return (n: number, etag?: string) => {
		const item = 1 + ((n * 7919) % files);
		const url = `${origin}/stac/collections/SEARCHED_${1 + (item % collections)}/items/SEARCHED_ITEM_${item}`;
		return dispatchStac(services, new Request(url, { headers: etag === undefined ? {} : { "if-none-match": etag } }));
	};
}

async function found(answer: Response, status: number): Promise<number> {
	const text = await answer.text();
	if (answer.status !== status) throw new Error(`An item is answered with ${answer.status}: ${text}`);
	return 1;
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
		await tx`analyze made`;
		await tx`
			insert into dataset_versions (id, dataset_id, begin_time, end_time, footprint_key, state, files, cell, bbox)
			select version, dataset, t, t, md5(n::text)::uuid, json_build_object('eoId', 'SEARCHED_ITEM_' || n, 'kind', 'rectified', 'size', json_build_array(10980, 10980),
					'crs', 'EPSG:4326', 'extent', json_build_array(x, y, x + s, y + s), 'gcps', null, 'begin', to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
					'end', to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'rangeType', 'RGB', 'bands', '[]'::json,
					'footprint', json_build_object('type', 'MultiPolygon', 'coordinates', json_build_array(json_build_array(json_build_array(
						json_build_array(x, y), json_build_array(x + s, y), json_build_array(x + s, y + s), json_build_array(x, y + s), json_build_array(x, y))))),
					'properties', json_build_object('platform', 'Sentinel-2', 'platformSerialIdentifier', case when n % 2 = 0 then 'A' else 'B' end, 'cloudCover', n % 101, 'orbitNumber', n, 'productType', 'S2MSI1C')),
				'[]', 0, box(point(x + s, y + s), point(x, y)) from made`;
		await tx`
			insert into datasets (id, eo_id, version_id, storage_id, directory, path, begin_time, end_time) overriding system value
			select dataset, 'SEARCHED_ITEM_' || n, version, (select id from storages where name = 'searched'), '', 'SEARCHED_ITEM_' || n || '.tif', t, t from made`;
		await tx`insert into container_datasets (container_id, dataset_id) select container, dataset from made`;
		await tx`
			insert into items (dataset_id, container_id, eo_id, begin_time, end_time, bbox, etag, seq, created_at, updated_at, said)
			select dataset, container, 'SEARCHED_ITEM_' || n, t, t, v.bbox, 'x.y', n, now(), now(), eosync_fields(v.state)
			from made join dataset_versions v on v.id = version`;
	});
	await sql`vacuum (analyze) items, datasets, dataset_versions, container_datasets`;
}
