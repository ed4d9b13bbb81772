import { isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { containerFootprints } from "#lib/catalog/schema/dataset-schema.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import type { Footprint, Instant } from "#lib/metadata/metadata.ts";

/** Footprints are merged in batches, so that memory is bounded. */
const footprintsPerUnion = 1024;

interface Times {
	readonly begin: Instant | null;
	readonly end: Instant | null;
}

/** A container that a run touched. */
export interface Touched {
	readonly id: number;
	/** More than additions happened to it: what it had cannot be built upon unseen. */
	readonly shrank: boolean;
}

/**
 * Rule 10: dataset count, begin, end and footprint of a container, in the transaction in which run `run` changed it. A
 * container that became empty keeps its last times and footprint.
 *
 * k changes cost O(k), whatever the container holds, but for two cases: when a dataset that was its first or last went or
 * moved in time, all times are looked at; when the last dataset of some footprint went, the distinct footprints that
 * remain are united anew. Counts and times are exact; the footprint is the exact union as long as that is simple enough,
 * and covers it beyond (see `unionFootprints`).
 */
export async function summarise(sql: Transaction, { id, shrank }: Touched, run: number): Promise<void> {
	const [counts] = await sql<{ before: number; now: number }[]>`
		select dataset_count as before, (select count(*) from container_datasets where container_id = ${id}) as now from containers where id = ${id}`;
	const { before, now } = counts ?? { before: 0, now: 0 };
	if (now === 0) {
		await sql`update containers set dataset_count = 0 where id = ${id}`;
		return;
	}
	const { begin, end } = await timesOf(sql, { id, shrank, run, wasEmpty: before === 0 });
	const footprint = await footprintOf(sql, id, before === 0);
	await sql`
		update containers set dataset_count = ${now}, begin_time = ${begin}, end_time = ${end},
			footprint = ${footprint === null ? null : json(sql, footprint)}
		where id = ${id}`;
}

interface Change extends Touched {
	readonly run: number;
	readonly wasEmpty: boolean;
}

async function timesOf(sql: Transaction, { id, shrank, run, wasEmpty }: Change): Promise<Times> {
	const none = { begin: null, end: null };
	if (wasEmpty || (shrank && (await touchesTimes(sql, id, run)))) {
		const [all = none] = await sql<Times[]>`
			select min(d.begin_time) as begin, max(d.end_time) as end
			from container_datasets cd join datasets d on d.id = cd.dataset_id where cd.container_id = ${id}`;
		return all;
	}
	const [more = none] = await sql<Times[]>`
		select least(k.begin_time, min(d.begin_time)) as begin, greatest(k.end_time, max(d.end_time)) as end
		from containers k
			left join changes c on c.run_id = ${run} and ${isPlanned(sql)} and c.dataset_id is not null and c.action <> 'rejected'
				and exists (select from container_datasets cd where cd.container_id = k.id and cd.dataset_id = c.dataset_id)
			left join datasets d on d.id = c.dataset_id
		where k.id = ${id} group by k.id`;
	return more;
}

/** Whether the container's first or last dataset has gone, or is no longer the first or last. */
async function touchesTimes(sql: Transaction, id: number, run: number): Promise<boolean> {
	const rows = await sql`
		select from changes c left join dataset_versions bv on bv.id = c.before_version join datasets d on d.id = c.dataset_id join containers k on k.id = ${id}
			left join container_datasets cd on cd.container_id = k.id and cd.dataset_id = d.id
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action in ('removed', 'updated', 'moved', 'linked', 'unlinked')
			and ((coalesce(bv.begin_time, d.begin_time) <= k.begin_time and (cd.dataset_id is null or d.begin_time > k.begin_time))
				or (coalesce(bv.end_time, d.end_time) >= k.end_time and (cd.dataset_id is null or d.end_time < k.end_time)))
		limit 1`;
	return rows.length > 0;
}

/** Returns what the container covers, with new footprints added; the database counts the distinct ones. */
async function footprintOf(sql: Transaction, id: number, wasEmpty: boolean): Promise<Footprint | null> {
	const gone = await sql<Pick<typeof containerFootprints.$inferSelect, "merged">[]>`
		delete from container_footprints where container_id = ${id} and datasets <= 0 returning merged`;
	const anew = wasEmpty || gone.some(({ merged }) => merged);
	const [container] = await sql<
		Pick<typeof containers.$inferSelect, "footprint">[]
	>`select footprint from containers where id = ${id}`;
	let footprint = anew ? null : (container?.footprint ?? null);
	// The order of arrival brings neighbours together, which keeps the union simple.
	const wanted: ReturnType<Transaction> = sql`f.container_id = ${id} ${anew ? sql`` : sql`and not f.merged`}`;
	await findAgain(sql, id, wanted);
	const rows = sql<{ footprint: Footprint }[]>`
		select coalesce(f.footprint::text::json, v.state->'footprint') as footprint
		from container_footprints f left join datasets d on d.id = f.since left join dataset_versions v on v.id = d.version_id and v.footprint_key = f.key
		where ${wanted} order by f.since`;
	for await (const batch of inBatches(sql, rows, footprintsPerUnion)) {
		// Most runs change no footprint, and polygon arithmetic takes long to load.
		const { unionFootprints } = await import("#lib/metadata/geometry/footprint.ts");
		const parts = batch.map((row) => row.footprint);
		footprint = unionFootprints(footprint === null ? parts : [footprint, ...parts]);
	}
	await sql`update container_footprints set merged = true where container_id = ${id} and not merged`;
	return footprint;
}

/** The dataset that brought a footprint in may have another one now, or be gone: then it stands in the version of another one. */
async function findAgain(sql: Transaction, id: number, wanted: ReturnType<Transaction>): Promise<void> {
	const lost = await sql<Pick<typeof containerFootprints.$inferSelect, "key">[]>`
		select f.key from container_footprints f where ${wanted} and f.footprint is null and not exists (
			select from datasets d join dataset_versions v on v.id = d.version_id where d.id = f.since and v.footprint_key = f.key)`;
	if (lost.length === 0) return;
	await sql`
		update container_footprints f set since = held.since
		from (
			select v.footprint_key as key, min(d.id) as since
			from container_datasets cd join datasets d on d.id = cd.dataset_id join dataset_versions v on v.id = d.version_id
			where cd.container_id = ${id} and v.footprint_key = any(${lost.map(({ key }) => key)}::uuid[]) group by 1
		) held
		where f.container_id = ${id} and f.key = held.key`;
}
