import type { Database } from "#lib/catalog/database.ts";
import { createRun } from "#lib/catalog/run-lifecycle.ts";
import { nextTime } from "#lib/catalog/schedule.ts";

/** Any constant: one process at a time decides what is due. */
const scheduleLock = 7_302_005;

/**
 * Requests a sync of every container whose time has come since it was last scheduled (or configured): however many times
 * were missed, once. Any number of workers may call it; a time fires once. Returns the runs.
 */
export async function requestDueRuns({ sql }: Pick<Database, "sql">): Promise<readonly number[]> {
	return sql.begin(async (tx) => {
		const [lock] = await tx<{ mine: boolean }[]>`select pg_try_advisory_xact_lock(${scheduleLock}) as mine`;
		if (!lock?.mine) return [];
		const scheduled = await tx<{ container: string; schedule: string; since: string; now: string }[]>`
			select c.eo_id as container, c.schedule, now() as now, greatest(c.configured_at,
				(select max(r.created_at) from runs r where r.container_id = c.id and r.trigger = 'schedule')) as since
			from containers c where c.schedule is not null`;
		const runs: number[] = [];
		for (const { container, schedule, since, now } of scheduled) {
			const due = nextTime(schedule, since);
			if (due === null || Date.parse(due) > Date.parse(now)) continue;
			const { run, joined } = await createRun(
				{ sql: tx },
				{ container, kind: "sync", trigger: "schedule", actor: "schedule" },
			);
			if (!joined) runs.push(run);
		}
		return runs;
	});
}
