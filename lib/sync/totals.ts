import type { Transaction } from "#lib/catalog/database.ts";
import type { ChangeCounts } from "#lib/catalog/views.ts";

export interface ChangeTotals extends ChangeCounts {
	readonly unchanged: number;
	readonly skipped: number;
	/** Bookkeeping that must be written although nobody sees a change: fingerprints, rejections that are over. */
	readonly refreshed: number;
}

/** Counts the changes of a run, by action, without those that were left out, and keeps the counts with the run. */
export async function countChanges(sql: Transaction, run: number): Promise<ChangeTotals> {
	const rows = await sql<{ action: keyof ChangeCounts | "refreshed"; count: number; skipped: number }[]>`
		select action, count(*) filter (where outcome not in ('skipped', 'failed')) as count,
			count(*) filter (where outcome in ('skipped', 'failed')) as skipped
		from changes where run_id = ${run} group by action`;
	const [container] = await sql<{ datasets: number }[]>`
		select c.dataset_count as datasets from containers c join runs r on r.container_id = c.id where r.id = ${run}`;
	const counts = { added: 0, removed: 0, updated: 0, moved: 0, linked: 0, unlinked: 0, rejected: 0, refreshed: 0 };
	for (const { action, count } of rows) counts[action] = count;
	const skipped = rows.reduce((sum, row) => sum + row.skipped, 0);
	const [kept] = await sql<{ unchanged: number }[]>`
		update runs set added = ${counts.added}, removed = ${counts.removed}, updated = ${counts.updated}, moved = ${counts.moved},
			linked = ${counts.linked}, unlinked = ${counts.unlinked}, rejected = ${counts.rejected}, skipped = ${skipped},
			unchanged = case when applied_at is null and state <> 'applying'
				then greatest(0, ${(container?.datasets ?? 0) - counts.removed - counts.updated - counts.moved - counts.unlinked}) else unchanged end
		where id = ${run} returning unchanged`;
	return { ...counts, unchanged: kept?.unchanged ?? 0, skipped };
}
