import { connectCatalog } from "#lib/catalog/connect.ts";
import { readEnv } from "#lib/env.ts";
import { listContainers } from "#lib/catalog/containers.ts";
const db:any = await connectCatalog({...readEnv(), home: "/tmp/perfhome"} as never, {applicationName:"zl"});
const sql=db.sql;
const [n]=await sql`select count(*) as n from containers where eo_id like 'LIST\\_%'`;
if (!n.n) { await sql`insert into containers (eo_id, kind, dataset_count) select 'LIST_' || n, 'dataset-series', n from generate_series(1, 2000) n`;
 await sql`insert into runs (container_id, kind, trigger, actor, state, finished_at, started_at, added)
		select c.id, 'sync', 'schedule', 'bench', 'succeeded', now(), now(), m from containers c, generate_series(1, 30) m where c.eo_id like 'LIST\\_%'`;
 await sql`vacuum analyze containers`; await sql`vacuum analyze runs`; }
for (let i=0;i<6;i++){const t=performance.now();const r=await listContainers(db);console.log((performance.now()-t).toFixed(0),r.length,JSON.stringify(r).length)}
const t=performance.now(); const keys=(await sql`select id from containers`).map((r:any)=>r.id); 
const q=await sql`select c.id as key, h.ticks from containers c cross join lateral (select json_agg(json_build_array(r.id,r.state,r.added) order by r.id) as ticks from (select * from runs where container_id=c.id order by id desc limit 30) r) h`; console.log("ticks light",(performance.now()-t).toFixed(0));
console.log((await sql`explain analyze select c.id as key, h.ticks from containers c cross join lateral (select json_agg(json_build_array(r.id, r.state, r.kind, to_char(coalesce(r.finished_at, r.started_at, r.created_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),r.added, r.removed, r.updated, r.moved, r.linked, r.unlinked, r.rejected) order by r.id) as ticks from (select * from runs where container_id=c.id order by id desc limit 30) r) h`).map((r:any)=>r['QUERY PLAN']).join("\n"));
await db.close();
