import { bigint, date, doublePrecision, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** What an operator's tools ask about: who works, and what has been done so far. Nothing else depends on it. */

/** The worker processes that are there, or were until a moment ago. */
export const workers = pgTable("workers", {
	/** Host, process and a random part. */
	id: text().primaryKey(),
	host: text().notNull(),
	pid: integer().notNull(),
	/** eosync's. */
	version: text().notNull(),
	/** When the newest migration that it knows was written, milliseconds since 1970. */
	migration: bigint({ mode: "number" }).notNull(),
	concurrency: integer().notNull(),
	/** Runs it works on. */
	running: integer().notNull().default(0),
	startedAt: instant().notNull().defaultNow(),
	seenAt: instant().notNull().defaultNow(),
});

/**
 * Counters over all processes and times, for `/api/metrics`: some hundred rows. Those of runs are kept by a trigger on
 * `runs`, so that the process that finishes a run counts it, in the same transaction; those of storages come from the processes.
 */
export const metricTotals = pgTable(
	"metric_totals",
	{
		metric: text().notNull(),
		/** Label values, `/` between them. */
		label: text().notNull().default(""),
		/** For a histogram: a bucket's upper bound in seconds, `+Inf`, or `sum`. */
		bucket: text().notNull().default(""),
		/** Buckets count only what fell into them, not what lies below. */
		value: doublePrecision().notNull(),
	},
	(table) => [primaryKey({ columns: [table.metric, table.label, table.bucket] })],
);

/** What all containers together were at the end of each day (UTC), or are so far today: `lib/catalog/health`. A worker writes it. */
export const healthDays = pgTable("health_days", {
	day: date({ mode: "string" }).primaryKey(),
	containers: integer().notNull(),
	/** Containers that were not in step with their archive. */
	untrue: integer().notNull(),
	/** Files that the archive had otherwise than the catalogue. */
	differences: bigint({ mode: "number" }).notNull(),
	/** Files that were standing rejected. */
	rejected: bigint({ mode: "number" }).notNull(),
	/** Held runs. */
	waiting: integer().notNull(),
	/** The last complete look at the container that was looked at longest ago; null: there was none. */
	oldestAsOf: instant(),
	writtenAt: instant().notNull().defaultNow(),
});
