import type { Transaction } from "#lib/catalog/database/database.ts";

/**
 * Lets the server answer before this transaction is on its disk. What the run writes later gets there after it, and what a crash of the
 * server loses counts as not found, or not read, yet.
 */
export async function writeUnhurried(sql: Transaction): Promise<void> {
	await sql`set local synchronous_commit = off`;
}
