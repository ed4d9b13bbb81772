import type { ChangesQuery } from "#lib/catalog/changes/changes-query.ts";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";

/**
 * Selects of changes (`c`, those that `which` says) what they are rolled up by: action, folder, day and cell of the state that the change
 * leaves, else of the one before, else of the dataset as it stands. A file that was never a dataset has neither day nor cell.
 * Datasets are looked for only by changes that name no version, and states only of versions whose cell is not known: joined to all of
 * 100,000 changes they took as long as the rest.
 */
export function placedChanges(sql: Sql | Transaction, which: ReturnType<Sql>) {
	return sql`
		select p.action, p.directory, p.is_left_out, (coalesce(v.begin_time, (p.state->>'begin')::timestamptz, p.begin_time) at time zone 'UTC')::date as day,
			coalesce(v.cell, (select eosync_cell(coalesce((own.state->'footprint')::jsonb, p.state->'footprint', p.footprint))
				from (select) one left join dataset_versions own on own.id = p.version)) as cell
		from (
			select c.action, c.directory, c.outcome in ('skipped', 'failed') as is_left_out, coalesce(c.after, c.before) as state,
				coalesce(c.after_version, c.before_version, d.version_id) as version, d.begin_time, d.footprint
			from changes c left join lateral (
				select d.version_id, d.begin_time, d.footprint from datasets d
				where d.id = c.dataset_id and c.action <> 'rejected'
					and coalesce(c.after_version, c.before_version) is null and coalesce(c.after, c.before) is null
				-- Not to be joined: the conditions on the change are asked first then.
				offset 0
			) d on true
			where ${which}
		) p left join dataset_versions v on v.id = p.version`;
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
