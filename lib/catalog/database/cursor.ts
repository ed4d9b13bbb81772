import type postgres from "postgres";
import type { Transaction } from "./database.ts";

let cursors = 0;

/**
 * The rows of a long query, so many at a time, as they were when it began, which is now. Other statements of the transaction may run
 * between two portions: the driver's own cursors keep the connection to themselves, and a caller that asks it for something
 * else meanwhile waits for ever.
 */
export function inBatches<Row extends object>(
	sql: Transaction,
	query: postgres.PendingQuery<Row[]>,
	portion: number,
): AsyncGenerator<readonly Row[]> {
	const cursor = sql(`portions_${++cursors}`);
	const declared = sent(sql`declare ${cursor} no scroll cursor for ${query}`);
	const fetch = () => sent(sql<Row[]>`fetch ${sql.unsafe(String(portion))} from ${cursor}`);
	return portionsOf({ declared, first: fetch(), portion, fetch, close: () => sql`close ${cursor}` });
}

interface Cursor<Row> {
	readonly declared: Promise<unknown>;
	readonly first: Promise<readonly Row[]>;
	readonly portion: number;
	fetch(): Promise<readonly Row[]>;
	close(): PromiseLike<unknown>;
}

async function* portionsOf<Row>({ declared, first, portion, fetch, close }: Cursor<Row>) {
	await declared;
	// The next ones are on their way while these are dealt with.
	for (let next: Promise<readonly Row[]> | null = first; next !== null; ) {
		const rows: readonly Row[] = await next;
		next = rows.length < portion ? null : fetch();
		if (rows.length > 0) yield rows;
	}
	await close();
}

/** Sends it now. What goes wrong is thrown where it is awaited. */
function sent<Rows extends readonly (object | undefined)[]>(query: postgres.PendingQuery<Rows>) {
	const running = query.execute();
	running.catch(() => {});
	return running;
}
