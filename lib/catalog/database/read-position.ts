import type { Sql, Transaction } from "./database.ts";

/**
 * How far a statement sees: a number that is larger the later the statement's snapshot was taken, and equal where two see
 * the same. Snapshots of one server are ordered by the transaction that is to begin next and, where that is the same, by how many before
 * it are still at work: those only become fewer. Exact in JavaScript up to 10^12 transactions.
 */
export const readPosition = (sql: Sql | Transaction) =>
	sql`(pg_snapshot_xmax(pg_current_snapshot())::text::bigint * 8192 - least(8191, (select count(*) from pg_snapshot_xip(pg_current_snapshot()))))`;
