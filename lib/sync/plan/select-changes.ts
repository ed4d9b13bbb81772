import { isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { PlanSelection } from "#lib/catalog/inputs.ts";
import type { RunSelection } from "#lib/catalog/json-columns.ts";
import { UsageError } from "#lib/errors.ts";
import { type ChoosableChange, chooserOf, choosesAll, requireUsed } from "./choose-changes.ts";
import { leaveOutDependents } from "./dependent-changes.ts";
import { keepOut } from "./exceptions.ts";
import { rollUpRun } from "./roll-up.ts";
import { countChanges } from "./totals.ts";

const maxRowsPerBatch = 5000;
/** A selection names at most so many changes that are left out because others are. */
const maxExamples = 20;

interface SelectedRun {
	readonly run: number;
	readonly containerId: number;
	readonly by: string;
	/** It is taken back: that nothing would be applied is an answer. */
	readonly isTried?: boolean;
}

/**
 * Leaves out of a waiting plan what was not chosen, and what needs that. The changes themselves say so: whoever applies
 * the plan, now or after a worker has died, applies the others. Returns null when all was chosen.
 * @throws UsageError when nothing would be applied or kept out, or part of the selection means nothing in this plan.
 */
export async function selectChanges(
	sql: Transaction,
	{ run, containerId, by, isTried = false }: SelectedRun,
	selection: PlanSelection,
): Promise<RunSelection | null> {
	if (choosesAll(selection)) return null;
	const planned = await countPlanned(sql, run);
	await leaveOutUnchosen(sql, run, by, selection);
	if (selection.keepOut !== null) await keepOut(sql, { run, containerId, by, ...selection.keepOut });
	const together = await leaveOutDependents(sql, { run, containerId, exception: null });
	const chosen = await countPlanned(sql, run);
	if (chosen === planned) return null;
	if (chosen === 0 && selection.keepOut === null && !isTried) {
		const why = together[0] === undefined ? "" : ` ${together[0].path} is left out as well: ${together[0].why}.`;
		throw new UsageError(
			`Nothing of the plan of run ${run} would be applied.${why} To discard the plan, cancel the run.`,
		);
	}
	await countChanges(sql, run, { planned: false });
	await rollUpRun(sql, run);
	const result: RunSelection = {
		by,
		planned,
		chosen,
		together: together.length,
		examples: together.slice(0, maxExamples),
		keepOut: selection.keepOut,
	};
	await sql`update runs set selection = ${json(sql, result)} where id = ${run}`;
	return result;
}

/** Changes that people see. */
async function countPlanned(sql: Transaction, run: number): Promise<number> {
	const [row] = await sql<{ count: number }[]>`
		select count(*) as count from changes c where c.run_id = ${run} and ${isPlanned(sql)} and c.action <> 'refreshed'`;
	return row?.count ?? 0;
}

async function leaveOutUnchosen(sql: Transaction, run: number, by: string, selection: PlanSelection): Promise<void> {
	const chooser = chooserOf(selection);
	const rows = sql<ChoosableChange[]>`
		select c.id, c.path, c.from_path as "fromPath", s.path as "sourcePath" from changes c left join sources s on s.id = c.source_id
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action <> 'refreshed'`;
	for await (const batch of inBatches(sql, rows, maxRowsPerBatch)) {
		const left = batch.filter((change) => !chooser.chooses(change)).map(({ id }) => id);
		if (left.length === 0) continue;
		await sql`
			update changes set outcome = 'skipped', left_out = ${`left for later by ${by}`} where id = any(${left}) and run_id = ${run}`;
	}
	requireUsed(chooser, run);
}
