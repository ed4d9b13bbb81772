import type { Sql, Transaction } from "#lib/catalog/database/database.ts";

/**
 * The one rule that compares user names: in NFC and without regard to case, as PostgreSQL folds it. The unique index of
 * `users` goes by it, and so do the sign-in, its lock and the commands: names that differ by it are two users.
 * @param column of `users`, with its alias where that is needed
 */
export function sameName(sql: Sql | Transaction, column: "name" | "u.name", name: string) {
	return sql`lower(normalize(${column === "name" ? sql`name` : sql`u.name`}, NFC)) = lower(normalize(${name.trim()}::text, NFC))`;
}
