import { sql } from "drizzle-orm";
import { bigint, customType, timestamp } from "drizzle-orm/pg-core";

/** The column kinds that the tables share. Ids stay far below 2^53. */

export const id = () => bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity();
export const reference = () => bigint({ mode: "number" });
/** ISO 8601 in UTC. */
export const instant = () => timestamp({ withTimezone: true, mode: "string" });

/** PostgreSQL's `box`: two corners in degrees, `(east,north),(west,south)` as text. */
export const box = customType<{ data: string }>({ dataType: () => "box" });

/** XML's NCName as far as ASCII goes: no colon, no white space, does not begin with a digit, `-` or `.`. */
export const ncName = (column: string) => sql.raw(`"${column}" ~ '^[^-.0-9:[:space:]][^:[:space:]]*$'`);
