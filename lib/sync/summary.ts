import type { Transaction } from "#lib/catalog/database.ts";
import type { Footprint, Instant } from "#lib/metadata/metadata.ts";

/** Footprints per union: merging in portions keeps memory bounded. */
const portion = 1024;

interface Summary {
	readonly count: number;
	readonly begin: Instant | null;
	readonly end: Instant | null;
	readonly footprint: Footprint | null;
}

/** A container that a run touched. */
export interface Touched {
	readonly id: number;
	/** More than additions happened to it: what it had cannot be built upon. */
	readonly shrank: boolean;
}

/**
 * Rule 10: dataset count, begin, end and footprint of a container, in the transaction that changed it. A container that
 * became empty keeps its last times and footprint. After mere additions only what run `run` added is merged in, so that
 * adding k datasets costs O(k); else all its datasets are gone through, in constant memory. Counts and times are exact;
 * the footprint is the exact union as long as that is simple enough, and covers it beyond (see `unionFootprints`).
 */
export async function summarise(sql: Transaction, { id, shrank }: Touched, run: number): Promise<void> {
	const [before] = await sql<Summary[]>`
		select dataset_count as count, begin_time as begin, end_time as end, footprint from containers where id = ${id}`;
	const base = shrank || !before || before.count === 0 ? null : before;
	const members =
		base === null
			? sql`from container_datasets cd join datasets d on d.id = cd.dataset_id where cd.container_id = ${id}`
			: sql`from changes c join datasets d on d.storage_id = c.storage_id and d.path = c.path and d.archived_at is null
				join container_datasets cd on cd.dataset_id = d.id and cd.container_id = ${id}
				where c.run_id = ${run} and c.outcome = 'planned' and c.action in ('added', 'linked')`;
	const [now] = await sql<Summary[]>`
		select count(*) + ${base?.count ?? 0} as count, least(min(d.begin_time), ${base?.begin ?? null}) as begin,
			greatest(max(d.end_time), ${base?.end ?? null}) as end ${members}`;
	if (!now || now.count === 0) {
		await sql`update containers set dataset_count = 0 where id = ${id}`;
		return;
	}
	// Most runs change no footprint, and polygon arithmetic takes long to load.
	const { unionFootprints } = await import("#lib/metadata/footprint.ts");
	let footprint = base?.footprint ?? null;
	// Tiles and repeated orbits share theirs: each is merged once. In the order of the archive neighbours come together,
	// and what they cover stays simple.
	const footprints = sql<{ footprint: Footprint }[]>`
		select one.footprint from (select min(d.id) as id ${members} group by md5(d.footprint::text)) f join datasets one on one.id = f.id order by f.id`;
	for await (const batch of footprints.cursor(portion)) {
		const parts = batch.map((dataset) => dataset.footprint);
		footprint = unionFootprints(footprint === null ? parts : [footprint, ...parts]);
	}
	await sql`
		update containers set dataset_count = ${now.count}, begin_time = ${now.begin}, end_time = ${now.end},
			footprint = ${footprint === null ? null : sql.json(footprint as never)}
		where id = ${id}`;
}
