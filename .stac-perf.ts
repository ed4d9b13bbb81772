import { connectCatalog } from "#lib/catalog/database/connect.ts";
import { readEnv } from "#lib/env.ts";
import { dispatchStac } from "#lib/stac/api/dispatch.ts";
import { RateLimit } from "#lib/api/rate-limit.ts";
const database = await connectCatalog(readEnv(), { applicationName: "perf" });
const { sql } = database;
const n = Number(process.argv[2] ?? 100000);
const [{ have }] = await sql`select count(*)::int as have from items`;
if (have < n) {
	await sql.begin(async (tx) => {
		await tx`set local session_replication_role = replica`;
		const [d] = await tx`select d.*, i.container_id as cid from datasets d join items i on i.dataset_id = d.id where i.container_id = 1 limit 1`;
		await tx`create temp table k on commit drop as select g, nextval('changes_id_seq') as v, 10000000 + g as d from generate_series(1, ${n}) g`;
		await tx`insert into dataset_versions (id, dataset_id, begin_time, end_time, footprint_key, state, files, cell)
			select k.v, k.d, v.begin_time + k.g * interval '1 minute', v.end_time + k.g * interval '1 minute', v.footprint_key,
			(v.state::jsonb || jsonb_build_object('eoId', 'X_' || k.g))::json, v.files, v.cell from k, dataset_versions v where v.id = ${d.version_id}`;
		await tx`insert into datasets (id, eo_id, version_id, storage_id, directory, path, begin_time, end_time, home_source_id) overriding system value
			select k.d, 'X_' || k.g, k.v, d.storage_id, d.directory, d.path || k.g, d.begin_time + k.g * interval '1 minute', d.end_time + k.g * interval '1 minute', d.home_source_id from k, datasets d where d.id = ${d.id}`;
		await tx`insert into container_datasets (container_id, dataset_id) select ${d.cid}, k.d from k`;
		await tx`insert into items select k.d, ${d.cid}, 'X_' || k.g, d.begin_time, d.end_time, box(point((random()*358-179)::float8, (random()*178-89)::float8), point((random()*358-179)::float8, (random()*178-89)::float8)), md5(k.g::text), k.g, now(), now() from k join datasets d on d.id = k.d`;
	});
	await sql`analyze items`; await sql`analyze datasets`; await sql`analyze dataset_versions`;
}
console.log(await sql`select count(*) from items`);
const limit = new RateLimit({ burst: 1e9, perSecond: 1 });
const services = { database, originOf: () => "http://localhost", limit, fileLimit: limit, version: "0", onError: console.error };
const time = async (path, init = {}) => {
	const times = [];
	let etag;
	for (let i = 0; i < 40; i++) {
		const begun = performance.now();
		const answer = await dispatchStac(services, new Request(`http://localhost${path}`, init));
		await answer.text();
		times.push(performance.now() - begun);
		etag = answer.headers.get("etag");
		if (i === 0) console.log(path, answer.status);
	}
	times.sort((a, b) => a - b);
	console.log("p50", times[20].toFixed(1), "p95", times[38].toFixed(1));
	return etag;
};
const [{ id }] = await sql`select eo_id as id from containers where id = 1`;
const etag = await time(`/stac/collections/${id}/items/X_500`);
await time(`/stac/collections/${id}/items/X_500`, { headers: { "if-none-match": etag } });
await time(`/stac/collections/${id}/items?limit=100`);
await time(`/stac/collections/${id}/items?limit=10`);
await time(`/stac/collections/${id}`);
await time(`/stac`);

import { loadItems } from "#lib/stac/load-items.ts";
import { stacUrls } from "#lib/stac/links.ts";
import { stacItem } from "#lib/stac/item.ts";
const keys = [...await sql`select container_id as "containerId", dataset_id as "datasetId" from items order by begin_time desc limit 100`];
let t = performance.now(); for (let i = 0; i < 20; i++) await loadItems(sql, keys, { urls: stacUrls("http://x") }); console.log("loadItems 100", (performance.now() - t) / 20);
const plan = await sql`explain (analyze, buffers) select v.state, v.files from unnest(${keys.map(k => k.datasetId)}::bigint[], ${keys.map(k => k.containerId)}::bigint[]) with ordinality k(dataset_id, container_id, n)
 join items i on i.dataset_id = k.dataset_id and i.container_id = k.container_id join datasets d on d.id = i.dataset_id join containers c on c.id = i.container_id join dataset_versions v on v.id = d.version_id left join sources h on h.id = d.home_source_id order by k.n`;
console.log(plan.map(r => r["QUERY PLAN"]).join("\n"));
process.exit(0);
