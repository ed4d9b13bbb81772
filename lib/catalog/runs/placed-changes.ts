import type { ChangesQuery } from "#lib/catalog/changes/changes-query.ts";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";

/**
 * Selects of changes (`c`, those that `which` says) what they are rolled up by: action, folder, day and cell of the state that the change
 * leaves, else of the one before, else of the dataset as it stands. A file that was never a dataset has neither day nor cell.
 */
export function placedChanges(sql: Sql | Transaction, which: ReturnType<Sql>) {
	return sql`
		select c.action, c.directory, c.outcome in ('skipped', 'failed') as is_left_out,
			(coalesce(v.begin_time, (coalesce(c.after, c.before)->>'begin')::timestamptz, d.begin_time) at time zone 'UTC')::date as day,
			coalesce(v.cell, eosync_cell(coalesce((v.state->'footprint')::jsonb, coalesce(c.after, c.before)->'footprint', d.footprint))) as cell
		from changes c
			left join datasets d on d.id = c.dataset_id and c.action <> 'rejected'
				and coalesce(c.after_version, c.before_version) is null and coalesce(c.after, c.before) is null
			left join dataset_versions v on v.id = coalesce(c.after_version, c.before_version, d.version_id)
		where ${which}`;
}

/** Whether roll-ups of folders can tell: they know actions, but neither names nor single times, and nothing of other runs. */
export function isRolledUp({
	search,
	begin,
	end,
	other,
}: Pick<ChangesQuery, "search"> & Partial<Pick<ChangesQuery, "begin" | "end" | "other">>): boolean {
	return search === "" && begin === undefined && end === undefined && other === undefined;
}
