import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { PublishedDifferenceFields } from "#lib/catalog/json-columns.ts";
import { id, instant, reference } from "./columns.ts";
import { containers } from "./schema.ts";

/** Whether others followed: comparisons of what a container publishes with a STAC API, and what they found. */

export const publishedChecks = pgTable(
	"published_checks",
	{
		id: id(),
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		/** The STAC API's landing page, without credentials. */
		url: text().notNull(),
		/** The collection's name there. */
		collection: text().notNull(),
		/** Only what both sides say is compared: theirs is a provider's, no copy of ours. */
		reference: boolean().notNull().default(false),
		actor: text().notNull(),
		state: text().notNull().default("waiting"),
		/** The worker's, while one is at it. */
		leaseUntil: instant(),
		/** Items compared so far. */
		done: integer().notNull().default(0),
		ours: integer().notNull().default(0),
		theirs: integer().notNull().default(0),
		same: integer().notNull().default(0),
		differing: integer().notNull().default(0),
		/** Ours that are not there. */
		missing: integer().notNull().default(0),
		/** Theirs that are not here. */
		foreignItems: integer().notNull().default(0),
		/** Ours of which the answers do not say whether they are there. */
		unknown: integer().notNull().default(0),
		/** Why some are unknown, or it failed; null: neither. */
		reason: text(),
		createdAt: instant().notNull().defaultNow(),
		finishedAt: instant(),
	},
	(table) => [
		index("published_checks_container").on(table.containerId, table.id.desc()),
		index("published_checks_open").on(table.id).where(sql`state in ('waiting', 'running')`),
		check("published_checks_state_known", sql`${table.state} in ('waiting', 'running', 'done', 'failed', 'cancelled')`),
	],
);

/** One item that is not the same on both sides; the first of very many. */
export const publishedDifferences = pgTable(
	"published_differences",
	{
		id: id(),
		checkId: bigint({ mode: "number" })
			.notNull()
			.references(() => publishedChecks.id, { onDelete: "cascade" }),
		kind: text().notNull(),
		/** The item's ID on its side. */
		item: text().notNull(),
		/** Of one that differs: what each side says, by field. */
		fields: jsonb().$type<PublishedDifferenceFields>().notNull().default({}),
	},
	(table) => [
		index("published_differences_check").on(table.checkId, table.id),
		check("published_differences_kind_known", sql`${table.kind} in ('missing', 'foreign', 'differing', 'unknown')`),
	],
);
