import { json } from "#lib/catalog/database/json.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { oldestReading } from "#lib/sync/read/longest-unread.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Ends a run that found every folder as the catalogue has it, as going through all phases with an empty plan would, in one
 * statement: most runs of most containers are such. Returns false, and has done nothing, where there may be more to do:
 * files that wait or are missing, exceptions that may be over, rejections that may be over, patterns that match nothing, a source or a grid that was
 * taken out, datasets that may not fit the mosaic any more, another revision, a request that joined, a cancellation, a lost lease.
 */
export async function concludeUnchanged({ database: { sql }, lease, loaded }: RunContext): Promise<boolean> {
	const { run, container, sources, removedSources } = loaded;
	if (!run.isNew || removedSources.length > 0 || sources.length === 0 || container.hasExceptions) return false;
	// Under a grid that was configured anew all datasets are looked at.
	if (container.kind === "rectified-stitched-mosaic" && container.mosaicGrid === null) return false;
	await lease.progress.settled();
	lease.signal.throwIfAborted();
	const applies = run.kind === "sync";
	const progress = json(sql, lease.progress.next("finished", null));
	const reachedIds = sources.map(({ storageId }) => storageId);
	const concluded = await sql`
		with own as (
			select r.id, c.id as container_id, c.dataset_count from containers c join runs r on r.container_id = c.id
			where r.id = ${run.id} and r.lease_owner = ${lease.owner} and r.cancel_requested_at is null and r.look_again is null
				and r.problems = 0 and r.notes = 0 and r.error is null and r.base_revision = c.revision and c.revision = ${container.revision}
				and not c.mosaic_refit
				and not exists (select from waiting_files w where w.container_id = c.id)
				and not exists (select from suspects s where s.container_id = c.id)
				and not exists (select from rejections j where j.container_id = c.id and j.code = 'duplicate-eo-id')
				-- Every pattern matched something then, which that run has not let go of, and nothing has come or gone since.
				and (select last.state = 'succeeded' and last.problems = 0 and last.notes = 0 and last.started_at > c.configured_at
						and not exists (select from changes h where h.run_id = last.id and h.action in ('removed', 'unlinked', 'moved', 'refreshed')) from runs last
					where last.container_id = c.id and last.id < r.id and last.scanned_at is not null order by last.id desc nulls last limit 1)
			for no key update of c, r
		), reached as (
			update storages s set unreachable_since = null, unreachable_reason = null from own
			where s.id = any(${reachedIds}) and s.unreachable_since is not null
		), superseded as (
			update runs old set state = 'cancelled', finished_at = now(), superseded_by = own.id from own
			where old.container_id = own.container_id and old.id < own.id and old.state in ${statesIn(sql, "proposed")} and old.same_as_run_id is null
		), counted as (
			update containers set revision = revision + 1, verified_at = coalesce(verified_at, ${oldestReading(sql)})
			from own where containers.id = own.container_id and ${applies}
		)
		update runs r set state = 'succeeded', progress = ${progress}, unchanged = own.dataset_count, waiting = 0, suspect = 0,
			scanned_at = clock_timestamp(), planned_at = case when ${applies} then clock_timestamp() end,
			applied_at = case when ${applies} then clock_timestamp() end, finished_at = clock_timestamp(), lease_owner = null, lease_until = null
		from own where r.id = own.id`;
	if (concluded.count === 0) return false;
	lease.progress.begin("finished", null);
	return true;
}
