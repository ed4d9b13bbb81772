import { isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import { lookAgainAt } from "#lib/sync/look-again.ts";
import type { PlanContext } from "./planning.ts";

/** Two looks at a folder are two only when so many seconds lie between them. */
const betweenLooks = 60;

/**
 * Where a container's removals ripen, those that are not ripe leave the plan: their datasets are suspects until as many scans
 * as the container wants, checks included, have lacked the file, and long enough. A look is counted by when its scan began,
 * and the one before by when it had ended, so that no two are closer than they seem. What another file of the run needs (its
 * EO ID turned up there) is settled at once.
 */
export async function ripenRemovals({ database, lease, loaded }: PlanContext): Promise<void> {
	const { container, run } = loaded;
	const { removalLooks: looks, removalAfter: after } = container;
	const ripens = !run.removesNow && (looks > 1 || after > 0);
	await cancellable(database.sql, lease.signal, async (sql) => {
		if (ripens) {
			await sql`
				insert into suspects as s (container_id, dataset_id, source_id, since, looks, looked_at, run_id)
				select ${container.id}, c.dataset_id, c.source_id, coalesce(r.scanned_at, now()), 1, coalesce(r.scanned_at, now()), r.id
				from changes c join runs r on r.id = c.run_id
				where c.run_id = ${run.id} and c.action = 'removed' and ${isPlanned(sql)}
				on conflict (container_id, dataset_id) do update set source_id = excluded.source_id, looks = s.looks + 1,
					looked_at = excluded.looked_at, run_id = excluded.run_id
				where s.run_id <> excluded.run_id
					and (select started_at from runs where id = excluded.run_id) >= s.looked_at + make_interval(secs => ${betweenLooks})`;
		}
		// Their file was listed again, or they have left the container.
		await sql`
			delete from suspects s using datasets d
			where s.container_id = ${container.id} and d.id = s.dataset_id
				and not exists (select from changes c where c.run_id = ${run.id} and c.dataset_id = s.dataset_id and c.action = 'removed')
				and (d.archived_at is not null or s.source_id <> all(${loaded.sources.map(({ id }) => id)})
					or not exists (select from container_datasets cd where cd.container_id = s.container_id and cd.dataset_id = s.dataset_id)
					or exists (select from changes c where c.run_id = ${run.id} and c.dataset_id = s.dataset_id)
					or exists (select from run_directories f where f.run_id = ${run.id} and f.source_id = s.source_id and f.path = d.directory))`;
		if (ripens) {
			const unripe = await sql<{ source: number | null; directory: string }[]>`
				delete from changes c using suspects s, runs r
				where c.run_id = ${run.id} and c.action = 'removed' and ${isPlanned(sql)} and r.id = c.run_id
					and s.container_id = ${container.id} and s.dataset_id = c.dataset_id
					and (s.looks < ${looks} or r.started_at < s.since + make_interval(secs => ${after}))
					and not exists (select from changes o where o.run_id = c.run_id and o.eo_id = c.eo_id and o.id <> c.id and ${isPlanned(sql, "o")}
						and o.action in ('added', 'updated', 'moved', 'linked'))
					and not exists (select from rejections j where j.eo_id = c.eo_id and j.code = 'duplicate-eo-id')
				returning c.source_id as source, c.directory`;
			await lookAgainAt(sql, run.id, unripe);
		}
		await sql`
			delete from waiting_files w using sources s where w.container_id = ${container.id} and s.id = w.source_id and (s.retired or s.stable_for = 0)`;
		await sql`
			update runs set waiting = (select count(*) from waiting_files where container_id = ${container.id}), suspect = (select count(*) from suspects s where s.container_id = ${container.id}
				and not exists (select from changes c where c.run_id = ${run.id} and c.dataset_id = s.dataset_id and c.action = 'removed'))
			where id = ${run.id}`;
	});
}
