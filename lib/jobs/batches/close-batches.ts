import { waits } from "#lib/catalog/batches/batches.ts";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";

/**
 * Ends batches that have nothing left to do: every container had its turn, and its run is over or waits for a person. One that
 * was deleted gets no turn, nor does the rest of a batch that was cancelled by a process that died over it.
 */
export async function closeBatches({ sql }: { readonly sql: Sql | Transaction }): Promise<void> {
	await sql`
		update batch_containers bc set left_out_at = now() from batches b, containers c
		where b.finished_at is null and bc.batch_id = b.id and ${waits(sql)} and c.id = bc.container_id
			and (c.deleted_at is not null or b.cancelled_at is not null)`;
	await sql`
		update batches b set finished_at = now()
		where b.finished_at is null
			and not exists (select from batch_containers bc where bc.batch_id = b.id and ${waits(sql)})
			and not exists (select from batch_containers bc join runs r on r.id = bc.run_id where bc.batch_id = b.id and r.state in ${statesIn(sql, "active")})`;
}
