import { waits } from "#lib/catalog/batches/batches.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { withValues } from "#lib/catalog/database/with-values.ts";
import { leaseSeconds } from "#lib/catalog/runs/run-lifecycle.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import type { runs } from "#lib/catalog/schema/run-schema.ts";
import { loadedColumns, type TakenRun, takenFolders } from "./loaded-run.ts";
import { leaseOwnerPrefix } from "./run-lease.ts";

/** A container of a batch that has its turn: its run was created, and is this process's. */
export interface Turn {
	readonly taken: TakenRun;
	/** Of the lease. */
	readonly owner: string;
}

export interface TurnsOptions {
	/** At most so many. */
	readonly limit: number;
	/** Storages that must not be used now: containers that use one keep their turn until it may be, but those that were asked for by name. */
	readonly closed?: readonly number[];
	/** One container of the batch that this console carries out; left out: any of those that workers carry out. */
	readonly of?: { readonly batch: number; readonly console: string; readonly position: number };
}

/**
 * Gives containers of batches their turn, in one statement: creates their runs, claims them for this process and loads what they are about.
 * So no run of a batch ever waits in the queue, a paused batch holds none, and the death of a process stops none of the containers that
 * wait. Batches advance side by side. A container gets no turn while a run of it is active; rows that another process has locked are skipped.
 */
export async function takeTurns({ sql }: Database, { limit, of, closed = [] }: TurnsOptions): Promise<readonly Turn[]> {
	const mine = of
		? sql`b.id = ${of.batch} and b.console = ${of.console}`
		: sql`(b.console is null or b.console_until < now())`;
	const ofPosition = of ? sql`and bc.position = ${of.position}` : sql``;
	const unlessClosed =
		closed.length === 0
			? sql``
			: sql`and ((not open.of_all and open.trigger not in ('schedule', 'watch')) or not exists (select from sources s
				where s.container_id = bc.container_id and not s.retired and (s.storage_id = any(${closed as number[]}) or s.metadata_storage_id = any(${closed as number[]}))))`;
	const rows = await sql<(TakenRun & { readonly owner: (typeof runs.$inferSelect)["leaseOwner"] })[]>`
		with open as (
			select b.id, b.trigger, b.actor, b.of_all, b.removes_now, b.approval_reason from batches b
			where b.finished_at is null and b.paused_at is null and b.cancelled_at is null and ${mine} for share of b skip locked
		), turn as (
			select open.*, next.* from open cross join lateral (
				select bc.position, bc.container_id, bc.kind, bc."full", c.revision, c.eo_id
				from batch_containers bc join containers c on c.id = bc.container_id
				where bc.batch_id = open.id and ${waits(sql)} ${ofPosition} and c.deleted_at is null ${unlessClosed}
					and not exists (select from runs a where a.container_id = bc.container_id and a.state in ${statesIn(sql, "active")})
				order by bc.position limit ${limit} for no key update of bc skip locked
			) next order by next.position, open.id limit ${limit}
		), claimed as (
			insert into runs (container_id, kind, trigger, actor, "full", removes_now, approval_reason, approved_by, batch_id,
				state, started_at, base_revision, lease_owner, lease_until)
			select container_id, kind, trigger, actor, "full", removes_now, approval_reason, case when approval_reason is not null then actor end, id,
				'scanning', now(), revision, ${leaseOwnerPrefix()}::text || gen_random_uuid(), now() + make_interval(secs => ${leaseSeconds})
			from turn order by eo_id collate "C"
			on conflict (container_id) where state in ${statesIn(sql, "active")} do nothing
			returning *
		)
		select ${loadedColumns(sql)}, ${takenFolders(sql)}, r.lease_owner as owner
		from claimed r join containers c on c.id = r.container_id cross join (select set_config('synchronous_commit', 'off', true)) as unhurried`;
	return rows.map((row) => {
		const { owner, ...taken } = withValues(row, ["owner"]);
		return { taken, owner };
	});
}
