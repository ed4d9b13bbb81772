import type postgres from "postgres";
import type { Sql, Transaction } from "./database.ts";

/**
 * A value as a parameter of type json. The driver's own type for such values knows no interfaces, whose members may be
 * optional; JSON leaves those out.
 */
export function json(sql: Sql | Transaction, value: object | string | number | boolean | null) {
	return sql.json(value as postgres.JSONValue);
}
