import type { RunState } from "#lib/catalog/read-models.ts";
import { supersedeOlderPlans } from "#lib/catalog/runs/run-lifecycle.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import { guardPlan } from "./guard-plan.ts";
import type { PlanContext } from "./planning.ts";
import { countChanges } from "./totals.ts";

/**
 * The plan is complete: counts it, asks the guard, replaces older plans. Returns the state in which the run now waits
 * for a person, or is over because a check found nothing to do; null when it is to be applied.
 */
export async function finishPlan(context: PlanContext): Promise<RunState | null> {
	const { database, lease, loaded } = context;
	const { run } = loaded;
	const guard = await guardPlan(context);
	return cancellable(database.sql, lease.signal, async (sql) => {
		const {
			unchanged: _,
			skipped: __,
			refreshed: ___,
			reread: ____,
			...changes
		} = await countChanges(sql, run.id, { planned: true });
		const differs = Object.values(changes).some((count) => count > 0);
		await supersedeOlderPlans({ sql }, run.id);
		if (run.kind === "check" && !differs) {
			lease.progress.begin("finished", null);
			const [found] = await sql<{ state: RunState }[]>`
				select case when error is not null then 'failed' when problems > 0 then 'partial' else 'succeeded' end as state from runs where id = ${run.id}`;
			const state = found?.state ?? "succeeded";
			await lease.move({ state }, sql);
			return state;
		}
		const state = run.kind === "check" ? "planned" : guard && run.approval === null ? "held" : "applying";
		await lease.move({ state, guard, planned: true, release: state !== "applying" }, sql);
		return state === "applying" ? null : state;
	});
}
