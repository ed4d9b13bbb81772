import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { ReshapedBefore, ReshapedPlan } from "#lib/catalog/json-columns.ts";
import { instant, ncName, reference } from "./columns.ts";
import { runs } from "./run-schema.ts";
import { containers } from "./schema.ts";

/** Containers that were renamed, split or merged. */

/** EO IDs that containers had: no container and no dataset can be given one of them. Each goes with its container. */
export const formerIds = pgTable(
	"former_ids",
	{
		eoId: text().primaryKey(),
		/** The container that is meant by it now. */
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		since: instant().notNull().defaultNow(),
		/** `renamed`, or `merged` into the container. */
		how: text().notNull(),
		actor: text().notNull(),
		/** The run that merged it. */
		runId: reference(),
	},
	(table) => [
		index("former_ids_container").on(table.containerId),
		check("former_ids_ncname", ncName("eo_id")),
		check("former_ids_how", sql`${table.how} in ('renamed', 'merged')`),
	],
);

/** The containers that a run of kind `split` or `merge` is about. */
export const reshapedContainers = pgTable(
	"reshaped_containers",
	{
		runId: reference()
			.notNull()
			.references(() => runs.id, { onDelete: "cascade" }),
		/** The container of the run is 0. */
		position: integer().notNull(),
		/** null: it is created when the plan is applied, or is no more. */
		containerId: reference().references(() => containers.id, { onDelete: "set null" }),
		/** `split`: parts come out of it. `part`: one of them. `into`: others are merged into it. `merged`: one of them. */
		role: text().notNull(),
		/** The EO ID that it has when the plan is applied. */
		eoId: text().notNull(),
		/** How many datasets it has then. */
		datasets: integer().notNull(),
		/** Its configuration from then on. */
		plan: jsonb().$type<ReshapedPlan>().notNull(),
		/** Its configuration before; null: there was no such container. */
		before: jsonb().$type<ReshapedBefore>(),
		/** Its revision when the plan was made, and as the plan left it. */
		baseRevision: bigint({ mode: "number" }),
		appliedRevision: bigint({ mode: "number" }),
	},
	(table) => [
		primaryKey({ columns: [table.runId, table.position] }),
		index("reshaped_containers_container").on(table.containerId),
		check("reshaped_containers_role", sql`${table.role} in ('split', 'part', 'into', 'merged')`),
	],
);

/** The sources that containers had before people or files edited them: a configuration file may still have them. */
export const formerSources = pgTable(
	"former_sources",
	{
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		/** A digest of where the sources are and what they look for (`former-shapes.ts`). */
		shape: text().notNull(),
		/** When they were edited last. */
		until: instant().notNull().defaultNow(),
	},
	(table) => [primaryKey({ columns: [table.containerId, table.shape] })],
);
