import { type SaveContainerOptions, saveContainer } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { inTransaction } from "#lib/catalog/database/in-transaction.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { ContainerInput } from "#lib/catalog/inputs.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { loadRun } from "#lib/sync/loaded-run.ts";
import { guard } from "#lib/sync/plan/guard.ts";
import { guardCounts } from "#lib/sync/plan/guard-plan.ts";

/**
 * Saves a container as people and files do: a plan that waits and is still for its revision is judged by the guard as it is now. Returns
 * whether anything is different. @throws UsageError as `saveContainer` does.
 */
export async function configureContainer(
	database: Database,
	input: ContainerInput,
	options: SaveContainerOptions,
): Promise<boolean> {
	return database.sql.begin(async (tx) => {
		const inside = inTransaction(database, tx);
		const changed = await saveContainer(inside, input, options);
		if (changed) await judgeWaitingPlans(inside, input.id);
		return changed;
	});
}

/**
 * The plan stays as it was reviewed; only whether it may be applied without a reason is decided anew. A run that is held becomes a plan
 * that waits, and is not applied by itself. Whoever calls has the container locked.
 */
async function judgeWaitingPlans(database: Database, id: string): Promise<void> {
	const { sql } = database;
	const waiting = await sql<{ run: number }[]>`
		select r.id as run from runs r join containers c on c.id = r.container_id
		where c.eo_id = ${id} and r.state in ${statesIn(sql, "proposed")} and r.same_as_run_id is null and r.base_revision = c.revision`;
	for (const { run } of waiting) {
		const loaded = await loadRun(database, run);
		const verdict = guard(await guardCounts({ database, loaded }), loaded.container.guard);
		const state = verdict === null ? "planned" : "held";
		// Those that found the same plan again say what it says.
		await sql`
			update runs set state = ${state}, guard = ${verdict === null ? null : json(sql, verdict)}
			where (id = ${run} or same_as_run_id = ${run}) and state in ${statesIn(sql, "proposed")}
				and (state::text, guard) is distinct from (${state}, ${verdict === null ? null : json(sql, verdict)}::jsonb)`;
	}
}
