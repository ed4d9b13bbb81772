import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Database } from "#lib/catalog/database/database.ts";

/** Days that lines of the log stay at least. */
export const logDays = 90;

/**
 * Forgets lines of the log that are older than their container's retention time, and than 90 days: one portion. Whoever has read less far has
 * to start over. Returns how many went.
 */
export async function purgeLog({ sql }: Pick<Database, "sql">, portion: number): Promise<number> {
	return sql.begin(async (tx) => {
		const [lock] = await tx<[{ free: boolean }]>`select pg_try_advisory_xact_lock(${catalogueLock}) as free`;
		if (!lock.free) return 0;
		// Lines are in the order of time: where the first is young there is nothing to look for.
		const [first] = await tx`
			select from (select at from item_changes order by seq limit 1) f where f.at < now() - make_interval(days => ${logDays})`;
		if (!first) return 0;
		const [gone] = await tx<{ lines: number; to: number | null }[]>`
			with gone as (
				delete from item_changes where seq = any(array(
					select ch.seq from item_changes ch left join containers c on c.id = ch.container_id
					where ch.at < now() - make_interval(days => greatest(${logDays}, coalesce(c.retention_days, 0)))
					order by ch.seq limit ${portion})) returning seq
			)
			select count(*) as lines, max(seq) as to from gone`;
		if (!gone || gone.to === null) return 0;
		await tx`update item_log set purged_to = greatest(purged_to, ${gone.to})`;
		await tx`delete from gone_collections g where not exists (select from item_changes ch where ch.container_id = g.container_id)`;
		return gone.lines;
	});
}
