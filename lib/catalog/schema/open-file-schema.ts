import { index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { instant, reference } from "./columns.ts";
import { datasets } from "./dataset-schema.ts";
import { containers, sources, storages } from "./schema.ts";

/** Files of which nothing is settled: rejected, missing, or waiting until they are stable. */

/** Files that could not become datasets; not tried again while their fingerprint stays the same (rule 8). */
export const rejections = pgTable(
	"rejections",
	{
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		storageId: reference()
			.notNull()
			.references(() => storages.id),
		path: text().notNull(),
		directory: text().notNull(),
		sourceId: reference()
			.notNull()
			.references(() => sources.id, { onDelete: "cascade" }),
		files: jsonb().$type<readonly FileFingerprint[]>().notNull(),
		rule: text().notNull(),
		code: text().notNull(),
		reason: text().notNull(),
		/** The EO ID the file claims, where it got that far. */
		eoId: text(),
		runId: reference().notNull(),
		since: instant().notNull().defaultNow(),
	},
	(table) => [
		primaryKey({ columns: [table.containerId, table.storageId, table.path] }),
		index("rejections_directory").on(table.containerId, table.storageId, table.directory),
		index("rejections_source").on(table.sourceId),
	],
);

/**
 * Rejected files that an operator wants to hear no more of until they change: a trigger on `rejections` takes the row
 * of a file that was rejected again and is another one. A row whose file is not rejected at the moment says nothing.
 */
export const ignoredRejections = pgTable(
	"ignored_rejections",
	{
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		storageId: reference()
			.notNull()
			.references(() => storages.id, { onDelete: "cascade" }),
		path: text().notNull(),
		/** As they were then. */
		files: jsonb().$type<readonly FileFingerprint[]>().notNull(),
		note: text().notNull(),
		ignoredBy: text().notNull(),
		ignoredAt: instant().notNull().defaultNow(),
	},
	(table) => [primaryKey({ columns: [table.containerId, table.storageId, table.path] })],
);

/** Datasets whose file complete listings lacked, while their container's removals ripen. */
export const suspects = pgTable(
	"suspects",
	{
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		datasetId: reference()
			.notNull()
			.references(() => datasets.id, { onDelete: "cascade" }),
		/** The source that looks for it. */
		sourceId: reference()
			.notNull()
			.references(() => sources.id, { onDelete: "cascade" }),
		/** The end of the first scan that lacked it. */
		since: instant().notNull(),
		/** Scans that lacked it, each begun a minute or more after the one before had ended. */
		looks: integer().notNull(),
		/** The end of the last one that was counted, and its run. */
		lookedAt: instant().notNull(),
		runId: reference().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.containerId, table.datasetId] }),
		index("suspects_dataset").on(table.datasetId),
		index("suspects_source").on(table.sourceId),
	],
);

/** Files that wait until they have been unchanged for their source's `stableFor`. */
export const waitingFiles = pgTable(
	"waiting_files",
	{
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		storageId: reference()
			.notNull()
			.references(() => storages.id, { onDelete: "cascade" }),
		path: text().notNull(),
		directory: text().notNull(),
		sourceId: reference()
			.notNull()
			.references(() => sources.id, { onDelete: "cascade" }),
		/** As they were when they were last met. */
		files: jsonb().$type<readonly FileFingerprint[]>().notNull(),
		/** Since when they have been met like that. */
		since: instant().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.containerId, table.storageId, table.path] }),
		index("waiting_files_source").on(table.sourceId, table.directory),
	],
);
