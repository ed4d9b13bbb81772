import type { Transaction } from "#lib/catalog/database.ts";
import { unionFootprints } from "#lib/metadata/footprint.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";

/** Footprints per union: merging in portions keeps memory bounded. */
const portion = 256;

/**
 * Rule 10: dataset count, begin, end and footprint of a container, in the transaction that changed it. A container that
 * became empty keeps its last times and footprint. After mere additions of run `run` only what it added is merged in.
 */
export async function summarise(
	sql: Transaction,
	containerId: number,
	{ run, shrank }: { readonly run: number; readonly shrank: boolean },
): Promise<void> {
	const [counts] = await sql<
		{ count: number; begin: string | null; end: string | null; footprint: Footprint | null }[]
	>`
		select count(d.id) as count, min(d.begin_time) as begin, max(d.end_time) as end,
			(select footprint from containers where id = ${containerId}) as footprint
		from container_datasets cd join datasets d on d.id = cd.dataset_id where cd.container_id = ${containerId}`;
	if (!counts || counts.count === 0) {
		await sql`update containers set dataset_count = 0 where id = ${containerId}`;
		return;
	}
	let union: Footprint | null = shrank ? null : counts.footprint;
	const onlyAdded =
		shrank || union === null
			? sql``
			: sql`and exists (select from changes c where c.run_id = ${run}
		and c.outcome = 'planned' and c.action in ('added', 'linked') and c.storage_id = d.storage_id and c.path = d.path)`;
	const footprints = sql<{ footprint: Footprint }[]>`
		select d.footprint from container_datasets cd join datasets d on d.id = cd.dataset_id
		where cd.container_id = ${containerId} ${onlyAdded} order by d.id`;
	for await (const batch of footprints.cursor(portion)) {
		const parts = batch.map(({ footprint }) => footprint);
		union = unionFootprints(union === null ? parts : [union, ...parts]);
	}
	await sql`
		update containers set dataset_count = ${counts.count}, begin_time = ${counts.begin}, end_time = ${counts.end},
			footprint = ${union === null ? null : sql.json(union as never)}
		where id = ${containerId}`;
}
