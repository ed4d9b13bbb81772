import type { Database, Sql, Transaction } from "./database.ts";

/**
 * The database as seen from within a transaction, for functions that begin one of their own: theirs is a savepoint of it
 * then, so that what they write is committed with the rest, or not at all.
 */
export function inTransaction(database: Database, transaction: Transaction): Database {
	const sql = new Proxy(transaction, {
		get: (target, name) =>
			name === "begin"
				? (work: (tx: Transaction) => Promise<unknown>) => target.savepoint(work)
				: Reflect.get(target, name),
	});
	return { ...database, sql: sql as unknown as Sql };
}
