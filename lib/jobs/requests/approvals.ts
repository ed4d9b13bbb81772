import type { Database } from "#lib/catalog/database/database.ts";
import { inTransaction } from "#lib/catalog/database/in-transaction.ts";
import type { WaitingRuns } from "#lib/catalog/inputs.ts";
import type { ApprovableRun, RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState, statesIn } from "#lib/catalog/runs/run-states.ts";
import { runViews } from "#lib/catalog/runs/runs.ts";
import type { runs as runsTable } from "#lib/catalog/schema/run-schema.ts";
import { requestApply } from "./requests.ts";

/** Several held runs that are approved with one reason. */

export interface ApprovalRequest {
	readonly runs: readonly number[];
	readonly actor: string;
	readonly reason: string;
}

/**
 * Lets all of them go on, or none. For a run that found a held plan again, the held run is meant, once.
 * @throws UsageError as `requestApply` does, for the first that cannot go on.
 */
export async function requestApprovals(
	database: Database,
	{ runs, actor, reason }: ApprovalRequest,
): Promise<readonly RunView[]> {
	return database.sql.begin(async (sql): Promise<readonly RunView[]> => {
		const inside = inTransaction(database, sql);
		const views: RunView[] = [];
		// In the order of their numbers: two requests wait for each other, and never both.
		for (const run of await meantRuns(inside, runs))
			views.push(await requestApply(inside, { run, actor, approval: reason }));
		return views;
	});
}

/** Each once; a number that no run has stays, so that it is refused by name. */
async function meantRuns({ sql }: Database, runs: readonly number[]): Promise<readonly number[]> {
	const rows = await sql<Pick<typeof runsTable.$inferSelect, "id" | "sameAsRunId">[]>`
		select id, same_as_run_id as "sameAsRunId" from runs where id = any(${runs as number[]})`;
	const heldByRun = new Map(rows.map(({ id, sameAsRunId }) => [id, sameAsRunId ?? id]));
	return [...new Set(runs.map((run) => heldByRun.get(run) ?? run))].toSorted((a, b) => a - b);
}

/** The runs, or those that wait in the containers, and whether each can be approved as it is now. Changes nothing. */
export async function approvableRuns(database: Database, waiting: WaitingRuns): Promise<readonly ApprovableRun[]> {
	const { sql } = database;
	const meant =
		"runs" in waiting ? await meantRuns(database, waiting.runs) : await runsHeldIn(database, waiting.containers);
	const rows = await sql<Pick<typeof runsTable.$inferSelect, "id">[]>`
		select r.id from runs r join containers c on c.id = r.container_id
		where r.id = any(${meant as number[]}) and r.base_revision = c.revision`;
	const asConfigured = new Set(rows.map(({ id }) => id));
	return (await runViews(database, meant)).map((view) => ({ view, obstacle: obstacleOf(view, asConfigured) }));
}

async function runsHeldIn({ sql }: Database, containers: readonly string[]): Promise<readonly number[]> {
	const rows = await sql<Pick<typeof runsTable.$inferSelect, "id">[]>`
		select r.id from runs r join containers c on c.id = r.container_id
		where c.eo_id = any(${containers as string[]}) and c.deleted_at is null
			and r.state in ${statesIn(sql, "proposed")} and r.guard is not null and r.same_as_run_id is null`;
	return rows.map(({ id }) => id);
}

function obstacleOf(view: RunView, asConfigured: ReadonlySet<number>): string | null {
	if (!isState(view.state, "proposed")) return `It is ${view.state}, and waits no more.`;
	if (view.guard === null) return "The guard has no objection: it needs no approval.";
	if (!asConfigured.has(view.run)) return "Its container was changed since it was planned: check it again.";
	return view.can.approve ? null : "Another run of its container is active.";
}
