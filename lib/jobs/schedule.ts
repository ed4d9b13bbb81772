import type { Database } from "#lib/catalog/database/database.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import {
	defaultSchedule,
	dueAfter,
	effectiveSchedule,
	type ScheduleColumns,
	scheduleColumns,
} from "#lib/catalog/schedules/default-schedule.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** Any constant: one process at a time decides what is due. */
const scheduleLock = 7_302_005;

interface ScheduledRow extends ScheduleColumns {
	/** EO ID. */
	readonly container: string;
	readonly configuredAt: Instant;
	/** When the schedule asked for a run last. */
	readonly last: Instant | null;
	readonly now: Instant;
}

/**
 * Requests a run of every container whose time has come since it was last scheduled (or configured): however many times
 * were missed, once. Any number of workers may call it; a time fires once. Returns the runs.
 */
export async function requestDueRuns({ sql }: Pick<Database, "sql">): Promise<readonly number[]> {
	return sql.begin(async (tx) => {
		const [lock] = await tx<{ mine: boolean }[]>`select pg_try_advisory_xact_lock(${scheduleLock}) as mine`;
		if (!lock?.mine) return [];
		const byDefault = await defaultSchedule({ sql: tx });
		const rows = await tx<ScheduledRow[]>`
			select c.eo_id as container, ${scheduleColumns(tx)}, c.configured_at as "configuredAt", now() as now,
				(select max(r.created_at) from runs r where r.container_id = c.id and r.trigger = 'schedule') as last
			from containers c where c.deleted_at is null and (${byDefault.schedule !== null} or c.schedule is not null)`;
		const runs: number[] = [];
		for (const row of rows) {
			const { container, last, now } = row;
			const schedule = effectiveSchedule(row, byDefault);
			const due = schedule && dueAfter(schedule, container, last);
			if (schedule === null || due === null || Date.parse(due) > Date.parse(now)) continue;
			const full = schedule.kind === "full";
			const kind = full ? "sync" : schedule.kind;
			const request = { container, kind, full, trigger: "schedule", actor: "schedule" } as const;
			const { run, joined } = await createRun({ sql: tx }, request);
			if (!joined) runs.push(run);
		}
		return runs;
	});
}
