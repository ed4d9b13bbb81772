import { catalogueLock } from "#lib/catalog/catalogue-lock.ts";
import type { Database } from "#lib/catalog/database.ts";

/** Days for datasets whose container is no more. */
const defaultRetention = 90;

export interface Purged {
	readonly datasets: number;
	readonly changes: number;
}

/**
 * Rule 4: forgets removed datasets whose container's retention time is over, and the changes of runs as old: they cannot
 * be taken back any more. The runs themselves, with their counts, stay.
 */
export async function purge({ sql }: Pick<Database, "sql">): Promise<Purged> {
	return sql.begin(async (tx) => {
		await tx`select pg_advisory_xact_lock(${catalogueLock})`;
		const datasets = await tx`
			delete from datasets d where d.archived_at < now() - make_interval(days => coalesce(
				(select c.retention_days from runs r join containers c on c.id = r.container_id where r.id = d.changed_by_run), ${defaultRetention}))`;
		const changes = await tx`
			delete from changes ch using runs r, containers c
			where r.id = ch.run_id and c.id = r.container_id and r.finished_at < now() - make_interval(days => c.retention_days)`;
		return { datasets: datasets.count, changes: changes.count };
	});
}

/** Forgets what the audit log has of earlier than so many days ago, at least 30; the log tells of that itself. */
export async function purgeAudit({ sql }: Pick<Database, "sql">, days: number): Promise<number> {
	const [row] = await sql<[{ gone: number }]>`select eosync_purge_audit(${days}::int) as gone`;
	return row.gone;
}
