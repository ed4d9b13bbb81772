import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { ChangeCounts } from "#lib/catalog/read-models/change-view.ts";
import type { runs } from "#lib/catalog/schema/run-schema.ts";

export interface ChangeTotals extends ChangeCounts {
	readonly unchanged: number;
	readonly skipped: number;
	/** Of the skipped: left for later by a person. */
	readonly leftOut: number;
	/** Of the skipped: kept out by exceptions. */
	readonly excepted: number;
	/** Bookkeeping that must be written although no change is visible: fingerprints, rejections that are over. */
	readonly refreshed: number;
	/** Updates of unchanged files that were read again because of their rules or readers. */
	readonly reread: number;
}

/** What the changes alone tell. */
type CountedChanges = Omit<ChangeTotals, "unchanged"> & { readonly unchangedRefreshed: number };

/** Only its rules or readers made the change an update. A different checksum means that the file itself changed. */
export const isReread = (sql: Sql | Transaction) =>
	sql`action = 'updated' and coalesce(code, '') = 'reread' and not coalesce(fields ? 'checksum', false)`;

/**
 * Counts the changes of a run, by action, without those that were left out, and keeps the counts with the run; with a plan
 * also the datasets that it leaves alone. Applying changes what those are counted by: then they stay as planned.
 */
export async function countChanges(
	sql: Transaction,
	run: number,
	{ planned }: { readonly planned: boolean },
): Promise<ChangeTotals> {
	const counted = await countOnly(sql, run);
	const unchanged = await keepTotals(sql, run, counted, planned ? await countUntouched(sql, run) : null);
	const { unchangedRefreshed: _, ...totals } = counted;
	return { ...totals, unchanged };
}

/** As `countChanges`, and writes nothing: whoever writes the run's row keeps its heartbeat, its progress and *Cancel* waiting until he commits. */
export async function countOnly(sql: Transaction, run: number): Promise<CountedChanges> {
	const rows = await sql<
		{
			action: keyof ChangeCounts | "refreshed";
			count: number;
			skipped: number;
			left: number;
			excepted: number;
			reread: number;
			datasets: number;
		}[]
	>`
		select action, count(*) filter (where outcome not in ('skipped', 'failed')) as count,
			count(*) filter (where outcome in ('skipped', 'failed')) as skipped,
			count(*) filter (where left_out is not null and exception_id is null) as left, count(*) filter (where exception_id is not null) as excepted,
			count(*) filter (where outcome not in ('skipped', 'failed') and ${isReread(sql)}) as reread,
			count(*) filter (where action = 'refreshed' and dataset_id is not null) as datasets
		from changes where run_id = ${run} group by action`;
	const counts = { added: 0, removed: 0, updated: 0, moved: 0, linked: 0, unlinked: 0, rejected: 0, refreshed: 0 };
	for (const { action, count } of rows) counts[action] = count;
	const skipped = rows.reduce((sum, row) => sum + (row.action === "refreshed" ? 0 : row.skipped), 0);
	const sum = (of: "left" | "excepted" | "reread" | "datasets") => rows.reduce((total, row) => total + row[of], 0);
	const [leftOut, excepted, reread] = [sum("left"), sum("excepted"), sum("reread")];
	return { ...counts, unchangedRefreshed: sum("datasets"), skipped, leftOut, excepted, reread };
}

/** Keeps them with the run. @returns how many datasets are unchanged */
export async function keepTotals(
	sql: Transaction,
	run: number,
	counts: CountedChanges,
	untouched: number | null = null,
): Promise<number> {
	const [kept] = await sql<Pick<typeof runs.$inferSelect, "unchanged">[]>`
		update runs set added = ${counts.added}, removed = ${counts.removed}, updated = ${counts.updated}, moved = ${counts.moved},
			linked = ${counts.linked}, unlinked = ${counts.unlinked}, rejected = ${counts.rejected}, skipped = ${counts.skipped}, left_out = ${counts.leftOut},
			excepted = ${counts.excepted}, reread = ${counts.reread}, refreshed = ${counts.unchangedRefreshed}, unchanged = coalesce(${untouched}, unchanged)
		where id = ${run} returning unchanged`;
	return kept?.unchanged ?? 0;
}

/** Datasets of the container that no visible change concerns, as far as they could be examined (rule 11). */
async function countUntouched(sql: Transaction, run: number): Promise<number> {
	const [counts] = await sql<{ datasets: number; concerned: number; problems: number }[]>`
		select c.dataset_count - r.suspect as datasets, r.problems,
			(select count(distinct dataset_id) from changes where run_id = r.id and dataset_id is not null
				and action in ('removed', 'updated', 'moved', 'unlinked', 'rejected')) as concerned
		from runs r join containers c on c.id = r.container_id where r.id = ${run}`;
	if (!counts) return 0;
	const unknown = counts.problems === 0 ? 0 : await countUnknown(sql, run);
	return Math.max(0, counts.datasets - counts.concerned - unknown);
}

/** Datasets at or below what the run could not examine. */
async function countUnknown(sql: Transaction, run: number): Promise<number> {
	const [row] = await sql<{ count: number }[]>`
		select count(*) as count from runs r join container_datasets cd on cd.container_id = r.container_id join datasets d on d.id = cd.dataset_id
		where r.id = ${run} and exists (select from problems p join sources s on s.id = p.source_id
			where p.run_id = r.id and not p.is_note and s.storage_id = d.storage_id and (p.path in ('', d.path) or starts_with(d.path, p.path || '/')))`;
	return row?.count ?? 0;
}
