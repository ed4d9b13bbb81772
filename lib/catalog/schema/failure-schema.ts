import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { id, instant, reference } from "./columns.ts";
import { storages } from "./schema.ts";

/** Failures: whether storages answer, what was reported about it, and what people decided about the causes. */

/** The last probe and the last outage of each storage. One worker at a time probes a storage, for as long as its lease says. */
export const storageHealth = pgTable(
	"storage_health",
	{
		storageId: reference()
			.primaryKey()
			.references(() => storages.id, { onDelete: "cascade" }),
		/** null: it was not probed yet. */
		probedAt: instant(),
		reached: boolean(),
		/** Of the request that was answered. */
		latencyMs: integer(),
		/** Why it was not reached. */
		code: text(),
		message: text(),
		/** A log-in was refused: no probe by itself until the storage is edited or tested. */
		refused: boolean().notNull().default(false),
		nextAt: instant().notNull().defaultNow(),
		/** As in `workers`. */
		worker: text(),
		leaseUntil: instant(),
		/** Its last outage, kept by a trigger on `storages`; `downUntil` null: it lasts. */
		downFrom: instant(),
		downUntil: instant(),
		/** Its outage was reported. */
		toldDown: boolean().notNull().default(false),
		toldAt: instant(),
	},
	(table) => [index("storage_health_due").on(table.nextAt)],
);

/** A cause of failures that a person knows of: no message is sent about it until this ends. */
export const acknowledgements = pgTable(
	"acknowledgements",
	{
		id: id(),
		/** Of the cause (`causes.ts`). */
		cause: text().notNull(),
		storageId: reference().references(() => storages.id, { onDelete: "cascade" }),
		note: text().notNull(),
		by: text().notNull(),
		at: instant().notNull().defaultNow(),
		/** null: until the cause changes. */
		until: instant(),
		/** The containers that it concerned then; more of them are a change. */
		containers: integer().notNull(),
		/** What it said then; something else is a change. */
		message: text().notNull(),
		endedAt: instant(),
		/** Who revoked it, or why it ended by itself. */
		endedBy: text(),
	},
	(table) => [
		index("acknowledgements_open").on(table.cause).where(sql`ended_at is null`),
		check("acknowledgements_note", sql`${table.note} <> ''`),
	],
);

/** Causes that several containers fail by, as they were last reported, until their end is reported. */
export const toldCauses = pgTable("told_causes", {
	/** Of the cause (`causes.ts`). */
	cause: text().primaryKey(),
	sentence: text().notNull(),
	/** How many failed by it then. */
	containers: integer().notNull(),
	/** null: it was acknowledged since, and is reported again when the acknowledgement ends. */
	toldAt: instant(),
});

/** Requests to look at the containers of a cause once its storage answers again. */
export const rechecks = pgTable(
	"rechecks",
	{
		id: id(),
		cause: text().notNull(),
		storageId: reference()
			.notNull()
			.references(() => storages.id, { onDelete: "cascade" }),
		/** `check` or `sync` */
		kind: text().notNull(),
		trigger: text().notNull(),
		by: text().notNull(),
		at: instant().notNull().defaultNow(),
		endedAt: instant(),
		/** Who cancelled it; null: it was done, or waits. */
		cancelledBy: text(),
		/** The runs that were asked for. */
		runs: integer(),
	},
	(table) => [
		index("rechecks_open").on(table.storageId).where(sql`ended_at is null`),
		check("rechecks_kind", sql`${table.kind} in ('check', 'sync')`),
	],
);
