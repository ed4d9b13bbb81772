import type { Sql, Transaction } from "#lib/catalog/database/database.ts";

/**
 * The one rule by which a name is a user's: in NFC and without regard to case, as PostgreSQL has it. The unique index of
 * `users` goes by it, and so do the sign-in, its lock and the commands: two names that it tells apart are two users.
 * @param column of `users`, with its alias where that is needed
 */
export function sameName(sql: Sql | Transaction, column: "name" | "u.name", name: string) {
	return sql`lower(normalize(${column === "name" ? sql`name` : sql`u.name`}, NFC)) = lower(normalize(${name.trim()}::text, NFC))`;
}
