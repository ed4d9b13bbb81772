import { waits } from "#lib/catalog/batches/batches.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { inTransaction } from "#lib/catalog/database/in-transaction.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { heldRun, requestApply } from "#lib/jobs/requests/requests.ts";

interface TurnPlace {
	readonly batch: number;
	/** In the batch. */
	readonly position: number;
}

/** How a container of a batch stands that did not get its turn. */
export interface Standing {
	/** The run that counts. */
	readonly run: number | null;
	readonly leftOut: boolean;
	readonly isPaused: boolean;
	readonly pausedBy: string | null;
	/** A run of it that is active and does not count. */
	readonly active: number | null;
}

/** null: it is forgotten. */
export async function standingOf({ sql }: Database, { batch, position }: TurnPlace): Promise<Standing | null> {
	const [standing] = await sql<Standing[]>`
		select bc.run_id as run, bc.left_out_at is not null as "leftOut", b.paused_at is not null as "isPaused", b.paused_by as "pausedBy",
			(select r.id from runs r where r.container_id = bc.container_id and r.state in ${statesIn(sql, "active")}) as active
		from batch_containers bc join batches b on b.id = bc.batch_id where bc.batch_id = ${batch} and bc.position = ${position}`;
	return standing ?? null;
}

interface Approval extends TurnPlace {
	readonly actor: string;
	readonly approval: string;
}

/** Approves the plan of the container that is held already: its run counts. null: there is none, or it is not the container's turn. */
export async function approveHeld(
	database: Database,
	{ batch, position, actor, approval }: Approval,
): Promise<number | null> {
	return database.sql.begin(async (tx) => {
		const [mine] = await tx<{ container: string }[]>`
			select c.eo_id as container from batch_containers bc join batches b on b.id = bc.batch_id join containers c on c.id = bc.container_id
			where bc.batch_id = ${batch} and bc.position = ${position} and ${waits(tx)} and bc.kind = 'sync' and b.paused_at is null and b.cancelled_at is null
			for no key update of bc`;
		const inside = inTransaction(database, tx);
		const run = mine ? await heldRun(inside, mine.container) : null;
		if (run === null) return null;
		await requestApply(inside, { run, actor, approval });
		await tx`update batch_containers set run_id = ${run} where batch_id = ${batch} and position = ${position}`;
		await tx`update runs set batch_id = ${batch} where id = ${run} and batch_id is null`;
		return run;
	});
}
