import { bigint, date, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { reference } from "./columns.ts";
import { changeAction, runs } from "./run-schema.ts";
import { containers } from "./schema.ts";

/**
 * Roll-ups: sums that are kept, so that maps, timelines and trees of folders cost the same at any size (docs/decisions/roll-ups.md).
 * Of a run by action, made when its plan is complete; of a container by triggers (migration `roll_ups`) on whatever writes
 * its links. Cells are those of `lib/metadata/geometry/cell.ts`, days those of begin times in UTC.
 */

/*
 * Counts have no foreign keys: their statements find the row that they belong to anyway, and a first sync of scenes that lie apart would look it up
 * once more for each day and cell. Triggers take them with that row (migration `counts_without_keys`).
 */

/** Runs whose changes are rolled up. */
export const runRollUps = pgTable("run_roll_ups", {
	runId: reference()
		.primaryKey()
		.references(() => runs.id, { onDelete: "cascade" }),
	/** null: every folder is kept. Else what lies deeper is counted in the folder above it at this depth (1: no `/` in its path). */
	folderDepth: integer(),
});

const ofRun = () => ({
	/** Of `run_roll_ups`. */
	runId: reference().notNull(),
	action: changeAction().notNull(),
});
const counts = () => ({
	changes: integer().notNull(),
	/** Of them those that were left out when it was applied. */
	leftOut: integer().notNull().default(0),
});

export const runFolders = pgTable(
	"run_folders",
	{
		...ofRun(),
		/** The folder of the files themselves. */
		directory: text().notNull(),
		...counts(),
	},
	(table) => [primaryKey({ columns: [table.runId, table.directory, table.action] })],
);

export const runDays = pgTable("run_days", { ...ofRun(), day: date().notNull(), ...counts() }, (table) => [
	primaryKey({ columns: [table.runId, table.day, table.action] }),
]);

export const runCells = pgTable("run_cells", { ...ofRun(), cell: integer().notNull(), ...counts() }, (table) => [
	primaryKey({ columns: [table.runId, table.cell, table.action] }),
]);

/** What a container holds, beside what its own row says of it. There is none as long as it is not rolled up yet. */
export const containerTotals = pgTable("container_totals", {
	containerId: reference()
		.primaryKey()
		.references(() => containers.id, { onDelete: "cascade" }),
	/** The size of all files of its datasets. */
	bytes: bigint({ mode: "number" }).notNull().default(0),
	/** Files that could not become datasets. */
	rejections: integer().notNull().default(0),
});

const ofContainer = () => ({
	/** Of `container_totals`. */
	containerId: reference().notNull(),
});

export const containerDays = pgTable(
	"container_days",
	{ ...ofContainer(), day: date().notNull(), datasets: integer().notNull() },
	(table) => [primaryKey({ columns: [table.containerId, table.day] })],
);

export const containerCells = pgTable(
	"container_cells",
	{ ...ofContainer(), cell: integer().notNull(), datasets: integer().notNull() },
	(table) => [primaryKey({ columns: [table.containerId, table.cell] })],
);
