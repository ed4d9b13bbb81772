import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { inTransaction } from "#lib/catalog/database/in-transaction.ts";
import type { PlanSelection } from "#lib/catalog/inputs.ts";
import type { GuardVerdict, RunSelection } from "#lib/catalog/json-columns.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { UsageError } from "#lib/errors.ts";
import { loadRun } from "#lib/sync/loaded-run.ts";
import { guard } from "#lib/sync/plan/guard.ts";
import { guardCounts } from "#lib/sync/plan/guard-plan.ts";
import { selectChanges } from "#lib/sync/plan/select-changes.ts";

/** What of a waiting plan is to be applied, and what the guard says to that. */

export interface SelectionRequest {
	readonly run: number;
	readonly actor: string;
	readonly selection: PlanSelection;
	/** It is taken back. */
	readonly isTried?: boolean;
}

export interface SelectedPlan {
	/** null: all of the plan. */
	readonly selection: RunSelection | null;
	/** Why what is left of the plan needs an approval; null: it does not. */
	readonly guard: GuardVerdict | null;
}

/** Leaves out of the plan what was not chosen, and asks the guard about the rest. @throws UsageError as `selectChanges` does. */
export async function selectOfPlan(
	database: Database,
	sql: Transaction,
	{ run, actor, selection, isTried = false }: SelectionRequest,
): Promise<SelectedPlan> {
	const [waiting] = await sql`select from runs where id = ${run} and state in ${statesIn(sql, "proposed")} for update`;
	if (waiting === undefined) throw new UsageError(`Run ${run} is no longer waiting.`);
	const inside = inTransaction(database, sql);
	const loaded = await loadRun(inside, run);
	const selected = await selectChanges(sql, { run, containerId: loaded.container.id, by: actor, isTried }, selection);
	return { selection: selected, guard: guard(await guardCounts({ database: inside, loaded }), loaded.container.guard) };
}

/** Says what a selection would do, and changes nothing. @throws UsageError as `selectChanges` does. */
export async function previewSelection(database: Database, request: SelectionRequest): Promise<SelectedPlan> {
	return undone(database, (sql) => selectOfPlan(database, sql, { ...request, isTried: true }));
}

class Undone<T> extends Error {
	readonly result: T;

	constructor(result: T) {
		super("This was only tried.");
		this.result = result;
	}
}

/** Does something in a transaction and takes it back. */
async function undone<T>(database: Database, work: (sql: Transaction) => Promise<T>): Promise<T> {
	try {
		return await database.sql.begin(async (sql): Promise<never> => {
			throw new Undone(await work(sql));
		});
	} catch (error) {
		if (error instanceof Undone) return error.result;
		throw error;
	}
}
