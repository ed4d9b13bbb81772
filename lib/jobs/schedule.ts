import { waits } from "#lib/catalog/batches/batches.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { containerOpenings } from "#lib/catalog/pauses/pauses.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import {
	defaultSchedule,
	dueAfter,
	effectiveSchedule,
	type ScheduleColumns,
	scheduleColumns,
} from "#lib/catalog/schedules/default-schedule.ts";
import { createBatch } from "#lib/jobs/batches/create-batch.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** Any constant: one process at a time decides what is due. */
const scheduleLock = 7_302_005;

interface ScheduledRow extends ScheduleColumns {
	readonly key: number;
	/** EO ID. */
	readonly container: string;
	readonly configuredAt: Instant;
	/** When the schedule asked for a run last. */
	readonly last: Instant | null;
	/** That has not had its turn yet. */
	readonly waits: boolean;
	readonly now: Instant;
}

/**
 * Requests a run of every container whose time has come since it was last scheduled (or configured): however many times
 * were missed, once. Several at once are a batch, whose containers have their turns one by one. Any number of workers may call it; a
 * time fires once. Returns the run of a single container.
 */
export async function requestDueRuns({ sql }: Pick<Database, "sql">): Promise<readonly number[]> {
	return sql.begin(async (tx) => {
		const [lock] = await tx<{ mine: boolean }[]>`select pg_try_advisory_xact_lock(${scheduleLock}) as mine`;
		if (!lock?.mine) return [];
		const byDefault = await defaultSchedule({ sql: tx });
		const openings = await containerOpenings({ sql: tx });
		const rows = await tx<ScheduledRow[]>`
			select c.id as key, c.eo_id as container, ${scheduleColumns(tx)}, c.configured_at as "configuredAt", now() as now,
				greatest(
					(select max(r.created_at) from runs r where r.container_id = c.id and r.trigger = 'schedule'),
					(select b.created_at from batch_containers bc join batches b on b.id = bc.batch_id
						where bc.container_id = c.id and b.trigger = 'schedule' order by bc.batch_id desc nulls last limit 1)
				) as last,
				exists (select from batch_containers bc join batches b on b.id = bc.batch_id
					where bc.container_id = c.id and ${waits(tx)} and b.trigger = 'schedule') as waits
			from containers c where c.deleted_at is null and (${byDefault.schedule !== null} or c.schedule is not null)
			order by c.eo_id`;
		const dueContainers = rows.flatMap((row) => {
			const { container, last, waits: isWaiting, now } = row;
			const schedule = isWaiting ? null : effectiveSchedule(row, byDefault);
			const due = schedule && dueAfter(schedule, container, last);
			if (schedule === null || due === null || Date.parse(due) > Date.parse(now)) return [];
			// Once its storages may be used again, it is caught up.
			if (openings.get(row.key)?.paused) return [];
			const full = schedule.kind === "full";
			return [{ id: container, kind: full ? ("sync" as const) : schedule.kind, full }];
		});
		const asked = { trigger: "schedule", actor: "schedule" } as const;
		const [only] = dueContainers;
		if (only === undefined) return [];
		if (dueContainers.length === 1) {
			const { run, joined } = await createRun(
				{ sql: tx },
				{ ...asked, container: only.id, kind: only.kind, full: only.full },
			);
			return joined ? [] : [run];
		}
		await createBatch({ sql: tx }, { ...asked, containers: dueContainers, ofAll: false });
		return [];
	});
}
