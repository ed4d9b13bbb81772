import type postgres from "postgres";
import type { Transaction } from "./database.ts";

let cursors = 0;

/**
 * The rows of a long query, so many at a time, as they were when it began. Other statements of the transaction may run
 * between two portions: the driver's own cursors keep the connection to themselves, and a caller that asks it for something
 * else meanwhile waits for ever.
 */
export async function* inBatches<Row extends object>(
	sql: Transaction,
	query: postgres.PendingQuery<Row[]>,
	portion: number,
): AsyncGenerator<readonly Row[]> {
	const cursor = sql(`portions_${++cursors}`);
	await sql`declare ${cursor} no scroll cursor for ${query}`;
	const fetch = () => {
		const rows = sql<Row[]>`fetch ${sql.unsafe(String(portion))} from ${cursor}`.execute();
		// What goes wrong is thrown where it is awaited.
		rows.catch(() => {});
		return rows;
	};
	// The next ones are on their way while these are dealt with.
	for (let next: Promise<readonly Row[]> | null = fetch(); next !== null; ) {
		const rows: readonly Row[] = await next;
		next = rows.length < portion ? null : fetch();
		if (rows.length > 0) yield rows;
	}
	await sql`close ${cursor}`;
}
