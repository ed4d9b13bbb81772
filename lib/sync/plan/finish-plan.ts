import { actionsThat, isNewDataset } from "#lib/catalog/changes/change-outcomes.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { changeVersions, stateAfter } from "#lib/catalog/datasets/dataset-state.ts";
import type { GuardVerdict } from "#lib/catalog/json-columns.ts";
import type { RunState } from "#lib/catalog/read-models/run-view.ts";
import { supersedeOlderPlans } from "#lib/catalog/runs/run-lifecycle.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import { type GuardCounts, guard } from "./guard.ts";
import { guardCounts } from "./guard-plan.ts";
import type { PlanContext } from "./planning.ts";
import { rollUpRun } from "./roll-up.ts";
import { countChanges } from "./totals.ts";

/**
 * The plan is complete: counts it, asks the guard, replaces older plans. Returns the state in which the run now waits
 * for a person, or is over because a check found nothing to do; null when it is to be applied.
 */
export async function finishPlan(context: PlanContext): Promise<RunState | null> {
	const { database, lease, loaded } = context;
	const { run } = loaded;
	const guarded = await guardCounts(context);
	return cancellable(database.sql, lease.signal, async (sql) => {
		const verdict = await judge(sql, loaded.container.id, guarded);
		const {
			unchanged: _,
			skipped,
			leftOut: __,
			excepted: ___,
			refreshed: ____,
			reread: _____,
			...changes
		} = await countChanges(sql, run.id, { planned: true });
		const differs = Object.values(changes).some((count) => count > 0);
		const mustWait = verdict !== null && run.approval === null;
		const same = mustWait ? await heldWithSamePlan(sql, run.id) : null;
		if (same !== null) {
			await keepNoPlan(sql, run.id, same);
			lease.progress.begin("finished", null);
			await lease.move({ state: "held", guard: verdict, sameAs: same, release: true }, sql);
			return "held";
		}
		if (differs || skipped > 0) await rollUpRun(sql, run.id);
		await supersedeOlderPlans({ sql }, run.id);
		if (run.kind === "check" && !differs) {
			lease.progress.begin("finished", null);
			const [found] = await sql<{ state: RunState }[]>`
				select case when error is not null then 'failed' when problems > 0 then 'partial' else 'succeeded' end as state from runs where id = ${run.id}`;
			const state = found?.state ?? "succeeded";
			await lease.move({ state }, sql);
			return state;
		}
		const state = mustWait ? "held" : run.kind === "check" ? "planned" : "applying";
		await lease.move({ state, guard: verdict, planned: true, release: state !== "applying" }, sql);
		return state === "applying" ? null : state;
	});
}

/** By the rules as they are now: an edit of them waits until the plan does, and then judges it anew (`configure-container.ts`). */
async function judge(sql: Transaction, containerId: number, counts: GuardCounts): Promise<GuardVerdict | null> {
	const [row] = await sql<Pick<typeof containers.$inferSelect, "guard">[]>`
		select guard from containers where id = ${containerId} for share`;
	return guard(counts, row?.guard ?? {});
}

/** What makes two plans the same: the changes, what the files that are there are and what was read in them. */
const planColumns = (sql: Transaction) =>
	sql`c.action, c.outcome, c.source_id, c.storage_id, c.path, c.from_path, case when ${isNewDataset(sql)} then null else c.dataset_id end, c.eo_id,
		case when c.action in ${actionsThat.leave(sql)} then null else coalesce(c.files, av.files) end, c.rule, ${stateAfter(sql)}, c.code`;

/** The held run of the same container and configuration that has the same plan; locked, so that it is not decided meanwhile. */
async function heldWithSamePlan(sql: Transaction, run: number): Promise<number | null> {
	const plan = (of: "h" | "n") =>
		sql`select ${planColumns(sql)} from changes c ${changeVersions(sql)} where c.run_id = ${sql(of)}.id`;
	const [row] = await sql<{ id: number }[]>`
		select h.id from runs n join runs h on h.container_id = n.container_id and h.id < n.id and h.base_revision = n.base_revision
		where n.id = ${run} and h.state = 'held' and h.same_as_run_id is null
			and not exists (${plan("h")} except all ${plan("n")}) and not exists (${plan("n")} except all ${plan("h")})
		order by h.id desc limit 1 for update of h`;
	return row?.id ?? null;
}

async function keepNoPlan(sql: Transaction, run: number, same: number): Promise<void> {
	await sql`delete from changes where run_id = ${run}`;
	await sql`delete from run_directories where run_id = ${run}`;
	await sql`update runs set seen_again_at = clock_timestamp() where id = ${same}`;
}
