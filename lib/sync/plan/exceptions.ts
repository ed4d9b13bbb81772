import type { Transaction } from "#lib/catalog/database/database.ts";
import type { ExceptionEnd } from "#lib/catalog/inputs.ts";

interface KeptOut {
	readonly run: number;
	readonly containerId: number;
	readonly by: string;
	readonly until: ExceptionEnd;
	readonly note: string;
}

/** Why a change is left out by an exception `e`. */
const keptOutBy = (sql: Transaction) =>
	sql`'kept out by exception ' || e.id || case e.until when 'for-good' then '' else ' until the file changes' end || ': ' || e.note`;

/** Makes an exception of each change that was left out of the plan just now. */
export async function keepOut(sql: Transaction, { run, containerId, by, until, note }: KeptOut): Promise<void> {
	await sql`
		insert into exceptions as e (container_id, storage_id, path, action, from_path, eo_id, until, note, by, run_id, files, rule)
		select ${containerId}, c.storage_id, c.path, c.action, c.from_path, c.eo_id, ${until}, ${note}, ${by}, ${run},
			coalesce(c.files, v.files), c.rule
		from changes c left join dataset_versions v on v.id = c.after_version
		where c.run_id = ${run} and c.left_out is not null and c.exception_id is null
		on conflict (container_id, storage_id, path, action) where ended_at is null do update set
			until = excluded.until, note = excluded.note, by = excluded.by, at = now(), run_id = excluded.run_id, files = excluded.files, rule = excluded.rule`;
	await sql`
		update changes c set exception_id = e.id, left_out = ${keptOutBy(sql)} from exceptions e
		where c.run_id = ${run} and c.left_out is not null and c.exception_id is null
			and e.container_id = ${containerId} and e.storage_id = c.storage_id and e.path = c.path and e.action = c.action and e.ended_at is null`;
	// A removal that is kept out is no longer waited for.
	await sql`
		delete from suspects s using changes c
		where c.run_id = ${run} and c.exception_id is not null and c.action = 'removed' and s.container_id = ${containerId} and s.dataset_id = c.dataset_id`;
}
